"""In a network that answers everything, command and corpus ask nobody for anything.

Where strace sees attempts (`test_nothing_leaves`), this sees what would have come of them: names
that a name server was asked for, and packets to any address beyond loopback.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from test_nothing_leaves import WISHES

pytestmark = pytest.mark.models

SAMPLE = Path(str(files("pyannote.audio") / "sample" / "sample.wav"))
COLLECTOR = Path(__file__).with_name("collector.py")
ASKS = """
import contextlib, socket
with contextlib.suppress(OSError):
    socket.create_connection(("telemetry.example.org", 443), timeout=5)
with contextlib.suppress(OSError):
    socket.create_connection(("203.0.113.9", 4317), timeout=5)
"""


def collected(folder: Path, command: list[Any]) -> dict[str, list[str]]:
    """Run a command among collectors; what they noted."""
    for prefix in (("unshare", "-nm"), ("unshare", "-rnm")):
        tried = [*prefix, "mount", "--bind", "/etc/resolv.conf", "/etc/resolv.conf"]
        if shutil.which("unshare") and not subprocess.run(tried, capture_output=True).returncode:
            break
    else:
        pytest.skip("This machine allows no namespaces.")
    notes = folder / "notes.json"
    done = subprocess.run(
        [*prefix, sys.executable, COLLECTOR, notes, *command],
        env={**os.environ, **WISHES, "XDG_CACHE_HOME": str(folder / "cache")},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(notes.read_text())


def test_the_collectors_notice_who_asks(tmp_path: Path) -> None:
    found = collected(tmp_path, [sys.executable, "-c", ASKS])
    assert "telemetry.example.org" in found["names"]
    assert {"192.0.2.1", "203.0.113.9"} <= set(found["addresses"])


@pytest.mark.parametrize("command", ["analyse", "batch"])
def test_nobody_is_asked(tmp_path: Path, command: str) -> None:
    shutil.copy(SAMPLE, tmp_path)
    given = tmp_path / "sample.wav" if command == "analyse" else tmp_path
    coach = [sys.executable, "-m", "coach", command, given, "-o", tmp_path / "out"]
    found = collected(tmp_path, coach)
    assert list((tmp_path / "out").rglob("scorecard.json"))
    assert found == {"names": [], "addresses": []}
