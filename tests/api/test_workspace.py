"""A worker's workspace: what lies there is whole or not there, and is one run's alone."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from obstore.exceptions import GenericError
from service import HERE, PATIENCE, Service

from coach.analysis.job import Job
from coach.analysis.stages import DECODE
from coach.errors import InputError
from coach.ports import Progress
from coach_api.sessions.job_records import SessionRun, job_name, run_of
from coach_api.sessions.scoring import SessionDetails
from coach_api.settings import Settings
from coach_api.store.objects import CHUNK, Storage, StorageFull, recording_key, stage_key
from coach_api.work.stage_runner import Follow, StageDied, StageRunner
from coach_api.work.workflow import Analysis
from coach_api.work.workspace import Workspace

SOUND = bytes(range(256)) * (3 * CHUNK // 256)


@pytest.fixture
def workspace(sqlite_settings: Settings, tmp_path: Path) -> Workspace:
    """A workspace whose store is one of objects, with one recording."""
    sqlite_settings.prepare()
    storage = Storage("memory:///")
    part = tmp_path / "upload.part"
    part.write_bytes(SOUND)
    storage.adopt(part, recording_key("5e55", "0a0b"))
    return Workspace(sqlite_settings, storage, "here-0")


def run(number: int = 0, blob_key: str = recording_key("5e55", "0a0b")) -> SessionRun:
    return SessionRun("5e55", number, "0a0b", ".wav", blob_key, {}, SessionDetails())


def test_a_recording_that_breaks_off_on_its_way_is_fetched_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Storage.stream

    def break_off(self: Storage, key: str, start: int, end: int) -> Iterator[bytes]:
        yield from stream(self, key, start, CHUNK)
        raise GenericError("The connection was reset.")

    with monkeypatch.context() as broken:
        broken.setattr(Storage, "stream", break_off)
        with pytest.raises(GenericError):
            workspace.lay_out(run())
    assert workspace.lay_out(run()).recording.read_bytes() == SOUND


def test_a_result_for_which_there_was_no_room_is_fetched_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = workspace.lay_out(run())
    workspace._storage.put_once(stage_key("5e55", DECODE.result(job).name), b'{"whole": 1}')
    write = Path.write_bytes

    def half(self: Path, data: bytes) -> int:
        write(self, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", half)
        with pytest.raises(OSError, match="No space"):
            workspace.lay_out(run())
    assert DECODE.result(workspace.lay_out(run())).read_bytes() == b'{"whole": 1}'


def test_a_run_without_sound_says_so(sqlite_settings: Settings) -> None:
    """In a folder, no key at all would name the store itself."""
    sqlite_settings.prepare()
    here = Workspace(sqlite_settings, Storage(sqlite_settings.storage), "here-0")
    with pytest.raises(InputError, match="Upload it again"):
        here.lay_out(run(blob_key=""))


def test_a_stage_whose_worker_dies_in_the_moment_of_the_fork_does_not_go_on(tmp_path: Path) -> None:
    stages = StageRunner("orphaned", {**os.environ, "PYTHONPATH": str(HERE)})

    async def run() -> None:
        with pytest.raises(StageDied):
            await stages.run("decode", str(tmp_path / "done"), _nobody)

    asyncio.run(run())
    assert not (tmp_path / "done").exists()


async def _nobody(_: Progress) -> None: ...


def test_what_the_store_did_not_take_is_not_heard_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stage can be an hour; a store that is full or away, a minute."""
    heard: list[str] = []
    put, left = workspace._storage.put_once, [StorageFull("full"), GenericError("away")]

    async def hear(stage: str, text: str, follow: Follow) -> None:
        heard.append(stage)
        DECODE.result(job).write_text(f"{len(heard)}")

    def refuse(key: str, data: bytes) -> bytes:
        if left:
            raise left.pop()
        return put(key, data)

    monkeypatch.setattr(workspace._stages, "run", hear)
    monkeypatch.setattr(workspace._storage, "put_once", refuse)
    for _ in range(2):
        job = workspace.lay_out(run())
        with pytest.raises((StorageFull, GenericError)):
            asyncio.run(workspace.run(run(), job, DECODE, _nobody))
        assert not DECODE.result(job).exists(), "it would count as done"
    job = workspace.lay_out(run())
    asyncio.run(workspace.run(run(), job, DECODE, _nobody))
    assert heard == ["decode"]
    assert workspace._storage.read(stage_key("5e55", DECODE.result(job).name)) == b"1"


