"""Whether a third person is heard in a recording in which two were told apart.

Where one of two voices speaks alone, well away from changes and overlap, its speech is split in two
once more. Two halves of one person are alike; a part that is like neither of the two voices, and
goes on for some seconds, is somebody else. Figures: docs/decisions/012-a-third-voice.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from coach.intervals import Seconds
from coach_models.diarization.hearing import HeardChannel
from coach_models.diarization.voice import GRID, Vectors, VoiceTrack, unit
from coach_models.diarization.voice_pair import Labels, VoicePair, Weights, fits, mean_print

LEAST: Seconds = 3.0
# A third print has this cosine at most with either voice, by the seconds that it rests on. Parts of
# one person's speech have .59 and more on 3 s, .68 on 5 s, .79 on 10 s.
ALIKE_AT_ZERO, ALIKE_PER_SECOND, ALIKE_MOST = 0.36, 0.03, 0.68
CLEAN = 0.2  # probability of overlap from which a vector is not looked at
SURE = 0.3  # weight that a vector needs
EDGE: Seconds = 0.5  # distance from a change of speakers
CHAPTER: Seconds = 600.0  # looked at on its own, so that a short visit is not lost in hours
PIECE: Seconds = 0.35  # a longer hole in the track begins a new piece


@dataclass(frozen=True, slots=True)
class Third:
    """A voice that is like neither of two: from when, and for how long."""

    start: Seconds
    seconds: Seconds


def third_voice(heard: HeardChannel, labels: Labels) -> Third | None:
    """Look for a third voice.

    Parameters
    ----------
    labels : which of two voices has the floor, -1 nobody [shape=(frames,)].

    Returns
    -------
    The one that is heard longest; None when two voices explain what is heard.
    """
    track = heard.track
    mine, is_inside = _voices(heard, labels)
    clean = track.weights * np.clip(1 - heard.unclear / CLEAN, 0, 1) * is_inside
    if min((clean * (mine == voice)).sum() * GRID for voice in (0, 1)) < LEAST:
        return None
    prints = unit(np.stack([mean_print(track, clean * (mine == voice)) for voice in (0, 1)]))
    found = [
        third
        for voice in (0, 1)
        for part in _chapters(track.times, (mine == voice) & (clean > SURE))
        for third in _find_odd_parts(_part(track, part), clean[part], prints[1 - voice])
    ]
    return max(found, key=lambda third: third.seconds, default=None)


def _voices(heard: HeardChannel, labels: Labels) -> tuple[Labels, npt.NDArray[np.bool_]]:
    """Whose each vector of the track is, and whether nobody else has the floor close by."""
    places = np.minimum((heard.track.times / heard.frame).astype(int), len(labels) - 1)
    mine = labels[places]
    edge = int(EDGE / heard.frame)
    is_inside = np.ones(len(mine), np.bool_)
    for step in (-edge, -edge // 2, edge // 2, edge):
        near = labels[np.clip(places + step, 0, len(labels) - 1)]
        is_inside &= (near == mine) | (near < 0)
    return mine, is_inside


def _chapters(
    times: npt.NDArray[np.float64], kept: npt.NDArray[np.bool_]
) -> Iterator[npt.NDArray[np.int64]]:
    """Places of what is kept, for each chapter with enough of it."""
    places = np.flatnonzero(kept)
    for chapter in np.unique(times[places] // CHAPTER):
        part = places[times[places] // CHAPTER == chapter]
        if len(part) * GRID > 2 * LEAST:
            yield part


def _part(track: VoiceTrack, part: npt.NDArray[np.int64]) -> VoiceTrack:
    times = track.times[part]
    holes = np.diff(times, prepend=times[0]) > PIECE
    return replace(
        track,
        times=times,
        pieces=np.cumsum(holes),
        vectors=track.vectors[part],
        weights=track.weights[part],
    )


def _find_odd_parts(track: VoiceTrack, weights: Weights, other: Vectors) -> Iterator[Third]:
    """Every part of one voice that is like neither the rest of it nor the other voice."""
    for fit in fits(track, weights):
        rarer = int(np.argmin(fit.seconds))
        seconds = fit.seconds[rarer]
        alike = max(fit.similarity, float(unit(fit.prints[rarer]) @ other))
        limit = min(ALIKE_AT_ZERO + ALIKE_PER_SECOND * seconds, ALIKE_MOST)
        if seconds >= LEAST and alike < limit:
            yield Third(_longest_run_start(track, fit, rarer), seconds)


def _longest_run_start(track: VoiceTrack, fit: VoicePair, voice: int) -> Seconds:
    """When the longest run of a voice begins."""
    edges = np.diff(np.r_[0, (fit.labels == voice).astype(np.int8), 0])
    begins, ends = np.flatnonzero(edges > 0), np.flatnonzero(edges < 0)
    return float(track.times[begins[np.argmax(ends - begins)]])
