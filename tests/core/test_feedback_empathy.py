"""Feedback on reflections, feelings and advice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from telling import OPEN, OPEN_TALK, acts, heard, praised, proposed, reflecting, rounds, topic_of

from coach.conversation import Acts, Conversation
from coach.feedback import TOPICS, named_feelings
from coach.feedback.feelings import feeling_word
from coach.talk import talk, with_acts


def test_reflections_are_quoted_the_deeper_ones_first() -> None:
    simple, deep = Acts(listening=("reflection_simple",)), Acts(listening=("reflection_complex",))
    conv = reflecting({2: simple, 5: simple, 8: simple, 11: deep, 14: simple})
    finding = praised(conv, "reflections")
    assert finding.figures == "5 reflections to 5 questions: 1 for each question."
    assert "adds meaning or feeling" in [quote.note for quote in finding.quotes]


def test_without_reflections_one_is_suggested_after_a_turn_met_with_a_question() -> None:
    finding = proposed(acts(OPEN_TALK, OPEN), "reflections")
    assert finding.figures == "No reflections to 6 questions."
    assert finding.suggestion is not None
    assert finding.suggestion.said is not None
    assert finding.suggestion.said.note == "met with a question"


def test_where_no_question_follows_a_turn_there_is_no_place_for_a_reflection() -> None:
    lines = [f"A {i * 3}-{i * 3 + 2} What was it like?" for i in range(5)]
    conv = acts(talk(*lines, "B 20-80 It was fine"), OPEN)
    topic = next(topic for topic in TOPICS if topic.name == "reflections")
    assert topic.propose is not None
    assert topic.propose(heard(conv)) is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("I was so embarrassed.", "embarrassed"),
        ("I felt a bit lost.", "lost"),
        ("I felt lost.", "lost"),
        ("I lost the client.", None),
        ("My boss was angry with me.", None),
        ("They were all happy, I think.", None),
        ("I told you my wife is worried.", None),
        ("When I say that, mom gets really mad at me.", None),
        ("I think the meeting was embarrassing.", "embarrassing"),
        ("I'm not afraid to say it.", None),
        ("I haven't felt guilty.", None),
        ("I'm not very happy with it.", "happy"),
        ("I'm not just angry.", "angry"),
        ("I'm down to three a week.", None),
        ("I feel down.", "down"),
        ("On Wednesdays I go to happy hour.", None),
        ("It helps me calm down.", None),
        ("I feel calm.", "calm"),
        ("It makes me really angry.", "angry"),
        ("That is sad news.", None),
        ("I\u2019m worried.", "worried"),
    ],
)
def test_a_feeling_is_the_speaker_s_own(text: str, word: str | None) -> None:
    assert feeling_word(text) == word


def feeling(answer: str, given_: Acts | None = None) -> Conversation:
    conv = talk("B 0-8 I was so worried about it.", f"A 9-12 {answer}", "B 13-20 Well.")
    return with_acts(conv, {1: given_}) if given_ is not None else conv


@pytest.mark.parametrize(
    ("conv", "is_heard"),
    [
        (feeling("So you were anxious."), True),
        (feeling("And then?"), False),
        (feeling("How did it go on?", Acts("open_question", kinds=("feeling_probe",))), True),
        (feeling("It was too much.", Acts(listening=("reflection_complex",))), True),
        (feeling("It was too much.", Acts(listening=("reflection_simple",))), False),
    ],
)
def test_a_feeling_is_picked_up_by_its_family_or_by_asking(
    conv: Conversation, is_heard: bool
) -> None:
    (named,) = named_feelings(heard(conv))
    assert (named.answer is not None) is is_heard


def test_a_feeling_is_not_picked_up_long_afterwards() -> None:
    conv = talk("B 0-5 I was worried.", "A 6-8 Ok.", "B 9-80 So it went on.", "A 81-85 Worried?")
    assert named_feelings(heard(conv))[0].answer is None


def test_feelings_passed_by_come_with_an_answer_to_try() -> None:
    both = ("I was so worried.", "I worried about the exam.")
    lines = [line for i, said in enumerate(both) for line in (
        f"B {i * 20}-{i * 20 + 9} {said}", f"A {i * 20 + 10}-{i * 20 + 15} And then?",
    )]  # fmt: skip
    finding = proposed(talk(*lines), "feelings")
    assert finding.figures == "Your mentee named a feeling twice; you did not take it up."
    assert finding.suggestion is not None
    assert finding.suggestion.text == "You said “worried”. What was that like?"
    assert finding.quotes[0].note == "“worried” was not taken up"


def test_feelings_heard_are_praised_with_the_answer() -> None:
    lines = [line for i in range(2) for line in (
        f"B {i * 20}-{i * 20 + 9} I was so worried.", f"A {i * 20 + 10}-{i * 20 + 15} Worried.",
    )]  # fmt: skip
    finding = praised(talk(*lines), "feelings")
    topic = next(topic for topic in TOPICS if topic.name == "feelings")
    assert topic.propose is not None
    assert topic.propose(heard(talk(*lines))) is None
    assert [quote.note for quote in finding.quotes] == ["after “worried”"]  # twice the same word
    assert topic_of(OPEN_TALK, "feelings")[0] is None


def test_words_that_are_too_uncertain_say_nothing_about_feelings() -> None:
    conv = talk(*rounds("So you were worried.", "I was so worried then", 3))
    unsure = tuple(replace(word, probability=0.1) for word in conv.words)
    assert topic_of(replace(conv, words=unsure), "feelings")[0] is None


def test_advice_is_weighed_by_permission() -> None:
    asked, unasked = (
        Acts(listening=("advice_with_permission",)),
        Acts(listening=("advice_without_permission",)),
    )
    good = praised(acts(OPEN_TALK, asked), "advice")
    assert good.figures == "No pieces of advice without asking first, 6 pieces after asking."
    bad = proposed(acts(OPEN_TALK, unasked), "advice")
    assert bad.suggestion is not None
    assert bad.suggestion.said is not None
    assert topic_of(OPEN_TALK, "advice")[0] is None


def test_a_reflection_a_turn_later_is_about_something_else() -> None:
    conv = with_acts(
        talk(
            "B 0-4 I feel lonely in that office",
            "A 5-7 How many are you now?",
            "B 8-9 Seven with Martin",
            "A 10-13 So you are responsible for seven people",
        ),
        {1: Acts("closed_question"), 3: Acts(listening=("reflection_complex",))},
    )
    (feeling,) = named_feelings(heard(conv))
    assert feeling.word == "lonely"
    assert feeling.answer is None


def test_advice_that_was_asked_for_does_not_make_up_for_the_rest() -> None:
    given_ = Acts(listening=("advice_without_permission",))
    asked = Acts(listening=("advice_with_permission",))
    conv = acts(talk(*rounds("Do it.", "Yes I will")), asked)
    lean, _ = topic_of(conv, "advice")
    assert lean is not None and lean.low == 1.0
    both = with_acts(conv, {0: given_})
    lean, _ = topic_of(both, "advice")
    assert lean is not None and (lean.low, lean.high) == (0.0, 0.0)


def test_one_reflection_among_many_questions_is_not_none() -> None:
    conv = acts(talk(*rounds("How was it?", "It was good", 26)), OPEN)
    conv = with_acts(conv, {0: Acts(listening=("reflection_simple",))})
    figures = proposed(conv, "reflections").figures
    assert figures == "1 reflection to 25 questions: 0.04 for each question."
