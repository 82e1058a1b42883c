"""The database: one engine for SQLite and Postgres, and its migrations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import ConnectionPoolEntry

from coach.errors import InputError
from coach_api.settings import Settings

_THREADS = 40  # that answer requests: one connection each, five of them kept
_BUSY_MS = 30_000  # as the job engine waits, which writes to the same file


def connect(settings: Settings) -> sa.Engine:
    """Make an engine on the service's database. Its errors do not repeat what was written.

    Raises
    ------
    InputError : if the URL is neither SQLite nor Postgres.
    """
    url = _url(settings)
    if url.get_backend_name() == "sqlite":
        # Without a limit: no reader waits for the connection of one who waits to write.
        engine = sa.create_engine(url, hide_parameters=True, max_overflow=-1)
        sa.event.listen(engine, "connect", _configure_sqlite)
        return engine
    return sa.create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        max_overflow=_THREADS - 5,
        connect_args={"connect_timeout": 10, "options": "-c timezone=UTC"},  # of days, too
    )


def file_of(settings: Settings) -> Path | None:
    """Name the file of a SQLite database; None for a server."""
    url = _url(settings)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _url(settings: Settings) -> sa.URL:
    try:
        url = sa.make_url(settings.database)
    except sa.exc.ArgumentError:
        raise InputError(_WRONG) from None
    if url.get_backend_name() == "sqlite" and url.database:
        return url
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    raise InputError(_WRONG)


_WRONG = (
    "COACH_DATABASE_URL is not a database that we use: expected sqlite:////path/to/file or "
    "postgresql://user:password@host/name."
)


def _configure_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    """Take the write lock at a transaction's first write; who looks before calls `hold`."""
    connection.isolation_level = "IMMEDIATE"
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")


def hold(tx: sa.Connection) -> None:
    """Let nobody write until this transaction ends, so that what it sees stays so.

    For SQLite, where a look takes no lock; on a server the rows are locked that are looked at.
    """
    driver: Any = tx.connection.driver_connection
    if tx.dialect.name == "sqlite" and not driver.in_transaction:
        tx.exec_driver_sql("BEGIN IMMEDIATE")


def use_wal(path: Path) -> None:
    """Let readers go on while one writes; the file remembers it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def leave_whole(settings: Settings) -> None:
    """Bring what is in SQLite's log into the file, so that the file alone is the database.

    Called at the end by whoever started the processes; while another has the file open, its log
    stays.
    """
    file = file_of(settings)
    if file is None or not file.exists():
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def sound_file(settings: Settings) -> Iterator[None]:
    """Use the database where its file may be no sound one.

    Raises
    ------
    InputError : if so.
    """
    try:
        yield
    except (sqlite3.DatabaseError, sa.exc.DatabaseError) as error:
        driver = error.orig if isinstance(error, sa.exc.DatabaseError) else error
        code = getattr(driver, "sqlite_errorcode", 0) & 0xFF  # the rest tells kinds of a kind
        if code not in _UNSOUND:
            raise
        raise InputError(f"{file_of(settings)} {_UNSOUND[code]}") from error


_RESTORE = "Stop the service, put the file aside and restore a backup: 'coach restore'."
_UNSOUND = {
    sqlite3.SQLITE_NOTADB: f"is no SQLite database, or is damaged. {_RESTORE}",
    sqlite3.SQLITE_CORRUPT: f"is damaged. {_RESTORE}",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened. Expected a file in a folder that is there.",
    sqlite3.SQLITE_READONLY: "cannot be written. Expected a file and a folder of this user.",
    sqlite3.SQLITE_PERM: "cannot be opened. Expected a file and a folder of this user.",
}
