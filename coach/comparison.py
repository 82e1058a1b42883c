"""Decide whether a measure changed between groups of sessions, beyond chance.

A number can move for two reasons although nobody has changed. Sessions differ from each other,
which needs several sessions to see. And a number from few events, or from labels that may be wrong,
is only known within its interval. A change counts if it is beyond both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean
from typing import Literal

from coach.measurement import Interval, Measurement, wilson

Verdict = Literal["changed", "unclear", "few"]

LEAST_USUAL = 3
"""Least number of sessions to estimate how much they differ from each other."""
# Quantiles of Student's distribution with 1, 2, 3 ... degrees of freedom.
_T_975 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
)  # fmt: skip
_T_90 = (
    3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356, 1.350,
    1.345, 1.341, 1.337, 1.333, 1.330, 1.328, 1.325,
)  # fmt: skip
_Z = NormalDist().inv_cdf(0.975)
OF_TIME = frozenset({"talk_share", "talk_share_of_recording", "silence_share", "overlap_share"})
"""Shares of time: their parts are seconds, not events."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A measure in one session, and its range given its events and labels."""

    value: float
    interval: Interval

    def __post_init__(self) -> None:
        low, high = self.interval
        object.__setattr__(self, "interval", (min(low, self.value), max(high, self.value)))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of sessions with earlier ones.

    Parameters
    ----------
    before, after : means of the sessions; None if no session has a value.
    sessions : numbers of sessions before and after.
    interval : 95 % interval of the difference; None with too few sessions.
    by_labels : whether events and labels alone leave a difference open.
    """

    before: float | None
    after: float | None
    sessions: tuple[int, int]
    interval: Interval | None = None
    by_labels: bool = False

    @property
    def difference(self) -> float | None:
        """The mean after minus the mean before."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before

    @property
    def verdict(self) -> Verdict:
        """Whether it changed."""
        if self.interval is None:
            return "few"
        low, high = self.interval
        return "unclear" if low <= 0 <= high else "changed"


def observe(measured: Measurement, *, seconds: float) -> Observation | None:
    """Prepare a measurement for comparison; None if it has no value.

    Parameters
    ----------
    measured : of one session.
    seconds : length of the session; a count is compared per hour.

    Examples
    --------
    >>> twice = Measurement("reflections", "A", "count", "total", numerator=2, count=2)
    >>> observe(twice, seconds=1800).value
    4.0
    """
    value = measured.value
    if value is None:
        return None
    scale = 3600 / seconds if measured.unit == "count" else 1.0
    low, high = measured.interval or _range_of_events(measured) or (value, value)
    return Observation(scale * value, (scale * low, scale * high))


def _range_of_events(m: Measurement) -> Interval | None:
    """The range of a habit that showed in so many events; None if it has no events."""
    if m.unit == "count":
        return _poisson(m.numerator or 0.0)
    if m.statistic != "rate" or m.numerator is None or not m.denominator or m.name in OF_TIME:
        return None
    if m.unit == "ratio":
        return wilson(m.numerator, m.denominator) if m.numerator <= m.denominator else None
    low, high = _poisson(m.numerator)
    return m.scale * low / m.denominator, m.scale * high / m.denominator


def _poisson(events: float) -> Interval:
    """95 % interval of a number of events, by Byar's approximation."""
    if events <= 0:
        return 0.0, _upper_bound(0.0)
    spread = _Z / (3 * math.sqrt(events))
    return max(0.0, events * (1 - 1 / (9 * events) - spread) ** 3), _upper_bound(events)


def _upper_bound(events: float) -> float:
    more = events + 1
    return float(more * (1 - 1 / (9 * more) + _Z / (3 * math.sqrt(more))) ** 3)


