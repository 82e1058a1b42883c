"""Voices further away than the two that talk: a television, people at the next table.

Where such a voice is heard by itself it is quieter than both speakers and like neither. It is no
overlap with them: where one was found, overlap counts only between local speakers of a window who
are known, by what they say alone there, to be the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from coach.intervals import Seconds
from coach.ports import SAMPLE_RATE
from coach_models.diarization.hearing import HeardChannel, overlap_frames
from coach_models.diarization.segmentation import MEMBERS, Probabilities
from coach_models.diarization.voice import unit
from coach_models.diarization.voice_pair import Labels, VoicePair

FARTHER_DB = 7.0  # below the quieter of the two; their own soft speech has 6 at most
UNLIKE = 0.6  # cosine with either voice: their own speech has more on a second of it
ALONE: Seconds = 0.3  # that a local speaker must be heard alone to be known
LONG_ALONE: Seconds = 1.0  # to be taken for somebody far away
LEAST: Seconds = 3.0  # of all windows together

NOTE = (
    "Another voice is heard from further away, like a television or people nearby. Overlaps count "
    "only where both speakers are surely heard, and some words may be that voice's."
)


@dataclass(frozen=True, slots=True)
class Local:
    """A local speaker of a window, by what is said alone: its likeness to the two voices."""

    window: int
    number: int
    seconds: Seconds
    below_db: float
    alike: npt.NDArray[np.float32]

    @property
    def is_far(self) -> bool:
        """Whether this is neither of the two, and quieter."""
        is_unlike = float(self.alike.max()) < UNLIKE and self.seconds >= LONG_ALONE
        return is_unlike and self.below_db > FARTHER_DB

    @property
    def voice(self) -> int | None:
        """Which of the two this is, if either."""
        return int(self.alike.argmax()) if float(self.alike.max()) >= UNLIKE else None


def drop_far_voices(
    heard: HeardChannel, samples: npt.NDArray[np.float32], pair: VoicePair, labels: Labels
) -> tuple[HeardChannel, tuple[str, ...]]:
    """Leave out the overlap with voices that are further away.

    Parameters
    ----------
    labels : which of the two has the floor, -1 nobody [shape=(frames,)].

    Returns
    -------
    What was heard, as it was when there is no such voice; and a note when there is.
    """
    locals_ = tuple(_locals(heard, samples, pair, labels))
    if sum(each.seconds for each in locals_ if each.is_far) < LEAST:
        return heard, ()
    known = np.full((len(heard.windows.classes), MEMBERS.shape[1]), -1)
    for each in locals_:
        if each.voice is not None and each.below_db < FARTHER_DB:
            known[each.window, each.number] = each.voice

    def both(number: int, classes: Probabilities) -> Probabilities:
        pairs = MEMBERS[4:].astype(bool)
        counts = [set(known[number][members].tolist()) == {0, 1} for members in pairs]
        return np.asarray(classes[:, 4:][:, counts].sum(axis=1, keepdims=True), np.float32)

    overlap = heard.windows.average(both, 1)[:, 0]
    return replace(heard, overlap=overlap_frames(overlap, heard.active, heard.frame)), (NOTE,)


def _locals(
    heard: HeardChannel, samples: npt.NDArray[np.float32], pair: VoicePair, labels: Labels
) -> Iterator[Local]:
    """Every local speaker that is heard alone in a window."""
    windows, track = heard.windows, heard.track
    power = _power(samples, len(labels), heard.frame)
    near = _quieter_level(power, labels, heard)
    prints = unit(pair.prints)
    for number, classes in enumerate(windows.classes):
        offset = windows.offset(number)
        best = classes[: len(labels) - offset].argmax(axis=1)
        places = ((track.times - number * windows.step) / heard.frame).astype(int)
        inside = np.flatnonzero((places >= 0) & (places < len(best)))
        for local in range(MEMBERS.shape[1]):
            alone = np.flatnonzero(best == local + 1)
            own = inside[best[places[inside]] == local + 1]
            if len(alone) * heard.frame >= ALONE and len(own):
                alike = prints @ unit(track.vectors[own].mean(axis=0))
                level = 10 * np.log10(power[offset + alone].mean() + 1e-12)
                yield Local(number, local, len(alone) * heard.frame, near - float(level), alike)


def _power(
    samples: npt.NDArray[np.float32], frames: int, frame: Seconds
) -> npt.NDArray[np.float64]:
    size = round(frame * SAMPLE_RATE)
    sound = np.zeros(frames * size, np.float32)
    sound[: len(samples)] = samples[: len(sound)]
    return np.asarray(np.mean(sound.reshape(frames, size) ** 2, axis=1, dtype=np.float64))


def _quieter_level(power: npt.NDArray[np.float64], labels: Labels, heard: HeardChannel) -> float:
    """Level of the quieter of the two voices, where one speaks alone."""
    levels = 10 * np.log10(power + 1e-12)
    alone = [levels[(labels == voice) & ~heard.overlap] for voice in (0, 1)]
    return min(float(np.percentile(each, 75)) for each in alone if len(each))
