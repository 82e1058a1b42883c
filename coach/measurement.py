"""A measured number with everything it was computed from.

A measurement keeps its parts (numerator and denominator, or samples), so two of them add up
exactly: a corpus value is computed from pooled parts and is never a mean of rates.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from coach.errors import InputError
from coach.intervals import Span

Statistic = Literal["rate", "total", "median", "p90", "max"]
Unit = Literal[
    "ratio", "seconds", "per_minute", "per_10_minutes", "words_per_minute", "count", "bits", "dB",
]  # fmt: skip
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measure of one speaker (None: of the conversation).

    Parameters
    ----------
    name : as in the catalogue (`coach.measures.catalogue`).
    speaker : speaker id; None for the whole conversation.
    unit : of `value`.
    statistic : how `value` comes from the parts: ``rate`` = scale x numerator / denominator,
        ``total`` = numerator, the others are computed from `samples`.
    numerator, denominator : parts of a rate (a total has a numerator only).
    samples : the observations of a median, p90 or maximum.
    scale : factor of a rate (60 turns "per second" into "per minute").
    count : number of observations behind the value.
    interval : 95 % interval of `value`, if one is defined.
    evidence : the spans behind the value, to listen to.
    withheld : the reason for withholding the value; None if it is not withheld.
    """

    name: str
    speaker: str | None
    unit: Unit
    statistic: Statistic = "rate"
    numerator: float | None = None
    denominator: float | None = None
    samples: tuple[float, ...] = ()
    scale: float = 1.0
    count: int = 0
    interval: Interval | None = None
    evidence: tuple[Span, ...] = ()
    withheld: str | None = None

    @property
    def value(self) -> float | None:
        """The number, or None if it is undefined or withheld."""
        if self.withheld is not None:
            return None
        if self.statistic == "rate":
            return self._rate()
        if self.statistic == "total":
            return self.numerator
        return _statistic(self.statistic, self.samples) if self.samples else None

    def _rate(self) -> float | None:
        if self.numerator is None or not self.denominator:
            return None
        return self.scale * self.numerator / self.denominator

    def __add__(self, other: Measurement) -> Measurement:
        """Pool the parts of two measurements of the same measure.

        The evidence is dropped, because it belongs to single recordings, and so is the interval,
        which the caller computes again over sessions.

        Raises
        ------
        InputError : if name, unit, statistic or scale differ.
        """
        if _identity(self) != _identity(other):
            raise InputError(
                f"Cannot add {_identity(self)} and {_identity(other)}: expected the same measure."
            )
        return replace(
            self,
            speaker=self.speaker if self.speaker == other.speaker else None,
            numerator=_add(self.numerator, other.numerator),
            denominator=_add(self.denominator, other.denominator),
            samples=self.samples + other.samples,
            count=self.count + other.count,
            interval=None,
            evidence=(),
            withheld=None,
        )


def _identity(m: Measurement) -> tuple[str, str, str, float]:
    return m.name, m.unit, m.statistic, m.scale


def _add(left: float | None, right: float | None) -> float | None:
    return None if left is None and right is None else (left or 0.0) + (right or 0.0)


def _statistic(statistic: Statistic, samples: tuple[float, ...]) -> float:
    if statistic == "max":
        return max(samples)
    if statistic == "median":
        return median(samples)
    ordered = sorted(samples)
    return ordered[math.ceil(0.9 * len(ordered)) - 1]


def wilson(successes: float, trials: float, *, z: float = 1.96) -> Interval | None:
    """95 % score interval of a proportion; None without trials.

    Parameters
    ----------
    successes : may be fractional.
    trials : may be fractional.
    z : quantile of the normal distribution; 1.96 for 95 %.

    References
    ----------
    .. [1] Wilson (1927), Probable inference, the law of succession, and statistical inference.

    Examples
    --------
    >>> low, high = wilson(5, 10)
    >>> round(low, 3), round(high, 3)
    (0.237, 0.763)
    """
    if trials <= 0:
        return None
    share = successes / trials
    centre = share + z * z / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def find(
    measurements: Iterable[Measurement], name: str, speaker: str | None = None
) -> Measurement | None:
    """Find the measurement of a name and a speaker, or None.

    Parameters
    ----------
    name : of the measure.
    speaker : speaker id; None for the whole conversation.
    """
    return next((m for m in measurements if m.name == name and m.speaker == speaker), None)
