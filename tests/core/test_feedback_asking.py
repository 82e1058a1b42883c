"""Feedback on questions: open ones, probing, one at a time."""

from __future__ import annotations

from dataclasses import replace

from telling import (
    CLOSED,
    CLOSED_TALK,
    OPEN,
    OPEN_TALK,
    acts,
    heard,
    praised,
    proposed,
    rounds,
    topic_of,
)

from coach.conversation import Acts, Speech
from coach.feedback.asking import propose_open
from coach.intervals import Span
from coach.talk import talk, with_acts


def test_closed_questions_are_said_openly() -> None:
    finding = proposed(CLOSED_TALK, "open_questions")
    assert finding.title == "Turn one closed question into an open one"
    assert finding.figures == "0 of your 6 questions were open (0%)."
    assert finding.suggestion is not None
    assert finding.suggestion.said is not None
    assert finding.suggestion.said.text == "Did you talk to her?"
    assert finding.suggestion.text == "What happened when you talked to her?"
    assert finding.quotes == ()  # all say the same
    assert "the share is most likely 0% to 39%." in finding.sure


def test_a_question_that_can_be_kept_is_chosen_for_the_suggestion() -> None:
    conv = with_acts(
        talk(
            *("A 0-2 How many people came along?", "B 3-9 Nine.", "A 10-12 Can I say something?"),
            *(
                "B 13-20 Yes.",
                "A 21-23 Did you ask him?",
                "B 24-30 No.",
                "A 31-33 Is that the end?",
            ),
            "B 34-70 Yes.",
        ),
        {0: CLOSED, 2: CLOSED, 4: CLOSED, 6: CLOSED},
    )
    suggestion = proposed(conv, "open_questions").suggestion
    assert suggestion is not None
    assert suggestion.text == "What happened when you asked him?"


def test_offers_alone_leave_nothing_to_rephrase() -> None:
    conv = acts(talk(*rounds("Can I say this?", "Yes you can")), CLOSED)
    assert propose_open(heard(conv)) is None


def test_open_questions_are_praised_with_the_answers_they_drew() -> None:
    finding = praised(OPEN_TALK, "open_questions")
    assert finding.title == "You asked questions that let your mentee tell the story"
    assert finding.quotes[0].note == "drew an answer of 12 s"
    assert "on which trained people often differ" in finding.sure
    assert "motivational interviewing" in finding.norm
    assert finding.norm.endswith("No norm exists for mentoring.")


def test_a_question_without_an_answer_is_quoted_without_one() -> None:
    lines = rounds("How was that for you?", "It was new", 4, answer=0.9)
    conv = acts(talk(*lines, "A 90-92 And how now?", duration=120.0), OPEN)
    notes = [quote.note for quote in praised(conv, "open_questions").quotes]
    assert notes == ["", ""]


def test_too_few_questions_say_nothing_about_questions() -> None:
    conv = acts(talk(*rounds("Why did you go?", "I had to go", 3)), OPEN)
    for name in ("open_questions", "probing", "stacked_questions", "reflections"):
        assert topic_of(conv, name)[0] is None


def test_probing_is_praised_with_what_each_question_does() -> None:
    conv = acts(OPEN_TALK, Acts("open_question", kinds=("feeling_probe", "follow_up")))
    finding = praised(conv, "probing")
    assert finding.figures == (
        "Among your 6 questions: no why questions, 6 questions about feelings or views, "
        "6 follow-ups."
    )
    assert finding.quotes[0].note == "asks for feelings"


def test_questions_that_never_probe_get_one_to_try_after_the_longest_turn() -> None:
    finding = proposed(CLOSED_TALK, "probing")
    assert finding.suggestion is not None
    assert finding.suggestion.said is not None
    assert finding.suggestion.said.speaker == "B"


def test_stacked_questions_are_told_apart_from_single_ones() -> None:
    lines = []
    for i in range(4):
        start = i * 20
        lines += [
            f"A {start}-{start + 2} What was that like?",
            f"A {start + 2}-{start + 4} Was it hard?",
            f"B {start + 5}-{start + 18} Yes it was.",
        ]
    conv = with_acts(
        talk(*lines), {i: OPEN if i % 3 == 0 else CLOSED for i in range(12) if i % 3 < 2}
    )
    finding = proposed(conv, "stacked_questions")
    assert finding.figures == ("In 4 places a second question came before the first was answered.")
    assert finding.suggestion is not None
    assert finding.suggestion.text == "What was that like?"
    closed = acts(conv, CLOSED)
    assert proposed(closed, "stacked_questions").suggestion is None


def test_what_if_questions_are_in_the_figures_of_probing() -> None:
    kinds = Acts("open_question", kinds=("possibility",))
    finding = praised(acts(OPEN_TALK, kinds), "probing")
    assert finding.figures.endswith("no follow-ups, 6 what-if questions.")
    meeting = Acts("open_question", kinds=("logistics", "why"))
    asked = with_acts(acts(OPEN_TALK, OPEN), {0: meeting})
    assert "no why questions" in proposed(asked, "probing").figures


def test_one_open_question_was_open() -> None:
    conv = with_acts(CLOSED_TALK, {0: OPEN})
    assert proposed(conv, "open_questions").figures == "1 of your 6 questions was open (17%)."


def test_open_questions_with_short_answers_drew_no_story() -> None:
    conv = acts(talk(*rounds("How was it?", "bad", answer=2.0)), OPEN)
    assert praised(conv, "open_questions").title == "You asked open questions"


def test_a_second_question_may_be_timed_past_the_turn() -> None:
    conv = talk(
        *rounds("How was that?", "It was new"), "A 96-99 How? Was it good?", "B 100-110 Yes"
    )
    last = conv.sentences[-2]
    split = (replace(last, span=Span(96, 98)), replace(last, span=Span(98.5, 100.9)))
    conv = replace(conv, sentences=(*conv.sentences[:-2], *split, conv.sentences[-1]))
    conv = replace(conv, speech=(*conv.speech[:-2], Speech(Span(96, 98.6), "A"), conv.speech[-1]))
    finding = proposed(acts(conv, OPEN), "stacked_questions")
    assert finding.figures.startswith("In 1 place a second question came")
    assert len(finding.quotes) == 1


def test_where_no_subject_can_be_kept_no_words_are_put_in_the_mouth() -> None:
    conv = acts(talk(*rounds("Was it the team, or the deadline, or neither?", "Both")), CLOSED)
    suggestion = proposed(conv, "open_questions").suggestion
    assert suggestion is not None
    assert suggestion.text == "“What …” or “How …”"


def test_asking_leave_is_no_question_to_open() -> None:
    for asked in ("Would you be interested in hearing about it?", "Does that make sense to you?"):
        assert propose_open(heard(acts(talk(*rounds(asked, "Yes I would")), CLOSED))) is None