def compare(before: Sequence[Observation], after: Sequence[Observation]) -> Comparison:
    """Compare sessions with earlier sessions.

    The interval of the difference includes two: Student's, from the differences between sessions,
    and the one from the intervals of the single sessions (MOVER).

    Parameters
    ----------
    before : one observation for each earlier session that has a value.
    after : the same for the later sessions.

    References
    ----------
    .. [1] Zou & Donner (2008), Construction of confidence limits about effect measures.

    Examples
    --------
    >>> def session(value): return Observation(value, (value - 0.05, value + 0.05))
    >>> found = compare([session(0.20), session(0.24), session(0.22)], [session(0.60)])
    >>> found.verdict, [round(end, 2) for end in found.interval]
    ('changed', [0.28, 0.48])
    >>> compare([session(0.2)], [session(0.6)]).verdict
    'few'
    """
    sizes = len(before), len(after)
    if not before or not after:
        return Comparison(_mean(before), _mean(after), sizes)
    first, last = fmean(each.value for each in before), fmean(each.value for each in after)
    if sum(sizes) < LEAST_USUAL:
        return Comparison(first, last, sizes)
    spread, known = _difference_of_sessions(before, after), _difference_of_labels(before, after)
    both = min(spread[0], known[0]), max(spread[1], known[1])
    return Comparison(first, last, sizes, both, by_labels=known[0] <= 0 <= known[1])


def usual_range(sessions: Sequence[Observation]) -> Interval | None:
    """The range of four in five sessions of this person; None below three sessions.

    Examples
    --------
    >>> low, high = usual_range([Observation(value, (value, value)) for value in (0.4, 0.5, 0.6)])
    >>> round(low, 2), round(high, 2)
    (0.28, 0.72)
    """
    number = len(sessions)
    if number < LEAST_USUAL:
        return None
    centre = fmean(each.value for each in sessions)
    deviation = math.sqrt(_squares(sessions) / (number - 1))
    reach = _student(_T_90, number - 1, 0.9) * deviation * math.sqrt(1 + 1 / number)
    return centre - reach, centre + reach


def _mean(sessions: Sequence[Observation]) -> float | None:
    return fmean(each.value for each in sessions) if sessions else None


def _squares(sessions: Sequence[Observation]) -> float:
    """Squares of the deviations from the mean, summed."""
    centre = fmean(each.value for each in sessions)
    return sum((each.value - centre) ** 2 for each in sessions)


def _difference_of_sessions(
    before: Sequence[Observation], after: Sequence[Observation]
) -> Interval:
    """Student's interval of the difference, with equal variances."""
    freedom = len(before) + len(after) - 2
    variance = (_squares(before) + _squares(after)) / freedom
    reach = _student(_T_975, freedom, 0.975)
    reach *= math.sqrt(variance * (1 / len(before) + 1 / len(after)))
    difference = fmean(e.value for e in after) - fmean(e.value for e in before)
    return difference - reach, difference + reach


def _difference_of_labels(before: Sequence[Observation], after: Sequence[Observation]) -> Interval:
    """The interval of the difference from the intervals of the sessions."""
    low_before, mean_before, high_before = _middle(before)
    low_after, mean_after, high_after = _middle(after)
    difference = mean_after - mean_before
    return difference - math.hypot(low_after, high_before), difference + math.hypot(
        high_after, low_before
    )


def _middle(sessions: Sequence[Observation]) -> tuple[float, float, float]:
    """The mean of sessions, and how far it may lie below and above: (below, mean, above)."""
    number = len(sessions)
    below = math.hypot(*(each.value - each.interval[0] for each in sessions)) / number
    above = math.hypot(*(each.interval[1] - each.value for each in sessions)) / number
    return below, fmean(each.value for each in sessions), above


def _student(table: Sequence[float], freedom: int, share: float) -> float:
    """A quantile of Student's distribution; beyond the table, a little above the normal one."""
    if freedom <= len(table):
        return table[freedom - 1]
    z = NormalDist().inv_cdf(share)
    return z + (z**3 + z) / (4 * freedom)
