"""``coach import``: make a conversation and its scorecard from an annotation made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from coach.analysis.interpret import interpret
from coach.analysis.transcripts import annotate_conversation
from coach.cli.options import config_from, reading_options
from coach.interchange.annotation import read_annotation
from coach.page.terminal import summary
from coach.results import write_results
from coach.scorecard import score


@click.command("import")
@click.argument("speech", type=click.Path(path_type=Path))
@click.option(
    "--transcript",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Transcript, if SPEECH has no words: WebVTT, SRT, CSV ...",
)
@click.option(
    "--recording", metavar="NAME", help="The recording to read, if the files hold several."
)
@click.option(
    "--tiers",
    metavar="NAME,...",
    help="Tiers of SPEECH to read, one per speaker. Default: the tiers of speech.",
)
@click.option("--duration", type=float, metavar="SECONDS", help="Length of the recording.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the results.",
)
@reading_options
def take(
    speech: Path,
    transcript: Path | None,
    recording: str | None,
    tiers: str | None,
    duration: float | None,
    output: Path,
    config_file: Path | None,
    **given: Any,
) -> None:
    """Measure an annotation made by hand, like a recording.

    SPEECH says who spoke when, to the tenth of a second and with overlaps: RTTM, Praat TextGrid or
    ELAN .eaf.
    """  # fmt: skip
    config = config_from(config_file, given)
    names = (recording,) if recording else ()
    chosen = tuple(name.strip() for name in (tiers or "").split(",") if name.strip())
    read = read_annotation(speech, transcript, duration=duration, recordings=names, tiers=chosen)
    facts = annotate_conversation(read, config)
    conv = interpret(facts, config)
    card = score(conv)
    page = write_results(conv, card, output)
    click.echo(summary(card))
    click.echo(f"Scorecard: {click.format_filename(page)}")
