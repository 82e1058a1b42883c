"""``coach models``: list, pull and verify weights."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console

from coach.cli.progress import bars
from coach.errors import CoachError, InputError, ModelUnavailable
from coach_models.weights.local_models import RECORD, folder, read_pulled
from coach_models.weights.manifest import Model, read_shipped
from coach_models.weights.pull import defaults, pull, verify


@click.group()
def models() -> None:
    """List, pull and verify the models' weights."""


@models.command("list")
def list_models() -> None:
    """Show every model: its size, its licence and whether it is installed."""
    rows = [("NAME", "SIZE", "LICENCE", "HERE", "DEFAULT", "WHAT"), *_rows()]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for *cells, last in rows:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        click.echo("  ".join((*padded, last)))
    click.echo(f"\nFolder: {folder()}")


def _rows() -> Iterator[tuple[str, ...]]:
    for model in read_shipped().models:
        yield (
            model.name,
            megabytes(model.size),
            model.licence,
            presence(model),
            "yes" if model.default else "",
            model.description,
        )


def presence(model: Model) -> str:
    """Whether a model is installed: yes, no, or damaged (pulled, but no longer complete)."""
    try:
        read_pulled(model)
    except ModelUnavailable:
        return "damaged" if (folder() / model.name / RECORD).exists() else "no"
    return "yes"


def megabytes(size: int) -> str:
    """Write a size in megabytes (10**6 bytes).

    Examples
    --------
    >>> megabytes(147_882_941)
    '148 MB'
    """
    return f"{size / 1e6:.0f} MB"


@models.command("pull")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File with your own hub token, for gated models; or set HF_TOKEN.",
)
def pull_models(names: tuple[str, ...], token_file: Path | None) -> None:
    """Download models, once. Without a NAME: all models that `coach analyse` needs."""
    with bars(Console(stderr=True)) as report:
        records = pull(names or defaults(), report=report, token=_token(token_file))
    pins = {model.name: model for model in read_shipped().models}
    for record in records:
        click.echo(f"{record.name}: in {folder() / record.name}")
        if any(file.sha256 is None for file in pins[record.name].files):
            click.echo(
                "  Its hash was not known beforehand: what came was recorded and is expected "
                "from now on (trust on first use)."
            )


def _token(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get("HF_TOKEN")
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"Cannot read the token file {file}: expected a line of text.") from error


@models.command("verify")
@click.argument("names", nargs=-1, metavar="[NAME]...")
def verify_models(names: tuple[str, ...]) -> None:
    """Read every byte of the installed models. Exits with 1 if one has changed."""
    here = [model.name for model in read_shipped().models if presence(model) != "no"]
    failures = [not _verify(name) for name in names or here]
    if not failures:
        click.echo(f"No models are in {folder()}. Get the default ones: coach models pull")
    if any(failures):
        click.get_current_context().exit(1)


def _verify(name: str) -> bool:
    try:
        record = verify(name)
    except CoachError as error:
        click.echo(str(error), err=True)
        return False
    click.echo(f"{record.name}: whole, from {record.source}")
    return True
