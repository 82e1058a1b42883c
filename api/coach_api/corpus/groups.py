"""Measures of groups of sessions: parts are pooled, never rates averaged.

The interval is a percentile bootstrap over sessions, for the turns and questions of one session are
no independent observations. Every group has the same seed, so that results repeat.

References
----------
.. [1] Efron & Tibshirani (1993), An introduction to the bootstrap, section 13.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from coach.measurement import Interval, Measurement
from coach.tables.columns import Column, Row, number, text

RESAMPLES = 1000
_SEED = 1
_LOW, _HIGH = 2.5, 97.5
_FEWEST = 2  # sessions; one alone says nothing about others

Groups = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Observed:
    """A measure of one session, with the role that it measures and the groups of the session."""

    groups: Groups
    role: str | None
    measured: Measurement


def columns(names: Sequence[str]) -> tuple[Column, ...]:
    """The columns of the table `groups`, grouped by the manifest's columns `names`."""
    return (
        *(text(name, "As in the manifest.") for name in names),
        text("role", "mentor, mentee or other; empty: of the whole conversation."),
        text("measure", "Name of the measure."),
        text("unit", "Unit of value, low and high."),
        Column("sessions", "integer", "Sessions with a part in it.", "count"),
        Column("value", "number", "Of the pooled parts."),
        Column("low", "number", "Lower 95 % limit, bootstrapped over sessions."),
        Column("high", "number", "Upper 95 % limit, bootstrapped over sessions."),
        Column("numerator", "number", "Pooled numerator."),
        Column("denominator", "number", "Pooled denominator."),
        Column("count", "integer", "Pooled number of observations.", "count"),
    )


def summarise(observed: Iterable[Observed], names: Sequence[str]) -> list[Row]:
    """Make the rows of the table `groups`: one for each group, role and measure, in this order.

    Parameters
    ----------
    observed : measures of all sessions, in any order.
    names : columns of the manifest that make the groups.
    """
    pools: dict[tuple[str, ...], list[Measurement]] = {}
    for each in observed:
        key = (*(each.groups.get(name, "") for name in names), each.role or "", each.measured.name)
        pools.setdefault(key, []).append(each.measured)
    return [_row(key, pools[key]) for key in sorted(pools)]


def _row(key: tuple[str, ...], found: Sequence[Measurement]) -> Row:
    has_part = [m for m in found if m.samples or m.numerator is not None]
    pooled = _pool(has_part or found)
    low, high = bootstrap(has_part) or (None, None)
    return (
        *(part or None for part in key), pooled.unit, len(has_part), number(pooled.value),
        number(low), number(high), number(pooled.numerator), number(pooled.denominator),
        pooled.count,
    )  # fmt: skip


def _pool(found: Sequence[Measurement]) -> Measurement:
    """Pool measures by halves: samples are copied a few times, not once for each session."""
    if len(found) == 1:
        return replace(found[0], withheld=None)
    middle = len(found) // 2
    return _pool(found[:middle]) + _pool(found[middle:])


def bootstrap(found: Sequence[Measurement]) -> Interval | None:
    """Compute the 95 % interval of the pooled value over sessions; None where it is not defined.

    Parameters
    ----------
    found : the same measure of each session.

    Examples
    --------
    >>> rates = [Measurement("x", None, "ratio", numerator=n, denominator=10) for n in (2, 4, 6)]
    >>> bootstrap(rates)
    (0.2, 0.6)
    """
    if len(found) < _FEWEST:
        return None
    times = _draw_resamples(len(found))
    values = _samples(found, times) if _is_of_samples(found[0]) else _rates(found, times)
    values = values[np.isfinite(values)]
    if not values.size:
        return None
    low, high = np.percentile(values, (_LOW, _HIGH))
    return float(low), float(high)


@lru_cache(maxsize=2)  # most measures have a part in every session
def _draw_resamples(sessions: int) -> NDArray[np.int64]:
    """Draw resamples: how many times each has each session [shape=(RESAMPLES, sessions)]."""
    even = np.full(sessions, 1 / sessions)
    return np.random.default_rng(_SEED).multinomial(sessions, even, size=RESAMPLES)


def _is_of_samples(measured: Measurement) -> bool:
    return measured.statistic in ("median", "p90", "max")


def _rates(found: Sequence[Measurement], times: NDArray[np.int64]) -> NDArray[np.float64]:
    above = times @ np.array([m.numerator or 0.0 for m in found])
    if found[0].statistic == "total":
        return np.asarray(above, dtype=float)
    below = times @ np.array([m.denominator or 0.0 for m in found])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(found[0].scale * above / below, dtype=float)


def _samples(found: Sequence[Measurement], times: NDArray[np.int64]) -> NDArray[np.float64]:
    samples = np.concatenate([np.array(m.samples, dtype=float) for m in found])
    owner = np.repeat(np.arange(len(found)), [len(m.samples) for m in found])
    order = np.argsort(samples, kind="stable")
    samples, owner = samples[order], owner[order]
    return np.array([_statistic(found[0].statistic, samples, each[owner]) for each in times])


def _statistic(name: str, ordered: NDArray[np.float64], times: NDArray[np.int64]) -> float:
    """Compute a statistic of ordered samples, of which each counts so many times."""
    total = int(times.sum())
    if not total:
        return float("nan")
    until = np.cumsum(times)

    def at(rank: int) -> float:
        return float(ordered[np.searchsorted(until, rank, side="left")])

    if name == "max":
        return at(total)
    if name == "p90":
        return at(int(np.ceil(0.9 * total)))
    return (at((total + 1) // 2) + at(total // 2 + 1)) / 2
