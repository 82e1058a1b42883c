"""What is installed: three packages, with what they read."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from coach import __version__

ROOT = Path(__file__).parents[2]


def test_the_wheel_holds_exactly_three_packages(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]
    subprocess.run([*command, "-o", str(tmp_path), str(ROOT)], capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.split("/")[0] for name in names}
    assert {t for t in top if not t.endswith(".dist-info")} == {
        "coach",
        "coach_api",
        "coach_models",
    }
    assert any(name.endswith("templates/scorecard.html") for name in names)
    assert any(name.endswith("coach_models/manifest.toml") for name in names)
    assert "coach_models/demo.opus" in names
    assert f"listening_coach-{__version__}-" in wheel.name
