"""The agreement of acts with people's labels: the figures of ``coach bench-acts``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from coach.conversation import ActName
from coach_models.annotation.encoding import ACTS

MIN_QUESTIONS = 4
_BINS = 10

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """Precision, recall and F1 of one label; None if there is nothing to divide by."""

    precision: float | None
    recall: float | None
    f1: float | None
    count: int


@dataclass(frozen=True, slots=True)
class RatioError:
    """Open ratio of sessions: found less labelled. `r` is Pearson's; None with too few sessions."""

    mean_absolute: float
    bias: float
    r: float | None
    sessions: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """Expected calibration error, and per bin: mean probability, share right, how many."""

    error: float
    bins: tuple[tuple[float, float, int], ...]


def compare_label(labels: Sequence[bool], given: Sequence[bool]) -> LabelAgreement:
    """Compare true and assigned labels.

    Parameters
    ----------
    labels : what people assigned, one for each sentence.
    given : what the annotator assigned, in the same order.

    Examples
    --------
    >>> compare_label([True, True, False], [True, False, False])
    LabelAgreement(precision=1.0, recall=0.5, f1=0.6666666666666666, count=2)
    """
    both = sum(a and b for a, b in zip(labels, given, strict=True))
    wanted, said = sum(labels), sum(given)
    return LabelAgreement(
        both / said if said else None,
        both / wanted if wanted else None,
        2 * both / (wanted + said) if wanted + said else None,
        wanted,
    )


def compare_acts(
    labels: Sequence[ActName], given: Sequence[ActName]
) -> dict[ActName, LabelAgreement]:
    """Compare each act.

    Parameters
    ----------
    labels : what people assigned, one for each sentence.
    given : what the annotator assigned, in the same order.
    """
    return {
        act: compare_label([x == act for x in labels], [x == act for x in given]) for act in ACTS
    }


def macro_f1(acts: Mapping[ActName, LabelAgreement]) -> float:
    """Mean F1 of the acts; an act that neither side has is left out."""
    values = [each.f1 for each in acts.values() if each.f1 is not None]
    return sum(values) / len(values)


def kappa(labels: Sequence[str], given: Sequence[str]) -> float | None:
    """Cohen's kappa; None if chance alone always agrees.

    Parameters
    ----------
    labels : what one coder assigned, one for each sentence.
    given : what the other assigned, in the same order.

    Returns
    -------
    At most 1; 0 is what chance gives. None if chance alone always agrees.

    Examples
    --------
    >>> kappa(["a", "b", "a", "b"], ["a", "b", "b", "b"])
    0.5
    """
    total = len(labels)
    agreed = sum(x == y for x, y in zip(labels, given, strict=True)) / total
    chance = sum(labels.count(name) * given.count(name) for name in {*labels, *given}) / total**2
    return None if chance == 1 else (agreed - chance) / (1 - chance)


def ratio_error(
    sessions: Mapping[str, tuple[Sequence[ActName], Sequence[ActName]]],
) -> RatioError | None:
    """Compare each session's open ratio: its labels with what was given.

    Sessions with fewer than four labelled questions, or none found, have no ratio to compare.
    """
    pairs = [
        (share, heard)
        for labels, given in sessions.values()
        if len(labels) - labels.count("other") >= MIN_QUESTIONS
        and (share := open_share(labels)) is not None
        and (heard := open_share(given)) is not None
    ]
    if not pairs:
        return None
    wanted, said = np.array(pairs, float).T
    return RatioError(
        float(np.abs(said - wanted).mean()),
        float((said - wanted).mean()),
        _pearson(wanted, said),
        len(pairs),
    )


def open_share(acts: Sequence[ActName]) -> float | None:
    """Open among open and closed; None without questions."""
    opened, closed = acts.count("open_question"), acts.count("closed_question")
    return opened / (opened + closed) if opened + closed else None


def reliability(probabilities: Sequence[float], right: Sequence[bool]) -> Reliability | None:
    """The distance of probabilities from the shares that are right, in ten equal bins.

    Parameters
    ----------
    probabilities : that the assigned label is right, in [0, 1].
    right : whether it is, in the same order.
    """
    if not probabilities:
        return None
    shares, hits = np.array(probabilities, float), np.array(right, float)
    places = np.minimum((shares * _BINS).astype(int), _BINS - 1)
    bins = tuple(
        (float(shares[own].mean()), float(hits[own].mean()), int(own.sum()))
        for own in (places == place for place in range(_BINS))
        if own.any()
    )
    error = sum(abs(said - true) * count for said, true, count in bins) / len(shares)
    return Reliability(error, bins)


def area_under_curve(values: Sequence[float], positive: Sequence[bool]) -> float | None:
    """Probability that a positive has the higher value, ties half; None without both kinds.

    Parameters
    ----------
    values : scores in any unit.
    positive : whether each belongs to a positive, in the same order.

    Returns
    -------
    In [0, 1]; 0.5 is what chance gives.

    Examples
    --------
    >>> area_under_curve([0.1, 0.4, 0.4, 0.9], [False, False, True, True])
    0.875
    """
    high = [v for v, p in zip(values, positive, strict=True) if p]
    low = [v for v, p in zip(values, positive, strict=True) if not p]
    if not high or not low:
        return None
    wins = sum((a > b) + (a == b) / 2 for a in high for b in low)
    return wins / (len(high) * len(low))


def _pearson(left: Floats, right: Floats) -> float | None:
    if len(left) < 3 or left.std() == 0 or right.std() == 0:
        return None
    return float(np.corrcoef(left, right)[0, 1])
