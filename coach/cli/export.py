"""``coach export``: a conversation in the formats of other software."""

from __future__ import annotations

from pathlib import Path

import click

from coach.cli.options import make_redactor, redact_option
from coach.errors import InputError
from coach.interchange import FORMATS, write
from coach.interchange.transcript import read_transcript


@click.command()
@click.argument("conversation", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File to write.",
)
@click.option(
    "--format",
    "name",
    required=True,
    type=click.Choice([each.name for each in FORMATS]),
    help="Format to write.",
)
@redact_option
def export(conversation: Path, output: Path, name: str, redact: bool) -> None:
    """Write a conversation.json, or any transcript, in another format.

    The folder of FILE is created if needed.
    """
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"Cannot create the folder {output.parent}: {error.strerror}. Choose a folder that "
            "you can write to."
        ) from error
    conv = read_transcript(conversation)
    redactor = make_redactor(redact)
    write(redactor(conv) if redactor else conv, output, name)
    click.echo(f"Written: {click.format_filename(output)}")
