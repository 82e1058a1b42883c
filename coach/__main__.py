"""``python -m coach`` is the command `coach`."""

from __future__ import annotations

from coach.cli import main

main(prog_name="coach")
