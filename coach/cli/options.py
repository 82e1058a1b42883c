"""Options that several commands share, and their conversion to a configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from coach import registry
from coach.config import OPTIONS, Config, Option, make_config, read_config, sound_options
from coach.ports import Redactor

redact_option = click.option(
    "--redact", is_flag=True, help="Remove names and personal data from the text; English only."
)

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_FILE = click.option(
    "--config", "config_file", type=click.Path(path_type=Path, dir_okay=False),
    help="TOML file of options; flags win over it.",
)  # fmt: skip


def analysis_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of an analysis to a command that reads recordings."""
    return with_options(*(option.name for option in OPTIONS))(_FILE(command))


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of an analysis to a command that reads transcripts only."""
    return with_options(*(o.name for o in OPTIONS if not o.for_sound))(_FILE(command))


def with_options(*names: str) -> Decorator:
    """Make a decorator that adds the named options of an analysis to a command."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(OPTIONS):
            if option.name in names:
                command = _flag(option)(command)
        return command

    return decorate


def refuse_unused(given: Mapping[str, Any], why: str) -> None:
    """Refuse flags that matter only for a recording.

    Parameters
    ----------
    given : the flags; None for a flag not given.
    why : the reason, as the beginning of a sentence.

    Raises
    ------
    click.UsageError : if such flags are given; the message names them.
    """
    unused = [f"--{name}" for name in sound_options(given)]
    if unused:
        raise click.UsageError(
            f"{why}: {', '.join(unused)} cannot be used. Leave out the options for recordings."
        )


def _flag(option: Option) -> Decorator:
    kind = click.Choice(option.choices) if option.choices else str
    metavar = None if option.choices else option.metavar
    return click.option(f"--{option.name}", type=kind, metavar=metavar, help=option.help)


def config_from(config_file: Path | None, given: Mapping[str, Any]) -> Config:
    """Merge defaults, the file and the flags that were given.

    Parameters
    ----------
    config_file : a TOML file, or None.
    given : the flags; None for a flag not given.
    """
    base = read_config(config_file) if config_file else Config()
    return make_config({k: v for k, v in given.items() if v is not None}, base=base)


def make_redactor(is_wanted: bool) -> Redactor | None:
    """Load the redactor for ``--redact``; None without the flag.

    Raises
    ------
    MissingDependency : if no redactor is installed.
    """
    return registry.load("redactors", "spacy").create() if is_wanted else None
