from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from coach.interchange.segments import Segment
from coach.intervals import Span
from coach.talk import talk
from coach_models.bench.pair import ListenerResult, pair
from coach_models.bench.reference import ReferenceRecording
from coach_models.bench.share_errors import ShareError, errors_of, fit, fits, read_transcripts
from coach_models.bench.table import share_table

TRUTH = talk("A 0-30", "B 30-60", "A 60-90", "B 90-120")
REFERENCE = ReferenceRecording("one", "calls", Path("one.wav"), TRUTH)


def _errors(*said: str) -> list[ShareError]:
    return list(errors_of(pair(REFERENCE, ListenerResult(talk(*said))), "mixed"))


def test_the_error_is_that_of_one_of_the_two_with_its_sign() -> None:
    found = _errors("X 0-30", "Y 30-45", "X 60-90", "Y 90-105")
    whole = next(each for each in found if each.window is None)
    assert (whole.error, whole.seconds) == (pytest.approx(60 / 90 - 0.5), 90)
    assert [each.error for each in found if each.window == 30] == [0, 0, 0, 0]
    assert [each.error for each in found if each.window == 60] == pytest.approx([1 / 6, 1 / 6])


def test_more_than_two_people_are_left_out() -> None:
    three = replace(REFERENCE, conversation=talk("A 0-30", "B 30-60", "C 60-90"))
    assert not list(errors_of(pair(three, ListenerResult(talk("A 0-90"))), "mixed"))


def test_overlap_counts_for_both() -> None:
    found = _errors("X 0-35", "Y 30-60", "X 60-90", "Y 90-120")
    assert next(each for each in found if each.window is None).overlap == 5


def test_a_transcript_of_starts_makes_each_line_last_until_the_next() -> None:
    turns = (Segment(Span(0, 10), "A", "So?"), Segment(Span(30, 60), "B", "Fine."))
    told = dict(read_transcripts(replace(REFERENCE, turns=turns)))
    assert [s.span for s in told["lines"].conversation.speech] == [Span(0, 10), Span(30, 60)]
    assert [s.span for s in told["starts"].conversation.speech] == [Span(0, 30), Span(30, 60)]


def test_an_error_that_stays_is_told_from_one_that_averages_out() -> None:
    def error(number: int, of: float, seconds: float) -> ShareError:
        return ShareError(("set", f"{number}"), "mixed", None, seconds, 0.0, of)

    lasting = [error(number, 0.03, 10.0**number) for number in range(1, 5)]
    passing = [error(number, 0.3 / 10 ** (number / 2), 10.0**number) for number in range(1, 5)]
    assert fit(lasting).moment == 0 < fit(lasting).lasting
    assert fit(passing).lasting == 0 < fit(passing).moment
    assert fits(lasting)["mixed"].held == 4
    assert "4 of 4" in share_table(lasting)
