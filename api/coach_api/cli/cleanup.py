"""``coach cleanup``: why nothing is deleted, and how to go on."""

from __future__ import annotations

import click

from coach_api.sessions.cleanup import accept, consequence, find_stop
from coach_api.settings import settings_from
from coach_api.store.database import connect
from coach_api.store.locks import holding, locks_for
from coach_api.store.migrate import migrate
from coach_api.store.vault import open_store


@click.command()
@click.option(
    "--accept", "is_accepted", is_flag=True,
    help="Go on after what is said, as one who has looked.",
)  # fmt: skip
def cleanup(is_accepted: bool) -> None:
    """Say what stops the cleanup of recordings and uploads, and go on after it.

    The service deletes what is due by itself. It stops when database and store are not a pair, when
    the clock leaps, and when many sessions differ between the two. Ends with 1 while it is stopped.
    """
    settings = settings_from()
    migrate(settings)
    engine, storage, locks = connect(settings), open_store(settings), locks_for(settings)
    try:
        with holding(locks, "chores"):
            stop = find_stop(engine, storage)
            if stop is not None:
                click.echo(stop.said)
                click.echo(consequence(engine, storage, stop))
            if stop is not None and is_accepted:
                accept(engine, storage, stop)
                click.echo("Done.")
                stop = find_stop(engine, storage)
                click.echo(f"Next: {stop.said}" if stop else "")
    finally:
        locks.close()
        engine.dispose()
    if stop is not None:
        click.get_current_context().exit(1)
    click.echo("Nothing stops the cleanup.")