def test_a_store_that_takes_too_long_is_not_a_stage_that_does(
    sqlite_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = sqlite_service
    settings = replace(service.settings, retry_seconds=0.001)
    workspace = Workspace(settings, service.storage, "here-0")

    def lay_out(_: SessionRun) -> Job:
        raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))

    monkeypatch.setattr(workspace, "lay_out", lay_out)
    analysis = Analysis(settings, service.engine, workspace)
    session_id = service.upload("one")
    asyncio.run(analysis.analyse(job_name(session_id, 0)))
    assert service.row(session_id).status == "failed"
    assert "tried 4 times" in service.row(session_id).error_detail


def test_the_wait_for_the_core_is_no_part_of_a_stages_time(
    sqlite_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = sqlite_service
    session_id = service.upload("one")
    settings = replace(service.settings, stage_hours=0.5 / 3600)
    workspace = Workspace(settings, service.storage, "here-0")
    analysis = Analysis(settings, service.engine, workspace)

    async def hear(*_: object) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(workspace, "run", hear)

    async def wait_and_hear() -> object:
        async with analysis.scheduler.core(interactive=True):
            waiting = asyncio.ensure_future(analysis._run_stage(DECODE, session_id, 0, True))
            await asyncio.sleep(0.7)
        return await waiting

    assert asyncio.run(wait_and_hear()) is None


def test_progress_that_cannot_be_noted_stops_no_stage(
    sqlite_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = sqlite_service
    session_id = service.upload("one")
    with service.engine.connect() as connection:
        wanted = run_of(connection, session_id, 0)
    assert wanted is not None

    def away(*_: object) -> None:
        raise sa.exc.InterfaceError("", None, Exception("connection already closed"))

    analysis = Analysis(
        service.settings, service.engine, Workspace(service.settings, service.storage, "0")
    )
    monkeypatch.setattr(analysis, "_write", away)
    analysis._note_progress(wanted, Progress("decode", 1, 2))
    asyncio.run(analysis.note_waiting(session_id, 0))


def test_a_run_that_ends_leaves_the_next_one_its_things(
    workspace: Workspace, tmp_path: Path
) -> None:
    """A retry may begin before the cancelled run is quite over, on the same workspace."""
    cancelled, retried = workspace.lay_out(run(0)), workspace.lay_out(run(1))
    workspace.clear_run("5e55", 0)
    assert retried.recording.read_bytes() == SOUND
    assert not cancelled.recording.exists()


def test_what_is_laid_out_while_a_job_is_cancelled_does_not_stay(
    sqlite_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread cannot be cancelled: the workspace is cleared when it has ended, not before."""
    service = sqlite_service
    session_id = service.upload("erased in the very moment when its job begins")
    workspace = Workspace(service.settings, service.storage, "here-0")
    analysis = Analysis(service.settings, service.engine, workspace)
    begun, goes_on, ended = threading.Event(), threading.Event(), threading.Event()
    lay_out = workspace.lay_out

    def slowly(given: SessionRun) -> Job:
        begun.set()
        goes_on.wait(PATIENCE)
        try:
            return lay_out(given)
        finally:
            ended.set()

    monkeypatch.setattr(workspace, "lay_out", slowly)

    async def work() -> None:
        job = job_name(session_id, 0)
        async with analysis.turn(job):
            await analysis.analyse(job)

    async def cancelled() -> None:
        job = asyncio.ensure_future(work())
        await asyncio.to_thread(begun.wait, PATIENCE)
        job.cancel()
        asyncio.get_running_loop().call_later(0.2, goes_on.set)
        await asyncio.wait([job])
        goes_on.set()
        await asyncio.to_thread(ended.wait, PATIENCE)

    asyncio.run(cancelled())
    assert not list(service.settings.work_dir.rglob(f"*{session_id}*"))
    with service.engine.connect() as connection:
        assert run_of(connection, session_id, 0) is not None
