"""Bring sessions and their jobs to agree, after whatever happened to either.

The workflow itself writes how it ended. What it cannot write is looked up here: that it was parked,
that it is gone, or that a cancel did not reach it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from dbos import DBOSClient, WorkflowStatus
from sqlalchemy import Engine

from coach.errors import InputError
from coach_api.sessions import job_records
from coach_api.sessions.job_records import ACTIVE, PARKED, Settled, settled_by, workflow_id
from coach_api.store.tables import now, sessions
from coach_api.work.durable import DurableJobs
from coach_api.work.engine import version

_MANY = 500
_UNSETTLED = timedelta(seconds=3)
_LATELY = timedelta(hours=1)
_ALIVE = ("PENDING", "ENQUEUED", "DELAYED")


def settle(engine: Engine, client: DBOSClient, jobs: DurableJobs, statuses: Sequence[str]) -> int:
    """Settle sessions of the given statuses; says how many changed."""
    rows = _rows(engine, statuses)
    found = _jobs(client, rows)
    return sum(_settle(engine, client, jobs, row, found.get(_name(row))) for row in rows)


def _settle(
    engine: Engine, client: DBOSClient, jobs: DurableJobs, row: Any, job: WorkflowStatus | None
) -> bool:
    is_alive = job is not None and job.status in _ALIVE
    if row.status == "cancelled":
        if is_alive:
            client.cancel_workflow(_name(row))
        return is_alive
    if job is None or _is_innocent(row, job) or _is_of_another_version(job):
        if is_alive:
            client.cancel_workflow(_name(row))
        return _begin_again(engine, jobs, row)
    if is_alive:
        return False
    with engine.begin() as tx:
        return job_records.fail(tx, row.id, row.run, _verdict(job))


def _begin_again(engine: Engine, jobs: DurableJobs, row: Any) -> bool:
    """Begin a new run, unless somebody has cancelled or begun it since the row was read."""
    try:
        return jobs.begin_again(
            row.id, lambda latest: latest.run == row.run and latest.status in ACTIVE
        )
    except InputError as error:
        with engine.begin() as tx:
            return job_records.fail(tx, row.id, row.run, settled_by(error))


def _is_of_another_version(job: WorkflowStatus) -> bool:
    return job.status in _ALIVE and job.app_version not in (None, version())


def _is_innocent(row: Any, job: WorkflowStatus) -> bool:
    """Whether a job only waited for its turn each time that its worker was ended by another."""
    return row.status == "queued" and job.status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED"


def _verdict(job: WorkflowStatus) -> Settled:
    if job.status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED":
        # The engine has counted the start that it then refused, too.
        times = (job.recovery_attempts or 1) - 1
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
        sessions.c.updated_at < moment - _UNSETTLED,
        sa.or_(sessions.c.status != "cancelled", sessions.c.updated_at > moment - _LATELY),
    )
    columns = (sessions.c.id, sessions.c.run, sessions.c.status)
    with engine.connect() as connection:
        query = sa.select(*columns).where(due).order_by(sessions.c.updated_at).limit(_MANY)
        return connection.execute(query).all()


def _jobs(client: DBOSClient, rows: Sequence[Any]) -> dict[str, WorkflowStatus]:
    if not rows:
        return {}
    found = client.list_workflows(
        workflow_ids=[_name(row) for row in rows], load_input=False, load_output=False
    )
    return {job.workflow_id: job for job in found}


def _name(row: Any) -> str:
    return workflow_id(row.id, row.run)
