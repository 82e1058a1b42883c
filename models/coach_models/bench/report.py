"""The results of a run, every file and every set pooled; as JSON, two runs can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any

from coach.intervals import Seconds
from coach.measurement import Measurement
from coach_models.bench.cost import Cost, elapsed_time, peak_together_mb
from coach_models.bench.lengths import LengthRun

Values = dict[str, float | None]

EVERYTHING = "all sets"


@dataclass(frozen=True, slots=True)
class Score:
    """A recording as one listener heard it; `failure` says why there is nothing to score.

    `measurements` are parts that add up; `values` are their values, for other software.
    """

    name: str
    group: str
    listener: str
    duration: Seconds
    values: Values = field(default_factory=dict)
    measurements: tuple[Measurement, ...] = ()
    costs: tuple[Cost, ...] = ()
    notes: tuple[str, ...] = ()
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class SetResult:
    """A set as one listener heard it, its files' parts added up."""

    group: str
    listener: str
    files: int
    failed: int
    minutes: float
    values: Values


@dataclass(frozen=True, slots=True)
class Absent:
    """A peer that could not run, and why."""

    listener: str
    why: str


@dataclass(frozen=True, slots=True)
class BenchReport:
    """Everything that a run found."""

    version: str
    created_at: str
    machine: str
    config: dict[str, Any]
    rows: tuple[SetResult, ...]
    scores: tuple[Score, ...]
    lengths: tuple[LengthRun, ...] = ()
    absent: tuple[Absent, ...] = ()


def rows(scores: Sequence[Score]) -> tuple[SetResult, ...]:
    """Pool every set for every listener; with several sets, all of them too."""
    groups = list(dict.fromkeys(score.group for score in scores))
    listeners = list(dict.fromkeys(score.listener for score in scores))
    pools = [(group, [s for s in scores if s.group == group]) for group in groups]
    if len(groups) > 1:
        pools.append((EVERYTHING, list(scores)))
    return tuple(
        _row(group, listener, [s for s in pool if s.listener == listener])
        for group, pool in pools
        for listener in listeners
    )


def _row(group: str, listener: str, scores: Sequence[Score]) -> SetResult:
    good = [score for score in scores if score.failure is None]
    minutes = sum(score.duration for score in good) / 60
    return SetResult(group, listener, len(good), len(scores) - len(good), minutes, values(good))


def values(scores: Sequence[Score]) -> Values:
    """Values by name of some files' added parts, with speed and memory.

    Examples
    --------
    >>> one = Measurement("wer", None, "ratio", numerator=1, denominator=10)
    >>> two = Measurement("wer", None, "ratio", numerator=2, denominator=2)
    >>> values([Score("a", "g", "x", 60, {}, (one,)), Score("b", "g", "x", 60, {}, (two,))])["wer"]
    0.25
    """
    parts: dict[str, list[Measurement]] = {}
    for each in (m for score in scores for m in score.measurements):
        parts.setdefault(each.name, []).append(each)
    found: Values = {name: reduce(add, each).value for name, each in parts.items()}
    return found | _speed(scores)


def _speed(scores: Sequence[Score]) -> Values:
    costs = [cost for score in scores for cost in score.costs]
    duration = sum(score.duration for score in scores if score.costs)
    if not costs or not duration:
        return {}
    by_stage: Values = {}
    for stage in dict.fromkeys(cost.stage for cost in costs):
        own = [cost for cost in costs if cost.stage == stage]
        by_stage[f"rtf_{stage}"] = sum(cost.seconds for cost in own) / duration
        by_stage[f"cpu_{stage}"] = sum(cost.cpu_seconds for cost in own) / duration
        by_stage[f"peak_mb_{stage}"] = max(cost.peak_mb for cost in own)
    return {
        "rtf": sum(elapsed_time(score.costs) for score in scores) / duration,
        "cpu": sum(cost.cpu_seconds for cost in costs) / duration,
        "peak_mb": max(peak_together_mb(score.costs) for score in scores if score.costs),
        **by_stage,
    }
