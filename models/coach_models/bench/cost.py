"""Measure the cost of a piece of work from outside: time and peak memory.

Each piece runs below a small process of its own: the peak that the system reports for finished
children then is that of this piece, and not of a larger one before it. A child also inherits the
peak of the process that made it, so this module, and those that hold the work, import little.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from coach.intervals import Seconds
from coach.system import die_with_parent

_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a stage.

    Parameters
    ----------
    seconds : wall clock time; on a busy machine it includes other work.
    cpu_seconds : of all its threads together.
    peak_mb : peak memory in 2**20 bytes.
    beside : the stage that ran at the same time.
    """

    stage: str
    seconds: Seconds
    cpu_seconds: Seconds
    peak_mb: float
    beside: str | None = None


def elapsed_time(costs: Iterable[Cost]) -> Seconds:
    """Seconds from start to end; parallel stages take as long as the slowest one.

    Examples
    --------
    >>> elapsed_time([Cost("a", 2, 2, 100), Cost("b", 5, 4, 900), Cost("c", 3, 3, 500, beside="b")])
    7
    """
    return sum(max(cost.seconds for cost in wave) for wave in _waves(costs))


def peak_together_mb(costs: Iterable[Cost]) -> float:
    """Peak memory, in 2**20 bytes, if parallel stages peak at the same time.

    Examples
    --------
    >>> beside = Cost("c", 3, 3, 500, beside="b")
    >>> peak_together_mb([Cost("a", 2, 2, 100), Cost("b", 5, 4, 900), beside])
    1400
    """
    return max(sum(cost.peak_mb for cost in wave) for wave in _waves(costs))


def _waves(costs: Iterable[Cost]) -> Iterable[list[Cost]]:
    waves: dict[str, list[Cost]] = {}
    for cost in costs:
        waves.setdefault(cost.beside or cost.stage, []).append(cost)
    return waves.values()


def cost_of(stage: str, work: Callable[..., object], *arguments: Any) -> Cost:
    """Do some work in children of another process, and measure it.

    Parameters
    ----------
    work, arguments : sent to another process; `work` is a function of a module.

    Raises
    ------
    Exception : what the work raises.
    """
    context = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=die_with_parent) as small:
        return small.submit(_measure, stage, work, arguments).result()


def _measure(stage: str, work: Callable[..., object], arguments: tuple[Any, ...]) -> Cost:
    began = time.perf_counter()
    work(*arguments)
    seconds = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(stage, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * _UNIT / 2**20)
