"""What the service deletes by itself is its own, and nothing while something is wrong."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from service import Service, service_on

from coach_api.cli.cleanup import cleanup as command
from coach_api.sessions import cleanup, sweep
from coach_api.settings import Settings
from coach_api.store.database import connect, file_of
from coach_api.store.health import CHECKS
from coach_api.store.locks import locks_for
from coach_api.store.migrate import migrate
from coach_api.store.objects import Storage, stage_key
from coach_api.store.pairing import HANDFUL, MARK, Stop, is_pair, pair
from coach_api.store.tables import audit, deployment, new_id, now, sessions, uploads
from coach_api.work.chores import Chores
from coach_api.work.durable import DurableJobs

MANY = HANDFUL + 3
AT_ONCE = -timedelta(seconds=9)
"""A grace that makes every file an old one."""
AHEAD = timedelta(days=100)


@pytest.fixture(params=["folder", "objects"])
def kept(request: pytest.FixtureRequest, service: Service) -> Iterator[Service]:
    """A service on each database, with its store in a folder and in an object store."""
    if request.param == "folder":
        yield service
        return
    storage = Storage("memory:///")
    jobs = DurableJobs(service.settings, service.engine, storage)
    yield replace(service, storage=storage, jobs=jobs)
    jobs.close()


def clean(service: Service, grace: timedelta = AT_ONCE) -> Stop | None:
    parts = (service.settings, service.engine, service.storage, service.jobs.book)
    return cleanup.clean(*parts, grace=grace)


def reason(service: Service) -> str | None:
    stop = clean(service)
    return stop.reason if stop else None


def recordings(service: Service) -> list[str]:
    return [key for key, _ in service.storage.keys("recordings")]


def aside(service: Service) -> list[str]:
    return [key for key, _ in service.storage.keys("quarantine")]


def finished(service: Service, number: int) -> list[str]:
    """Upload recordings that were heard, and are kept for ninety days."""
    names = [service.upload(f"talk {number} {new_id()}") for _ in range(number)]
    for name in names:
        service.storage.put_once(stage_key(name, "diarize-0.json"), b"prints")
    values = {"status": "done", "audio_until": now() + timedelta(days=90)}
    with service.engine.begin() as tx:
        tx.execute(sa.update(sessions).where(sessions.c.id.in_(names)).values(values))
    return names


@contextmanager
def on_database(service: Service, settings: Settings) -> Iterator[Service]:
    """The same store with another database."""
    migrate(settings)
    engine = connect(settings)
    jobs = DurableJobs(settings, engine, service.storage)
    try:
        yield replace(service, settings=settings, engine=engine, jobs=jobs)
    finally:
        jobs.close()
        engine.dispose()


def mistyped(service: Service) -> Settings:
    """The settings with a typo in COACH_DATABASE_URL."""
    return replace(service.settings, database_url=f"sqlite:///{service.settings.data_dir}/coahc.db")


def test_the_first_start_binds_database_and_store(kept: Service) -> None:
    assert not is_pair(kept.engine, kept.storage)
    assert pair(kept.engine, kept.storage) is None
    assert is_pair(kept.engine, kept.storage)
    assert pair(kept.engine, kept.storage) is None


def test_a_mistyped_database_erases_nothing(kept: Service) -> None:
    """It is an empty one, to which all of the store would be rubbish."""
    finished(kept, MANY)
    assert clean(kept) is None
    before = recordings(kept)
    assert len(before) == MANY
    with on_database(kept, mistyped(kept)) as wrong:
        assert reason(wrong) == "pair"
        assert recordings(wrong) == before
    assert clean(kept) is None
    assert recordings(kept) == before
    assert aside(kept) == []


@pytest.mark.parametrize("number", [1, MANY])
def test_a_mistyped_database_beside_a_store_without_a_mark_erases_nothing(
    kept: Service, number: int
) -> None:
    finished(kept, number)
    with on_database(kept, mistyped(kept)) as wrong:
        assert reason(wrong) == "pair"
        assert not is_pair(wrong.engine, wrong.storage)
    assert clean(kept) is None
    assert len(recordings(kept)) == number


def test_the_chores_of_a_worker_erase_nothing_beside_a_mistyped_database(
    sqlite_service: Service,
) -> None:
    service = sqlite_service
    finished(service, MANY)
    assert clean(service) is None
    let_age(service)
    part = service.settings.uploads_dir / "half.part"
    part.touch()
    long_ago = time.time() - 400 * 86400
    os.utime(part, (long_ago, long_ago))
    with on_database(service, mistyped(service)) as wrong:
        locks = locks_for(wrong.settings)
        Chores(wrong.settings, wrong.engine, wrong.storage, locks, wrong.jobs).run_due()
    assert len(recordings(service)) == MANY
    assert part.exists()


def test_a_database_that_was_moved_away_erases_nothing(sqlite_service: Service) -> None:
    service = sqlite_service
    finished(service, 2)
    assert clean(service) is None
    service.jobs.close()
    service.engine.dispose()
    file = file_of(service.settings)
    assert file is not None
    shutil.move(file, file.with_name("moved.db"))
    with on_database(service, service.settings) as fresh:
        assert reason(fresh) == "pair"
    assert len(recordings(service)) == 2


def test_a_restored_backup_loses_none_of_the_newest(
    sqlite_service: Service, tmp_path: Path
) -> None:
    """They are put aside, and come back with the database that knows them."""
    service = sqlite_service
    finished(service, 6)
    assert clean(service) is None
    backup, newest = tmp_path / "backup.db", tmp_path / "newest.db"
    copy_database(service, backup)
    finished(service, 4)
    before = recordings(service)
    copy_database(service, newest)
    with with_file(service, backup) as older:
        assert clean(older) is None
        assert len(recordings(older)) == 6
        assert len(aside(older)) == 8
    with with_file(service, newest) as right:
        assert clean(right) is None
        assert sorted(recordings(right)) == sorted(before)
        assert aside(right) == []
        assert len(list(right.storage.keys("stages"))) == 10


def test_a_restored_backup_of_which_much_is_newer_stops_the_sweep(
    sqlite_service: Service, tmp_path: Path
) -> None:
    service = sqlite_service
    finished(service, 1)
    assert clean(service) is None
    backup = tmp_path / "backup.db"
    copy_database(service, backup)
    finished(service, MANY)
    with with_file(service, backup) as older:
        stop = clean(older)
        assert stop is not None
        assert stop.reason == "strays"
        assert f"{MANY} sessions" in stop.said
        assert len(recordings(older)) == MANY + 1
        assert aside(older) == []


def test_two_services_in_one_store_erase_nothing_of_each_other(
    kept: Service, tmp_path: Path
) -> None:
    finished(kept, 3)
    assert clean(kept) is None
    settings = Settings(data_dir=tmp_path / "another" / "data", min_free_bytes=0)
    with service_on(settings) as another:
        another.storage = kept.storage
        finished(another, 3)
        assert reason(another) == "pair"
    assert len(recordings(kept)) == 6


def test_two_services_that_find_an_empty_store_do_not_both_have_it(
    kept: Service, tmp_path: Path
) -> None:
    assert pair(kept.engine, kept.storage) is None
    with service_on(Settings(data_dir=tmp_path / "another" / "data", min_free_bytes=0)) as another:
        stop = pair(another.engine, kept.storage)
    assert stop is not None
    assert stop.reason == "pair"


def test_another_store_is_not_taken_for_one_that_lost_its_recordings(kept: Service) -> None:
    """Such as the empty folder where a disk was to be mounted."""
    names = finished(kept, 2)
    assert clean(kept) is None
    right, kept.storage = kept.storage, Storage("memory:///")
    assert reason(kept) == "pair"
    assert all(kept.row(name).blob_key for name in names)
    kept.storage = right
    assert clean(kept) is None


def test_a_deployment_from_before_the_marks_binds_itself(kept: Service) -> None:
    """With what killed uploads have left, and with sound that is gone."""
    finished(kept, MANY)
    gone = finished(kept, 1)[0]
    with kept.engine.begin() as tx:
        tx.execute(sa.update(sessions).where(sessions.c.id == gone).values(blob_key=""))
    kept.storage.erase(f"recordings/{gone}")
    kept.storage.put_once("recordings/nobody/0a0b", b"sound")
    assert clean(kept) is None
    assert is_pair(kept.engine, kept.storage)
    assert len(recordings(kept)) == MANY
    assert aside(kept) == ["quarantine/recordings/nobody/0a0b"]


def test_a_start_that_ended_while_it_bound_is_completed(kept: Service) -> None:
    with kept.engine.begin() as tx:
        tx.execute(sa.update(deployment).values(store_id="0a0b"))
    assert pair(kept.engine, kept.storage) is None
    assert kept.storage.read(MARK) == b"0a0b"
    with kept.engine.begin() as tx:
        tx.execute(sa.update(deployment).values(seen_at=None))
    assert pair(kept.engine, kept.storage) is None


def test_strays_are_kept_aside_for_days_and_then_erased(
    kept: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    finished(kept, 1)
    stray = new_id()
    kept.storage.put_once(f"recordings/{stray}/0a0b", b"sound")
    kept.storage.put_once(stage_key(stray, "diarize-0.json"), b"prints")
    assert clean(kept, timedelta(hours=1)) is None
    assert len(aside(kept)) == 0
    assert clean(kept) is None
    assert len(aside(kept)) == 2
    assert f"session {stray} has files and no row" in caplog.text
    assert clean(kept) is None
    assert len(aside(kept)) == 2
    monkeypatch.setattr(sweep, "KEPT_ASIDE", AT_ONCE)
    assert clean(kept) is None
    assert aside(kept) == []
    assert len(recordings(kept)) == 1


def test_a_clock_far_ahead_erases_no_sound_and_no_stray(
    kept: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(kept, 3)
    kept.storage.put_once("recordings/nobody/0a0b", b"sound")
    part = kept.settings.uploads_dir / "half.part"
    part.touch()
    with kept.engine.begin() as tx:
        upload = {"owner_id": kept.owner, "size": 1, "part": part.name}
        tx.execute(sa.insert(uploads).values(upload))
    assert clean(kept, timedelta(hours=1)) is None
    leap(monkeypatch, AHEAD)
    # A recording that comes meanwhile says nothing about the clock, it was noted by it.
    kept.upload("while the clock is wrong")
    with kept.engine.begin() as tx:
        tx.execute(sa.insert(audit).values(at=now() + AHEAD, actor="", action="session.created"))
    assert reason(kept) == "clock"
    assert len(recordings(kept)) == 5
    assert part.exists()
    monkeypatch.undo()
    assert reason(kept) == "clock"  # rows from the future: somebody must look
    with kept.engine.begin() as tx:
        tx.execute(sa.delete(audit))
    assert clean(kept, timedelta(hours=1)) is None
    assert len(recordings(kept)) == 5


def test_time_passes_for_a_service_that_runs(
    kept: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(kept, 3)
    for day in range(0, 96, 6):
        leap(monkeypatch, timedelta(days=day))
        assert clean(kept, timedelta(hours=1)) is None
    assert recordings(kept) == []


def test_an_admin_goes_on_after_a_leap_of_the_clock(
    sqlite_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = sqlite_service
    finished(service, 3)
    assert clean(service) is None
    leap(monkeypatch, AHEAD)
    assert reason(service) == "clock"
    said = run(service, 1)
    assert "100 days" in said
    assert "sound of 3 sessions" in said
    assert len(recordings(service)) == 3
    assert "Nothing stops the cleanup" in run(service, 0, "--accept")
    assert clean(service) is None
    assert recordings(service) == []
    leap(monkeypatch, timedelta())
    assert reason(service) == "clock"
    assert "behind" in run(service, 1)
    run(service, 0, "--accept")
    assert clean(service) is None


def test_an_admin_puts_many_strays_aside(sqlite_service: Service) -> None:
    service = sqlite_service
    finished(service, 1)
    assert clean(service) is None
    for _ in range(MANY):
        service.storage.put_once(f"recordings/{new_id()}/0a0b", b"sound")
    assert reason(service) == "strays"
    let_age(service)
    assert "Nothing stops the cleanup" in run(service, 0, "--accept")
    assert len(aside(service)) == MANY
    assert len(recordings(service)) == 1


def test_many_lost_recordings_are_noted_when_an_admin_says_so(sqlite_service: Service) -> None:
    service = sqlite_service
    names = finished(service, MANY)
    assert clean(service) is None
    service.storage.erase("recordings")
    assert reason(service) == "lost"
    assert all(service.row(name).blob_key for name in names)
    run(service, 0, "--accept")
    assert not any(service.row(name).blob_key for name in names)


def test_an_admin_gives_a_store_to_another_database(sqlite_service: Service) -> None:
    service = sqlite_service
    finished(service, MANY)
    assert clean(service) is None
    with on_database(service, mistyped(service)) as another:
        said = run(another, 1)
        assert f"files of {MANY} sessions that the database does not know" in said
        let_age(another)
        said = run(another, 1, "--accept")
        assert f"Next: The store has files of {MANY} sessions" in said
        assert is_pair(another.engine, another.storage)
    assert len(recordings(service)) == MANY
    assert reason(service) == "pair"


def test_the_doctor_says_what_stops_the_cleanup(sqlite_service: Service) -> None:
    service = sqlite_service
    finished(service, 1)
    assert clean(service) is None
    assert verdict(service.settings) == ("ok", True)
    assert verdict(mistyped(service))[0] == "ok"  # there are no tables yet
    migrate(mistyped(service))
    assert verdict(mistyped(service)) == ("bad", False)
    for _ in range(MANY):
        service.storage.put_once(stage_key(new_id(), "diarize-0.json"), b"prints")
    assert reason(service) == "strays"
    assert verdict(service.settings) == ("bad", False)


def test_what_is_left_of_an_erased_session_does_not_wait(kept: Service) -> None:
    """It is known to be ours, and somebody has asked that it be gone."""
    name = finished(kept, 1)[0]
    assert clean(kept) is None
    kept.jobs.forget(name)
    kept.storage.put_once(stage_key(name, "diarize-0.json"), b"prints")
    kept.storage.put_once(f"quarantine/{stage_key(name, 'late.json')}", b"prints")
    assert clean(kept) is None
    assert aside(kept) == []
    assert list(kept.storage.keys("stages")) == []


def test_erasing_a_session_takes_its_files_in_quarantine(kept: Service) -> None:
    name = finished(kept, 1)[0]
    kept.storage.put_once(f"quarantine/{stage_key(name, 'late.json')}", b"prints")
    kept.jobs.forget(name)
    assert aside(kept) == []


def let_age(service: Service) -> None:
    """Make the recordings in a folder so old that their rows would be there."""
    past = time.time() - 7200
    for key in recordings(service):
        os.utime(service.settings.data_dir / "store" / key, (past, past))


def leap(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Put the clock forward for all that deletes."""
    moment = now

    def then() -> datetime:
        return moment() + by

    for module in (
        "sessions.cleanup", "sessions.retention", "sessions.sweep", "store.pairing", "store.stops",
    ):  # fmt: skip
        monkeypatch.setattr(f"coach_api.{module}.now", then)


def copy_database(service: Service, to: Path) -> None:
    file = file_of(service.settings)
    assert file is not None
    with sqlite3.connect(file) as source, sqlite3.connect(to) as target:
        source.backup(target)
    source.close()
    target.close()


def with_file(service: Service, file: Path) -> Any:
    """The service on a copy of its database."""
    return on_database(service, replace(service.settings, database_url=f"sqlite:///{file}"))


def run(service: Service, code: int, *arguments: str) -> str:
    environment = service.settings.environment()
    result = CliRunner().invoke(command, list(arguments), env=environment)
    assert result.exit_code == code, result.output
    return str(result.output)


def verdict(settings: Settings) -> tuple[str, bool]:
    found = CHECKS["cleanup"](settings)
    return found.verdict, found.said.startswith("Database and store belong together")
