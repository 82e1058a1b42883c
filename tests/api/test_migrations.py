"""A start is whole or can be made again; a database that cannot be used says why."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from click.testing import CliRunner
from service import PATIENCE, Service
from test_database import differences

from coach.errors import InputError
from coach_api.cli.cleanup import cleanup
from coach_api.settings import Settings
from coach_api.store.database import connect, file_of
from coach_api.store.health import CHECKS
from coach_api.store.migrate import configuration, is_current, migrate
from coach_api.store.tables import consents, enrolments, sessions, users

COACH = Path(sys.executable).with_name("coach")


class Killed(BaseException):
    """The process ended here."""


@contextmanager
def killed_at(statement: int) -> Iterator[list[str]]:
    """Let nothing happen from that statement on; gives those that came before."""
    done: list[str] = []

    def look(_c: Any, _cursor: Any, text: str, *_: Any) -> None:
        if len(done) >= statement:
            raise Killed
        done.append(text)

    sa.event.listen(sa.Engine, "before_cursor_execute", look)
    try:
        yield done
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", look)


def is_whole(settings: Settings) -> bool:
    engine = connect(settings)
    try:
        return is_current(engine) and differences(engine) == []
    finally:
        engine.dispose()


def test_a_start_that_was_killed_anywhere_can_be_made_again(tmp_path: Path) -> None:
    with killed_at(10_000) as all_statements:
        migrate(Settings(data_dir=tmp_path / "whole"))
    ours = sum("CREATE TABLE" in text or "CREATE INDEX" in text for text in all_statements)
    assert ours > 20
    for number in range(1, len(all_statements), 7):
        settings = Settings(data_dir=tmp_path / str(number))
        with pytest.raises(Killed), killed_at(number):
            migrate(settings)
        migrate(settings)
        assert is_whole(settings), number


def test_a_start_on_a_server_that_was_killed_can_be_made_again(
    postgres_settings: Settings,
) -> None:
    for number in count(5, 23):
        with suppress(Killed), killed_at(number):
            migrate(postgres_settings)
            break
    assert is_whole(postgres_settings)


def test_what_an_earlier_version_left_half_made_is_completed(tmp_path: Path) -> None:
    """It made each table by itself."""
    for number in (3, 9, 20, 27, 30, 33):
        settings = Settings(data_dir=tmp_path / str(number))
        settings.prepare()
        engine = connect(settings)
        with suppress(Killed), killed_at(number), engine.connect() as connection:
            command.upgrade(configuration(connection), "0002")
        engine.dispose()
        migrate(settings)
        assert is_whole(settings), number


def test_an_older_database_is_brought_to_this_version(settings: Settings) -> None:
    settings.prepare()
    engine = connect(settings)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0001")
        connection.execute(sa.insert(users).values(id="u", email="a@b"))
    migrate(settings)
    with engine.connect() as connection:
        assert connection.scalars(sa.select(users.c.email)).all() == ["a@b"]
        assert connection.execute(sa.select(enrolments.c.model)).all() == []
    engine.dispose()
    assert is_whole(settings)


def test_what_stood_in_for_a_name_becomes_none(settings: Settings) -> None:
    settings.prepare()
    engine = connect(settings)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0003")
        connection.execute(sa.insert(users).values(id="u", email="a@b"))
        made = "'2026-11-27 00:00:00+00'"
        connection.exec_driver_sql(
            "INSERT INTO sessions (id, owner_id, title, mentor, partner, pair_key, sha256, size, "
            "media_type, suffix, blob_key, status, stage, fraction, run, error_type, error_detail, "
            "created_at, updated_at, config, priority) VALUES ('s', 'u', '', '', '', '', '0', 1, "
            f"'', '', '', 'done', '', 1, 0, '', '', {made}, {made}, '{{}}', 1)"
        )
        for number, name in enumerate(("the mentor", "Bo")):
            connection.exec_driver_sql(
                "INSERT INTO consents (id, session_id, given_by, participant, wording_version, "
                f"given_at) VALUES ('{number}', 's', 'u', '{name}', '1', '2026-11-27 00:00:00+00')"
            )
        connection.exec_driver_sql(
            "INSERT INTO enrolments (id, owner_id, name, print, created_at) "
            "VALUES ('e', 'u', 'Ada', '[1.0]', '2026-11-27 00:00:00+00')"
        )
    migrate(settings)
    with engine.connect() as connection:
        said = connection.execute(sa.select(consents.c.part, consents.c.participant)).all()
        assert sorted(map(tuple, said)) == [("", "Bo"), ("mentor", "")]
        kept = connection.execute(sa.select(enrolments.c.name, enrolments.c.session_id)).all()
        assert list(map(tuple, kept)) == [("Ada", None)]
    engine.dispose()


def test_a_newer_database_is_refused(settings: Settings) -> None:
    migrate(settings)
    engine = connect(settings)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    engine.dispose()
    with pytest.raises(InputError, match="newer version"):
        migrate(settings)
    with pytest.raises(InputError, match="newer version"):
        CHECKS["database"](settings)


@pytest.mark.parametrize("damage", ["no database", "a page", "a folder that is not there"])
def test_a_file_that_is_no_sound_database_is_refused(tmp_path: Path, damage: str) -> None:
    settings = damaged(Settings(data_dir=tmp_path / "data"), damage)
    with pytest.raises(InputError, match=r"coach\.db"):
        migrate(settings)
    said = CliRunner().invoke(cleanup, env=settings.environment())
    assert isinstance(said.exception, InputError)
    with pytest.raises(InputError, match=r"coach\.db"):
        CHECKS["database"](settings)


def damaged(settings: Settings, damage: str) -> Settings:
    settings.prepare()
    file = settings.data_dir / "coach.db"
    if damage == "no database":
        file.write_text("These are no tables. " * 400)
    elif damage == "a page":
        migrate(settings)
        content = file.read_bytes()
        file.write_bytes(content[:100] + b"\xff" * 4000 + content[4100:])
    else:
        return Settings(
            data_dir=settings.data_dir, database_url=f"sqlite:///{settings.data_dir}/no/coach.db"
        )
    return settings


def test_a_service_on_a_damaged_database_ends_with_a_message(tmp_path: Path) -> None:
    settings = damaged(Settings(data_dir=tmp_path / "data"), "no database")
    done = subprocess.run(
        [COACH, "serve", "--port", "0"], env=settings.environment(), capture_output=True,
        text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "coach.db" in done.stderr


@pytest.mark.parametrize("program", ["serve", "worker"])
def test_a_clean_stop_leaves_the_whole_database_in_its_file(
    sqlite_service: Service, program: str, tmp_path: Path
) -> None:
    """Whoever copies the file alone has everything."""
    service = sqlite_service
    more = ["--port", "0"] if program == "serve" else []
    running = subprocess.Popen(
        [COACH, program, *more], env=service.environment(), stdout=subprocess.DEVNULL
    )
    session_id = service.upload("one")
    service.wait(session_id, "done")
    service.jobs.close()
    service.engine.dispose()
    running.send_signal(signal.SIGTERM)
    assert running.wait(PATIENCE) == 0
    file = file_of(service.settings)
    assert file is not None
    log = file.with_name(f"{file.name}-wal")
    assert not log.exists() or log.stat().st_size == 0
    shutil.copy(file, tmp_path / "copy.db")
    copy = connect(Settings(database_url=f"sqlite:///{tmp_path}/copy.db"))
    with copy.connect() as connection:
        query = sa.select(sessions.c.status).where(sessions.c.id == session_id)
        assert connection.scalar(query) == "done"
    copy.dispose()
