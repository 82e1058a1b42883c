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
from coach.interchange.language import UNKNOWN, code_of
from coach_models.annotation.lines import format_line, read_turns, survey
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
@click.option(
    "--language",
    metavar="CODE",
    help="Language of IN, such as en. Default: detected.",
)
@click.option("--annotator", metavar="NAME", help="Installed annotator. Default: the best.")
def annotate(transcript: Path, output: Path, language: str | None, annotator: str | None) -> None:
    """Find the acts of every turn and every sentence of a transcript.

    IN is JSON lines (a turn a line: text, and optionally speaker, role, conversation_id, start,
    end), a table with such columns, a table as AnnoMI has it, WebVTT or SRT. OUT repeats each line
    in order, with the act of the turn and its sentences. Acts are found in English only: a
    transcript in another language is refused.
    """
    found = survey(transcript)
    _check_language(language, found.language)
    chosen = registry.load("annotators", annotator or Config().annotator)
    annotated = annotate_turns(read_turns(transcript), chosen.create(model=None, device="cpu"))
    lines = track(
        annotated,
        description="annotating",
        total=found.turns,
        console=Console(stderr=True),
    )
    with _open_output(output) as out:
        for line in lines:
            out.write(json.dumps(format_line(line), ensure_ascii=False) + "\n")


def _check_language(told: str | None, found: str | None) -> None:
    """Refuse a language other than English, and warn if the language is unknown."""
    code = code_of(told) if told is not None else found
    if told is not None and code is None:
        raise InputError(f"No language is called {told!r}: expected a code, as en or de.")
    if code is None:
        click.echo(
            "The words are too few to tell their language: read as English. If it is another, say "
            "so with --language.",
            err=True,
        )
    elif code != "en":
        name = "a language other than English" if code == UNKNOWN else f"the language {code!r}"
        hint = "" if told else " If it is English, say --language en."
        raise InputError(
            f"The transcript is in {name}: what its sentences do is known in English only.{hint}"
        )


@contextmanager
def _open_output(output: Path) -> Iterator[IO[str]]:
    """Open a file that gets its name when it is complete."""
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
