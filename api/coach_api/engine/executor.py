"""The executor of a worker: it takes jobs from the queues and runs them in this process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

from coach_api.engine.book import APPLICATION, WORKFLOW, JobState, state_of

Admit = Callable[[str], AbstractAsyncContextManager[None]]
Work = Callable[[str], Awaitable[None]]


class Executor:
    """Runs jobs under the name of a slot. There is one in a process.

    Parameters
    ----------
    url : of the database.
    slot : the worker's name; nobody else may use it while this process lives.
    version : jobs that another version has begun are left alone.
    queues : names of queues, and how many jobs of each to take at once.
    max_starts : a job that has ended its worker so often is parked.
    """

    def __init__(
        self, url: str, slot: str, *, version: str, queues: Mapping[str, int], max_starts: int
    ) -> None:
        self._slot, self._queues, self._max_starts = slot, dict(queues), max_starts
        self._config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": url,
            "executor_id": slot,
            "application_version": version,
            "serializer": DBOSPortableJSONSerializer(),
            "run_migrations": False,
            "notification_listener_polling_interval_sec": 1.0,
            "log_level": "CRITICAL",
        }

    def launch(self, admit: Admit, work: Work) -> None:
        """Begin to take jobs.

        Parameters
        ----------
        admit : gives the context in which a job of that name waits for its turn and runs.
        work : does a job, as one step, which is repeated if this process dies in it; it is
            cancelled when the job is. An error that it raises is seen by nobody: it is to catch
            its own.
        """

        # The engine counts what comes after the first start.
        @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=max(1, self._max_starts - 1))
        async def analyse_session() -> None:
            name = str(DBOS.workflow_id)
            async with admit(name):
                await DBOS.run_step_async({"name": "analyse", "preemptible": True}, work, name)

        DBOS(config=self._config)
        DBOS.listen_queues(list(self._queues))
        DBOS.launch()
        for queue, at_once in self._queues.items():
            DBOS.register_queue(queue, worker_concurrency=at_once, polling_interval_sec=0.5)

    def running(self) -> tuple[JobState, ...]:
        """List the jobs that have begun and not ended, of every worker."""
        found = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        return tuple(state_of(job) for job in found)

    def requeue_jobs_of(self, slot: str) -> int:
        """Put the jobs of a dead worker back into their queues; says how many.

        A job that another worker has taken meanwhile is left alone. The public `resume_workflows`
        asks for no slot and forgets how often a job was started, so that one which ends every
        worker would never be parked.
        """
        return len(DBOS._recover_pending_workflows([slot]))
