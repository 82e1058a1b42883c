"""Measurements keep their parts, so that adding them is exact."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.errors import InputError
from coach.intervals import Span
from coach.measurement import Measurement, Statistic, find, wilson

counts = st.integers(0, 200)


def rate(numerator: float | None, denominator: float | None, scale: float = 1.0) -> Measurement:
    return Measurement(
        "turns", "A", "ratio", numerator=numerator, denominator=denominator, scale=scale
    )


def samples(statistic: Statistic, *values: float) -> Measurement:
    return Measurement("turns", "A", "seconds", statistic, samples=values, count=len(values))


def test_a_rate_is_scaled_numerator_over_denominator() -> None:
    assert rate(3, 120, scale=60).value == 1.5


@pytest.mark.parametrize("parts", [(None, None), (None, 4), (3, None), (3, 0), (0, 0)])
def test_a_rate_without_its_parts_is_undefined_and_never_zero(
    parts: tuple[float | None, float | None],
) -> None:
    assert rate(*parts).value is None


def test_a_rate_of_nothing_out_of_something_is_zero() -> None:
    assert rate(0, 4).value == 0


def test_a_total_is_its_numerator() -> None:
    assert Measurement("turns", "A", "count", "total", numerator=4).value == 4
    assert Measurement("turns", "A", "count", "total").value is None


@pytest.mark.parametrize(("statistic", "value"), [("median", 5.5), ("p90", 9), ("max", 10)])
def test_statistics_are_read_from_the_samples(statistic: Statistic, value: float) -> None:
    assert samples(statistic, *range(10, 0, -1)).value == value
    assert samples(statistic).value is None


def test_nine_of_ten_samples_are_at_most_the_90th_percentile() -> None:
    assert samples("p90", 7).value == 7
    assert samples("p90", 1, 2).value == 2


def test_a_withheld_measurement_has_its_parts_and_no_value() -> None:
    few = Measurement("turns", "A", "ratio", numerator=1, denominator=2, withheld="Too few.")
    assert few.value is None and few.numerator == 1


@given(counts, counts, counts, counts)
def test_a_pooled_rate_is_not_the_mean_of_rates(a: int, b: int, c: int, d: int) -> None:
    pooled = rate(a, b) + rate(c, d)
    assert pooled.value == ((a + c) / (b + d) if b + d else None)


@given(st.lists(st.floats(0, 100), min_size=1), st.lists(st.floats(0, 100), min_size=1))
def test_pooled_samples_are_all_the_samples(left: list[float], right: list[float]) -> None:
    pooled = samples("median", *left) + samples("median", *right)
    assert pooled.value == samples("median", *left, *right).value
    assert pooled.count == len(left) + len(right)


def test_pooling_keeps_the_speaker_only_if_it_is_the_same() -> None:
    mine = Measurement("turns", "A", "count", "total", numerator=1, evidence=(Span(0, 1),))
    yours = Measurement("turns", "B", "count", "total", numerator=2)
    assert (mine + mine).speaker == "A"
    assert (mine + yours).speaker is None
    assert (mine + yours).value == 3
    assert (mine + mine).evidence == ()


def test_pooling_with_nothing_known_changes_nothing() -> None:
    assert (rate(None, None) + rate(1, 2)).value == 0.5
    assert (rate(None, None) + rate(None, None)).numerator is None


def test_pooling_a_withheld_rate_uses_its_counts() -> None:
    few = Measurement("turns", "A", "ratio", numerator=1, denominator=2, withheld="Too few.")
    assert (few + few).value == 0.5


def test_different_things_do_not_add_up() -> None:
    with pytest.raises(InputError, match="Cannot add"):
        rate(1, 2) + rate(1, 2, scale=60)


@given(st.integers(1, 500), st.data())
def test_the_wilson_interval_holds_the_share_and_lies_in_0_to_1(
    n: int, data: st.DataObject
) -> None:
    k = data.draw(st.integers(0, n))
    interval = wilson(k, n)
    assert interval is not None
    low, high = interval
    assert 0 <= low <= k / n + 1e-12 and k / n - 1e-12 <= high <= 1
    wider = wilson(k, n, z=2.58)
    assert wider is not None and wider[0] <= low + 1e-12 and high <= wider[1] + 1e-12


def test_the_wilson_interval_solves_its_equation() -> None:
    interval = wilson(7, 12)
    assert interval is not None
    for bound in interval:
        assert math.isclose(abs(7 / 12 - bound), 1.96 * math.sqrt(bound * (1 - bound) / 12))


def test_without_trials_there_is_no_interval() -> None:
    assert wilson(0, 0) is None


def test_a_measurement_is_found_by_name_and_speaker() -> None:
    mine = rate(1, 2)
    assert find([mine], "turns", "A") is mine
    assert find([mine], "turns") is None
    assert find([mine], "words", "A") is None
