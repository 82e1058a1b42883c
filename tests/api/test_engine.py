"""The job engine with real workers, real child processes and a fake stage program."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa
from service import HERE, PATIENCE, RECORDED_ON, Service, slowness, wait_for

from coach.analysis.stages import ANALYSIS
from coach.conversation import Conversation
from coach.interchange.json import load
from coach.scorecard import Scorecard
from coach_api.sessions.sounds import copy_key
from coach_api.store.tables import (
    BATCH,
    INTERACTIVE,
    enrolments,
    metadata,
    new_id,
    results,
    sessions,
)


def scorecard_of(service: Service, session_id: str) -> tuple[Conversation, Scorecard]:
    with service.engine.connect() as connection:
        row = connection.execute(sa.select(results).where(results.c.session_id == session_id)).one()
    return load(Conversation, row.conversation), load(Scorecard, row.scorecard)


def enrol(service: Service, name: str, vector: list[float]) -> None:
    row = {"id": new_id(), "owner_id": service.owner, "name": name, "print": vector}
    with service.engine.begin() as tx:
        tx.execute(sa.insert(enrolments).values(**row, model="f" * 64))


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs, and not as another's process of the same number."""
    try:
        runs = process.status() != psutil.STATUS_ZOMBIE
        return runs and "coach_api.work.fork_server" in process.cmdline()
    except psutil.NoSuchProcess:
        return False


def stages_running(service: Service) -> list[psutil.Process]:
    """The stage processes of this service's workers: they left a mark when they began."""
    found = []
    for mark in service.marks.glob("*.begun.*"):
        with suppress(psutil.NoSuchProcess):
            found.append(psutil.Process(int(mark.name.split(".")[-2])))
    return [process for process in found if is_alive(process)]


def test_every_recording_ends_in_a_scorecard_or_in_a_clear_error(service: Service) -> None:
    enrol(service, "Bo", [0.0, 1.0])
    good, bad, ugly = service.upload("good"), service.upload("refuse"), service.upload("crash")
    assert service.jobs.progress(good).status == "queued"  # type: ignore[union-attr]
    with service.workers(COACH_RETRY_SECONDS="0.05"):
        assert service.wait(good, "done", "failed").status == "done"
        refused = service.wait(bad, "failed", "done")
        crashed = service.wait(ugly, "failed", "done")
    conversation, card = scorecard_of(service, good)
    assert conversation.recording.duration == 9.0
    assert service.row(good).held_on == RECORDED_ON
    assert card.measurements
    assert card.mentor is not None
    assert (card.mentor.id, card.mentor.name, card.mentor.role_source) == ("B", "Bo", "enrolled")
    assert (refused.error_type, refused.error_detail) == ("InputError", "This is no recording.")
    assert crashed.error_type == "AnalysisError"
    assert "tried 4 times" in crashed.error_detail
    assert "SIGSEGV" in crashed.error_detail
    assert service.jobs.progress(good).fraction == 1.0  # type: ignore[union-attr]
    assert not service.jobs.cancel(good)
    assert not service.jobs.retry(good)


def test_what_no_browser_plays_gets_a_copy_once(sqlite_service: Service) -> None:
    with sqlite_service.workers():
        played = sqlite_service.upload("a call", media_type="audio/mpeg")
        bundle = sqlite_service.upload("two telephones", media_type="application/zip")
        batch = sqlite_service.upload("of a corpus", media_type="audio/aiff", priority=BATCH)
        for session_id in (played, bundle, batch):
            sqlite_service.wait(session_id, "done")
    keys = [copy_key(each, sqlite_service.row(each).sha256) for each in (played, bundle, batch)]
    assert [sqlite_service.storage.read(key) for key in keys] == [None, b"OggS", None]
    assert len(sqlite_service.marked("encode", "ended")) == 1


def test_a_recording_that_is_too_long_is_refused_while_it_is_decoded(
    sqlite_service: Service,
) -> None:
    service = sqlite_service
    with service.workers(COACH_MAX_DURATION_HOURS="0.0001", FAKE_EARS_SECONDS="2"):
        refused = service.wait(service.upload("days of silence"), "failed", "done")
    assert refused.error_type == "InputError"
    assert "longer than 0.0001 hours" in refused.error_detail
    assert not service.marked("decode", "ended")


