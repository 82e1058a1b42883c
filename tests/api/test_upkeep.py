"""Settling, retention and sweeping: what workers do from time to time."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from service import Service

from coach_api.sessions import retention, sweep
from coach_api.sessions.erasure import erase_tombstones
from coach_api.sessions.job_records import advance, fail, finish, job_name
from coach_api.store.locks import locks_for
from coach_api.store.objects import stage_key
from coach_api.store.tables import BATCH, now, results, sessions, sign_in_links, uploads
from coach_api.work import worker
from coach_api.work.chores import Chores
from coach_api.work.reaper import take_slot
from coach_api.work.reconcile import reconcile_sessions
from coach_api.work.workflow import Analysis
from coach_api.work.workspace import Workspace

LONG_AGO = timedelta(days=400)


def change(service: Service, session_id: str, **values: Any) -> None:
    with service.engine.begin() as tx:
        tx.execute(sa.update(sessions).where(sessions.c.id == session_id).values(**values))


def settled(service: Service, *statuses: str) -> int:
    with service.engine.begin() as tx:
        tx.execute(sa.update(sessions).values(updated_at=now() - timedelta(minutes=1)))
    return reconcile_sessions(service.engine, service.jobs, statuses)


def status_in_engine(service: Service, session_id: str, run: int = 0) -> str | None:
    found = service.jobs.book.states([job_name(session_id, run)])
    return found[job_name(session_id, run)].status if found else None


def test_a_session_and_its_job_begin_together_or_not_at_all(service: Service) -> None:
    session_id = service.upload("one")
    assert status_in_engine(service, session_id) == "waiting"
    with pytest.raises(RuntimeError), service.engine.begin() as tx:
        tx.execute(sa.update(sessions).values(run=7))
        service.jobs.enqueue(tx, session_id)
        raise RuntimeError
    assert status_in_engine(service, session_id, 7) is None
    assert service.row(session_id).run == 0


def test_only_the_latest_run_of_an_active_session_is_written(service: Service) -> None:
    session_id = service.upload("one")
    with service.engine.begin() as tx:
        assert advance(tx, session_id, 0, "decode", 0.1)
        assert not advance(tx, session_id, 1, "decode", 0.1)
        assert finish(tx, session_id, 0, conversation="{}", scorecard="{}")
        assert not finish(tx, session_id, 0, conversation="other", scorecard="other")
        assert not fail(tx, session_id, 0, ("AnalysisError", "late"))
        assert tx.scalar(sa.select(results.c.conversation)) == "{}"
    assert service.row(session_id).status == "done"


@pytest.mark.parametrize(("said", "found", "held"), [
    (None, date(2026, 3, 2), date(2026, 3, 2)),
    (date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 1)),
    (None, date(2999, 1, 1), None), (None, None, None),
])  # fmt: skip
def test_the_day_is_the_recordings_unless_somebody_said_another(
    service: Service, said: date | None, found: date | None, held: date | None
) -> None:
    session_id = service.upload("one")
    with service.engine.begin() as tx:
        tx.execute(sa.update(sessions).values(held_on=said))
        assert finish(tx, session_id, 0, conversation="{}", scorecard="{}", recorded_on=found)
    assert service.row(session_id).held_on == held


def test_a_session_without_a_job_gets_one(service: Service) -> None:
    session_id = service.upload("one")
    service.jobs.book.erase(job_name(session_id, 0))
    assert settled(service, "queued") == 1
    assert service.row(session_id).run == 1
    assert status_in_engine(service, session_id, 1) == "waiting"
    assert settled(service, "queued") == 0


def test_a_cancel_that_did_not_reach_the_engine_is_completed(service: Service) -> None:
    session_id = service.upload("one")
    change(service, session_id, status="cancelled")
    assert settled(service, "running", "cancelled") == 1
    assert status_in_engine(service, session_id) == "cancelled"


def test_a_job_that_ended_without_saying_so_is_a_failed_session(service: Service) -> None:
    session_id = service.upload("one")
    service.jobs.book.cancel(job_name(session_id, 0))
    change(service, session_id, status="running")
    assert settled(service, "running", "cancelled") == 1
    assert service.row(session_id).error_detail == "The analysis ended without a result. Try again."


def test_an_error_in_a_chore_does_not_end_the_worker(
    sqlite_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be met again at the next start, and jobs would never get far."""
    service = sqlite_service
    locks = locks_for(service.settings)
    chores = Chores(service.settings, service.engine, service.storage, locks, service.jobs)

    def wrong() -> None:
        raise KeyError("unforeseen")

    monkeypatch.setattr(chores, "run_due", wrong)
    held = locks.take("slot")
    assert held is not None
    watch = SimpleNamespace(check=lambda: None)
    assert worker._check(held, watch, chores)  # type: ignore[arg-type]
    held.release()
    locks.close()


def test_a_job_of_another_version_begins_again(sqlite_service: Service) -> None:
    service = sqlite_service
    session_id = service.upload("one")
    with service.engine.begin() as tx:
        tx.exec_driver_sql("UPDATE workflow_status SET application_version = 'analysis-0'")
    assert settled(service, "queued") == 1
    assert status_in_engine(service, session_id) == "cancelled"
    assert status_in_engine(service, session_id, 1) == "waiting"


def test_sound_and_prints_go_when_their_time_is_up(service: Service) -> None:
    old, young = service.upload("old"), service.upload("young")
    for each in (old, young):
        service.storage.put_once(stage_key(each, "diarize-0.json"), b"prints")
        change(service, each, status="done", audio_until=now() + LONG_AGO)
    change(service, old, audio_until=now() - LONG_AGO)
    assert retention.purge_audio(service.engine, service.storage, service.jobs.book) == 1
    assert service.row(old).blob_key == ""
    assert list(service.storage.keys(f"recordings/{old}")) == []
    assert list(service.storage.keys(f"stages/{old}")) == []
    assert status_in_engine(service, old) is None
    assert len(list(service.storage.keys(f"recordings/{young}"))) == 1


