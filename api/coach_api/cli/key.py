"""``coach key``: encryption of recordings and results in the store."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from coach.errors import InputError
from coach_api.sessions.cleanup import find_stop
from coach_api.sessions.erasure import erase_files
from coach_api.sessions.sweep import survey
from coach_api.settings import Settings, settings_from
from coach_api.store.database import connect
from coach_api.store.migrate import is_current
from coach_api.store.vault import Vault, add_key, open_store, seal_all


@click.group()
def key() -> None:
    """Encrypt recordings and results of stages in the store."""


@key.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def create(file: Path) -> None:
    """Write a new key to FILE, outside of the data folder.

    A key that is in FILE already moves below the new one, and still opens what it encrypted. Keep a
    copy of FILE elsewhere: without it nothing in the store can be read.
    """
    add_key(file)
    click.echo(
        f"The new key is in {file}. Set COACH_STORE_KEY_FILE={file} for every process of the "
        "service and start it again. Then run 'coach key apply' for what is in the store already."
    )


@key.command()
def apply() -> None:
    """Encrypt everything in the store with the key in use.

    The service may run. Interrupted, the command goes on when begun again. Afterwards older keys
    can be deleted from the file.
    """
    settings = settings_from()
    if not settings.store_key_file:
        raise InputError("COACH_STORE_KEY_FILE is not set: 'coach key create' makes a key.")
    settings.prepare()
    storage = open_store(settings)
    count = seal_all(settings, storage)
    _erase_again(settings, storage)
    click.echo(f"{count} file{'' if count == 1 else 's'} encrypted; all are under the key in use.")


def _erase_again(settings: Settings, storage: Vault) -> None:
    """Erase what was erased while it was encrypted, and came back by that."""
    engine = connect(settings)
    try:
        if is_current(engine) and find_stop(engine, storage) is None:
            for name in survey(engine, storage, grace=timedelta(0)).leftovers:
                erase_files(storage, name)
    finally:
        engine.dispose()
