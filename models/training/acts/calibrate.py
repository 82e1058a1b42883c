"""Calibration: probabilities that mean what they say, fitted on dialogues that train nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize

from acts.examples import Example
from coach.conversation import ActName
from coach_models.annotation.calibration import Calibration, Calibrations, Scale
from coach_models.annotation.classifier import Classifier, Scores
from coach_models.annotation.encoding import Heard, bare
from coach_models.annotation.rules import form

# Chosen on counselling talk (AnnoMI, never trained on): how much sooner than the likeliest act a
# question is believed, in each condition; and from which probability a reflection is one.
OFFSETS = {"marked": (-0.25, -1.0, 0.0), "bare": (0.0, 0.0, 0.0)}
FORM = {"marked": (1.0, 0.5), "bare": (1.0, 0.0)}
REFLECTION = {"marked": 0.15, "bare": 0.15}
END = 0.5


def calibrate(classifier: Classifier, dev: Sequence[Example]) -> Calibrations:
    """Fit both conditions."""
    return Calibrations(*(_fitted(classifier, dev, each) for each in ("marked", "bare")))


def scored(
    classifier: Classifier, examples: Sequence[Example], condition: str
) -> tuple[Scores, list[ActName]]:
    """Score sentences as they stand, or without their marks; and the form that the rules see."""
    change = bare if condition == "bare" else str
    heard = [Heard(change(e.text), change(e.before)) for e in examples]
    return classifier.score(heard), [form(each.text) for each in heard]


def _fitted(classifier: Classifier, dev: Sequence[Example], condition: str) -> Calibration:
    scores, forms = scored(classifier, dev, condition)
    acts = np.array([example.act for example in dev])
    question, other = FORM[condition]
    whole = Scale(1.0)
    plain = Calibration(1.0, OFFSETS[condition], whole, whole, question, other)
    return replace(
        plain,
        temperature=temperature(plain.moved(scores.acts, forms), acts),
        kinds=platt(scores.kinds, np.stack([example.kinds for example in dev])),
        listening=platt(scores.listening, np.stack([example.listening for example in dev])),
        reflection_threshold=REFLECTION[condition],
        end=END,
    )


def temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """Find the temperature under which the labels are likeliest (Guo et al. 2017)."""

    def loss(log_temperature: np.ndarray) -> float:
        scaled = logits / np.exp(log_temperature[0])
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        shares = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return -float(shares[np.arange(len(labels)), labels].mean())

    return float(np.exp(minimize(loss, np.zeros(1), method="Nelder-Mead").x[0]))


def platt(logits: np.ndarray, labels: np.ndarray) -> Scale:
    """Fit slope and offset for a group of labels together (Platt 1999); unknown labels left out."""
    known = ~np.isnan(labels)
    own, wanted = logits[known].astype(float), labels[known]

    def loss(found: np.ndarray) -> float:
        signed = np.where(wanted == 1, 1.0, -1.0) * (found[0] * own + found[1])
        return float(np.logaddexp(0.0, -signed).mean())

    slope, offset = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return Scale(float(slope), float(offset))
