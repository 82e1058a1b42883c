"""Bring the database to the version that this code needs, once, whoever starts first."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from dbos import DBOS

from coach_api.settings import Settings
from coach_api.store.database import connect, file_of, use_wal
from coach_api.store.locks import holding, locks_for

_FOLDER = Path(__file__).parent / "migrations"


def migrate(settings: Settings) -> None:
    """Create or upgrade all tables, ours and the job engine's. Safe to call at every start."""
    settings.prepare()
    with holding(locks_for(settings), "migrate"):
        file = file_of(settings)
        if file is not None:
            use_wal(file)
        engine = connect(settings)
        try:
            _upgrade(engine)
        finally:
            engine.dispose()
        DBOS.migrate(settings.database)


def is_current(engine: sa.Engine) -> bool:
    """Whether the tables are of the version that this code needs."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory(str(_FOLDER)).get_current_head()


def _upgrade(engine: sa.Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
