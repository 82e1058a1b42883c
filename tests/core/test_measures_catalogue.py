"""The catalogue and the measures know each other, completely."""

from __future__ import annotations

import pytest

from coach.measures import MEASURES, measure
from coach.measures.catalogue import CATALOGUE, NO_NORM, Measure
from coach.talk import talk
from coach.turns import floor

NAMES = """
    talk_time talk_share talk_share_of_recording silence_share overlap_share longest_monologue
    turn_length_median turn_length_p90 turns turn_entropy interruptions interruptions_cut_off
    attempts terminal_overlaps cooperative_overlaps backchannels response_latency early_responses
    quick_responses
    wait_after_question wait_after_answer lapses open_questions closed_questions open_ratio
    question_why question_feeling_probe question_possibility question_follow_up question_leading
    question_alternative question_tag question_fact question_logistics question_rhetorical
    question_view_probe stacked_questions reflections reflections_simple reflections_complex
    reflection_to_question summaries repairs minimising
    feeling_words affirmations advice_with_permission advice_without_permission uptake words
    speech_rate fillers low_confidence_words
""".split()

OF_THE_CONVERSATION = {"silence_share", "overlap_share", "turn_entropy", "lapses"}


def test_names_are_a_contract() -> None:
    assert sorted(CATALOGUE) == sorted(NAMES)


def test_every_entry_is_measured_once_for_everyone_it_is_of() -> None:
    found = [(m.name, m.speaker) for m in measure(floor(talk("A 0-3 Hello.", "B 4-6 Hello.")))]
    expected = [
        (name, who)
        for name in CATALOGUE
        for who in ((None,) if name in OF_THE_CONVERSATION else ("A", "B"))
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_every_measurement_is_as_its_entry_says() -> None:
    for taken in measure(floor(talk("A 0-3 Hello.", "B 4-6 Hello.", "C 7-9"))):
        entry = CATALOGUE[taken.name]
        assert (taken.unit, taken.statistic, taken.scale) == (
            entry.unit,
            entry.statistic,
            entry.scale,
        )


def test_measures_are_functions_registered_once() -> None:
    assert len(set(MEASURES)) == len(MEASURES)
    assert all(each.__doc__ for each in MEASURES)


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=str)
def test_an_entry_says_what_it_means(entry: Measure) -> None:
    assert entry.label and entry.label[0].isupper()
    assert entry.description.endswith(".")
    assert bool(entry.denominator) == (entry.statistic == "rate" and entry.unit != "dB")


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=str)
def test_a_range_names_the_domain_it_was_borrowed_from(entry: Measure) -> None:
    if entry.reference is None:
        assert entry.norm == NO_NORM
    else:
        assert entry.reference.domain in entry.norm and entry.reference.source in entry.norm
        low, high = entry.reference.low, entry.reference.high
        assert (low is None) + (high is None) < 2
        assert low is None or high is None or low < high
        assert "mentoring" not in entry.reference.domain


@pytest.mark.parametrize(
    ("name", "scale"),
    [("talk_share", 1), ("interruptions", 600), ("backchannels", 60), ("speech_rate", 60)],
)
def test_a_rate_is_scaled_to_its_unit(name: str, scale: float) -> None:
    assert CATALOGUE[name].scale == scale
