"""The book of jobs and its executor: what the engine must do that we count on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from dbos import DBOS
from service import PATIENCE

from coach_api.engine.book import JobBook, JobState, create_tables
from coach_api.engine.executor import Executor
from coach_api.settings import Settings
from coach_api.store.database import connect


@pytest.fixture
def database(tmp_path: Path) -> Iterator[tuple[str, sa.Engine]]:
    """An empty database with the engine's tables."""
    settings = Settings(data_dir=tmp_path)
    create_tables(settings.database)
    engine = connect(settings)
    yield settings.database, engine
    engine.dispose()


@pytest.fixture
def book(database: tuple[str, sa.Engine]) -> Iterator[JobBook]:
    """Its book of jobs."""
    opened = JobBook(database[0])
    yield opened
    opened.close()


def executor_of(url: str, slot: str, **queues: int) -> Executor:
    return Executor(url, slot, version="1", queues=queues, max_starts=3)


@asynccontextmanager
async def at_once(job: str) -> AsyncIterator[None]:
    yield


async def nothing(job: str) -> None:
    """Do nothing."""


def test_a_job_begins_with_what_else_was_written_or_not_at_all(
    database: tuple[str, sa.Engine], book: JobBook
) -> None:
    with database[1].begin() as tx:
        book.enqueue(tx, "one:0", "batch")
    with pytest.raises(RuntimeError), database[1].begin() as tx:
        book.enqueue(tx, "two:0", "batch")
        raise RuntimeError
    assert book.states(["one:0", "two:0"]) == {"one:0": JobState("one:0", "waiting")}
    assert book.names("one:") == ("one:0",)
    book.cancel("one:0")
    assert book.states(["one:0"])["one:0"].status == "cancelled"
    book.erase("one:0")
    assert book.states(["one:0"]) == {}


def test_a_job_knows_its_name_and_waits_for_its_turn(
    database: tuple[str, sa.Engine], book: JobBook
) -> None:
    seen: list[str] = []
    done = threading.Event()

    @asynccontextmanager
    async def admit(job: str) -> AsyncIterator[None]:
        seen.append(f"{job} comes")
        yield
        seen.append(f"{job} goes")
        done.set()

    async def work(job: str) -> None:
        await asyncio.sleep(0)
        seen.append(f"{job} works")

    with database[1].begin() as tx:
        book.enqueue(tx, "one:0", "batch")
    executor_of(database[0], "here-0", batch=1).launch(admit, work)
    try:
        assert done.wait(PATIENCE)
    finally:
        DBOS.destroy(destroy_registry=True)
    assert seen == ["one:0 comes", "one:0 works", "one:0 goes"]


def test_jobs_of_a_dead_worker_go_back_to_their_queue_and_keep_their_count(
    database: tuple[str, sa.Engine], book: JobBook
) -> None:
    """This is what the engine's public `resume_workflows` does not do."""
    url, engine = database
    with engine.begin() as tx:
        for name in ("one:0", "two:0"):
            book.enqueue(tx, name, "batch")
        tx.exec_driver_sql(
            "UPDATE workflow_status SET status = 'PENDING', recovery_attempts = 2,"
            " application_version = '1',"
            " executor_id = CASE workflow_uuid WHEN 'one:0' THEN 'dead-0' ELSE 'alive-0' END"
        )
    executor = executor_of(url, "here-0", other=1)
    executor.launch(at_once, nothing)
    try:
        assert {job.slot for job in executor.running()} == {"dead-0", "alive-0"}
        assert executor.requeue_jobs_of("dead-0") == 1
        assert executor.requeue_jobs_of("dead-0") == 0
    finally:
        DBOS.destroy(destroy_registry=True)
    states = book.states(["one:0", "two:0"])
    assert (states["one:0"].status, states["one:0"].starts) == ("waiting", 2)
    assert (states["two:0"].status, states["two:0"].slot) == ("running", "alive-0")
    with engine.connect() as connection:
        query = "SELECT queue_name FROM workflow_status WHERE workflow_uuid = 'one:0'"
        assert connection.exec_driver_sql(query).scalar() == "batch"
