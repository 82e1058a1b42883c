"""``coach worker``: more workers, on this machine or another."""

from __future__ import annotations

import click

from coach_api.settings import settings_from
from coach_api.store.database import leave_whole
from coach_api.store.migrate import migrate
from coach_api.work.processes import begin_process, keep_running, worker_programs


@click.command()
@click.option(
    "--workers", "--slots", "workers", default=1, show_default=True, type=click.IntRange(min=1),
    help="How many recordings to analyse at once; about one for each free core.",
)  # fmt: skip
def worker(workers: int) -> None:
    """Analyse recordings of the service.

    On another machine, set COACH_DATABASE_URL (Postgres) and COACH_STORAGE_URL as there.
    """
    settings = settings_from()
    begin_process(settings)
    migrate(settings)
    code = keep_running(worker_programs(settings, workers))
    leave_whole(settings)
    click.get_current_context().exit(code)
