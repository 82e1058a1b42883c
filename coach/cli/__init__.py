"""The command `coach`; its subcommands are entry points of the group `coach.commands`."""

from __future__ import annotations

from coach.cli.group import main

__all__ = ["main"]
