"""Rules are numbers in their range."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from coach.errors import InputError
from coach.rules import FeedbackRules, Rules, TopicRule, replace_values


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


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"poor": 0.4}, "even between"),
        ({"even": math.nan}, "even"),
        ({"weight": 1.5}, "weight"),
        ({"wait": 1.0}, "wait"),
        (0.3, "expected a rule and its value"),
    ],
    ids=str,
)
def test_a_topic_s_rule_out_of_its_range_is_refused(wrong: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        replace_values(Rules(), {"feedback": {"balance": wrong}})


def test_a_topic_s_rule_is_replaced_in_part() -> None:
    changed = replace_values(Rules(), {"feedback": {"balance": {"weight": 0}}}).feedback
    assert changed.balance == replace(FeedbackRules().balance, weight=0)
    assert changed.reflections == FeedbackRules().reflections


def test_a_strength_and_something_to_try_are_never_the_same() -> None:
    with pytest.raises(InputError, match="attempt < 0 < strength"):
        FeedbackRules(strength=-0.3)


@pytest.mark.parametrize(("value", "lean"), [(0.0, 1), (1.0, 0), (2.5, -0.5), (4.0, -1), (9.0, -1)])
def test_a_topic_leans_in_a_straight_line_on_both_sides_of_even(value: float, lean: float) -> None:
    assert TopicRule(poor=4.0, even=1.0, good=0.0, weight=1.0).lean(value) == lean
