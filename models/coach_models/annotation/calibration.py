"""Turn logits into calibrated probabilities and decisions, with numbers from training.

Text with punctuation and text without are two conditions: without marks the network is less sure,
so each condition has its own temperature and its own offsets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter, ValidationError

from coach.conversation import Acts, ListeningAct, QuestionKind
from coach.errors import ModelUnavailable
from coach_models.annotation.classifier import Logits, Scores
from coach_models.annotation.encoding import ACTS, KINDS, LISTENING
from coach_models.annotation.rules import SentenceForm

FILE = "calibration.json"
Condition = Literal["marked", "bare"]
Shares = npt.NDArray[np.float64]

LEAST_TOLD = 0.01

_OTHER = ACTS.index("other")
_UNASKED: tuple[QuestionKind, ...] = ("rhetorical", "checking")
REFLECTIONS = slice(LISTENING.index("reflection_simple"), LISTENING.index("reflection_complex") + 1)


@dataclass(frozen=True, slots=True)
class Scale:
    """Platt scaling: ``sigmoid(slope x logit + offset)``, a slope and an offset for each label."""

    slope: tuple[float, ...]
    offset: tuple[float, ...]

    def __call__(self, logits: Logits) -> Shares:
        """Probabilities [shape=(sentences, labels)]."""
        scaled = np.array(self.slope) * logits.astype(float) + np.array(self.offset)
        return np.asarray(1 / (1 + np.exp(-scaled)))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Numbers that training measured on text not used for learning.

    Parameters
    ----------
    temperature : divides the act logits, after `offsets` were added (one for each act).
    form_question, form_other : added to the logit of the act that the rules see in a sentence's
        form, a question or none: rules and network err on different sentences.
    form_reflection : added to the log-odds of both reflections where the rules see the form of one.
    kinds, listening : Platt scaling of the two groups of labels.
    kind_threshold, listening_threshold : a label is given from this probability on.
    reflection_threshold : of simple and complex together.
    end : a sentence ends after a word from this probability on.
    """

    temperature: float
    offsets: tuple[float, float, float]
    kinds: Scale
    listening: Scale
    form_question: float = 0.0
    form_other: float = 0.0
    form_reflection: float = 0.0
    kind_threshold: float = 0.5
    listening_threshold: float = 0.5
    reflection_threshold: float = 0.5
    end: float = 0.5

    def acts(self, logits: Logits, forms: Sequence[SentenceForm]) -> Shares:
        """Probability of each act [shape=(sentences, 3)]; `forms` as the rules see them.

        Parameters
        ----------
        logits : of the acts [shape=(sentences, 3)].
        forms : of the sentences, as the rules see them.
        """
        scaled = self.shift_logits(logits, forms) / self.temperature
        raised = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True))

    def shift_logits(self, logits: Logits, forms: Sequence[SentenceForm]) -> Shares:
        """Add the offsets, and those of the forms that the rules see, to the logits of the acts.

        Parameters
        ----------
        logits : of the acts [shape=(sentences, 3)].
        forms : of the sentences, as the rules see them.
        """
        moved: Shares = logits.astype(float) + np.array(self.offsets)
        for row, form in enumerate(forms):
            if form.act is None:
                continue
            moved[row, ACTS.index(form.act)] += (
                self.form_other if form.act == "other" else self.form_question
            )
        return moved

    def listening_shares(self, logits: Logits, forms: Sequence[SentenceForm]) -> Shares:
        """Probability of each listening act [shape=(sentences, labels)].

        Parameters
        ----------
        logits : of the listening acts [shape=(sentences, labels)].
        forms : of the sentences, as the rules see them.
        """
        shares = self.listening(logits)
        seen = np.array([form.reflects for form in forms], bool)
        own = shares[seen, REFLECTIONS]
        shares[seen, REFLECTIONS] = own / (own + (1 - own) * np.exp(-self.form_reflection))
        return shares

    def decide(self, scores: Scores, forms: Sequence[SentenceForm]) -> list[Acts]:
        """Choose the acts of every sentence.

        Parameters
        ----------
        scores : the network's logits.
        forms : of the sentences, as the rules see them.
        """
        shares = self.acts(scores.acts, forms)
        kinds, listening = self.kinds(scores.kinds), self.listening_shares(scores.listening, forms)
        return [self._decide(*row) for row in zip(shares, kinds, listening, strict=True)]

    def _decide(self, acts: Shares, kinds: Shares, listening: Shares) -> Acts:
        chosen = int(acts.argmax())
        asks = chosen != _OTHER
        return Acts(
            act=ACTS[chosen],
            probability=float(acts[chosen]),
            kinds=tuple(k for k, p in zip(KINDS, kinds, strict=True) if self._has_kind(k, p, asks)),
            listening=self._listening(listening),
            label_probabilities=_list_labels(kinds, listening),
        )

    def _has_kind(self, kind: QuestionKind, share: float, asks: bool) -> bool:
        """Each kind belongs to questions or to other sentences; a tag may be the only kind."""
        fits = kind == "tag" or (kind in _UNASKED) != asks
        return fits and share >= self.kind_threshold

    def _listening(self, shares: Shares) -> tuple[ListeningAct, ...]:
        reflections = shares[REFLECTIONS]
        found = {
            act: share >= self.listening_threshold
            for act, share in zip(LISTENING, shares, strict=True)
            if not act.startswith("reflection")
        }
        if chance_of_either(reflections) >= self.reflection_threshold:
            found[LISTENING[int(reflections.argmax())]] = True
        return tuple(act for act in LISTENING if found.get(act))


def chance_of_either(reflecting: Iterable[float]) -> float:
    """Probability of a reflection, simple or complex: one excludes the other."""
    return min(1.0, float(sum(reflecting)))


def reflecting(acts: Acts) -> float:
    """Probability of a reflection according to the acts.

    Examples
    --------
    >>> reflecting(Acts(label_probabilities=(("reflection_simple", 0.2), ("why", 0.9))))
    0.2
    """
    return chance_of_either(
        p for label, p in acts.label_probabilities if label in LISTENING[REFLECTIONS]
    )


def _list_labels(
    kinds: Shares, listening: Shares
) -> tuple[tuple[QuestionKind | ListeningAct, float], ...]:
    """The labels whose probability is high enough to report."""
    named = zip((*KINDS, *LISTENING), (*kinds, *listening), strict=True)
    return tuple((label, round(float(p), 3)) for label, p in named if p >= LEAST_TOLD)


@dataclass(frozen=True, slots=True)
class Habit:
    """How often speakers reflect, and how much that counts.

    Parameters
    ----------
    usual : share of reflections among the sentences that the probabilities were calibrated on.
    sentences : the usual share counts as much as so many sentences of the speaker.
    """

    usual: float
    sentences: float = 10.0


@dataclass(frozen=True, slots=True)
class Calibrations:
    """One for each condition of text, and what holds for both."""

    marked: Calibration
    bare: Calibration
    reflections: Habit

    def of(self, condition: Condition) -> Calibration:
        """The calibration for a condition."""
        return self.marked if condition == "marked" else self.bare


ADAPTER = TypeAdapter(Calibrations)


def read_calibrations(folder: Path) -> Calibrations:
    """Read the numbers that ship with the network.

    Raises
    ------
    ModelUnavailable : if the file is missing or is not what training writes.
    """
    try:
        return ADAPTER.validate_json((folder / FILE).read_bytes())
    except (OSError, ValidationError) as error:
        raise ModelUnavailable(
            f"{folder / FILE} cannot be used: expected the calibration of the act classifier, "
            "which comes with the package. Install listening-coach anew."
        ) from error
