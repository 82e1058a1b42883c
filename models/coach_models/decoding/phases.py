"""Finds the same sound in two recordings by its phases (GCC-PHAT).

The same voice in both, however quiet, late or inverted, has the same phases: the generalised
cross-correlation of the two has a peak. Two people who speak at once have none.

References
----------
.. [1] Knapp & Carter (1976), The generalized correlation method for estimation of time delay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from coach.ports import SAMPLE_RATE

BAND = (200.0, 3500.0)  # Hz
PEAK = 7.0  # standard deviations of the correlation; chance reaches 5 among thousands of lags


@dataclass(frozen=True, slots=True)
class Match:
    """The highest peak of a correlation.

    Parameters
    ----------
    delay : samples by which the first comes later than the second.
    height : in standard deviations of the correlation; negative when one is inverted.
    """

    delay: int
    height: float

    @property
    def is_same(self) -> bool:
        """Whether the two hold the same sound."""
        return abs(self.height) >= PEAK


def match(first: npt.NDArray[Any], second: npt.NDArray[Any], most: int) -> Match:
    """Compare two pieces of sound.

    Parameters
    ----------
    first, second : [shape=(samples,), float], of one length, at 16 kHz.
    most : samples of the longest delay, either way.
    """
    size = 2 * len(first)
    cross = np.fft.rfft(first, size) * np.conj(np.fft.rfft(second, size))
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    phases = np.where((hertz > BAND[0]) & (hertz < BAND[1]), cross / (np.abs(cross) + 1e-12), 0)
    found = np.fft.irfft(phases, size)
    near = np.concatenate([found[-most:], found[: most + 1]])
    best = int(np.argmax(np.abs(near)))
    return Match(best - most, float(near[best]) / (float(found.std()) or 1.0))
