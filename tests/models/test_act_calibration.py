"""From logits to probabilities: each label has one, and the rules' say moves it."""

from __future__ import annotations

import numpy as np
import pytest

from coach_models.annotation.calibration import LEAST_TOLD, Calibration, Scale
from coach_models.annotation.classifier import Scores
from coach_models.annotation.encoding import ACTS, KINDS, LISTENING
from coach_models.annotation.rules import SentenceForm

COMPLEX = LISTENING.index("reflection_complex")
PLAIN = SentenceForm("other")
SEEN = SentenceForm("other", reflects=True)


def _calibration(form_reflection: float = 0.0) -> Calibration:
    kinds, listening = (
        Scale((1.0,) * len(names), (0.0,) * len(names)) for names in (KINDS, LISTENING)
    )
    return Calibration(1.0, (0, 0, 0), kinds, listening, form_reflection=form_reflection)


def _scores(listening: list[float], kinds: float = -9.0) -> Scores:
    return Scores(
        np.array([[-2.0, -2.0, 2.0]], np.float32),
        np.full((1, len(KINDS)), kinds, np.float32),
        np.array([listening], np.float32),
    )


def test_every_label_that_is_worth_telling_has_its_probability() -> None:
    logits = [-9.0] * len(LISTENING)
    logits[COMPLEX] = 1.0
    (acts,) = _calibration().decide(_scores(logits), [PLAIN])
    assert acts.listening == ("reflection_complex",)
    assert dict(acts.label_probabilities) == {
        "reflection_complex": pytest.approx(1 / (1 + np.exp(-1)), abs=1e-3)
    }
    assert all(p >= LEAST_TOLD for _, p in acts.label_probabilities)


def test_labels_that_are_not_given_have_one_too() -> None:
    (acts,) = _calibration().decide(_scores([-2.0] * len(LISTENING), -2.0), [PLAIN])
    assert not acts.listening and not acts.kinds
    assert {name for name, _ in acts.label_probabilities} == {*KINDS, *LISTENING}


def test_the_form_of_a_reflection_adds_to_its_log_odds_alone() -> None:
    logits = np.full((2, len(LISTENING)), -1.0, np.float32)
    shares = _calibration(form_reflection=2.0).listening_shares(logits, [PLAIN, SEEN])
    odds = np.log(shares / (1 - shares))
    assert odds[0] == pytest.approx(-1.0)
    assert odds[1, COMPLEX] == pytest.approx(1.0)
    assert odds[1, LISTENING.index("information")] == pytest.approx(-1.0)


def test_a_form_of_a_question_adds_to_its_act() -> None:
    calibration = Calibration(
        1.0, (0, 0, 0), Scale((1.0,), (0.0,)), Scale((1.0,), (0.0,)), form_question=1.0
    )
    even = np.zeros((1, 3), np.float32)
    (shares,) = calibration.acts(even, [SentenceForm("open_question")])
    assert shares[ACTS.index("open_question")] == pytest.approx(np.e / (np.e + 2))
    assert shares.sum() == pytest.approx(1)
