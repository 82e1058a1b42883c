"""``coach score``: compute a scorecard from a conversation again, without models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from coach.analysis.roles import assign_roles
from coach.cli.changes import read_changes
from coach.config import read_config
from coach.conversation import Conversation
from coach.corrections import apply_changes
from coach.errors import InputError
from coach.interchange.json import load
from coach.interchange.text import read_text
from coach.page.terminal import summary
from coach.results import PAGE_FILE, find_sound, write_results
from coach.scorecard import score as score_conversation


@click.command()
@click.argument("conversation", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the results. Default: beside the conversation.",
)
@click.option(
    "--corrections", type=click.Path(path_type=Path, dir_okay=False),
    help="File of corrections, one JSON object per line. The conversation is not changed; results "
    "go into a folder 'corrected' beside it.",
)  # fmt: skip
@click.option(
    "--mentor", metavar="LABEL|first|NAME|guess",
    help="The mentor: a speaker's label, 'first' (the first to speak), a speaker's name, or "
    "guess. Default: unchanged.",
)  # fmt: skip
@click.option(
    "--config", "config_file", type=click.Path(path_type=Path, dir_okay=False),
    help="TOML file of options; its [rules] are used. Default: the rules stored with it.",
)  # fmt: skip
def score(
    conversation: Path,
    output: Path | None,
    corrections: Path | None,
    mentor: str | None,
    config_file: Path | None,
) -> None:
    """Compute the scorecard of a conversation.json again, quickly and without models."""
    conv = _read(conversation)
    if mentor is not None:
        conv = _with_mentor(conv, mentor)
    changes = read_changes(corrections) if corrections else ()
    conv = apply_changes(conv, changes)
    rules = read_config(config_file).rules if config_file else None
    card = score_conversation(conv, rules=rules, corrected=bool(changes))
    beside = conversation.parent
    audio_src = find_sound(beside / PAGE_FILE, conv.recording.sha256)
    folder = output or (beside / "corrected" if changes else beside)
    page = write_results(conv, card, folder, audio_src=audio_src)
    click.echo(summary(card))
    click.echo(f"Scorecard: {click.format_filename(page)}")


def _with_mentor(conv: Conversation, mentor: str) -> Conversation:
    conv = assign_roles(conv, mentor)
    config = {**conv.provenance.config, "mentor": mentor}
    return replace(conv, provenance=replace(conv.provenance, config=config))


def _read(path: Path) -> Conversation:
    try:
        return load(Conversation, read_text(path))
    except InputError as error:
        raise InputError(
            f"{path}: {error} Expected a conversation.json as 'coach analyse' writes it."
        ) from error
