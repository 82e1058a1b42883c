"""What a speaker usually does moves what a single sentence is taken for."""

from __future__ import annotations

import numpy as np
import pytest

from coach.conversation import Acts
from coach_models.annotation.calibration import Habit, reflecting
from coach_models.annotation.habits import adjust, decide_by_habit

HABIT = Habit(usual=0.15)
DOUBTFUL = Acts(
    listening=("affirmation",),
    label_probabilities=(
        ("reflection_simple", 0.05),
        ("reflection_complex", 0.15),
        ("affirmation", 0.6),
    ),
)


def _said(share: float, times: int) -> list[Acts]:
    return [Acts(label_probabilities=(("reflection_complex", share),))] * times


def test_the_same_sentence_is_a_reflection_of_one_who_reflects() -> None:
    acts = [DOUBTFUL, *_said(0.95, 30), DOUBTFUL, *_said(0.01, 30)]
    found = decide_by_habit(acts, ["A"] * 31 + ["B"] * 31, [0.3] * 62, HABIT)
    assert found[0].listening == ("reflection_complex", "affirmation")
    assert found[31].listening == ("affirmation",)
    assert reflecting(found[0]) > 0.3 > reflecting(found[31])


def test_other_labels_keep_their_probability() -> None:
    (found,) = decide_by_habit([DOUBTFUL], ["A"], [0.9], HABIT)
    told = dict(found.label_probabilities)
    assert told["affirmation"] == 0.6
    assert told["reflection_complex"] == pytest.approx(3 * told["reflection_simple"], abs=0.01)


def test_the_usual_share_leaves_all_as_it_is() -> None:
    shares = np.array([0.15] * 20)
    assert adjust(shares, HABIT) == pytest.approx(shares)


def test_a_reflection_that_no_longer_is_one_is_taken_back() -> None:
    once = Acts(listening=("reflection_simple",), label_probabilities=(("reflection_simple", 0.3),))
    found = decide_by_habit([once, *_said(0.001, 99)], ["A"] * 100, [0.3] * 100, HABIT)
    assert found[0].listening == ()


def test_without_sentences_or_probabilities_nothing_changes() -> None:
    assert decide_by_habit([], [], [], HABIT) == []
    plain = Acts("other", listening=("backchannel",))
    assert decide_by_habit([plain], ["A"], [0.3], HABIT) == [plain]
