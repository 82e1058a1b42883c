"""Rules are numbers in their range."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from coach.errors import InputError
from coach.rules import Rules


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_pause": -0.1},
        {"min_pause": "0.2"},
        {"min_pause": math.nan},
        {"lapse_min": math.inf},
        {"min_questions": True},
        {"ghost_share": 1.5},
        {"low_probability": 2},
        {"max_low_confidence": 40},
        {"sure_claim": 0.3},
        {"sure_quote": 2},
        {"window": 0},
        {"window_step": 0},
    ],
    ids=str,
)
def test_a_rule_out_of_its_range_is_refused_by_name(wrong: dict[str, object]) -> None:
    [name] = wrong
    with pytest.raises(InputError, match=name):
        replace(Rules(), **wrong)  # type: ignore[arg-type]


def test_zero_switches_a_threshold_off() -> None:
    assert Rules(min_pause=0, min_overlap=0).min_pause == 0
