"""A stage program whose forking process is killed in the very moment of a fork."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def prepare() -> None:
    os.register_at_fork(after_in_child=_orphan)


def _orphan() -> None:
    parent = os.getppid()
    os.kill(parent, signal.SIGKILL)
    while os.getppid() == parent:
        time.sleep(0.01)


def main(stage: str, job: str, parent: str) -> int:
    if os.getppid() != int(parent):
        return 1  # as every stage program does
    Path(job).touch()
    return 0
