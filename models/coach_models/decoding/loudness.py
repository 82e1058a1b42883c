"""The loudness of a recording, and the gain that makes it as loud as any other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from coach.conversation import Quality

FRAME = 800  # samples: 50 ms at 16 kHz
BLOCK = FRAME * 2400  # two minutes are looked at together
FLOOR_DB = -100.0
FULL_SCALE = 0.999
LOUD_DB = -20.0  # loud moments of speech that was recorded well, in dBFS

Samples = npt.NDArray[np.float32]
Levels = npt.NDArray[np.float64]


def levels(channel: Samples) -> Levels:
    """Level of each 50 ms in dBFS [shape=(frames,)], read block by block; an offset is no sound."""
    return np.concatenate([_block_levels(block) for block in _blocks(channel)])


def gain_to(target_db: float, frames: Levels) -> float:
    """Factor that brings loud moments to a level; 1 for silence.

    Parameters
    ----------
    target_db : level of loud moments afterwards, in dBFS.
    frames : levels of a channel, in dBFS [shape=(frames,)].

    Examples
    --------
    >>> round(gain_to(-20, np.full(100, -40.0)), 6)
    10.0
    """
    loud = loud_level(frames)
    return 1.0 if loud <= FLOOR_DB else float(10 ** ((target_db - loud) / 20))


def loud_level(frames: Levels) -> float:
    """Level of loud moments: nineteen of twenty frames with sound are quieter."""
    return float(np.percentile(_audible(frames), 95))


def noise_level(frames: Levels) -> float:
    """Level of the quietest moments: nine of ten frames are louder."""
    return float(np.percentile(frames, 10))


def quality(channels: Sequence[Samples], frames: Sequence[Levels]) -> Quality:
    """Levels of speech and noise and the share of clipped samples, the worst channel of each.

    Parameters
    ----------
    channels : samples [each: shape=(samples,), float32].
    frames : levels of each channel, in dBFS.
    """
    speech, noise = zip(*(_speech_and_noise(each) for each in frames), strict=True)
    return Quality(min(speech), max(noise), max(_clipped_share(channel) for channel in channels))


def scale(channel: Samples, factor: float) -> None:
    """Multiply a channel in place; what goes over full scale is cut.

    Parameters
    ----------
    channel : samples in -1..1 [shape=(samples,), float32].
    factor : by which they are multiplied.
    """
    for block in _blocks(channel):
        np.clip(block * np.float32(factor), -1.0, 1.0, out=block)


def _speech_and_noise(frames: Levels) -> tuple[float, float]:
    noise = noise_level(frames)
    middle = (noise + loud_level(frames)) / 2
    power = np.mean(10 ** (frames[frames >= middle] / 10))
    return float(10 * np.log10(power)), noise


def _audible(frames: Levels) -> Levels:
    """Frames without digital silence (an empty tail, a hole), unless there are no others."""
    heard = frames[frames > FLOOR_DB]
    return heard if len(heard) else frames


def _clipped_share(channel: Samples) -> float:
    return sum(int(np.sum(np.abs(b) >= FULL_SCALE)) for b in _blocks(channel)) / len(channel)


def _blocks(channel: Samples) -> Iterator[Samples]:
    for start in range(0, len(channel), BLOCK):
        yield channel[start : start + BLOCK]


def _block_levels(block: Samples) -> Levels:
    padded = np.pad(block - block.mean(), (0, -len(block) % FRAME))
    power = np.mean(padded.reshape(-1, FRAME).astype(np.float64) ** 2, axis=1)
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (FLOOR_DB / 10))))
