"""Whether a measure changed between sessions: seldom said where nothing did, said where it did."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, t

from coach import comparison
from coach.comparison import Observation, compare, observe, usual_range
from coach.measurement import Measurement, wilson

values = st.lists(st.floats(-100, 100), min_size=1, max_size=6)


def exact(*found: float) -> list[Observation]:
    return [Observation(value, (value, value)) for value in found]


def asked(opened: int, of: int) -> Observation:
    ratio = Measurement(
        "open_ratio", "A", "ratio", numerator=opened, denominator=of, interval=wilson(opened, of)
    )
    found = observe(ratio, seconds=3600)
    assert found is not None
    return found


def cut_in(times: int, seconds: float = 1800) -> Observation:
    rate = Measurement(
        "interruptions", "A", "per_10_minutes", numerator=times, denominator=seconds, scale=600
    )
    found = observe(rate, seconds=seconds)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", ["questions", "interruptions", "shares"])
@pytest.mark.parametrize(("before", "after"), [(2, 1), (4, 1), (3, 3), (8, 4)])
def test_where_nothing_changed_a_change_is_said_in_one_of_twenty_at_most(
    kind: str, before: int, after: int
) -> None:
    """Sessions differ from each other, and what is counted in each is a sample."""
    draw = np.random.default_rng(7)

    def session() -> Observation:
        habit = draw.normal()
        if kind == "questions":
            number = int(draw.integers(15, 40))
            return asked(draw.binomial(number, 1 / (1 + math.exp(0.5 - habit / 2))), number)
        if kind == "interruptions":
            return cut_in(int(draw.poisson(3 * math.exp(habit / 2))))
        share = 1 / (1 + math.exp(-0.3 - 0.4 * habit))
        return Observation(share, (share, share))

    tries = 1500
    said = sum(
        compare([session() for _ in range(before)], [session() for _ in range(after)]).verdict
        == "changed"
        for _ in range(tries)
    )
    assert said / tries < 0.05 + 3 * math.sqrt(0.05 * 0.95 / tries)


def test_what_clearly_changed_is_said() -> None:
    before, after = [asked(3, 30), asked(4, 30), asked(5, 30)], [asked(20, 30), asked(21, 30)]
    found = compare(before, after)
    assert found.verdict == "changed" and found.difference == pytest.approx(0.55, abs=0.01)
    assert found.interval is not None and found.interval[0] > 0.3
    back = compare(after, before)
    assert back.interval is not None
    assert back.interval == pytest.approx((-found.interval[1], -found.interval[0]))


@pytest.mark.parametrize(("before", "after"), [((), ()), ((1,), ()), ((), (1, 2, 3)), ((1,), (2,))])
def test_too_few_sessions_tell_nothing(before: tuple[float, ...], after: tuple[float, ...]) -> None:
    found = compare(exact(*before), exact(*after))
    assert found.verdict == "few" and found.interval is None


def test_a_single_event_after_none_is_no_change() -> None:
    """Sessions without any do not show how much sessions differ."""
    found = compare([cut_in(0)] * 4, [cut_in(1)])
    assert found.verdict == "unclear" and found.by_labels


def test_unsure_labels_are_told_from_sessions_that_differ() -> None:
    wide = [Observation(0.3, (0.0, 0.9))] * 3
    assert compare(wide, [Observation(0.6, (0.1, 1.0))]).by_labels
    found = compare(exact(0.1, 0.9, 0.5), exact(0.8))
    assert found.verdict == "unclear" and not found.by_labels


def test_counts_are_compared_per_hour_and_nothing_is_not_compared() -> None:
    count = Measurement("reflections", "A", "count", "total", numerator=3, interval=(2, 5))
    assert observe(count, seconds=1800) == Observation(6, (4, 10))
    none = Measurement("open_ratio", "A", "ratio", withheld="Too few.")
    assert observe(none, seconds=1800) is None


@given(values, values, st.floats(-50, 50))
def test_moving_all_sessions_moves_no_difference(
    before: list[float], after: list[float], by: float
) -> None:
    here = compare(exact(*before), exact(*after))
    moved = compare(exact(*(v + by for v in before)), exact(*(v + by for v in after)))
    assert moved.interval == (
        None if here.interval is None else pytest.approx(here.interval, abs=1e-6)
    )


@given(values, values)
def test_the_interval_holds_the_difference(before: list[float], after: list[float]) -> None:
    found = compare(exact(*before), exact(*after))
    if found.interval is not None and found.difference is not None:
        low, high = found.interval
        assert low - 1e-9 <= found.difference <= high + 1e-9


@pytest.mark.parametrize("freedom", [1, 2, 7, 20, 21, 40, 200])
def test_the_quantiles_are_students(freedom: int) -> None:
    for table, share in ((comparison._T_975, 0.975), (comparison._T_90, 0.9)):
        found = comparison._student(table, freedom, share)
        assert found == pytest.approx(t.ppf(share, freedom), abs=0.01)


@pytest.mark.parametrize("events", [0, 1, 2, 5, 20])
def test_the_interval_of_events_is_nearly_the_exact_one(events: int) -> None:
    low, high = comparison._poisson(events)
    exact_low = chi2.ppf(0.025, 2 * events) / 2 if events else 0.0
    assert low == pytest.approx(exact_low, abs=0.02)
    assert high == pytest.approx(chi2.ppf(0.975, 2 * events + 2) / 2, abs=0.05)


def test_four_of_five_sessions_are_usual() -> None:
    draw = np.random.default_rng(3)
    inside = 0
    for _ in range(2000):
        *known, new = draw.normal(size=6)
        low, high = usual_range(exact(*known)) or (0.0, 0.0)
        inside += low <= new <= high
    assert inside / 2000 == pytest.approx(0.8, abs=0.03)
    assert usual_range(exact(0.4, 0.5)) is None
