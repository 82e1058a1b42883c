"""The chores that one worker does for all from time to time: reconciling, purging, sweeping."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from sqlalchemy import Engine

from coach_api.sessions import retention
from coach_api.sessions.cleanup import clean
from coach_api.sessions.erasure import erase_tombstones
from coach_api.settings import Settings
from coach_api.store.locks import Locks
from coach_api.store.objects import Storage
from coach_api.store.pairing import is_pair
from coach_api.store.reserve import keep_reserve
from coach_api.work.durable import DurableJobs
from coach_api.work.reconcile import reconcile_sessions

_RECONCILE, _QUEUE, _TIDY = 2.0, 60.0, 600.0


@dataclass
class Chores:
    """The chores of the service. Each is done by one worker at a time, and may be done twice."""

    settings: Settings
    engine: Engine
    storage: Storage
    locks: Locks
    jobs: DurableJobs
    _due: dict[str, float] = field(default_factory=dict)

    def run_due(self) -> None:
        """Do the chores that are due, unless another worker is doing them."""
        if not any(self._due.get(name, 0.0) <= time.monotonic() for name in _EVERY):
            return
        held = self.locks.take("chores")
        if held is None:
            return
        try:
            self._do()
        finally:
            held.release()

    def _do(self) -> None:
        if self._is_due("reconcile"):
            self._reconcile("running", "cancelled")
        if self._is_due("queue"):
            self._reconcile("queued")
            if is_pair(self.engine, self.storage):
                erase_tombstones(self.engine, self.storage, self.jobs.book)
        if self._is_due("tidy"):
            self.tidy()

    def tidy(self) -> None:
        """Delete what is not kept, and what belongs to nothing."""
        retention.sweep_workspaces(self.settings, self.locks)
        keep_reserve(self.settings)
        clean(self.settings, self.engine, self.storage, self.jobs.book)

    def _reconcile(self, *statuses: str) -> None:
        reconcile_sessions(self.engine, self.jobs, statuses)

    def _is_due(self, name: str) -> bool:
        if self._due.get(name, 0.0) > time.monotonic():
            return False
        self._due[name] = time.monotonic() + _EVERY[name]
        return True


_EVERY = {"reconcile": _RECONCILE, "queue": _QUEUE, "tidy": _TIDY}
