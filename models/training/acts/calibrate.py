"""Calibrate the probabilities, on dialogues that were not used for training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, replace

import numpy as np
from scipy.optimize import minimize

from acts.examples import Example
from coach.conversation import Acts
from coach_models.annotation.calibration import (
    REFLECTIONS,
    Calibration,
    Calibrations,
    Condition,
    Habit,
    Scale,
)
from coach_models.annotation.classifier import Classifier, Scores
from coach_models.annotation.encoding import SentenceInContext, strip_marks
from coach_models.annotation.habits import decide_by_habit
from coach_models.annotation.rules import SentenceForm, form

# Chosen on counselling talk (AnnoMI, never trained on): how much sooner than the likeliest act a
# question is believed, in each condition, what the rules' form of a question and of
# none adds to its logit, and from which probability a reflection is one.
OFFSETS = {"marked": (1.0, 0.5, 0.0), "bare": (0.5, 0.25, 0.0)}
FORM = {"marked": (1.0, 0.5), "bare": (1.0, 0.0)}
FORM_REFLECTION = {"marked": 2.0, "bare": 2.0}
REFLECTION = {"marked": 0.05, "bare": 0.05}
END = 0.5
# Strength of the prior that holds a label's scaling to its group's.
_HELD_TO_GROUP = 3.0


def calibrate(classifier: Classifier, dev: Sequence[Example]) -> Calibrations:
    """Fit both conditions.

    Parameters
    ----------
    classifier : the trained network.
    dev : examples that it was not trained on.
    """
    marked, plain = (_fit(classifier, dev, each) for each in ("marked", "bare"))
    reflects = [bool(example.listening[REFLECTIONS].any()) for example in dev]
    return Calibrations(marked, plain, Habit(sum(reflects) / len(reflects)))


def decide(
    classifier: Classifier,
    calibrations: Calibrations,
    examples: Sequence[Example],
    condition: Condition,
) -> list[Acts]:
    """Give the acts of whole dialogues, as the annotator does.

    Parameters
    ----------
    classifier, calibrations : as the annotator has them.
    examples : whole dialogues, in order.
    condition : with marks or without.
    """
    own = calibrations.of(condition)
    acts = own.decide(*score(classifier, examples, condition))
    speakers = [f"{example.dialogue} {example.role}" for example in examples]
    least = [own.reflection_threshold] * len(acts)
    return decide_by_habit(acts, speakers, least, calibrations.reflections)


def score(
    classifier: Classifier, examples: Sequence[Example], condition: str
) -> tuple[Scores, list[SentenceForm]]:
    """Score sentences as they stand, or without their marks; and the form that the rules see.

    Parameters
    ----------
    classifier : the trained network.
    examples : in any order.
    condition : with marks or without.
    """
    change = strip_marks if condition == "bare" else str
    heard = [SentenceInContext(*(change(part) for part in astuple(e.in_context))) for e in examples]
    return classifier.score(heard), [form(each.text) for each in heard]


def _fit(classifier: Classifier, dev: Sequence[Example], condition: str) -> Calibration:
    scores, forms = score(classifier, dev, condition)
    acts = np.array([example.act for example in dev])
    question, other = FORM[condition]
    whole = Scale((1.0,), (0.0,))
    plain = Calibration(1.0, OFFSETS[condition], whole, whole, question, other)
    labels = np.stack([e.kinds for e in dev]), np.stack([e.listening for e in dev])
    reflects = np.zeros(scores.listening.shape)
    seen = np.array([each.reflects for each in forms], bool)
    reflects[seen, REFLECTIONS] = FORM_REFLECTION[condition]
    kinds = platt(scores.kinds, labels[0], np.zeros(scores.kinds.shape))
    listening = platt(scores.listening, labels[1], reflects)
    return replace(
        plain,
        temperature=temperature(plain.shift_logits(scores.acts, forms), acts),
        kinds=kinds,
        listening=listening,
        kind_threshold=threshold(kinds(scores.kinds), labels[0]),
        listening_threshold=threshold(listening(scores.listening), labels[1]),
        form_reflection=FORM_REFLECTION[condition],
        reflection_threshold=REFLECTION[condition],
        end=END,
    )


def temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """Find the temperature under which the labels are likeliest (Guo et al. 2017).

    Parameters
    ----------
    logits : of the acts [shape=(sentences, 3)].
    labels : positions in ACTS [shape=(sentences,)].
    """

    def loss(log_temperature: np.ndarray) -> float:
        scaled = logits / np.exp(log_temperature[0])
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        shares = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return -float(shares[np.arange(len(labels)), labels].mean())

    return float(np.exp(minimize(loss, np.zeros(1), method="Nelder-Mead").x[0]))


def threshold(shares: np.ndarray, labels: np.ndarray) -> float:
    """Find the probability from which a label is given: the best F1 of all labels together.

    Parameters
    ----------
    shares : probabilities [shape=(sentences, labels)].
    labels : 1, 0, or nan where the source does not say, of the same shape.
    """
    known = ~np.isnan(labels)
    own, wanted = shares[known], labels[known] == 1

    def f1(least: float) -> float:
        given = own >= least
        return float(2 * (given & wanted).sum() / max(1, given.sum() + wanted.sum()))

    return max((float(least) for least in np.arange(0.25, 0.55, 0.05).round(2)), key=f1)


def platt(logits: np.ndarray, labels: np.ndarray, shift: np.ndarray) -> Scale:
    """Fit slope and offset of each label (Platt 1999), held near those of the group.

    Rare labels have a dozen examples here: alone they would be fitted to chance.

    Parameters
    ----------
    logits : [shape=(sentences, labels)].
    labels : 1, 0, or nan where the source does not say, of the same shape.
    shift : what the rules add to the log-odds.
    """
    group = _scale(logits, labels, shift, np.array([1.0, 0.0]), 0.0)
    own = [
        _scale(*(part[:, i] for part in (logits, labels, shift)), group, _HELD_TO_GROUP)
        for i in range(labels.shape[1])
    ]
    slopes, offsets = np.array(own).T
    return Scale(tuple(slopes.tolist()), tuple(offsets.tolist()))


def _scale(
    logits: np.ndarray, labels: np.ndarray, shift: np.ndarray, near: np.ndarray, held: float
) -> np.ndarray:
    """Find the likeliest slope and offset; labels that are unknown are left out."""
    known = ~np.isnan(labels)
    own, added = logits[known].astype(float), shift[known]
    signs = np.where(labels[known] == 1, 1.0, -1.0)

    def loss(found: np.ndarray) -> float:
        fit = np.logaddexp(0.0, -signs * (found[0] * own + found[1] + added)).sum()
        return float(fit + held * ((found - near) ** 2).sum())

    return np.asarray(minimize(loss, near, method="Nelder-Mead").x)
