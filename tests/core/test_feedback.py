from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.conversation import Acts, Conversation, Recording, Speaker, Word
from coach.feedback import TOPICS, Feedback, Finding, Heard, give_feedback, named_feelings
from coach.feedback.feelings import feeling_word
from coach.feedback.topic import Bounds
from coach.measures import measure
from coach.measures.catalogue import CATALOGUE
from coach.talk import talk, with_acts
from coach.turns import floor

OPEN, CLOSED = Acts("open_question"), Acts("closed_question")


def feedback(conv: Conversation) -> Feedback:
    taken = floor(conv)
    return give_feedback(taken, measure(taken))


def heard(conv: Conversation) -> Heard:
    taken = floor(conv)
    assert conv.mentor is not None
    return Heard(taken, measure(taken), conv.mentor)


def topic_of(conv: Conversation, name: str) -> tuple[float | None, Heard]:
    looked = heard(conv)
    topic = next(topic for topic in TOPICS if topic.name == name)
    return topic.lean(looked), looked


def praised(conv: Conversation, name: str) -> Finding:
    lean, looked = topic_of(conv, name)
    topic = next(topic for topic in TOPICS if topic.name == name)
    assert lean is not None
    assert lean > 0
    assert topic.praise is not None
    return topic.finding(topic.praise(looked))


def proposed(conv: Conversation, name: str) -> Finding:
    lean, looked = topic_of(conv, name)
    topic = next(topic for topic in TOPICS if topic.name == name)
    assert lean is not None
    assert lean < 0.25
    assert topic.propose is not None
    return topic.finding(topic.propose(looked))


def rounds(asked: str, answered: str, number: int = 6, answer: float = 12.0) -> list[str]:
    """The mentor asks, the mentee answers, over and over."""
    lines = []
    for i in range(number):
        start = i * (answer + 4)
        lines.append(f"A {start}-{start + 2} {asked}")
        lines.append(f"B {start + 2.5}-{start + 2.5 + answer} {answered}")
    return lines


def acts(conv: Conversation, given_: Acts, speaker: str = "A") -> Conversation:
    own = {i: given_ for i, s in enumerate(conv.sentences) if s.speaker == speaker}
    return with_acts(conv, own)


CLOSED_TALK = acts(talk(*rounds("Did you talk to her?", "No I did not do that yet")), CLOSED)
OPEN_TALK = acts(talk(*rounds("How was that for you?", "It was all quite new to me")), OPEN)


def test_closed_questions_are_said_openly() -> None:
    finding = proposed(CLOSED_TALK, "open_questions")
    assert finding.title == "Turn one closed question into an open one"
    assert finding.figures == "0 of your 6 questions were open (0%)."
    assert finding.suggestion is not None
    assert finding.suggestion.said is not None
    assert finding.suggestion.said.text == "Did you talk to her?"
    assert finding.suggestion.text == "What happened when you talked to her?"
    assert len(finding.quotes) == 2
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
    finding = proposed(conv, "open_questions")
    assert finding.suggestion is None
    assert finding.quotes == ()


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
    assert notes == ["", "", ""]


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
    assert finding.quotes[0].note == "asks for feelings or views"


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


def test_a_small_talk_share_is_a_strength_and_a_large_one_is_not() -> None:
    quiet = praised(OPEN_TALK, "balance")
    assert quiet.title == "You left the floor to your mentee"
    assert quiet.quotes[0].speaker == "B"
    loud = replace(
        OPEN_TALK,
        speakers=(Speaker("A", "mentee", "Ida"), Speaker("B", "mentor")),
    )
    finding = proposed(loud, "balance")
    assert finding.title == "Leave more room for Ida"
    assert "You spoke for 86% of the talk" in finding.figures
    assert topic_of(talk("A 0-10", "B 10-20"), "balance")[0] is None


def test_a_long_monologue_is_named_with_its_moment() -> None:
    conv = talk("B 0-60", "A 61-181", "B 182-200")
    finding = proposed(conv, "monologue")
    assert finding.figures == "Your longest turn lasted 2 min, from 1:01 on."
    assert finding.quotes[0].note == "a turn of 2 min"


INTERRUPTED = talk(
    "B 0-40 I had thought that we would",
    "A 38-50 Listen to me now please",
    "B 51-90 And then I wanted to say that it",
    "A 88-100 No but listen to me",
    "B 101-140 Fine.",
)


