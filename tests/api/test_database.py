"""Tables, migrations and the database's own settings, on SQLite and on a real Postgres."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from coach.errors import InputError
from coach_api.settings import Settings
from coach_api.store import tables
from coach_api.store.database import connect
from coach_api.store.migrate import is_current, migrate


def differences(engine: sa.Engine) -> list[object]:
    """What the code's tables have that the migrated database has not, and the other way."""
    ours = set(tables.metadata.tables)

    def is_ours(name: str | None, kind: str, parents: object) -> bool:
        return kind != "table" or name in ours

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_ours})
        return list(compare_metadata(context, tables.metadata))


def test_migrations_make_exactly_the_tables_of_the_code(engine: sa.Engine) -> None:
    assert differences(engine) == []
    assert is_current(engine)


def test_migrating_twice_and_at_the_same_time_is_harmless(
    settings: Settings, engine: sa.Engine
) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: migrate(settings), range(3)))
    assert is_current(engine)


def test_an_empty_database_is_not_current(settings: Settings) -> None:
    settings.prepare()
    empty = connect(settings)
    assert not is_current(empty)
    empty.dispose()


def test_times_come_back_in_utc(engine: sa.Engine) -> None:
    summer = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    with engine.begin() as tx:
        tx.execute(sa.insert(tables.users).values(email="a@b", created_at=summer))
        found = tx.execute(sa.select(tables.users.c.created_at)).scalar_one()
    assert found == summer
    assert found.tzinfo is UTC


def test_one_owner_has_a_content_once_until_it_is_deleted(engine: sa.Engine) -> None:
    row = {"owner_id": tables.new_id(), "sha256": "0" * 64, "size": 1}
    with engine.begin() as tx:
        tx.execute(sa.insert(tables.users).values(id=row["owner_id"], email="a@b"))
        tx.execute(sa.insert(tables.sessions).values(row))
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as tx:
        tx.execute(sa.insert(tables.sessions).values(row))
    with engine.begin() as tx:
        tx.execute(sa.update(tables.sessions).values(deleted_at=tables.now()))
        tx.execute(sa.insert(tables.sessions).values(row))


def test_sqlite_waits_its_turn_and_keeps_what_it_promised(sqlite_settings: Settings) -> None:
    migrate(sqlite_settings)
    engine = connect(sqlite_settings)
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert pragmas == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000,
    }  # fmt: skip


@pytest.mark.parametrize("url", ["mysql://me:hush@host/name", "sqlite://", "hush"])
def test_another_database_is_refused_without_repeating_the_url(url: str) -> None:
    with pytest.raises(InputError, match="expected sqlite") as found:
        connect(Settings(database_url=url))
    assert "hush" not in str(found.value)
