"""What two channels are: one speaker each, twice the same, or a stereo picture of one room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt

from coach.conversation import Quality

Layout = Literal["separate", "same", "first_only", "second_only", "stereo"]

FRAME = 800  # samples: 50 ms at 16 kHz
BLOCK = FRAME * 2400  # two minutes are looked at together
FLOOR_DB = -100.0
FULL_SCALE = 0.999

# A frame belongs to one channel when that is this much louder, each against its own loud frames.
DOMINANCE_DB = 12.0
# Share of active frames that belong to one channel: calls with a channel a speaker have over .9,
# pairs of microphones in a room under .2 (docs/decisions/006-channels.md).
SEPARATE_SHARE = 0.6
ACTIVE_DB = 25.0  # below its loud frames a channel is taken for silent
DEAD_DB = 40.0  # a channel this much quieter than the other carries nothing

Samples = npt.NDArray[np.float32]
Levels = npt.NDArray[np.float64]


def levels(channel: Samples) -> Levels:
    """Level of each 50 ms in dBFS [shape=(frames,)], read block by block."""
    return np.concatenate([_block_levels(block) for block in _blocks(channel)])


def layout(left: Levels, right: Levels) -> Layout:
    """Tell what two channels are from their levels.

    Speech that is recorded with a speaker a channel is loud in one channel at a time. Levels are
    compared relative to each channel's loud frames, so different gains do not matter.
    """
    loud = _loud(left), _loud(right)
    if loud[1] < loud[0] - DEAD_DB:
        return "first_only"
    if loud[0] < loud[1] - DEAD_DB:
        return "second_only"
    own = left - loud[0], right - loud[1]
    active = np.maximum(*own) > -ACTIVE_DB
    difference = (own[0] - own[1])[active]
    if np.abs(difference).max(initial=0.0) < 0.5:
        return "same"
    dominated = float(np.mean(np.abs(difference) > DOMINANCE_DB))
    return "separate" if dominated > SEPARATE_SHARE else "stereo"


def quality(channels: tuple[Samples, ...], frames: tuple[Levels, ...]) -> Quality:
    """Levels of speech and noise and the share of clipped samples, the worst channel of each."""
    speech, noise = zip(*(_speech_and_noise(each) for each in frames), strict=True)
    return Quality(min(speech), max(noise), max(_clipped(channel) for channel in channels))


def _speech_and_noise(frames: Levels) -> tuple[float, float]:
    noise = float(np.percentile(frames, 10))
    middle = (noise + _loud(frames)) / 2
    power = np.mean(10 ** (frames[frames >= middle] / 10))
    return float(10 * np.log10(power)), noise


def _loud(frames: Levels) -> float:
    return float(np.percentile(frames, 95))


def _clipped(channel: Samples) -> float:
    return sum(int(np.sum(np.abs(b) >= FULL_SCALE)) for b in _blocks(channel)) / len(channel)


def _blocks(channel: Samples) -> Iterator[Samples]:
    for start in range(0, len(channel), BLOCK):
        yield channel[start : start + BLOCK]


def _block_levels(block: Samples) -> Levels:
    padded = np.pad(block, (0, -len(block) % FRAME)).reshape(-1, FRAME).astype(np.float64)
    power = np.mean(padded**2, axis=1)
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (FLOOR_DB / 10))))
