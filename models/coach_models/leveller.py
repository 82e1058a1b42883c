"""A quiet voice made as loud as the other, for the recogniser.

A recogniser that hears a loud voice and one 20 dB below it in the same half minute writes down the
loud one only. Stretches that are much quieter than the loud ones of a recording are made louder,
unless they are as quiet as its noise. Figures: docs/decisions/008-decoding.md.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from coach_models.decoding.loudness import FRAME, Levels, levels, loud_level, noise_level
from coach_models.decoding.sound import forget

AROUND = 15  # frames to either side whose loudest counts: 0.75 s
SMOOTH = 9  # frames over which the gain changes
BELOW_DB = 10.0  # so much below the loud moments nothing is done
MOST_DB = 20.0  # of gain
ABOVE_NOISE_DB = 10.0  # quieter stretches are noise
FAINTEST_DB = 35.0  # below the loud moments: breath, and other voices far away

Samples = npt.NDArray[np.float32]


class Levelled:
    """A channel, read in slices, in which quiet stretches of speech are louder.

    Parameters
    ----------
    samples : one channel [shape=(samples,), float32 in -1..1] at 16 kHz.
    gains : in dB, one every 50 ms.
    """

    def __init__(self, samples: Samples, gains: Levels) -> None:
        self._samples, self._gains = samples, gains

    def __len__(self) -> int:
        return len(self._samples)

    def __getitem__(self, part: slice) -> Samples:
        start, end, _ = part.indices(len(self._samples))
        centres = (np.arange(len(self._gains)) + 0.5) * FRAME
        gains = np.interp(np.arange(start, end), centres, self._gains)
        found = np.clip(self._samples[start:end] * 10 ** (gains / 20), -1.0, 1.0)
        forget(self._samples)
        return found.astype(np.float32)


def level(samples: Samples) -> Samples | Levelled:
    """Make quiet stretches of a channel louder; a channel without any stays as it is."""
    gains = gains_for(levels(samples))
    return Levelled(samples, gains) if gains.any() else samples


def gains_for(frames: Levels) -> Levels:
    """Gain in dB for each frame of 50 ms [shape=(frames,)].

    Examples
    --------
    >>> gains_for(np.repeat([-20.0, -40.0, -70.0], 100))[[50, 150, 250]].tolist()
    [0.0, 10.0, 0.0]
    """
    padded = np.pad(frames, AROUND, mode="edge")
    local = np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1).max(axis=1)
    loud = loud_level(frames)
    gains = np.clip(loud - BELOW_DB - local, 0.0, MOST_DB)
    gains[local < max(noise_level(frames) + ABOVE_NOISE_DB, loud - FAINTEST_DB)] = 0.0
    padded = np.pad(gains, SMOOTH // 2, mode="edge")
    smooth = np.convolve(padded, np.full(SMOOTH, 1 / SMOOTH), "valid")
    return np.asarray(np.round(smooth, 6), np.float64)
