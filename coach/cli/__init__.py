"""The command `coach`. Subcommands are found through the entry-point group `coach.commands`."""

from __future__ import annotations

from coach.cli.group import main

__all__ = ["main"]