def test_a_session_whose_sound_is_gone_is_not_retried(service: Service) -> None:
    session_id = service.upload("one")
    assert service.jobs.cancel(session_id)
    change(service, session_id, blob_key="")
    with pytest.raises(Exception, match="Upload it again"):
        service.jobs.retry(session_id)
    assert not service.jobs.retry("no such session")
    assert not service.jobs.cancel("no such session")
    assert service.jobs.progress("no such session") is None


def test_the_sweep_reconciles_both_ways(service: Service) -> None:
    kept, lost = service.upload("kept"), service.upload("lost")
    change(service, lost, status="done")
    service.storage.erase(f"recordings/{lost}")
    service.storage.put_once("recordings/nobody/0a0b", b"sound")
    young = sweep.survey(service.engine, service.storage)
    assert (young.strays, young.lost) == ((), (lost,))
    old = sweep.survey(service.engine, service.storage, grace=-timedelta(seconds=9))
    assert (old.strays, old.leftovers) == (("nobody",), ())
    assert sweep.mark_lost(service.engine, old.lost) == 1
    assert service.row(lost).blob_key == ""
    assert service.row(kept).blob_key != ""


def test_unfinished_uploads_and_old_links_are_dropped(service: Service) -> None:
    folder = service.settings.uploads_dir
    for name in ("wanted.part", "old.part", "young.part"):
        (folder / name).touch()
    past = (now() - LONG_AGO).timestamp()
    for name in ("wanted.part", "old.part"):
        os.utime(folder / name, (past, past))
    with service.engine.begin() as tx:
        upload = {"owner_id": service.owner, "size": 1, "part": "wanted.part"}
        tx.execute(sa.insert(uploads).values(upload))
        link = {"hash": "0", "user_id": service.owner, "expires_at": now() - LONG_AGO}
        tx.execute(sa.insert(sign_in_links).values(link))
    assert retention.purge_uploads(service.settings, service.engine) == 1
    assert sorted(path.name for path in folder.iterdir()) == ["wanted.part", "young.part"]
    retention.purge_links(service.engine)
    with service.engine.connect() as connection:
        assert connection.execute(sa.select(sign_in_links)).all() == []


def test_tombstones_go_after_a_while(service: Service) -> None:
    session_id = service.upload("one")
    service.jobs.forget(session_id)
    assert service.row(session_id).sha256 == ""
    parts = (service.engine, service.storage, service.jobs.book)
    assert erase_tombstones(*parts) == 0
    change(service, session_id, deleted_at=now() - timedelta(minutes=5))
    assert erase_tombstones(*parts) == 1
    assert service.row(session_id) is None
    assert status_in_engine(service, session_id) is None


def test_a_job_that_only_waited_each_time_that_its_worker_died_begins_again(
    sqlite_service: Service,
) -> None:
    """One that had begun in an earlier life, too: it says when it waits again."""
    service = sqlite_service
    session_id = service.upload("one")
    change(service, session_id, status="running", stage="transcribe")
    workspace = Workspace(service.settings, service.storage, "here-0")
    waits = Analysis(service.settings, service.engine, workspace).note_waiting(session_id, 0)
    asyncio.run(waits)
    assert (service.row(session_id).status, service.row(session_id).stage) == (
        "queued",
        "transcribe",
    )
    with service.engine.begin() as tx:
        tx.exec_driver_sql("UPDATE workflow_status SET status = 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'")
    assert settled(service, "queued") == 1
    assert (service.row(session_id).status, service.row(session_id).run) == ("queued", 1)


def test_a_job_that_is_passed_between_its_stages_waits(sqlite_service: Service) -> None:
    service = sqlite_service
    session_id = service.upload("one", priority=BATCH)
    change(service, session_id, status="running")
    workspace = Workspace(service.settings, service.storage, "here-0")
    analysis = Analysis(service.settings, service.engine, workspace)

    async def passed() -> None:
        async with analysis.scheduler.job(interactive=True):
            job = asyncio.ensure_future(analysis.analyse(job_name(session_id, 0)))
            await asyncio.to_thread(service.wait, session_id, "queued")
            job.cancel()
            await asyncio.wait([job])

    asyncio.run(passed())


def test_the_bench_of_a_worker_whose_lock_the_server_forgot_is_left_alone(
    postgres_service: Service,
) -> None:
    """After a restart the worker takes its lock again, but not before its next look."""
    settings = postgres_service.settings
    locks = locks_for(settings)
    slot, held = take_slot(settings, locks)
    workspace = settings.work_dir / slot
    workspace.mkdir()
    with postgres_service.engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        )
    retention.sweep_workspaces(settings, locks)
    assert workspace.exists()
    another, second = take_slot(settings, locks)
    assert another != slot
    assert held.renew()
    second.release()
    held.release()
    retention.sweep_workspaces(settings, locks)
    assert not workspace.exists()
    locks.close()


@pytest.fixture
def chores(service: Service) -> Iterator[Chores]:
    """The chores of a worker of that service."""
    locks = locks_for(service.settings)
    yield Chores(service.settings, service.engine, service.storage, locks, service.jobs)
    locks.close()


def test_chores_are_done_by_one_worker_at_a_time(service: Service, chores: Chores) -> None:
    workspace = service.settings.work_dir / "gone-0"
    workspace.mkdir()
    busy = chores.locks.take("chores")
    assert busy is not None
    chores.run_due()
    assert workspace.exists()
    busy.release()
    chores.run_due()
    assert not workspace.exists()
