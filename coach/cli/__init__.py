"""The command `coach`; its subcommands are entry points of the group `coach.commands`.

It imports every other room of the core, and no other room imports it.
"""

from __future__ import annotations

from coach.cli.group import main

__all__ = ["main"]
