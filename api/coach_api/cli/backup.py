"""``coach backup`` and ``coach restore``: the whole deployment in a folder, and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from coach.errors import InputError
from coach_api.settings import Settings, settings_from
from coach_api.store.backup import Backup, back_up
from coach_api.store.backup import restore as bring_back
from coach_api.store.objects import Storage

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("folder", type=_FOLDER)
def backup(folder: Path) -> None:
    """Back the service up into FOLDER, while it runs.

    Database, recordings, results and key. Into the same FOLDER again, only what is new is copied,
    and what was erased since is dropped. With Postgres, run pg_dump before: the database is not in.
    """
    settings = settings_from()
    with _name_write_errors(folder):
        made = back_up(settings, Storage(settings.storage), folder)
    click.echo(f"{_describe_backup(made)} are in {folder}.")
    if not made.database:
        click.echo("The database is a server: keep a pg_dump that was made before this.", err=True)
    _warn_of_key(settings, made)


@click.command()
@click.argument("folder", type=_FOLDER)
def restore(folder: Path) -> None:
    """Bring a backup of FOLDER back, here or on another machine.

    The service must not run, and its database must be out of the way. Recordings that are in the
    store and not in the backup stay; 'coach cleanup' says what becomes of them. What was erased
    after the backup was made is there again: erase it again.
    """
    settings = settings_from()
    with _name_write_errors(settings.data_dir):
        found = bring_back(settings, Storage(settings.storage), folder)
    click.echo(f"{_describe_backup(found)} of {found.made_at} are back.")
    if not found.database:
        click.echo("The database is a server: bring it back with pg_restore.", err=True)
    _warn_of_key(settings, found)


@contextmanager
def _name_write_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(
            f"Cannot write in {folder} ({error.strerror or error}). Expected a folder of yours "
            "with room; then run the same line again, it goes on."
        ) from error


def _describe_backup(backup: Backup) -> str:
    size = sum(backup.files.values())
    what = "Database, " if backup.database else ""
    return f"{what}{len(backup.files)} files of the store ({size / 1e6:.1f} MB)"


def _warn_of_key(settings: Settings, backup: Backup) -> None:
    if settings.secret_key or not backup.has_key:
        click.echo("COACH_SECRET_KEY is not in a backup: keep it elsewhere.", err=True)
    if settings.store_key_file:
        told = "The store is encrypted, and its key is not in a backup: keep a copy elsewhere."
        click.echo(told, err=True)
