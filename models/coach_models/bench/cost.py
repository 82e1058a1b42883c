"""What a piece of work costs, measured from outside: time, and the peak of its memory.

Each piece runs below a small process of its own: the peak that the system reports for finished
children then is that of this piece, and not of a larger one before it. A child also inherits the
peak of the process that made it, so this module, and those that hold the work, import little.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from coach.intervals import Seconds
from coach.pipeline.child import die_with_parent

_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes


@dataclass(frozen=True, slots=True)
class Cost:
    """What a stage cost.

    Parameters
    ----------
    seconds : of the clock on the wall; on a busy machine others are in it.
    cpu_seconds : of all its threads together.
    peak_mb : peak memory in 2**20 bytes.
    """

    stage: str
    seconds: Seconds
    cpu_seconds: Seconds
    peak_mb: float


def cost_of(stage: str, work: Callable[..., object], *arguments: Any) -> Cost:
    """Do some work that runs in children of its process, and measure it.

    Parameters
    ----------
    work, arguments : sent to another process; `work` is a function of a module.

    Raises
    ------
    Exception : what the work raises.
    """
    context = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=die_with_parent) as small:
        return small.submit(_measured, stage, work, arguments).result()


def _measured(stage: str, work: Callable[..., object], arguments: tuple[Any, ...]) -> Cost:
    began = time.perf_counter()
    work(*arguments)
    seconds = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(stage, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * _UNIT / 2**20)
