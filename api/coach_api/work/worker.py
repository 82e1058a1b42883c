"""A worker process: it holds a slot, runs jobs, and takes over the jobs of dead workers.

It stops by ending at once. All finished stages are stored, its child process dies with it, and its
jobs continue elsewhere or when it starts again.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
import traceback

from coach.errors import CoachError
from coach_api.engine.executor import Executor
from coach_api.settings import Settings, settings_from
from coach_api.store.database import connect
from coach_api.store.locks import Held, locks_for
from coach_api.store.migrate import migrate
from coach_api.store.vault import open_store
from coach_api.work.chores import Chores
from coach_api.work.durable import DurableJobs
from coach_api.work.processes import CANNOT_START, OUTAGES, begin_process
from coach_api.work.queues import AT_ONCE, version
from coach_api.work.reaper import Reaper, Stranded, take_slot
from coach_api.work.workflow import Analysis
from coach_api.work.workspace import Workspace

_log = logging.getLogger(__name__)
_CHECK_EVERY = 1.0
_NICE = 10  # listening takes hours; the pages of the service go first


def work(settings: Settings) -> None:
    """Run jobs until the slot or a job is lost.

    Raises
    ------
    CoachError : if the settings, the database or the store cannot be used.
    """
    migrate(settings)
    locks = locks_for(settings)
    slot, held = take_slot(settings, locks)
    engine, storage = connect(settings), open_store(settings)
    workspace = Workspace(settings, storage, slot)
    workspace.clear()
    analysis = Analysis(settings, engine, workspace)
    executor = Executor(
        settings.database,
        slot,
        version=version(),
        queues=AT_ONCE,
        max_starts=settings.max_attempts,
    )
    executor.launch(analysis.turn, analysis.analyse)
    _log.info("worker %s is ready", slot)
    jobs = DurableJobs(settings, engine, storage)
    chores = Chores(settings, engine, storage, locks, jobs)
    reaper = Reaper(locks, slot, executor, lambda: analysis.running)
    while _check(held, reaper, chores):
        time.sleep(_CHECK_EVERY)


def _check(held: Held, reaper: Reaper, chores: Chores) -> bool:
    """Check slot and jobs and do the chores once; False when this process must end."""
    try:
        if not held.renew():
            _log.error("another process has taken the slot of this worker")
            return False
        reaper.check()
        chores.run_due()
    except Stranded as error:
        _log.error("the engine lost a job of this worker (%s); starting again", error)
        return False
    except (*OUTAGES, OSError) as error:
        _log.warning("the worker could not check its jobs: %s", type(error).__name__)
    except Exception as error:  # it would come again after a restart, and no job would finish
        place = "".join(traceback.format_tb(error.__traceback__)[-2:])
        _log.error(
            "the worker met an unexpected error while checking: %s\n%s", type(error).__name__, place
        )
    return True


def main() -> None:
    """Run a worker process."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    os.nice(_NICE)
    try:
        settings = settings_from()
        begin_process(settings)
        work(settings)
    except CoachError as error:
        _log.error("%s", error)
        os._exit(CANNOT_START)
    except OUTAGES as error:
        _log.error("database or store is away (%s)", type(error).__name__)
        os._exit(1)
    sys.stderr.flush()
    # Not by return: the engine's threads would be waited for, which may take as long as a job.
    os._exit(0)


if __name__ == "__main__":
    main()
