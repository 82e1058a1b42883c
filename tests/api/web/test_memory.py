"""A recording is never in memory: the process stays as large as it was while much streams in."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parents[3] / "api" / "bench" / "uploads.py"


def test_memory_does_not_grow_with_the_recording() -> None:
    run = subprocess.run(
        [sys.executable, str(BENCH), "--gb", "0.2"], capture_output=True, text=True, check=True
    )
    found = re.search(r"\(\+(-?\d+) MB\)", run.stdout)
    assert found is not None, run.stdout
    assert int(found[1]) < 30, run.stdout
