"""The command group: finds its subcommands by entry points and turns errors into exit codes.

Exit codes: 0 success, 1 a file or a step failed, 2 the command line is wrong.
"""

from __future__ import annotations

from typing import Any

import click

from coach import __version__, registry
from coach.errors import CoachError, MissingDependency
from coach.private import end_at_signals, sweep_scratch
from coach.telemetry import discard_queued


class Commands(click.Group):
    """A group that loads a subcommand when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the installed subcommands."""
        return sorted(registry.installed_entries("commands"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one subcommand; None if it does not exist."""
        if cmd_name not in registry.installed_entries("commands"):
            return None
        try:
            return registry.load("commands", cmd_name)
        except MissingDependency as error:
            return _stand_in(cmd_name, error)

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and print an expected error as one message without a traceback."""
        end_at_signals()
        sweep_scratch()
        discard_queued()
        try:
            return super().invoke(ctx)
        except CoachError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(1)


def _stand_in(name: str, error: MissingDependency) -> click.Command:
    """Replace a command whose packages are missing; the replacement says what to install."""

    def fail() -> None:
        raise error

    return click.Command(
        name,
        callback=fail,
        help=f"Not installed. {error}",
        short_help="(its packages are not installed)",
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="coach")
def main() -> None:
    """Turn a recorded mentoring conversation into a listening scorecard."""
