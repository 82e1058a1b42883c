"""A real recording that comes with a package: the telephone call in pyannote.audio's wheel."""

from __future__ import annotations

import wave
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from coach.conversation import Speech
from coach.intervals import Span


def telephone_call() -> tuple[np.ndarray, list[Speech]]:
    """Half a minute of two people [shape=(samples,), float32], and who speaks when."""
    folder = Path(find_spec("pyannote").submodule_search_locations[0]) / "audio" / "sample"
    with wave.open(str(folder / "sample.wav")) as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    lines = (line.split() for line in (folder / "sample.rttm").read_text().splitlines())
    reference = [Speech(Span(float(p[3]), float(p[3]) + float(p[4])), p[7]) for p in lines]
    return (pcm / 32_768).astype(np.float32), reference
