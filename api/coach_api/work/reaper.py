"""Take over from dead workers, which the engine does not do by itself.

The engine runs a job under the name of a worker's slot. A job under a name whose lock is free
belongs to nobody: it goes back to its queue, and any worker continues after its last stage.
Claiming, order, checkpoints and the fencing of a stale worker remain the engine's.
"""

from __future__ import annotations

import logging
import os
import socket
from collections import Counter
from collections.abc import Callable, Collection
from itertools import count

from coach_api.engine.executor import Executor
from coach_api.settings import Settings
from coach_api.store.locks import Held, Locks, take_with_workspace

_log = logging.getLogger(__name__)
_STRANDED_CHECKS = 15


class Stranded(Exception):
    """The engine lists a job of this worker that it does not run: only a restart helps."""


def take_slot(settings: Settings, locks: Locks) -> tuple[str, Held]:
    """Take the first free slot of this machine.

    Parameters
    ----------
    settings : say how many slots there are.
    locks : of the deployment.

    Returns
    -------
    The name of the slot, and its lock.
    """
    names = (f"{socket.gethostname()}-{number}" for number in count())
    taken = ((name, take_with_workspace(settings, locks, name)) for name in names)
    return next((name, held) for name, held in taken if held is not None)


class Reaper:
    """Takes over the jobs of dead workers; checks once a second.

    Parameters
    ----------
    locks : say which workers are alive.
    slot : the name of this worker.
    executor : of this worker.
    running : gives the names of the jobs that this worker runs.
    """

    def __init__(
        self, locks: Locks, slot: str, executor: Executor, running: Callable[[], Collection[str]]
    ) -> None:
        self._locks, self._slot = locks, slot
        self._executor, self._running = executor, running
        self._dead: Counter[str] = Counter()
        self._stranded: Counter[str] = Counter()

    def check(self) -> None:
        """Check the jobs once.

        Raises
        ------
        Stranded : if the engine has lost a job of ours.
        """
        begun = self._executor.running()
        mine = {job.name for job in begun if job.slot == self._slot}
        self._check_stranded(mine - set(self._running()))
        others = {job.slot for job in begun} - {self._slot, None}
        self._dead = Counter(
            {name: self._dead[name] + 1 for name in others if name and self._locks.is_free(name)}
        )
        for name, looks in self._dead.items():
            if looks >= self._locks.patience:
                self._take_over(name)

    def _take_over(self, name: str) -> None:
        held = self._locks.take(name)
        if held is None:
            return
        try:
            jobs = self._executor.requeue_jobs_of(name)
            _log.warning("worker %s is dead; %d of its jobs go on elsewhere", name, jobs)
        finally:
            held.release()

    def _check_stranded(self, lost: set[str]) -> None:
        self._stranded = Counter({job: self._stranded[job] + 1 for job in lost})
        if any(looks >= _STRANDED_CHECKS for looks in self._stranded.values()):
            raise Stranded(f"process {os.getpid()} of slot {self._slot}")
