"""The rows of sessions, as workers change them. Every change names the run that it belongs to.

A retried session has a new run, so an earlier run that still works changes nothing. Every change
may be made twice: the engine repeats a step whose end it did not see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Engine

from coach.errors import CoachError, InputError
from coach_api.sessions.scoring import SessionDetails
from coach_api.store.tables import BATCH, INTERACTIVE, now, results, sessions

ACTIVE = ("queued", "running")
JobFailure = tuple[str, str]
"""How a job ended without a scorecard: type and message of the error."""

PARKED = "Parked"


@dataclass(frozen=True, slots=True)
class SessionRun:
    """One attempt to analyse one session, and what it needs."""

    session_id: str
    number: int
    sha256: str
    suffix: str
    blob_key: str
    config: dict[str, Any]
    given: SessionDetails
    priority: int = INTERACTIVE
    media_type: str = ""

    @property
    def filename(self) -> str:
        """The name of the recording in the workspace."""
        return f"{self.session_id}{self.suffix}"

    @property
    def is_interactive(self) -> bool:
        """Whether somebody waits for its scorecard; a corpus wants to know what was heard."""
        return self.priority < BATCH


def job_name(session_id: str, run: int) -> str:
    """Name the job of a run in the book of jobs.

    Parameters
    ----------
    session_id : of the session.
    run : number of the run.
    """
    return f"{session_id}:{run}"


def parse_job_name(job: str) -> tuple[str, int]:
    """Read the session and the number of a run from the name of its job.

    Examples
    --------
    >>> parse_job_name(job_name("5e55", 2))
    ('5e55', 2)
    """
    session_id, _, number = job.rpartition(":")
    return session_id, int(number)


def job_prefix(session_id: str) -> str:
    """Return the prefix of the names of all jobs of a session."""
    return f"{session_id}:"


def run_of(tx: Connection, session_id: str, number: int) -> SessionRun | None:
    """Read a run; None when the session is gone, was cancelled or has a newer run.

    Parameters
    ----------
    tx : an open transaction.
    session_id, number : the run.
    """
    row = tx.execute(sa.select(sessions).where(_current(session_id, number))).one_or_none()
    if row is None:
        return None
    given = SessionDetails(row.title, row.mentor, row.partner)
    return SessionRun(
        row.id,
        row.run,
        row.sha256,
        row.suffix,
        row.blob_key,
        row.config,
        given,
        row.priority,
        row.media_type,
    )


def wait(tx: Connection, session_id: str, number: int) -> None:
    """Mark a run that had begun as waiting again.

    Parameters
    ----------
    tx : an open transaction.
    session_id, number : the run.
    """
    begun = sa.and_(_current(session_id, number), sessions.c.status == "running")
    tx.execute(sa.update(sessions).where(begun).values(status="queued", updated_at=now()))


def advance(tx: Connection, session_id: str, number: int, stage: str, fraction: float) -> bool:
    """Store how far a run is; False when it is no longer wanted.

    Parameters
    ----------
    tx : an open transaction.
    session_id, number : the run.
    stage : that is running.
    fraction : of the whole analysis, in [0, 1].
    """
    moment = now()
    changed = tx.execute(
        sa.update(sessions)
        .where(_current(session_id, number))
        .values(
            status="running",
            stage=stage,
            fraction=fraction,
            updated_at=moment,
            started_at=sa.func.coalesce(sessions.c.started_at, moment),
        )
    )
    return changed.rowcount == 1


def finish(
    tx: Connection,
    session_id: str,
    number: int,
    *,
    conversation: str,
    scorecard: str,
    given: SessionDetails | None = None,
    recorded_on: date | None = None,
) -> bool:
    """Store the results; False when the run is no longer wanted, or the names have changed.

    The day that the recording names becomes the day of the session, unless somebody has set one.

    Parameters
    ----------
    tx : an open transaction.
    session_id, number : the run.
    conversation, scorecard : JSON documents.
    given : title and names that the scorecard was made with; None accepts any.
    recorded_on : the day in the recording's metadata; None if there is none.
    """
    if not _end(tx, session_id, number, given, status="done", stage="", fraction=1.0):
        return False
    if recorded_on is not None and recorded_on <= now().date():
        unsaid = sessions.c.id == session_id, sessions.c.held_on.is_(None)
        tx.execute(sa.update(sessions).where(*unsaid).values(held_on=recorded_on))
    tx.execute(sa.delete(results).where(results.c.session_id == session_id))
    tx.execute(
        sa.insert(results).values(
            session_id=session_id, conversation=conversation, scorecard=scorecard
        )
    )
    return True


def finish_hearing(tx: Connection, session_id: str, number: int) -> bool:
    """Mark a run as done that only collects facts; False when it is no longer wanted.

    Parameters
    ----------
    tx : an open transaction.
    session_id, number : the run.
    """
    return _end(tx, session_id, number, status="done", stage="", fraction=1.0)


def fail(tx: Connection, session_id: str, number: int, settled: JobFailure) -> bool:
    """Store why a run ended without a scorecard; False when it is no longer wanted.

    Parameters
    ----------
    tx : an open transaction.
    session_id, number : the run.
    settled : kind and detail of the failure.
    """
    kind, detail = settled
    return _end(tx, session_id, number, status="failed", error_type=kind, error_detail=detail)


def restart(tx: Connection, session_id: str) -> int:
    """Begin a new run and give its number."""
    tx.execute(
        sa.update(sessions)
        .where(sessions.c.id == session_id)
        .values(
            run=sessions.c.run + 1,
            status="queued",
            stage="",
            fraction=0.0,
            error_type="",
            error_detail="",
            started_at=None,
            updated_at=now(),
        )
    )
    query = sa.select(sessions.c.run).where(sessions.c.id == session_id)
    return int(tx.execute(query).scalar_one())


def failure_of(error: CoachError, run: SessionRun | None = None) -> JobFailure:
    """Describe an error as it is stored, without the name of the file in the workspace.

    Parameters
    ----------
    error : of a stage.
    run : whose file is called "the recording"; None leaves the message as it is.

    Examples
    --------
    >>> run = SessionRun("5e55", 0, "", ".m4a", "", {}, SessionDetails())
    >>> failure_of(InputError("5e55.m4a is truncated. Copy it again."), run)
    ('InputError', 'The recording is truncated. Copy it again.')
    """
    said = str(error).replace(run.filename, "the recording") if run else str(error)
    return type(error).__name__, said[:1].upper() + said[1:]


def mark_sound_gone(engine: Engine, session_id: str, if_so: ColumnElement[bool]) -> bool:
    """Note that a session has no sound any more; False when its row has changed meanwhile.

    Parameters
    ----------
    engine : of the database.
    session_id : of the session.
    if_so : a condition on the row, which must still hold.
    """
    with engine.begin() as tx:
        change = sa.update(sessions).where(sessions.c.id == session_id, if_so).values(blob_key="")
        return tx.execute(change).rowcount == 1


def no_sound() -> InputError:
    """Explain why a session cannot be analysed again."""
    return InputError(
        "The recording was deleted at the end of its time, or erased. Upload it again."
    )


def _end(
    tx: Connection, session_id: str, number: int, given: SessionDetails | None = None, **values: Any
) -> bool:
    ended = sa.update(sessions).where(_current(session_id, number))
    if given is not None:
        ended = ended.filter_by(title=given.title, mentor=given.mentor, partner=given.partner)
    return tx.execute(ended.values(updated_at=now(), **values)).rowcount == 1


def _current(session_id: str, number: int) -> ColumnElement[bool]:
    return sa.and_(
        sessions.c.id == session_id,
        sessions.c.run == number,
        sessions.c.status.in_(ACTIVE),
        sessions.c.deleted_at.is_(None),
    )