def test_interruptions_are_counted_at_least_and_left_to_the_reader() -> None:
    finding = proposed(INTERRUPTED, "interruptions")
    assert finding.figures.startswith("At least twice you came in and took the floor while")
    assert finding.figures.endswith("twice the sentence was cut off.")
    assert "judgement" in finding.sure
    assert [quote.note for quote in finding.quotes] == ["broke off here", "broke off here"]
    assert finding.quotes[0].text == "I had thought that we would"
    assert finding.quotes[0].span.end > 40


def test_without_words_nobody_is_said_to_have_been_cut_off() -> None:
    finding = proposed(replace(INTERRUPTED, words=(), sentences=()), "interruptions")
    assert "cut off" not in finding.figures
    assert [quote.note for quote in finding.quotes] == ["you came in here"] * 2


def test_one_interruption_is_no_pattern() -> None:
    conv = talk("B 0-40", "A 38-50", "B 51-120")
    assert topic_of(conv, "interruptions")[0] is None


def test_no_interruption_is_a_strength_when_there_was_enough_to_interrupt() -> None:
    finding = praised(talk("B 0-40", "A 41-50", "B 51-120"), "interruptions")
    assert finding.title == "You let your mentee finish"
    assert finding.figures == "No interruption was found in 1 min 49 s of your mentee's talk."
    assert topic_of(talk("B 0-40", "A 41-50"), "interruptions")[0] is None


def test_several_partners_are_the_others() -> None:
    conv = talk("B 0-40", "A 41-45", "C 46-120", "A 121-125")
    finding = praised(conv, "interruptions")
    assert finding.title == "You let the others finish"
    assert "the others' talk" in finding.figures
    conv = talk("B 0-40", "A 38-50", "C 51-90", "A 88-100", "B 101-140")
    assert "while the others were in the middle" in proposed(conv, "interruptions").figures


def test_early_replies_are_shown_with_how_early_they_were() -> None:
    lines = [f"B {i * 10}-{i * 10 + 7.0} So it was" for i in range(8)]
    lines += [f"A {i * 10 + 6.7}-{i * 10 + 9.5} I see what you mean" for i in range(8)]
    finding = proposed(talk(*lines), "early_replies")
    assert finding.figures == "100% of your replies began before your mentee has stopped."
    assert finding.quotes[0].note == "you began 0.3 s before the end"
    assert topic_of(talk("B 0-7", "A 6.7-9"), "early_replies")[0] is None


def waiting(gap: float) -> Conversation:
    lines = []
    for i in range(8):
        start = i * 20
        lines += [f"B {start}-{start + 8} That was it", f"A {start + 8 + gap}-{start + 14} So then"]
    return talk(*lines)


def test_silence_kept_is_praised_and_its_lack_proposed() -> None:
    kept = praised(waiting(3.0), "silence")
    assert kept.figures == "You waited 2.7 s or more 8 times before you answered, up to 3.0 s."
    assert kept.quotes[0].note == "then 3.0 s of silence"
    hasty = proposed(waiting(0.4), "silence")
    assert hasty.figures == "You never waited 2.7 s before you answered."
    assert hasty.quotes[0].note == "you went on after 0.4 s"
    assert topic_of(talk("B 0-3", "A 4-5"), "silence")[0] is None


def test_one_silence_kept_is_said_too() -> None:
    told = [f"B {i * 20}-{i * 20 + 8} So" for i in range(8)]
    replies = [f"A {i * 20 + (11 if i == 3 else 8.5)}-{i * 20 + 14} Yes" for i in range(8)]
    conv = talk(*told, *replies)
    lean, looked = topic_of(conv, "silence")
    topic = next(topic for topic in TOPICS if topic.name == "silence")
    assert lean is not None
    assert topic.propose is not None
    assert topic.propose(looked).figures == "You waited 2.7 s or more once before you answered."


def test_backchannels_are_praised_and_never_missed() -> None:
    conv = talk(
        "B 0-90 " + "word " * 90, *[f"A {i * 10 + 5}-{i * 10 + 5.4} Mm-hm." for i in range(8)]
    )
    finding = praised(conv, "backchannels")
    assert finding.figures == (
        "8 short signals of listening such as mm-hm or yes, 5.3 for each minute that your mentee "
        "spoke."
    )
    topic = next(topic for topic in TOPICS if topic.name == "backchannels")
    assert topic.propose is None


def test_signals_with_words_are_shown_first_and_others_are_explained() -> None:
    said = ["", "mm-hm", "", "yeah", "right", "", "", ""]
    story = "B 0-90 " + "word " * 90
    conv = talk(story, *[f"A {i * 10 + 5}-{i * 10 + 5.4} {text}" for i, text in enumerate(said)])
    assert [q.text for q in praised(conv, "backchannels").quotes] == ["mm-hm", "yeah", "right"]
    quiet = talk(story, *[f"A {i * 10 + 5}-{i * 10 + 5.4}" for i in range(8)])
    assert all(not q.text and q.note for q in praised(quiet, "backchannels").quotes)


