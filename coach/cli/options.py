"""Options that several commands share, and how they become a configuration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from coach.config import CHANNELS, Config, configured, read_config

_OPTIONS = (
    click.option(
        "--config", "config_file", type=click.Path(path_type=Path, dir_okay=False),
        help="TOML file of options; flags win over it.",
    ),
    click.option(
        "--channels", type=click.Choice(CHANNELS),
        help="mixed: one room; separate: one speaker per channel; auto (default) finds out.",
    ),
    click.option(
        "--speakers", metavar="N|auto", help="How many people to expect. Default: 2.",
    ),
    click.option(
        "--mentor", metavar="LABEL|first|NAME|guess",
        help="Which speaker is the mentor: a label (A, B), 'first' for who speaks first, or a name "
        "that 'coach enrol' keeps a voice under. Default: guess, by enrolled voices, else by who "
        "asks, marked as a guess.",
    ),
    click.option("--language", metavar="CODE", help="Language spoken, as en. Default: found out."),
    click.option("--model", metavar="NAME", help="Whisper model, as 'coach models list' names it."),
    click.option("--transcriber", metavar="NAME", help="Installed transcriber. Default: whisper."),
    click.option("--diarizer", metavar="NAME", help="Installed diarizer. Default: voices."),
    click.option("--annotator", metavar="NAME", help="Installed annotator of questions."),
    click.option("--device", metavar="NAME", help="cpu (default) or cuda."),
)  # fmt: skip


def analysis_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of an analysis to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def config_from(config_file: Path | None, given: dict[str, Any]) -> Config:
    """Merge defaults, the file and the flags that were given."""
    base = read_config(config_file) if config_file else Config()
    return configured({k: v for k, v in given.items() if v is not None}, base=base)
