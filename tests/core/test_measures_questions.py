"""Questions, reflections, feeling words and uptake, read from sentences and their acts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coach.conversation import Acts, Conversation, ListeningAct, ModelUsed, QuestionKind
from coach.intervals import Span
from coach.measurement import Measurement, find, wilson
from coach.measures import measure
from coach.measures.questions import KINDS
from coach.rules import Rules
from coach.talk import talk, with_acts
from coach.turns import floor

OPEN, CLOSED = Acts("open_question"), Acts("closed_question")


def listening(*acts: ListeningAct) -> Acts:
    return Acts(listening=acts)


def measured(name: str, conv: Conversation, rules: Rules | None = None) -> Measurement:
    found = find(measure(floor(conv, rules or Rules())), name, "A")
    assert found is not None
    return found


def asking(*acts: Acts) -> Conversation:
    """A asks once in each turn, B answers each time."""
    lines = []
    for i in range(len(acts)):
        lines += [
            f"A {10 * i}-{10 * i + 3} What was it?",
            f"B {10 * i + 4}-{10 * i + 8} Nothing much.",
        ]
    return with_acts(talk(*lines), {2 * i: act for i, act in enumerate(acts)})


def test_open_and_closed_questions_are_counted_with_their_moments() -> None:
    conv = asking(OPEN, CLOSED, OPEN)
    opened = measured("open_questions", conv)
    assert (opened.value, opened.evidence) == (2, (Span(0, 3), Span(20, 23)))
    assert measured("closed_questions", conv).value == 1


def test_the_open_ratio_has_counts_and_an_interval() -> None:
    ratio = measured("open_ratio", asking(OPEN, OPEN, OPEN, CLOSED))
    assert (ratio.value, ratio.numerator, ratio.denominator) == (0.75, 3, 4)
    assert ratio.interval == wilson(3, 4)
    assert len(ratio.evidence) == 4


def test_the_ratio_of_few_questions_is_withheld_and_the_counts_stay() -> None:
    ratio = measured("open_ratio", asking(OPEN, OPEN, CLOSED))
    assert ratio.value is None and ratio.interval is None
    assert (ratio.numerator, ratio.denominator) == (2, 3)
    assert ratio.withheld == "Too few questions (3): 4 are needed."
    assert measured("open_ratio", asking(OPEN, OPEN, CLOSED), Rules(min_questions=3)).value == 2 / 3


def test_logistics_and_rhetorical_questions_do_not_count_in_the_ratio() -> None:
    logistics = Acts("closed_question", kinds=("logistics",))
    rhetorical = Acts("other", kinds=("rhetorical",))
    conv = asking(OPEN, OPEN, CLOSED, CLOSED, logistics, rhetorical)
    assert measured("open_ratio", conv).denominator == 4
    assert measured("closed_questions", conv).value == 2
    assert measured("question_logistics", conv).value == 1
    assert measured("question_rhetorical", conv).value == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_counted(kind: QuestionKind) -> None:
    act = Acts("other" if kind == "rhetorical" else "open_question", kinds=(kind,))
    conv = asking(act, OPEN)
    assert measured(f"question_{kind}", conv).evidence == (Span(0, 3),)
    others = [k for k in KINDS if k != kind]
    assert all(measured(f"question_{k}", conv).value == 0 for k in others)


def test_a_kind_without_a_question_act_is_no_question() -> None:
    assert measured("question_why", asking(Acts("other", kinds=("why",)))).value == 0


def test_two_questions_in_one_turn_are_stacked() -> None:
    conv = talk(
        "A 0-2 Why?", "A 2-3 Well.", "A 3-5 Was it him?", "B 6-9 It was.", "A 10-12 Why him?"
    )
    stacked = measured("stacked_questions", with_acts(conv, {0: OPEN, 2: CLOSED, 4: OPEN}))
    assert (stacked.value, stacked.evidence) == (1, (Span(0, 5),))


def test_a_sentence_before_the_first_turn_is_in_no_stack() -> None:
    conv = with_acts(talk("A 0-2 Why?", "A 2-4 How?"), {0: OPEN, 1: OPEN})
    late = replace(conv, speech=talk("A 5-6").speech)
    assert measured("stacked_questions", late).value == 0


def test_reflections_are_simple_or_complex_and_stand_against_questions() -> None:
    simple, deep = listening("reflection_simple"), listening("reflection_complex")
    conv = asking(OPEN, CLOSED, simple, deep, deep)
    assert measured("reflections", conv).value == 3
    assert measured("reflections_simple", conv).value == 1
    assert measured("reflections_complex", conv).value == 2
    ratio = measured("reflection_to_question", conv)
    assert (ratio.value, ratio.numerator, ratio.denominator) == (1.5, 3, 2)


def test_reflections_without_questions_have_no_ratio() -> None:
    ratio = measured("reflection_to_question", asking(listening("reflection_simple")))
    assert ratio.value is None and ratio.numerator == 1


def test_a_question_may_carry_a_reflection() -> None:
    both = Acts("open_question", listening=("reflection_simple",))
    assert measured("reflection_to_question", asking(both)).value == 1


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("affirmations", "affirmation"),
        ("advice_with_permission", "advice_with_permission"),
        ("advice_without_permission", "advice_without_permission"),
    ],
)
def test_affirmations_and_advice_are_counted(name: str, act: ListeningAct) -> None:
    assert measured(name, asking(listening(act), OPEN)).value == 1


def test_feeling_words_count_in_reflections_only() -> None:
    conv = talk("B 0-4 I was there.", "A 5-8 You felt lonely and worried.", "A 9-11 I was scared.")
    words = measured("feeling_words", with_acts(conv, {1: listening("reflection_complex")}))
    assert words.value == 2
    assert all(Span(5, 8).overlaps(span) for span in words.evidence)


def test_uptake_is_a_content_word_of_the_last_turn() -> None:
    conv = talk(
        "B 0-3 My manager cancelled the meeting.",
        "A 4-7 Okay. What did your managers say?",
        "B 8-11 Nothing about the budget.",
        "A 12-14 Let us move on now.",
        "B 15-16.5 Yeah we could.",
        "A 17-19 The budget then.",
    )
    uptake = measured("uptake", conv)
    assert (uptake.numerator, uptake.denominator) == (1, 2)
    assert uptake.evidence == (Span(4, 7),)


def test_uptake_looks_at_the_first_sentence_that_says_something() -> None:
    lines = ("B 0-3 My manager cancelled.", "A 4-5 Oh I see.", "A 5-7 Cancelled by your manager?")
    assert measured("uptake", talk(*lines)).value == 1


def test_uptake_needs_the_words_of_both() -> None:
    conv = talk("B 0-3", "A 4-7 What did your manager say?", "B 8-11")
    assert measured("uptake", conv).withheld == "No words were recognised."


SENTENCE_MEASURES = (
    "open_questions", "closed_questions", "open_ratio", "question_why", "stacked_questions",
    "reflections", "reflection_to_question", "feeling_words", "affirmations", "uptake",
    "wait_after_question", "wait_after_answer",
)  # fmt: skip


@pytest.mark.parametrize("name", SENTENCE_MEASURES)
def test_without_words_questions_and_listening_are_withheld(name: str) -> None:
    taken = measured(name, talk("A 0-3", "B 4-6"))
    assert taken.value is None and taken.numerator is None
    assert taken.withheld == "No words were recognised."


@pytest.mark.parametrize("name", SENTENCE_MEASURES)
@pytest.mark.parametrize(("language", "found"), [("de", "'de'"), (None, "not known")])
def test_in_other_languages_they_are_withheld(name: str, language: str | None, found: str) -> None:
    taken = measured(name, replace(asking(OPEN, CLOSED), language=language))
    assert taken.withheld == f"English only; the language of this conversation is {found}."


@pytest.mark.parametrize("name", SENTENCE_MEASURES)
def test_of_uncertain_words_they_are_withheld(name: str) -> None:
    conv = asking(OPEN, CLOSED)
    poor = tuple(replace(word, probability=0.2) for word in conv.words)
    taken = measured(name, replace(conv, words=poor))
    assert taken.withheld is not None and "too uncertain: 100%" in taken.withheld


@pytest.mark.parametrize("name", SENTENCE_MEASURES)
def test_words_without_sentences_are_not_enough(name: str) -> None:
    taken = measured(name, replace(asking(OPEN), sentences=()))
    assert taken.withheld == "The words were not divided into sentences."


def test_british_english_is_english() -> None:
    conv = replace(asking(OPEN, OPEN, OPEN, CLOSED), language="en-GB")
    assert measured("open_ratio", conv).value == 0.75


def test_a_third_person_without_words_withholds_nothing_of_the_others() -> None:
    conv = talk("B 0-9 My manager cancelled it.", "A 10-19 Did your manager?", "C 20-24")
    assert measured("uptake", conv).value == 1.0


def test_a_model_without_a_name_has_no_known_errors() -> None:
    conv = talk("A 0-3 How was it?")
    used = replace(conv.provenance, models=(ModelUsed("annotation", ""),))
    assert measured("open_questions", replace(conv, provenance=used)).value == 0
