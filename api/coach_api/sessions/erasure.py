"""Erase a session everywhere: store, rows and the engine's state.

A session whose job may still be running leaves a tombstone for a while, a row without anything
personal, so that what the job still writes is erased too.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from coach_api.engine.book import JobBook
from coach_api.sessions.job_records import ACTIVE, job_prefix
from coach_api.store.database import hold
from coach_api.store.objects import AREAS, QUARANTINE, Storage
from coach_api.store.tables import (
    consents,
    corrections,
    deliveries,
    enrolments,
    erased_sessions,
    goals,
    notes,
    now,
    results,
    sessions,
    shares,
    uploads,
)

TOMBSTONE = timedelta(minutes=1)
"""Longer than a cancelled job needs to end."""

_BLANK = {
    "title": "", "mentor": "", "partner": "", "sha256": "", "size": 0, "held_on": None,
    "media_type": "", "suffix": "", "blob_key": "", "error_type": "", "error_detail": "",
    "idempotency_key": None, "config": {}, "audio_until": None,
}  # fmt: skip


def erase(engine: Engine, storage: Storage, book: JobBook, session_id: str) -> None:
    """Erase a session; nothing happens when there is none.

    Parameters
    ----------
    engine, storage, book : of the deployment.
    session_id : of the session.
    """
    with engine.begin() as tx:
        was_active = _bury(tx, session_id)
    if was_active:
        book.cancel(*book.names(job_prefix(session_id)))
    erase_files(storage, session_id)
    if not was_active:
        _finish(engine, book, session_id)
    forget_pages(engine)


def erase_files(storage: Storage, session_id: str) -> None:
    """Erase a session's recording and results of stages, in quarantine too."""
    for area in AREAS:
        storage.erase(f"{area}/{session_id}")
        storage.erase(f"{QUARANTINE}/{area}/{session_id}")


def erase_tombstones(engine: Engine, storage: Storage, book: JobBook) -> int:
    """Finish what `erase` began with sessions that were being analysed; says how many."""
    with engine.connect() as connection:
        old = connection.scalars(
            sa.select(sessions.c.id).where(sessions.c.deleted_at < now() - TOMBSTONE)
        ).all()
    for session_id in old:
        erase_files(storage, session_id)
        _finish(engine, book, session_id)
    if old:
        forget_pages(engine)
    return len(old)


def trace_of(session_id: str) -> str:
    """What is kept of an erased session: enough to know its files by, not to find it by."""
    return sha256(session_id.encode()).hexdigest()


def forget_pages(engine: Engine) -> None:
    """Empty SQLite's log of changes, in which erased rows would still be readable."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _bury(tx: Connection, session_id: str) -> bool:
    """Leave a blank row; says whether a job was under way."""
    hold(tx)
    mine = sessions.c.id == session_id
    status = tx.scalar(sa.select(sessions.c.status).where(mine).with_for_update())
    if status is not None:
        trace = trace_of(session_id)
        tx.execute(sa.delete(erased_sessions).where(erased_sessions.c.trace == trace))
        tx.execute(sa.insert(erased_sessions).values(trace=trace))
    for table in (results, corrections, shares, consents, deliveries, enrolments, notes, uploads):
        tx.execute(sa.delete(table).where(table.c.session_id == session_id))
    taken = goals.c.session_id == session_id
    tx.execute(sa.update(goals).where(taken).values(session_id=None))
    tx.execute(
        sa.update(sessions)
        .where(mine)
        .values(status="cancelled", deleted_at=now(), updated_at=now(), **_BLANK)
    )
    return status in ACTIVE


def _finish(engine: Engine, book: JobBook, session_id: str) -> None:
    book.erase(*book.names(job_prefix(session_id)))
    with engine.begin() as tx:
        tx.execute(sa.delete(sessions).where(sessions.c.id == session_id))
