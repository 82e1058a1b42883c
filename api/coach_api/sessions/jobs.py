"""The port of jobs: what the service asks of them; `coach_api.work` implements it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from coach.intervals import Seconds
from coach_api.store.tables import INTERACTIVE


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a session is.

    Parameters
    ----------
    status : queued, running, done, failed or cancelled.
    stage : name of a stage in `coach.analysis.stages`; empty before the first.
    fraction : of the whole, 0 to 1.
    seconds_left : estimate; None while there is nothing to estimate from.
    """

    status: str
    stage: str = ""
    fraction: float = 0.0
    seconds_left: Seconds | None = None


class Jobs(Protocol):
    """Start, follow and stop the analysis of sessions."""

    def enqueue(self, tx: Connection, session_id: str, *, priority: int = INTERACTIVE) -> None:
        """Begin the job of a session whose row was written in `tx`; both commit together.

        Parameters
        ----------
        tx : an open transaction, which the caller commits.
        session_id : of the row that `tx` wrote.
        priority : a lower number goes first.
        """

    def cancel(self, session_id: str) -> bool:
        """Stop a queued or running job; its child process ends within 2 s. False: had ended."""

    def retry(self, session_id: str) -> bool:
        """Start a failed or cancelled job again, keeping finished stages. False: not ended so.

        Raises
        ------
        InputError : if the sound is no longer there.
        """

    def progress(self, session_id: str) -> JobProgress | None:
        """How far the session is; None when there is no such session."""

    def forget(self, session_id: str) -> None:
        """Erase the session: sound, results of stages, row and the engine's own state.

        Idempotent; a running job is stopped first. Raises nothing when there is no such session.
        """
