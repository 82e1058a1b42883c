"""The port's implementation: a session is a row, its job an entry in the book of jobs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from coach.intervals import Seconds
from coach_api.engine.book import JobBook
from coach_api.sessions import job_records
from coach_api.sessions.erasure import erase
from coach_api.sessions.job_records import ACTIVE, job_name, no_sound
from coach_api.sessions.jobs import JobProgress
from coach_api.settings import Settings
from coach_api.store.database import hold
from coach_api.store.objects import Storage
from coach_api.store.tables import BATCH, INTERACTIVE, now, sessions
from coach_api.work.queues import queue_for

_ENOUGH = 0.02  # of the whole, before an estimate means something


class DurableJobs:
    """Starts, follows and stops analyses; runs none itself. See `coach_api.sessions.jobs.Jobs`."""

    def __init__(self, settings: Settings, engine: sa.Engine, storage: Storage) -> None:
        self._engine, self._storage = engine, storage
        self._work_dir = settings.work_dir
        self.book = JobBook(settings.database)

    def close(self) -> None:
        """Give back the connections."""
        self.book.close()

    def enqueue(self, tx: Connection, session_id: str, *, priority: int = INTERACTIVE) -> None:
        """Begin the job of a session whose row was written in `tx`; both commit together.

        Parameters
        ----------
        tx : an open transaction, which the caller commits.
        session_id : of the row that `tx` wrote.
        priority : a lower number goes first.
        """
        query = sa.select(sessions.c.run, sessions.c.size, sessions.c.owner_id)
        run, size, owner_id = tx.execute(query.where(sessions.c.id == session_id)).one()
        after = _count_unfinished(tx, owner_id, session_id) if priority < BATCH else 0
        self.book.enqueue(tx, job_name(session_id, run), queue_for(priority, size), after=after)

    def cancel(self, session_id: str) -> bool:
        """Stop a queued or running job; its child process ends within 2 s. False: had ended."""
        with self._engine.begin() as tx:
            row = _lock_row(tx, session_id)
            if row is None or row.status not in ACTIVE:
                return False
            tx.execute(
                sa.update(sessions)
                .where(sessions.c.id == session_id)
                .values(status="cancelled", updated_at=now())
            )
        # Should we die here, a worker's watch finds the cancelled session and does the rest.
        self.book.cancel(job_name(session_id, row.run))
        return True

    def retry(self, session_id: str) -> bool:
        """Start a failed or cancelled job again, keeping finished stages. False: not ended so."""
        return self.begin_again(session_id, lambda row: row.status in ("failed", "cancelled"))

    def begin_again(self, session_id: str, is_due: Callable[[sa.Row[Any]], bool]) -> bool:
        """Start a new run of a session if `is_due` says so of its row.

        Parameters
        ----------
        session_id : of any session.
        is_due : is called with the locked row.

        Returns
        -------
        Whether a run was started.

        Raises
        ------
        InputError : if the sound is no longer there.
        """
        with self._engine.begin() as tx:
            row = _lock_row(tx, session_id)
            if row is None or not is_due(row):
                return False
            if not row.blob_key:
                raise no_sound()
            job_records.restart(tx, session_id)
            self.enqueue(tx, session_id, priority=row.priority)
        return True

    def progress(self, session_id: str) -> JobProgress | None:
        """Return how far a session is; None when there is no such session."""
        with self._engine.connect() as connection:
            row = connection.execute(_row(session_id)).one_or_none()
        if row is None:
            return None
        return JobProgress(row.status, row.stage, row.fraction, _seconds_left(row))

    def forget(self, session_id: str) -> None:
        """Erase the session: sound, results of stages, row and the engine's own state."""
        erase(self._engine, self._storage, self.book, session_id)
        for workspace in self._work_dir.glob(f"*/{session_id}.*"):
            shutil.rmtree(workspace, ignore_errors=True)


def _count_unfinished(tx: Connection, owner_id: str, but: str) -> int:
    """Count the unfinished recordings of an owner: another owner's first goes before their next."""
    own = sessions.c.owner_id == owner_id, sessions.c.id != but, sessions.c.deleted_at.is_(None)
    wanted = sa.select(sa.func.count()).where(*own, sessions.c.status.in_(ACTIVE))
    found: int = tx.execute(wanted).scalar_one()
    return found


def _row(session_id: str) -> sa.Select[Any]:
    return sa.select(sessions).where(sessions.c.id == session_id, sessions.c.deleted_at.is_(None))


def _lock_row(tx: Connection, session_id: str) -> sa.Row[Any] | None:
    hold(tx)
    return tx.execute(_row(session_id).with_for_update()).one_or_none()


def _seconds_left(row: sa.Row[Any]) -> Seconds | None:
    if row.status != "running" or row.started_at is None or row.fraction < _ENOUGH:
        return None
    # To the moment when the fraction was noted: so it does not grow while nothing is heard of.
    passed = float((row.updated_at - row.started_at).total_seconds())
    return round(passed * (1 - float(row.fraction)) / float(row.fraction), 1)
