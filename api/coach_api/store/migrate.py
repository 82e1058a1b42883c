"""Migrate the database to the version that this code needs; the first process to start does it."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from coach.errors import InputError
from coach_api.engine.book import create_tables
from coach_api.settings import Settings
from coach_api.store.database import connect, file_of, hold, sound_file, use_wal
from coach_api.store.locks import holding, locks_for
from coach_api.store.reserve import keep_reserve

_FOLDER = Path(__file__).parent / "migrations"


def migrate(settings: Settings) -> None:
    """Create or upgrade all tables, ours and the job engine's. Safe to call at every start.

    Each is one transaction: a start that is killed can be made again.

    Raises
    ------
    InputError : if the database is damaged, of a newer version, or no database.
    """
    settings.prepare()
    with holding(locks_for(settings), "migrate"), sound_file(settings):
        file = file_of(settings)
        if file is not None:
            use_wal(file)
        engine = connect(settings)
        try:
            _upgrade(engine)
        finally:
            engine.dispose()
        create_tables(settings.database)
    keep_reserve(settings)


def is_current(engine: sa.Engine) -> bool:
    """Whether the tables are of the version that this code needs.

    Raises
    ------
    InputError : if they are of a newer one.
    """
    with engine.connect() as connection:
        return _revision(connection) == ScriptDirectory(str(_FOLDER)).get_current_head()


def check_revision(revision: str | None) -> None:
    """Check that this code knows the version of a database.

    Raises
    ------
    InputError : if it does not.
    """
    scripts = ScriptDirectory(str(_FOLDER))
    if revision is not None and revision not in {
        each.revision for each in scripts.walk_revisions()
    }:
        raise InputError(
            f"The database is of a newer version of listening-coach (tables {revision}) than this "
            f"one (tables {scripts.get_current_head()}). Install the newer version, or restore a "
            "backup of this one."
        )


def configuration(connection: sa.Connection) -> Config:
    """Configure Alembic to run our migrations on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _revision(connection: sa.Connection) -> str | None:
    found = MigrationContext.configure(connection).get_current_revision()
    check_revision(found)
    return found


def _upgrade(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        hold(connection)  # SQLite would make each table by itself
        _revision(connection)
        command.upgrade(configuration(connection), "head")
