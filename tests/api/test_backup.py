"""A backup is whole or the one before, and what it brings back is the same service."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from click.testing import CliRunner
from service import Service

from coach.errors import InputError
from coach_api.cli import backup as cli
from coach_api.people.secrets import signing_key
from coach_api.sessions.cleanup import clean
from coach_api.settings import Settings
from coach_api.store import backup
from coach_api.store.backup import back_up, restore
from coach_api.store.database import connect, leave_whole
from coach_api.store.health import CHECKS
from coach_api.store.migrate import configuration, migrate
from coach_api.store.objects import Storage, stage_key, sync
from coach_api.store.pairing import is_pair
from coach_api.store.tables import sessions, users
from coach_api.work.durable import DurableJobs


class Killed(BaseException):
    """The process ended here."""


@pytest.fixture(params=["folder", "objects"])
def storage(request: pytest.FixtureRequest, sqlite_service: Service) -> Storage:
    """The service's store as its files are, in a folder and in an object store."""
    url = "memory:///" if request.param == "objects" else sqlite_service.settings.storage
    sqlite_service.storage = Storage(url)
    return sqlite_service.storage


def kept(service: Service, *texts: str) -> list[str]:
    """Upload recordings; their sessions."""
    names = [service.upload(text) for text in texts]
    for name in names:
        service.storage.put_once(stage_key(name, "diarize-0.json"), b"prints")
    signing_key(service.settings)
    assert cleaned(service.settings, service.storage) is None
    return names


def cleaned(settings: Settings, storage: Storage) -> object:
    engine = connect(settings)
    jobs = DurableJobs(settings, engine, storage)
    try:
        return clean(settings, engine, storage, jobs.book)
    finally:
        jobs.close()
        engine.dispose()


def elsewhere(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "new" / "data", min_free_bytes=0)


def all_of(settings: Settings, storage: Storage) -> dict[str, Any]:
    """Everything that a service is made of."""
    engine = connect(settings)
    with engine.connect() as connection:
        found: dict[str, Any] = {
            str(row.id): connection.exec_driver_sql(
                f"SELECT count(*) FROM workflow_status WHERE workflow_uuid = '{row.id}:0'"
            ).scalar()
            for row in connection.execute(sa.select(sessions.c.id))
        }
    found["pair"] = is_pair(engine, storage)
    engine.dispose()
    areas = ("recordings", "stages", "quarantine")
    keys = [key for area in areas for key, _ in storage.keys(area)]
    return found | {key: storage.read(key) for key in keys} | {"key": signing_key(settings)}


def test_what_is_restored_is_the_same_service(
    sqlite_service: Service, storage: Storage, tmp_path: Path
) -> None:
    kept(sqlite_service, "one", "two")
    made = back_up(sqlite_service.settings, storage, tmp_path / "backup")
    assert made.revision
    new, target = elsewhere(tmp_path), Storage("memory:///")
    restore(new, target, tmp_path / "backup")
    assert all_of(new, target) == all_of(sqlite_service.settings, storage)
    assert cleaned(new, target) is None
    files = [path for path in (tmp_path / "backup").rglob("*") if path.is_file()]
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0


def test_a_backup_is_of_one_moment_while_the_service_runs(
    sqlite_service: Service, tmp_path: Path
) -> None:
    service = sqlite_service
    kept(service, "before")
    stop, failures = threading.Event(), []

    def upload() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            try:
                service.jobs.forget(service.upload(f"gone {number}"))
                service.upload(f"stays {number}")
            except Exception as error:
                failures.append(error)

    uploading = threading.Thread(target=upload)
    uploading.start()
    try:
        for number in range(6):
            back_up(service.settings, service.storage, tmp_path / "backup")
            new = elsewhere(tmp_path / str(number))
            target = Storage(new.storage)
            restore(new, target, tmp_path / "backup")
            assert cleaned(new, target) is None
            engine = connect(new)
            with engine.connect() as connection:
                rows = connection.execute(sa.select(sessions.c.blob_key)).all()
            engine.dispose()
            # One that was erased after the moment of the database is not there any more.
            lost = [row for row in rows if row.blob_key and target.size(row.blob_key) is None]
            assert len(lost) <= 1
    finally:
        stop.set()
        uploading.join()
    assert failures == []