def test_a_cancelled_job_is_gone_within_two_seconds_and_can_be_retried(service: Service) -> None:
    slow = service.upload("slow")
    with service.workers():
        wait_for(lambda: "transcribe" == service.row(slow).stage)
        wait_for(lambda: bool(stages_running(service)))
        begun = time.monotonic()
        assert service.jobs.cancel(slow)
        wait_for(lambda: not stages_running(service))
        assert time.monotonic() - begun < 2 * slowness()
        assert service.row(slow).status == "cancelled"
        assert service.jobs.retry(slow)
        service.wait(slow, "running")
        assert service.jobs.cancel(slow)
        wait_for(lambda: not stages_running(service))
    assert service.row(slow).run == 1


def test_a_dead_workers_job_goes_on_after_its_last_stage_elsewhere(service: Service) -> None:
    session_id = service.upload("hold")
    (service.marks / "hold").touch()
    with service.workers(2) as workers:
        wait_for(lambda: bool(service.marked("diarize", "begun")))
        (stage,) = stages_running(service)
        forks = psutil.Process(stage.ppid())
        owner = next(each for each in workers if each.pid == forks.ppid())
        owner.kill()
        wait_for(lambda: not any(map(is_alive, (stage, forks))))
        (service.marks / "hold").unlink()
        assert service.wait(session_id, "done", "failed").status == "done"
    assert len(service.marked("transcribe", "ended")) == 1
    assert len(service.marked("diarize", "ended")) == 1


def test_a_stage_that_dies_beside_its_result_is_run_again_and_kept(
    sqlite_service: Service,
) -> None:
    service = sqlite_service
    session_id = service.upload("late")
    with service.workers(COACH_RETRY_SECONDS="0.05"):
        assert service.wait(session_id, "done", "failed").status == "done"
    kept = [key.split("/")[-1] for key, _ in service.storage.keys(f"stages/{session_id}")]
    assert sorted(name.split("-")[0] for name in kept) == sorted(stage.name for stage in ANALYSIS)
    for stage in ANALYSIS:
        assert len(service.marked(stage.name, "ended")) == 1


def test_interactive_jobs_pass_batch_jobs_stage_by_stage(sqlite_service: Service) -> None:
    service = sqlite_service
    batch = [service.upload(f"batch {number}", priority=BATCH) for number in range(2)]
    with service.workers(FAKE_EARS_SECONDS="0.4"):
        wait_for(lambda: bool(service.marked("decode", "begun")))
        mine = service.upload("somebody waits for this")
        assert service.wait(mine, "done").status == "done"
        assert [service.row(each).status for each in batch] != ["done", "done"]
        # Of jobs that are taken together, either may come first.
        assert any(service.row(each).started_at for each in batch), "one was passed"
        for each in batch:
            service.wait(each, "done")
    spans = sorted(
        (begun, ended)
        for stage in ANALYSIS
        for begun, ended in zip(
            times(service, stage.name, "begun"), times(service, stage.name, "ended"), strict=True
        )
    )  # fmt: skip
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def times(service: Service, stage: str, event: str) -> list[int]:
    """When stages began or ended; each is the only one to use the core, so the order pairs them."""
    paths = service.marks.glob(f"*.{stage}.{event}.*")
    return sorted(int(path.name.rsplit(".", 1)[1]) for path in paths)


@pytest.mark.parametrize("priority", [INTERACTIVE, BATCH])
def test_a_recording_that_ends_its_worker_is_parked_and_the_next_goes_on(
    sqlite_service: Service, priority: int
) -> None:
    """Of a batch, the next was taken together with it, and has waited while the worker ended.

    It is not to blame either when it had begun before somebody's recording passed it.
    """
    service = sqlite_service
    poison, good = service.upload("kill", priority=priority), service.upload("good", priority=BATCH)
    if priority == INTERACTIVE:
        with service.engine.begin() as tx:
            tx.execute(sa.update(sessions).where(sessions.c.id == good).values(status="running"))
    argv = [str(Path(sys.executable).with_name("coach")), "worker", "--workers", "1"]
    environment = service.environment(COACH_MAX_ATTEMPTS="2")
    supervisor = subprocess.Popen(argv, env=environment)
    try:
        parked = service.wait(poison, "failed")
    finally:
        supervisor.terminate()
        assert supervisor.wait(PATIENCE) == 0
    with service.workers():
        assert service.wait(good, "done", "failed").status == "done"
    assert parked.error_type == "Parked"
    assert "2 times" in parked.error_detail


