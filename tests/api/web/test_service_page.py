"""The lines of docs/service.md do what the page says, one after the other, in a shell."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from .conftest import Service

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "service.md").read_text()


def test_the_lines_of_the_page_work(service: Service, address: str, tmp_path: Path) -> None:
    lines = "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
    assert lines.count("curl") >= 12
    lines = lines.replace("http://127.0.0.1:8000", address)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    script = f'set -euo pipefail\ncoach() {{ {sys.executable} -m coach "$@"; }}\n{lines}'
    environment = os.environ | {"COACH_DATA_DIR": str(service.settings.data_dir)}
    run = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr + run.stdout
    assert '"status": "done"' in run.stdout and '"kind":"rename"' in run.stdout
    assert (tmp_path / "scorecard.html").read_text().startswith("<!doctype html>")
    assert (tmp_path / "transcript.vtt").read_text().startswith("WEBVTT")
    assert (tmp_path / "everything.zip").stat().st_size > 10_000
    assert not list(service.settings.uploads_dir.iterdir())
