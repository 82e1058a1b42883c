"""``coach annotate``: questions and listening acts of transcripts, without a recording."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click
from rich.console import Console
from rich.progress import track

from coach import registry
from coach.config import Config
from coach.errors import InputError
from coach_models.annotation.lines import annotated_line, count_turns, read_turns
from coach_models.annotation.turns import annotate_turns


@click.command()
@click.argument("transcript", type=click.Path(path_type=Path, dir_okay=False), metavar="IN")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    required=True,
    metavar="OUT.jsonl",
    help="Where to write; - for standard output.",
)
@click.option("--annotator", metavar="NAME", help="Installed annotator. Default: the best.")
def annotate(transcript: Path, output: Path, annotator: str | None) -> None:
    """Say what every turn and every sentence of a transcript does.

    IN is JSON lines (a turn a line: text, and optionally speaker, role, conversation_id, start,
    end), a table with such columns, a table as AnnoMI has it, WebVTT or SRT. OUT repeats each line
    in order, with the act of the turn and its sentences.
    """
    total = count_turns(transcript)
    chosen = registry.load("annotators", annotator or Config().annotator)
    annotated = annotate_turns(read_turns(transcript), chosen.create(model=None, device="cpu"))
    lines = track(
        annotated,
        description="annotating",
        total=total,
        console=Console(stderr=True),
    )
    with _writing(output) as out:
        for line in lines:
            out.write(json.dumps(annotated_line(line), ensure_ascii=False) + "\n")


@contextmanager
def _writing(output: Path) -> Iterator[IO[str]]:
    """Give a file that appears under its name when it is whole."""
    if str(output) == "-":
        yield sys.stdout
        return
    part = output.with_name(output.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        part.replace(output)
    except OSError as error:
        raise InputError(f"Cannot write {output}: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
