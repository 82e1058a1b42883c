"""``coach key``: encryption of recordings and results in the store."""

from __future__ import annotations

from pathlib import Path

import click

from coach.errors import InputError
from coach_api.settings import settings_from
from coach_api.store.vault import add_key, open_store, seal_all


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
    count = seal_all(settings, open_store(settings))
    click.echo(f"{count} file{'' if count == 1 else 's'} encrypted; all are under the key in use.")