def test_the_next_backup_copies_what_is_new_and_drops_what_was_erased(
    sqlite_service: Service, storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, folder = sqlite_service, tmp_path / "backup"
    erased, _ = kept(service, "secret words", "two")
    back_up(service.settings, storage, folder)
    storage.erase(f"recordings/{erased}")
    storage.erase(f"stages/{erased}")
    service.jobs.forget(erased)
    kept(service, "three")
    copied: list[str] = []
    stream = Storage.stream

    def streamed(storage: Storage, key: str, *more: Any) -> Iterator[bytes]:
        copied.append(key)
        return stream(storage, key, *more)

    monkeypatch.setattr(Storage, "stream", streamed)
    back_up(service.settings, storage, folder)
    assert len(copied) == 2
    assert not list(folder.rglob(f"*{erased}*/*"))
    assert not any(
        b"secret words" in path.read_bytes() for path in folder.rglob("*") if path.is_file()
    )
    assert len(list(folder.glob("coach-*.db"))) == 1


@contextmanager
def killed_at(monkeypatch: pytest.MonkeyPatch, number: int) -> Iterator[None]:
    """Let the process end at the numbered file that is written or brought in."""
    done = 0

    def ends(what: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **more: Any) -> Any:
            nonlocal done
            done += 1
            if done > number:
                raise Killed
            return what(*arguments, **more)

        return called

    with monkeypatch.context() as patched:
        patched.setattr(backup, "sync", ends(sync))
        patched.setattr(Storage, "adopt", ends(Storage.adopt))
        yield


def test_a_backup_that_is_killed_leaves_the_one_before(
    sqlite_service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, folder = sqlite_service, tmp_path / "backup"
    kept(service, "one")
    back_up(service.settings, service.storage, folder)
    before = all_of(service.settings, service.storage)
    kept(service, "two", "three")
    number = 0
    while killed(monkeypatch, number, lambda: back_up(service.settings, service.storage, folder)):
        number += 1
        new = elsewhere(tmp_path / str(number))
        target = Storage(new.storage)
        restore(new, target, folder)
        assert all_of(new, target) == before
    assert number > 5
    new = elsewhere(tmp_path / "last")
    restore(new, Storage(new.storage), folder)
    assert all_of(new, Storage(new.storage)) == all_of(service.settings, service.storage)


def test_a_restore_that_is_killed_goes_on_and_loses_nothing_meanwhile(
    sqlite_service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, folder = sqlite_service, tmp_path / "backup"
    kept(service, *map(str, range(7)))
    back_up(service.settings, service.storage, folder)
    new = elsewhere(tmp_path)
    target, number = Storage(new.storage), 0
    while killed(monkeypatch, number, lambda: restore(new, target, folder)):
        number += 3
        if list(target.keys("recordings")):
            started = replace(new, database_url=f"sqlite:///{tmp_path}/started-{number}.db")
            migrate(started)
            stop = cleaned(started, target)
            assert getattr(stop, "reason", None) == "pair"
    assert number > 10
    assert all_of(new, target) == all_of(service.settings, service.storage)
    assert cleaned(new, target) is None


def killed(monkeypatch: pytest.MonkeyPatch, number: int, what: Callable[[], object]) -> bool:
    try:
        with killed_at(monkeypatch, number):
            what()
    except Killed:
        return True
    return False


def test_a_backup_of_an_older_version_is_brought_to_this_one(tmp_path: Path) -> None:
    old = Settings(data_dir=tmp_path / "old")
    old.prepare()
    engine = connect(old)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0001")
        connection.execute(sa.insert(users).values(id="u", email="a@b"))
    engine.dispose()
    made = back_up(old, Storage(old.storage), tmp_path / "backup")
    assert made.revision == "0001"
    new = elsewhere(tmp_path)
    restore(new, Storage(new.storage), tmp_path / "backup")
    migrate(new)
    engine = connect(new)
    with engine.connect() as connection:
        assert connection.scalars(sa.select(users.c.email)).all() == ["a@b"]
    engine.dispose()


@pytest.mark.parametrize(("change", "said"), [
    ({"revision": "0999"}, "newer version"),
    ({"format": 2}, "newer version"),
    ({"sha256": "0"}, "is damaged"),
    ({"files": {"recordings/no/no": 3}}, "not whole"),
    (None, "no whole backup"),
])  # fmt: skip
def test_a_backup_that_cannot_be_used_is_refused_before_anything_is_changed(
    sqlite_service: Service, tmp_path: Path, change: dict[str, object] | None, said: str
) -> None:
    folder = tmp_path / "backup"
    kept(sqlite_service, "one")
    back_up(sqlite_service.settings, sqlite_service.storage, folder)
    named = folder / "backup.json"
    named.write_text(json.dumps(json.loads(named.read_text()) | change) if change else "{")
    new = elsewhere(tmp_path)
    with pytest.raises(InputError, match=said):
        restore(new, Storage(new.storage), folder)
    assert list(Storage(new.storage).keys("recordings")) == []
    assert not (new.data_dir / "coach.db").exists()


def test_what_is_in_the_way_stays(
    sqlite_service: Service, postgres_settings: Settings, tmp_path: Path
) -> None:
    service, folder = sqlite_service, tmp_path / "backup"
    kept(service, "one")
    back_up(service.settings, service.storage, folder)
    with pytest.raises(InputError, match="There is a database already"):
        restore(service.settings, service.storage, folder)
    with pytest.raises(InputError, match="another kind of database"):
        restore(postgres_settings, service.storage, folder)
    others = Storage("memory:///")
    others.replace("store-id", b"of another service")
    with pytest.raises(InputError, match="another service"):
        restore(elsewhere(tmp_path), others, folder)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").touch()
    with pytest.raises(InputError, match="something else"):
        back_up(service.settings, service.storage, tmp_path / "photos")


def test_a_damaged_database_replaces_no_backup(tmp_path: Path, sqlite_service: Service) -> None:
    service, folder = sqlite_service, tmp_path / "backup"
    kept(service, "one")
    back_up(service.settings, service.storage, folder)
    before = (folder / "backup.json").read_text()
    service.jobs.close()
    service.engine.dispose()
    leave_whole(service.settings)
    file = service.settings.data_dir / "coach.db"
    content = file.read_bytes()
    file.write_bytes(content[:8192] + b"\xff" * 40_000 + content[48_192:])
    with pytest.raises(InputError, match=r"coach\.db"):
        back_up(service.settings, service.storage, folder)
    assert (folder / "backup.json").read_text() == before


def test_recordings_that_are_newer_than_the_backup_are_kept(
    sqlite_service: Service, tmp_path: Path
) -> None:
    """The database alone was lost."""
    service, folder = sqlite_service, tmp_path / "backup"
    kept(service, "one")
    back_up(service.settings, service.storage, folder)
    kept(service, "two")
    before = sorted(service.storage.keys("recordings"))
    service.jobs.close()
    service.engine.dispose()
    for path in service.settings.data_dir.glob("coach.db*"):
        path.unlink()
    restore(service.settings, service.storage, folder)
    assert sorted(service.storage.keys("recordings")) == before


def test_a_server_keeps_its_own_backup_and_the_store_has_ours(
    postgres_service: Service, tmp_path: Path
) -> None:
    service, folder = postgres_service, tmp_path / "backup"
    kept(service, "one")
    environment = service.settings.environment()
    made = CliRunner().invoke(cli.backup, [str(folder)], env=environment)
    assert made.exit_code == 0
    assert "pg_dump" in made.output
    before = sorted(key for key, _ in service.storage.keys("recordings"))
    shutil.rmtree(service.settings.data_dir / "store")
    back = CliRunner().invoke(cli.restore, [str(folder)], env=environment)
    assert back.exit_code == 0, back.output
    assert sorted(key for key, _ in service.storage.keys("recordings")) == before
    assert cleaned(service.settings, service.storage) is None


def test_the_commands_say_what_they_did(sqlite_service: Service, tmp_path: Path) -> None:
    service, folder = sqlite_service, tmp_path / "backup"
    kept(service, "one")
    made = CliRunner().invoke(cli.backup, [str(folder)], env=service.settings.environment())
    assert made.exit_code == 0
    assert "Database, 3 files of the store" in made.output
    new = elsewhere(tmp_path)
    back = CliRunner().invoke(cli.restore, [str(folder)], env=new.environment())
    assert back.exit_code == 0
    assert CHECKS["cleanup"](new).verdict == "ok"
