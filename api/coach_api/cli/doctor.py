"""``coach doctor``: whether a deployment is well."""

from __future__ import annotations

import click

from coach_api.settings import settings_from
from coach_api.store.health import examine


@click.command()
def doctor() -> None:
    """Check the service's folders, database, locks, store, adapters, jobs and address.

    Ends with 1 if something is bad; a note is worth reading.
    """
    findings = examine(settings_from())
    for found in findings:
        click.echo(f"{found.verdict:<5} {found.name:<10} {found.said}")
    if any(found.verdict == "bad" for found in findings):
        click.get_current_context().exit(1)