def reflecting(listening: Mapping[int, Acts], number: int = 5) -> Conversation:
    lines = []
    for i in range(number):
        start = i * 20
        lines += [
            f"A {start}-{start + 2} What happened next?",
            f"B {start + 3}-{start + 14} I was working on the report",
            f"A {start + 15}-{start + 18} You were at the report.",
        ]
    asked = {i: OPEN for i in range(0, 3 * number, 3)}
    return with_acts(talk(*lines), {**asked, **listening})


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


def test_questions_that_never_follow_a_turn_leave_the_suggestion_general() -> None:
    lines = [f"A {i * 3}-{i * 3 + 2} What was it like?" for i in range(5)]
    finding = proposed(acts(talk(*lines, "B 20-80 It was fine"), OPEN), "reflections")
    assert finding.suggestion is not None
    assert finding.suggestion.said is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("I was so embarrassed.", "embarrassed"),
        ("I felt a bit lost.", "lost"),
        ("I felt lost.", "lost"),
        ("I lost the client.", None),
        ("My boss was angry with me.", None),
        ("They were all happy, I think.", None),
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
    lines = [line for i in range(2) for line in (
        f"B {i * 20}-{i * 20 + 9} I was so worried.", f"A {i * 20 + 10}-{i * 20 + 15} And then?",
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
    again = topic.propose(heard(talk(*lines))).suggestion
    assert again is not None
    assert again.text == "Say the word again, and wait."
    assert [quote.note for quote in finding.quotes] == ["after “worried”", "after “worried”"]
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
    assert len(bad.quotes) == 2
    assert topic_of(OPEN_TALK, "advice")[0] is None


def test_the_second_strength_is_of_another_skill_where_there_is_one() -> None:
    given_ = feedback(acts(OPEN_TALK, OPEN))
    assert [finding.skill for finding in given_.strengths] == ["listening", "communication"]
    assert given_.attempt is not None
    assert given_.attempt.topic == "reflections"
    assert not given_.stretch


def test_two_strengths_of_one_skill_are_better_than_one() -> None:
    given_ = feedback(replace(OPEN_TALK, words=(), sentences=()))
    assert [finding.skill for finding in given_.strengths] == ["listening", "listening"]


def test_where_nothing_is_weak_there_is_a_stretch() -> None:
    deep = Acts(listening=("reflection_complex",))
    probing = Acts("open_question", kinds=("feeling_probe",))
    labelled = {i: deep if i % 3 else probing for i in range(24) if i % 3 != 1}
    given_ = feedback(reflecting(labelled, 8))
    assert given_.attempt is not None
    assert given_.attempt.topic == "silence"
    assert given_.stretch
    few = {i: acts for i, acts in labelled.items() if i < 15}
    assert feedback(reflecting(few)).attempt is None
    assert "Nothing stood out" in feedback(reflecting(few)).notes[-1]


def test_timing_alone_says_so() -> None:
    given_ = feedback(replace(OPEN_TALK, words=(), sentences=()))
    assert "there are no words" in given_.notes[0]
    foreign = feedback(replace(OPEN_TALK, language="de"))
    assert "not known to be English" in foreign.notes[0]
    assert {finding.skill for finding in foreign.strengths} == {"listening"}


def test_a_guessed_mentor_is_named_as_a_guess() -> None:
    speakers = tuple(replace(s, role_source="guessed") for s in OPEN_TALK.speakers)
    assert "guessed (A)" in feedback(replace(OPEN_TALK, speakers=speakers)).notes[0]


@pytest.mark.parametrize(
    ("conv", "note"),
    [
        (talk("A 0-30", "B 31-60", mentor=None), "not known who the mentor is"),
        (talk("A 0-30"), "Only one person is heard"),
        (Conversation(Recording("r", 9.0), (Speaker("A"),), ()), "Nobody is heard"),
        (talk("A 0-3 So?", "B 3-6 Fine."), "Too little was heard"),
    ],
)
def test_what_cannot_be_said_is_said(conv: Conversation, note: str) -> None:
    given_ = feedback(conv)
    assert given_.strengths == ()
    assert given_.attempt is None
    assert note in given_.notes[-1]


def test_a_short_recording_is_a_first_impression() -> None:
    given_ = feedback(talk("B 0-40", "A 41-45", "B 46-80"))
    assert "first impression" in " ".join(given_.notes)


def test_quotes_come_from_words_where_there_are_no_sentences() -> None:
    conv = replace(INTERRUPTED, sentences=())
    finding = proposed(conv, "interruptions")
    assert finding.quotes[0].text.split() == ["would"]


def test_a_quote_may_be_the_sentence_just_before() -> None:
    looked = heard(talk("B 0-3 First this.", "B 5-9 Then that.", "A 10-12 Yes."))
    assert looked.up_to(9.5, "B").text == "Then that."
    assert looked.up_to(30.0, "B").text == ""


def test_no_finding_prints_what_was_said() -> None:
    finding = proposed(CLOSED_TALK, "open_questions")
    assert "talk to her" not in repr(finding)
    assert finding.title not in repr(finding)


def test_bounds_are_symmetric_in_their_own_scale() -> None:
    bounds = Bounds(poor=4.0, even=1.0, good=0.0)
    assert [bounds.lean(v) for v in (0.0, 1.0, 2.5, 4.0, 9.0)] == [1.0, 0.0, -0.5, -1.0, -1.0]


def test_every_topic_is_of_a_measure_and_can_be_told() -> None:
    assert len({topic.name for topic in TOPICS}) == len(TOPICS)
    for topic in TOPICS:
        assert topic.measure in CATALOGUE
        assert topic.praise is not None or topic.propose is not None
        assert 0 < topic.weight <= 1


def test_bounds_are_those_of_the_borrowed_references() -> None:
    bounds = {topic.name: topic.bounds for topic in TOPICS}
    open_ratio, talk_share, reflections = (
        CATALOGUE[name].reference for name in ("open_ratio", "talk_share", "reflection_to_question")
    )
    assert open_ratio is not None
    assert (bounds["open_questions"].even, bounds["open_questions"].good) == (
        open_ratio.low, open_ratio.high,
    )  # fmt: skip
    assert talk_share is not None
    assert bounds["balance"].even == talk_share.high
    assert reflections is not None
    assert bounds["reflections"].good == reflections.low


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    texts = ["So how was it?", "Did you talk to her?", "I was so worried.", "Mm-hm.", "Yes.", ""]
    lines, start = [], 0.0
    for _ in range(draw(st.integers(1, 25))):
        start = max(0.0, start + draw(st.floats(-2, 4)))
        end = start + draw(st.floats(0.2, 30))
        who, text = draw(st.sampled_from("AAABBBC")), draw(st.sampled_from(texts))
        lines.append(f"{who} {start:.2f}-{end:.2f} {text}")
        start = end
    conv = talk(*lines, mentor=draw(st.sampled_from(["A", "B", None])))
    some = st.sampled_from([
        OPEN, CLOSED, Acts(listening=("reflection_simple",)), Acts(),
        Acts(listening=("advice_without_permission",)), Acts("open_question", kinds=("why",)),
    ])  # fmt: skip
    labelled = {i: draw(some) for i in range(len(conv.sentences))}
    return replace(with_acts(conv, labelled), language=draw(st.sampled_from(["en", None])))


@given(conversations())
def test_any_conversation_gets_at_most_two_strengths_and_one_attempt(conv: Conversation) -> None:
    given_ = feedback(conv)
    told = (*given_.strengths, *([given_.attempt] if given_.attempt else []))
    assert len(given_.strengths) <= 2
    assert len({finding.topic for finding in told}) == len(told)
    assert told or given_.notes
    known = {speaker.id for speaker in conv.speakers}
    for finding in told:
        assert finding.title
        assert finding.figures.endswith(".")
        assert "no norm" in finding.norm.lower()
        assert finding.sure
        assert len(finding.quotes) <= 3
        assert {quote.speaker for quote in finding.quotes} <= known


@given(conversations())
def test_feedback_does_not_depend_on_what_the_speakers_are_called(conv: Conversation) -> None:
    names = {"A": "Z", "B": "Y", "C": "X"}
    renamed = replace(
        conv,
        speakers=tuple(replace(s, id=names[s.id]) for s in conv.speakers),
        speech=tuple(replace(s, speaker=names[s.speaker]) for s in conv.speech),
        words=tuple(_renamed(w, names) for w in conv.words),
        sentences=tuple(replace(s, speaker=names[s.speaker]) for s in conv.sentences),
    )
    topics = [finding.topic for finding in feedback(conv).strengths]
    assert [finding.topic for finding in feedback(renamed).strengths] == topics


def _renamed(word: Word, names: Mapping[str, str]) -> Word:
    return replace(word, speaker=names[word.speaker or "A"])


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
