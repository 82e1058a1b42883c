"""The two voices of the demo recording, each alone: for recordings that tests make of them."""

from __future__ import annotations

import functools
from pathlib import Path

import av
import numpy as np

RATE = 16_000
DEMO = Path(__file__).parents[2] / "docs" / "demo" / "demo.opus"


@functools.cache
def demo() -> np.ndarray:
    """The demo as it is [shape=(samples,), float32]."""
    fit = av.AudioResampler("fltp", "mono", RATE)
    with av.open(str(DEMO)) as container:
        parts = [
            part.to_ndarray()[0]
            for frame in container.decode(audio=0)
            for part in fit.resample(frame)
        ]
    return np.concatenate(parts).astype(np.float32)


def two_voices(seconds: float, start: float = 0.0) -> np.ndarray:
    """Mentor and mentee, a channel each [shape=(2, samples), float32].

    Where they overlap, both channels have both: too short to matter.
    """
    sound = demo()
    voices = np.zeros((2, len(sound)), np.float32)
    lines = [line.split() for line in DEMO.with_suffix(".rttm").read_text().splitlines()]
    names = list(dict.fromkeys(line[7] for line in sorted(lines, key=lambda each: float(each[3]))))
    for line in lines:
        place = slice(round(float(line[3]) * RATE), round((float(line[3]) + float(line[4])) * RATE))
        voices[names.index(line[7]), place] = sound[place]
    first = round(start * RATE)
    return voices[:, first : first + round(seconds * RATE)]


def in_a_room(sound: np.ndarray, *, delay: float, seed: int = 0) -> np.ndarray:
    """What a microphone across a room hears of a loudspeaker [shape=(samples,)]."""
    decay = np.exp(-np.arange(RATE // 4) / (0.05 * RATE))
    echoes = np.random.default_rng(seed).normal(0, 0.08, len(decay)) * decay
    echoes[0] = 1.0
    late = np.pad(np.convolve(sound, echoes)[: len(sound)], (round(delay * RATE), 0))
    return late[: len(sound)].astype(np.float32)


def hiss(size: int, db: float, seed: int = 0) -> np.ndarray:
    """Noise at a level in dBFS [shape=(size,)]."""
    noise = np.random.default_rng(seed).normal(0, 10 ** (db / 20), size)
    return noise.astype(np.float32)
