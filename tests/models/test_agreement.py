"""The figures of the benchmark, against values worked out by hand or by definition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.conversation import ActName
from coach_models.annotation.agreement import (
    area_under_curve,
    compare_acts,
    compare_label,
    kappa,
    macro_f1,
    open_share,
    ratio_error,
    reliability,
)
from coach_models.annotation.encoding import ACTS

acts = st.lists(st.sampled_from(ACTS), min_size=1, max_size=40)
OPEN, CLOSED, NONE = ACTS


@given(acts)
def test_perfect_is_one(labels: list[ActName]) -> None:
    assert macro_f1(compare_acts(labels, labels)) == 1
    assert kappa(labels, labels) in (None, 1)


@given(acts, st.randoms())
def test_f1_is_symmetric(labels: list[ActName], draw: object) -> None:
    given_acts = list(labels)
    draw.shuffle(given_acts)
    one, other = compare_acts(labels, given_acts), compare_acts(given_acts, labels)
    assert all(one[act].f1 == other[act].f1 for act in ACTS)


def test_nothing_to_divide_by_is_none() -> None:
    empty = compare_label([False], [False])
    assert (empty.precision, empty.recall, empty.f1) == (None, None, None)


def test_ratio_error_by_hand() -> None:
    sessions = {
        "a": ([OPEN, OPEN, CLOSED, CLOSED], [OPEN, CLOSED, CLOSED, CLOSED]),
        "b": ([OPEN, OPEN, OPEN, OPEN, NONE], [OPEN, OPEN, OPEN, OPEN, OPEN]),
        "too few": ([OPEN, CLOSED, NONE], [CLOSED, CLOSED, NONE]),
        "none found": ([OPEN, OPEN, CLOSED, CLOSED], [NONE, NONE, NONE, NONE]),
    }
    error = ratio_error(sessions)
    assert error is not None
    assert (error.mean_absolute, error.bias, error.sessions) == (0.125, -0.125, 2)
    assert error.r is None


def test_ratio_error_of_no_session_is_none() -> None:
    assert ratio_error({"a": ([NONE], [NONE])}) is None
    assert open_share([NONE]) is None


def test_reliability_of_an_honest_annotator_is_small() -> None:
    honest = reliability([0.75] * 4 + [0.25] * 4, [True] * 3 + [False] + [True] + [False] * 3)
    assert honest is not None
    assert honest.error == pytest.approx(0)
    assert [count for *_, count in honest.bins] == [4, 4]


def test_reliability_of_a_boaster_is_large() -> None:
    boaster = reliability([1.0] * 4, [True, False, False, False])
    assert boaster is not None and boaster.error == pytest.approx(0.75)
    assert reliability([], []) is None


def test_area_under_curve_needs_both_kinds() -> None:
    assert area_under_curve([1.0, 2.0], [True, True]) is None
    assert area_under_curve([1.0, 2.0, 3.0], [False, True, True]) == 1
