"""``coach demo``: get the weights and analyse the recording that comes along."""

from __future__ import annotations

from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

import click
from rich.console import Console

from coach.cli.analyse import analyse
from coach.cli.progress import bars
from coach.errors import ModelUnavailable
from coach_models.weights.local_models import read_pulled
from coach_models.weights.manifest import read_shipped
from coach_models.weights.pull import defaults, pull

_NAME = "demo.opus"


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default="out",
    show_default=True,
    help="Folder for the results.",
)
@click.pass_context
def demo(context: click.Context, output: Path) -> None:
    """Get the weights and analyse the demo recording, which comes along.

    We wrote the conversation and had it spoken by two synthetic voices.
    """
    if missing := tuple(name for name in defaults() if not _is_here(name)):
        with bars(Console(stderr=True)) as report:
            pull(missing, report=report, token=None)
    with as_file(_recording()) as path:
        context.invoke(
            analyse,
            recordings=(path,),
            output=output,
            transcripts=(),
            together=False,
            with_audio=True,
            redact=False,
            config_file=None,
            mentor="first",
        )
    page = (output / Path(_NAME).stem / "scorecard.html").resolve()
    click.echo(f"Open it in a browser: {page.as_uri()}")


def _is_here(name: str) -> bool:
    model = next(each for each in read_shipped().models if each.name == name)
    try:
        read_pulled(model)
    except ModelUnavailable:
        return False
    return True


def _recording() -> Traversable:
    """The recording: in the wheel with this package, in a clone with the script that made it."""
    packed = files("coach_models") / _NAME
    if packed.is_file():
        return packed
    return Path(__file__).parents[2] / "docs" / "demo" / _NAME
