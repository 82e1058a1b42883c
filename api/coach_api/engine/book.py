"""The book of jobs: any process can begin, look up, stop and erase jobs in it; it runs none.

The engine's own defaults would pickle arguments, take jobs without a limit and call every process
"local". Our jobs have no arguments and no result: the name says which run of which session it is,
and the session's row holds everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, WorkflowStatus
from sqlalchemy import Connection

APPLICATION = "coach"
WORKFLOW = "analyse_session"

Status = Literal["waiting", "running", "done", "failed", "cancelled", "parked"]
_STATUSES: dict[str, Status] = {
    "ENQUEUED": "waiting",
    "DELAYED": "waiting",
    "PENDING": "running",
    "SUCCESS": "done",
    "ERROR": "failed",
    "CANCELLED": "cancelled",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "parked",
}


@dataclass(frozen=True, slots=True)
class JobState:
    """What the engine knows about a job.

    Parameters
    ----------
    name : of the job.
    status : parked is a job that ended its worker too often.
    starts : how often a worker has taken it.
    slot : the worker that runs it, or ran it last.
    version : of the workers that may go on with it; None before the first has taken it.
    """

    name: str
    status: Status
    starts: int = 0
    slot: str | None = None
    version: str | None = None

    @property
    def is_alive(self) -> bool:
        """Whether a worker runs it or will run it."""
        return self.status in ("waiting", "running")


class JobBook:
    """The jobs in one database.

    Parameters
    ----------
    url : of the database, which the service's tables share.
    """

    def __init__(self, url: str) -> None:
        self._client = DBOSClient(
            system_database_url=url,
            application_name=APPLICATION,
            serializer=DBOSPortableJSONSerializer(),
        )

    def close(self) -> None:
        """Give back the connections."""
        self._client.destroy()

    def enqueue(self, tx: Connection, name: str, queue: str, *, after: int = 0) -> None:
        """Enqueue a job; it and what else was written in `tx` commit together.

        Parameters
        ----------
        after : jobs of the queue with a smaller number go first, however late they come.
        """
        self._client.enqueue_in_transaction(
            tx,
            {
                "workflow_name": WORKFLOW,
                "queue_name": queue,
                "workflow_id": name,
                "application_name": APPLICATION,
                "priority": after + 1,  # the smallest that the engine takes
            },
        )

    def states(self, names: Sequence[str]) -> dict[str, JobState]:
        """Look up jobs by name; those that are not in the book are left out."""
        if not names:
            return {}
        found = self._client.list_workflows(
            workflow_ids=list(names), load_input=False, load_output=False
        )
        return {job.workflow_id: state_of(job) for job in found}

    def names(self, prefix: str) -> tuple[str, ...]:
        """Find the jobs whose names begin with `prefix`."""
        found = self._client.list_workflows(
            workflow_id_prefix=prefix, load_input=False, load_output=False
        )
        return tuple(job.workflow_id for job in found)

    def cancel(self, *names: str) -> None:
        """Stop jobs that have not ended."""
        if names:
            self._client.cancel_workflows(list(names))

    def erase(self, *names: str) -> None:
        """Erase all that the engine knows about jobs; stop them first."""
        if names:
            self._client.delete_workflows(list(names))


def create_tables(url: str) -> None:
    """Create or upgrade the engine's tables in the database at `url`."""
    DBOS.migrate(url)


def state_of(job: WorkflowStatus) -> JobState:
    """Translate the engine's words."""
    return JobState(
        job.workflow_id,
        _STATUSES[job.status],
        job.recovery_attempts or 0,
        job.executor_id,
        job.app_version,
    )
