"""``coach lock``: write every option and rule to a file, to repeat an analysis exactly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from coach.analysis.stages import write_atomically
from coach.cli.options import analysis_options, config_from
from coach.config import as_toml
from coach.results import name_write_errors


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write. Default: standard output.",
)
@analysis_options
def lock(output: Path | None, config_file: Path | None, **given: Any) -> None:
    """Write the effective configuration, with every option and rule, for --config.

    Options not given are written with their defaults, so a later version with other defaults gives
    the same results.
    """  # fmt: skip
    text = as_toml(config_from(config_file, given))
    if output is None:
        click.echo(text, nl=False)
        return
    with name_write_errors(output):
        write_atomically(output, text)
    click.echo(f"Configuration: {click.format_filename(output)}")
