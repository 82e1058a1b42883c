"""``coach score``: recompute a scorecard from a conversation, without models."""

from __future__ import annotations

from pathlib import Path

import click

from coach.config import Config, read_config
from coach.conversation import Conversation
from coach.errors import InputError
from coach.formats.json import load
from coach.formats.terminal import summary
from coach.pipeline.results import write_results
from coach.roles import assign_roles
from coach.scorecard import score as score_conversation


@click.command()
@click.argument("conversation", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the results. Default: beside the conversation.",
)
@click.option("--mentor", metavar="LABEL|first|guess", help="Which speaker is the mentor.")
@click.option(
    "--config", "config_file", type=click.Path(path_type=Path, dir_okay=False),
    help="TOML file of options; its [rules] are used.",
)  # fmt: skip
def score(
    conversation: Path, output: Path | None, mentor: str | None, config_file: Path | None
) -> None:
    """Compute the scorecard of a conversation.json again, in a moment and without models."""
    conv = _read(conversation)
    if mentor is not None:
        conv = assign_roles(conv, mentor)
    config = read_config(config_file) if config_file else Config()
    card = score_conversation(conv, rules=config.rules)
    page = write_results(conv, card, output or conversation.parent)
    click.echo(summary(card))
    click.echo(f"Scorecard: {page}")


def _read(path: Path) -> Conversation:
    try:
        return load(Conversation, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"Cannot read {path}: expected a conversation.json as 'coach analyse' writes it."
        ) from error
