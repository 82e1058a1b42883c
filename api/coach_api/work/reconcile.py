"""Make sessions and their jobs agree, after a crash or a lost message.

A job itself writes how it ended. What it cannot write is looked up here: that it was parked, that
it is gone, or that a cancel did not reach it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine

from coach.errors import InputError
from coach_api.engine.book import JobState
from coach_api.sessions import job_records
from coach_api.sessions.job_records import ACTIVE, PARKED, JobFailure, failure_of, job_name
from coach_api.store.tables import now, sessions
from coach_api.work.durable import DurableJobs
from coach_api.work.queues import version

_MANY = 500
_UNCHANGED_FOR = timedelta(seconds=3)
_LATELY = timedelta(hours=1)


def reconcile_sessions(engine: Engine, jobs: DurableJobs, statuses: Sequence[str]) -> int:
    """Bring sessions of the given statuses and their jobs to agree; return how many changed.

    Parameters
    ----------
    engine : of the database.
    jobs : of the job engine.
    statuses : of the sessions to look at.
    """
    rows = _rows(engine, statuses)
    found = jobs.book.states([_name(row) for row in rows])
    return sum(_reconcile(engine, jobs, row, found.get(_name(row))) for row in rows)


def _reconcile(engine: Engine, jobs: DurableJobs, row: Any, job: JobState | None) -> bool:
    is_alive = job is not None and job.is_alive
    if row.status == "cancelled":
        if is_alive:
            jobs.book.cancel(_name(row))
        return is_alive
    if job is None or _never_started(row, job) or _is_of_another_version(job):
        if is_alive:
            jobs.book.cancel(_name(row))
        return _begin_again(engine, jobs, row)
    if is_alive:
        return False
    with engine.begin() as tx:
        return job_records.fail(tx, row.id, row.run, _failure(job))


def _begin_again(engine: Engine, jobs: DurableJobs, row: Any) -> bool:
    """Begin a new run, unless somebody has cancelled or begun it since the row was read."""
    try:
        return jobs.begin_again(
            row.id, lambda latest: latest.run == row.run and latest.status in ACTIVE
        )
    except InputError as error:
        with engine.begin() as tx:
            return job_records.fail(tx, row.id, row.run, failure_of(error))


def _is_of_another_version(job: JobState) -> bool:
    return job.is_alive and job.version not in (None, version())


def _never_started(row: Any, job: JobState) -> bool:
    """Whether the job never started: another job crashed its worker each time."""
    return row.status == "queued" and job.status == "parked"


def _failure(job: JobState) -> JobFailure:
    if job.status == "parked":
        # The engine has counted the start that it then refused, too.
        times = max(0, job.starts - 1)
        return PARKED, (
            f"The analysis of this recording ended with its worker {times} times, so it was put "
            "aside. Look into the worker's log for the reason (often memory), then try again."
        )
    return "AnalysisError", "The analysis ended without a result. Try again."


def _rows(engine: Engine, statuses: Iterable[str]) -> Sequence[Any]:
    moment = now()
    due = sa.and_(
        sessions.c.status.in_(list(statuses)),
        sessions.c.deleted_at.is_(None),
        sessions.c.updated_at < moment - _UNCHANGED_FOR,
        sa.or_(sessions.c.status != "cancelled", sessions.c.updated_at > moment - _LATELY),
    )
    columns = (sessions.c.id, sessions.c.run, sessions.c.status)
    with engine.connect() as connection:
        query = sa.select(*columns).where(due).order_by(sessions.c.updated_at).limit(_MANY)
        return connection.execute(query).all()


def _name(row: Any) -> str:
    return job_name(row.id, row.run)