def test_a_full_disk_delays_and_loses_nothing(sqlite_service: Service) -> None:
    """Stages find no room, then the database itself cannot grow; then there is room again."""
    service = sqlite_service
    (service.marks / "full").touch()
    first = service.upload("full")
    with service.workers(COACH_RETRY_SECONDS="0.05"):
        failed = service.wait(first, "failed", "done")
    assert "No space left on device" in failed.error_detail
    (service.marks / "full").unlink()

    second = service.upload("there is no room for what becomes of this")
    log = service.settings.data_dir / "coach.db-wal"  # it is this file that grows
    size = log.stat().st_size + 8192
    limited = subprocess.Popen(
        [sys.executable, "-c", _LIMITED.format(size=size)],
        env=service.environment(COACH_RETRY_SECONDS="0.05"),
        stderr=subprocess.DEVNULL,
    )
    try:
        limited.wait(12)  # it ends when the database cannot grow
    except subprocess.TimeoutExpired:
        limited.kill()
        limited.wait()
    assert service.row(second).status in ("queued", "running", "failed")

    assert service.jobs.retry(first)
    service.jobs.retry(second)
    with service.workers():
        for each in (first, second):
            assert service.wait(each, "done", "failed").status == "done"
    with service.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


_LIMITED = """
import resource, runpy
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
runpy.run_module("coach_api.work.worker", run_name="__main__")
"""


def test_a_full_store_keeps_nothing_of_an_upload(sqlite_service: Service) -> None:
    """In a process of its own, whose files may not grow: the store refuses and stays clean."""
    service = sqlite_service
    script = HERE / "full_store.py"
    done = subprocess.run(
        [sys.executable, script, service.settings.storage, service.root],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"raised": "StorageFull", "keys": [], "part": True}
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_erasing_leaves_nothing_in_files_or_tables(service: Service) -> None:
    secret = "the words of this recording are nobody else's"
    session_id = service.upload(secret)
    with service.workers():
        row = service.wait(session_id, "done")
    traces = [session_id, row.sha256, secret, "what happened then?"]
    assert found_in(service, traces)
    service.jobs.forget(session_id)
    service.jobs.forget(session_id)
    assert found_in(service, traces) == []
    assert service.jobs.progress(session_id) is None


def found_in(service: Service, traces: list[str]) -> list[str]:
    """Which traces are in any file of the data folder, or in any row of the database."""
    data = [path.read_bytes() for path in service.settings.data_dir.rglob("*") if path.is_file()]
    names = [str(path) for path in service.settings.data_dir.rglob("*")]
    rows = database_text(service.engine)
    return [
        trace
        for trace in traces
        if any(trace.encode() in each for each in data)
        or any(trace in name for name in names)
        or trace in rows
    ]


def database_text(engine: sa.Engine) -> str:
    found = []
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        for schema in {None, *inspector.get_schema_names()} - {"information_schema", "public"}:
            for table in inspector.get_table_names(schema=schema):
                name = f'"{schema}"."{table}"' if schema else f'"{table}"'
                rows = connection.exec_driver_sql(f"SELECT * FROM {name}")
                found += [str(tuple(row)) for row in rows]
    assert metadata.tables
    return "\n".join(found)


@pytest.mark.parametrize("moment", ["queued", "running"])
def test_erasing_stops_the_job_first(sqlite_service: Service, moment: str) -> None:
    service = sqlite_service
    slow = service.upload("slow")
    if moment == "queued":
        service.jobs.forget(slow)
    with service.workers():
        if moment == "running":
            wait_for(lambda: service.row(slow).stage == "transcribe")
            wait_for(lambda: bool(stages_running(service)))
            service.jobs.forget(slow)
        wait_for(lambda: not stages_running(service))
        assert service.jobs.progress(slow) is None
        assert list(service.storage.keys("recordings")) == []
        wait_for(lambda: not list(service.settings.work_dir.rglob(f"{slow}*")))
