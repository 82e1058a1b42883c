"""A data directory and a database of its own for every test; Postgres is a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from postgres import new_database, postgres_server, restart
from service import Service, service_on

from coach_api.settings import Settings
from coach_api.store.database import connect
from coach_api.store.migrate import migrate

# Programs that the tests start: importing them would run them.
collect_ignore = [
    "fake_ears.py",
    "full_disk.py",
    "full_store.py",
    "orphaned.py",
    "screenshots.py",
    "served_hour.py",
]


@pytest.fixture(scope="session")
def postgres_process() -> Iterator[Any]:
    """A Postgres server that lives as long as the tests."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres(postgres_process: Any) -> str:
    """Its URL."""
    return str(postgres_process.get_uri())


@pytest.fixture
def restart_postgres(postgres_process: Any) -> Callable[[], None]:
    """Stops the server at once, as a power cut would, and starts it again."""
    return partial(restart, postgres_process)


@pytest.fixture
def sqlite_settings(tmp_path: Path) -> Settings:
    """Settings with everything in a folder of this test."""
    return Settings(data_dir=tmp_path / "data", min_free_bytes=0, reserve_bytes=0)


@pytest.fixture
def postgres_settings(sqlite_settings: Settings, postgres: str) -> Settings:
    """The same on a database of this test in a Postgres server."""
    return replace(sqlite_settings, database_url=new_database(postgres))


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
