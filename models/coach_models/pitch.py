"""Fundamental frequency by Praat's autocorrelation tracker (Boersma 1993), through Parselmouth.

Parselmouth is under the GPL and therefore not among the packages that we need: it is an extra, and
without it sentences are read by their words alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import parselmouth

from coach.conversation import ModelUsed
from coach.intervals import Seconds
from coach.ports import Audio, Pitch, Progress, Report, silent
from coach_models.decoding.sound import forget

_STEP: Seconds = 0.01
_FLOOR_HZ = 65.0
_CEILING_HZ = 500.0
# Praat copies the sound to 64-bit floats: an hour at once would take half a gigabyte.
_WINDOW: Seconds = 60.0
_MARGIN: Seconds = 0.5


class PraatTracker:
    """Tracks the pitch of a recording, all channels mixed."""

    models = (ModelUsed("pitch", f"praat {parselmouth.PRAAT_VERSION}"),)

    @classmethod
    def create(cls) -> PraatTracker:
        """Make one; there is nothing to choose."""
        return cls()

    def __call__(self, audio: Audio, *, report: Report = silent) -> Pitch:
        """Track.

        Parameters
        ----------
        audio : decoded sound.
        report : told how many seconds are done.

        Returns
        -------
        A value every 10 ms; nan where there is no voice.
        """
        times, tones = [], []
        for start in np.arange(0.0, audio.duration, _WINDOW):
            found_at, found = _window(audio, float(start))
            own = (found_at >= start) & (found_at < start + _WINDOW)
            times.append(found_at[own])
            tones.append(found[own])
            forget(audio.samples)
            report(Progress("pitch", min(audio.duration, float(start) + _WINDOW), audio.duration))
        return Pitch(np.concatenate(times), np.concatenate(tones))


def _window(
    audio: Audio, start: Seconds
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Times and frequencies of one window and a margin on both sides."""
    rate = audio.sample_rate
    first = max(0, round((start - _MARGIN) * rate))
    part = audio.samples[:, first : round((start + _WINDOW + _MARGIN) * rate)]
    piece = part.mean(axis=0, dtype=np.float64)
    if len(piece) < rate * 4 / _FLOOR_HZ:
        return np.zeros(0), np.zeros(0)
    track = parselmouth.Sound(piece, rate).to_pitch_ac(
        time_step=_STEP, pitch_floor=_FLOOR_HZ, pitch_ceiling=_CEILING_HZ
    )
    frequencies = track.selected_array["frequency"]
    return track.xs() + first / rate, np.where(frequencies > 0, frequencies, np.nan)
