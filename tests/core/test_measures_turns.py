"""Turn lengths, interruptions and backchannels."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from coach.conversation import Provenance
from coach.intervals import Span
from coach.measurement import Measurement, find
from coach.measures import measure
from coach.talk import talk
from coach.turns import floor


def measured(name: str, speaker: str | None, *lines: str) -> Measurement:
    found = find(measure(floor(talk(*lines))), name, speaker)
    assert found is not None
    return found


def test_the_longest_monologue_goes_on_through_backchannels() -> None:
    longest = measured(
        "longest_monologue", "A", "A 0-20", "B 10-10.5", "A 21-30", "B 31-35", "A 36-40"
    )
    assert longest.value == 30
    assert longest.evidence == (Span(0, 30),)


def test_a_lapse_breaks_a_monologue_and_is_no_talk() -> None:
    lines = ("A 0-10", "A 70-75", "B 76-80")
    assert measured("longest_monologue", "A", *lines).value == 10
    assert measured("turn_length_median", "A", *lines).value == 15
    assert measured("turns", "A", *lines).value == 1


def test_a_silence_of_exactly_a_lapse_does_not_break_a_turn() -> None:
    assert measured("longest_monologue", "A", "A 0-10", "A 15-20").value == 20
    assert measured("longest_monologue", "A", "A 0-10", "A 15.125-20").value == 10


def test_turn_lengths_are_medians_and_percentiles_of_all_turns() -> None:
    lines = [f"{'AB'[i % 2]} {100 * i}-{100 * i + 10 + i}" for i in range(20)]
    assert measured("turn_length_median", "A", *lines).value == 19
    assert measured("turn_length_p90", "A", *lines).value == 26
    assert measured("turns", "B", *lines).value == 10


def test_entropy_is_of_more_than_two_speakers() -> None:
    assert measured("turn_entropy", None, "A 0-3", "B 4-6").withheld is not None
    even = measured("turn_entropy", None, "A 0-3", "B 4-6", "C 7-9")
    assert even.value == pytest.approx(math.log2(3))
    uneven = measured("turn_entropy", None, "A 0-3", "B 4-6", "A 7-9", "C 10-13")
    assert uneven.value == pytest.approx(1.5)


def test_interruptions_are_of_who_makes_them_per_talk_of_the_other() -> None:
    made = measured("interruptions", "B", "A 0-300", "B 295-320")
    assert (made.numerator, made.denominator, made.value) == (1, 300, 2)
    assert made.evidence == (Span(295, 300),)
    assert measured("interruptions", "A", "A 0-300", "B 295-320").value == 0


def test_with_nobody_else_there_is_nothing_to_interrupt() -> None:
    assert measured("interruptions", "A", "A 0-300").value is None
    assert measured("backchannels", "A", "A 0-300").value is None


def test_words_that_help_along_are_neither_attempts_nor_backchannels() -> None:
    lines = ("A 0-300 And then I went to him.", "B 100-100.875 The director.")
    counts = {
        name: measured(name, "B", *lines).numerator
        for name in ("cooperative_overlaps", "attempts", "interruptions", "backchannels")
    }
    assert counts == {
        "cooperative_overlaps": 1, "attempts": 0, "interruptions": 0, "backchannels": 0,
    }  # fmt: skip


def test_attempts_and_terminal_overlaps_are_counted_apart() -> None:
    lines = ("A 0-100", "B 50-52", "B 99.625-120")
    assert measured("attempts", "B", *lines).numerator == 1
    assert measured("terminal_overlaps", "B", *lines).numerator == 1
    assert measured("interruptions", "B", *lines).numerator == 0


CUT_OFF = ("A 0-2 I went.", "A 2-5 And then we wanted to", "B 4-9 What did you see?")
FINISHED = ("A 0-2 I went.", "A 2-5 And then we came home.", "B 4-9 What did you see?")
UNKNOWN = ("A 0-2 I went.", "A 2-5", "B 4-9 What did you see?")


def test_cut_off_is_counted_where_it_is_certain() -> None:
    assert measured("interruptions_cut_off", "B", *CUT_OFF).numerator == 1
    assert measured("interruptions_cut_off", "B", *FINISHED).numerator == 0


def test_cut_off_is_withheld_where_it_cannot_be_told() -> None:
    assert measured("interruptions", "B", *UNKNOWN).numerator == 1
    assert measured("interruptions_cut_off", "B", *UNKNOWN).withheld is not None
    assert measured("interruptions_cut_off", "B", "A 0-300", "B 295-320").withheld is not None


def test_backchannels_are_per_minute_of_the_others_talk() -> None:
    given = measured("backchannels", "B", "A 0-30", "B 10-10.5", "B 20-20.5", "B 31-40")
    assert (given.value, given.count) == (4, 2)
    assert given.evidence == (Span(10, 10.5), Span(20, 20.5))


@pytest.mark.parametrize(
    "name",
    [
        "interruptions", "interruptions_cut_off", "attempts", "terminal_overlaps",
        "cooperative_overlaps", "backchannels",
        "response_latency", "early_responses", "quick_responses", "wait_after_question",
        "wait_after_answer",
    ],
)  # fmt: skip
def test_nothing_about_timing_is_read_from_a_transcript(name: str) -> None:
    conv = talk("A 0-3 How was it?", "B 3-5 It was fine.", "A 5-6 Good.")
    conv = replace(conv, provenance=Provenance(source="transcript"))
    for taken in measure(floor(conv)):
        if taken.name == name:
            assert taken.value is None and "transcript" in (taken.withheld or "")
