"""Keep processes running: started together, started again when they end, stopped together."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from obstore.exceptions import BaseError as StoreError

from coach.system import die_with_parent, module_command
from coach_api.settings import Settings
from coach_api.store.locks import LocksAway

CANNOT_START = 78
"""Exit code of a process that would fail again: EX_CONFIG of sysexits.h."""

OUTAGES = (sa.exc.SQLAlchemyError, LocksAway, StoreError)
"""Outages outside the process: it ends, and is started again."""

_log = logging.getLogger(__name__)
_SOONEST, _LATEST, _HEALTHY = 0.1, 10.0, 20.0
_STOP_SECONDS = 10.0
_LOOK = 0.1
_PARENT = "COACH_PARENT"


def begin_process(settings: Settings) -> None:
    """Set up a process of the service: private files, a log, and an end with its parent."""
    os.umask(0o077)
    logging.basicConfig(
        format="%(asctime)s %(levelname)s %(name)s[%(process)d] %(message)s",
    )
    logging.getLogger("coach_api").setLevel(settings.log_level.upper())
    parent = os.environ.get(_PARENT)
    if parent is not None:
        die_with_parent()
        if os.getppid() != int(parent):  # it ended before we could ask
            sys.exit(1)


@dataclass
class Program:
    """A process to be kept running."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    pass_fds: tuple[int, ...] = ()
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _started: float = 0.0
    _wait: float = _SOONEST
    _next: float = 0.0

    @property
    def pid(self) -> int | None:
        """Of the process that runs now."""
        return self._process.pid if self._process else None

    def check(self) -> int | None:
        """Start it when it does not run; return the exit code of one that just ended."""
        moment = time.monotonic()
        if self._process is None:
            if moment >= self._next:
                self._start()
            return None
        code = self._process.poll()
        if code is not None:
            self._process = None
            self._next = moment + self._pause(code, moment - self._started)
        return code

    def _pause(self, code: int, lived: float) -> float:
        """Return how long to wait before the next start: longer each time it ends by itself."""
        by_itself = code != -signal.SIGKILL and lived < _HEALTHY
        self._wait = min(_LATEST, self._wait * 2) if by_itself else _SOONEST
        return self._wait

    def stop(self, deadline: float) -> None:
        """Wait for it to end after SIGTERM, and end it when it does not."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def terminate(self) -> None:
        """Ask it to end."""
        if self._process is not None:
            self._process.terminate()

    def _start(self) -> None:
        self._started = time.monotonic()
        try:
            self._process = subprocess.Popen(
                self.argv,
                env={**os.environ, **self.env, _PARENT: str(os.getpid())},
                pass_fds=self.pass_fds,
            )
        except OSError as error:  # no memory or no process is left for it just now
            _log.error("%s cannot be started (%s)", self.name, error.strerror)
            self._next = self._started + self._pause(1, 0.0)


def keep_running(programs: Sequence[Program], until: Callable[[], bool] | None = None) -> int:
    """Keep programs running until SIGTERM or SIGINT; return the exit code.

    A program that ends with `CANNOT_START` would fail again: it ends them all.

    Parameters
    ----------
    until : asked again and again; True stops them, too.
    """
    # Not an Event: a handler that sets one while this thread waits for it never returns.
    signals: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda which, _: signals.append(which))
    code = 0
    while not signals and code == 0 and not (until and until()):
        time.sleep(_LOOK)
        for program in programs:
            ended = program.check()
            if ended == CANNOT_START:
                code = 1
            elif ended is not None:
                _log.warning("%s ended with code %d and is started again", program.name, ended)
    _stop_all(programs)
    return code


def _stop_all(programs: Sequence[Program]) -> None:
    deadline = time.monotonic() + _STOP_SECONDS
    for program in programs:
        program.terminate()
    for program in programs:
        program.stop(deadline)


def worker_programs(settings: Settings, number: int) -> list[Program]:
    """Describe that many worker processes, which share the cores.

    Parameters
    ----------
    settings : of the deployment.
    number : of worker processes.
    """
    threads = str(max(1, (os.cpu_count() or 1) // max(1, number)))
    env = {**settings.environment(), "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", threads)}
    argv = module_command("coach_api.work.worker")
    return [Program(f"worker {k}", argv, env) for k in range(number)]
