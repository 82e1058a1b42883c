"""The small installation, built from nothing: it hears the demo without torch and a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from offline import offline

pytestmark = pytest.mark.models

ROOT = Path(__file__).parents[2]
LARGEST_MB = 800


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has the extra `small` and nothing else."""
    folder = tmp_path_factory.mktemp("small")
    run(sys.executable, "-m", "venv", folder)
    python = folder / "bin" / "python"
    run(python, ROOT / "docs" / "deploy" / "install.py", "small", "--copy")
    return python


def run(*command: object) -> str:
    """Run a command that knows none of our paths; its output."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [*map(str, command)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_small_and_has_no_torch(small: Path) -> None:
    installed = {
        each["name"] for each in json.loads(run(small, "-m", "pip", "list", "--format=json"))
    }
    assert "listening-coach" in installed
    assert not installed & {"torch", "torchaudio", "pyannote.audio", "pyannote-audio", "scipy"}
    files = (path for path in small.parents[1].rglob("*") if path.is_file())
    assert sum(path.stat().st_size for path in files) < LARGEST_MB * 2**20


def test_it_hears_the_demo_without_a_network(small: Path, tmp_path: Path) -> None:
    said = run(*offline(), small, "-m", "coach", "demo", "-o", tmp_path)
    assert (tmp_path / "demo" / "scorecard.html").resolve().as_uri() in said
    truth = json.loads((ROOT / "docs/demo/demo.truth.json").read_text("utf-8"))
    card = json.loads((tmp_path / "demo" / "scorecard.json").read_text("utf-8"))
    shares = {
        each["speaker"]: each["value"]
        for each in card["measurements"]
        if each["name"] == "talk_share"
    }
    assert shares["A"] == pytest.approx(truth["talk_share"]["mentor"], abs=0.02)
    assert any(each["acts"]["act"] == "open_question" for each in card["questions"])
