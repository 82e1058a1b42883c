"""Whether there are one or two voices, and which of the two it is, ten times a second.

Two voice prints are fitted to a track by alternating between labels (Viterbi over two states with
a price for switching) and prints (the mean of each label's vectors), from several starts. A fit
counts as two people when the prints are less alike than two halves of one person's speech are.
Figures behind the constants: docs/decisions/007-hearing-who.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from coach.intervals import Seconds
from coach_models.diarization.viterbi import decode_two_states
from coach_models.diarization.voice import GRID, Vectors, VoiceTrack, unit

EVIDENCE = 32.0  # per second: how much a vector between the prints counts for one of them
SWITCH = 1.5  # price of changing the speaker within a piece of speech
FORGOTTEN: Seconds = 2.0  # after a silence of this length a change costs nothing
OVERLAP = 0.3  # probability of overlap from which a vector says nothing about one voice
LEAST: Seconds = 0.3  # a voice with less speech is not looked for
ROUNDS = 20
OUTLIERS = 4
PART = 6000  # vectors that are looked at together: ten minutes of speech

# Two prints of one voice would be at least this much alike (cosine) on endless speech. A print is
# noise too, as much as voice when it rests on `NOISE` seconds: that lowers the cosine.
ALIKE = 0.80
NOISE: Seconds = 1.2
ALIKE_MOST = 0.70  # two people in one telephone call have .68 at most

Labels = npt.NDArray[np.int8]
Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class VoicePair:
    """Two voices fitted to a track.

    Parameters
    ----------
    labels : 0 or 1 at each time of the track [shape=(n,)].
    prints : the two voices, not normalised [shape=(2, 192)].
    scores : evidence per second for voice 0 (positive) or 1 (negative) [shape=(n,)].
    seconds : speech of each voice that the prints rest on.
    gain : how much better two prints fit than one.
    """

    labels: Labels
    prints: Vectors
    scores: npt.NDArray[np.float64]
    seconds: tuple[Seconds, Seconds]
    gain: float

    @property
    def similarity(self) -> float:
        """Cosine of the two prints."""
        first, second = unit(self.prints)
        return float(first @ second)

    @property
    def limit(self) -> float:
        """Cosine below which the prints are more likely those of two people."""
        first, second = (1 + NOISE / seconds for seconds in self.seconds)
        return min(ALIKE / sqrt(first * second), ALIKE_MOST)


def candidates(
    track: VoiceTrack, overlap: Weights, start: Labels | None = None
) -> tuple[VoicePair, ...]:
    """Fit two voices to a track, in several ways; none when there is too little speech.

    Parameters
    ----------
    overlap : probability that two speak at once, at each time of the track.
    start : labels to start from, besides the starts that the track itself proposes.
    """
    weights = track.weights * np.clip(1 - overlap / OVERLAP, 0, 1)
    if weights.sum() * GRID < 2 * LEAST:
        return ()
    given = None if start is None else _fit(track, weights, start)
    return (*fits(track, weights), *([] if given is None else [given]))


def fits(track: VoiceTrack, weights: Weights) -> Iterator[VoicePair]:
    """Every pair of voices that a fit comes to, from the starts that the track itself proposes.

    Parameters
    ----------
    track : vectors of the voice, ten times a second.
    weights : how much each vector counts [shape=(n,)].
    """
    for start in _propose_labels(track, weights):
        pair = _fit(track, weights, start)
        if pair is not None:
            yield pair


def mean_print(track: VoiceTrack, weights: Weights) -> Vectors:
    """Average the vectors of a track [shape=(192,)].

    Parameters
    ----------
    track : vectors of the voice, ten times a second.
    weights : how much each vector counts [shape=(n,)].
    """
    share = ((weights + 1e-9) / np.sum(weights + 1e-9)).astype(np.float32)
    return np.asarray(share @ track.vectors, np.float32)


def _fit(track: VoiceTrack, weights: Weights, labels: Labels) -> VoicePair | None:
    """Alternate between prints and labels until the labels stay."""
    price = _prices(track)
    for _ in range(ROUNDS):
        seconds = _seconds(weights, labels)
        if min(seconds) < LEAST:
            return None
        prints = np.stack([mean_print(track, weights * (labels == k)) for k in (0, 1)])
        scores = _scores(track, prints)
        new = decode_two_states(scores * GRID, price)
        if np.array_equal(new, labels):
            break
        labels = new
    seconds = _seconds(weights, labels)
    if min(seconds) < LEAST:
        return None
    return VoicePair(labels, prints, scores, seconds, _gain(track, weights, labels, prints))


def _seconds(weights: Weights, labels: Labels) -> tuple[Seconds, Seconds]:
    second = float((weights * labels).sum() * GRID)
    return float(weights.sum() * GRID) - second, second


def _scores(track: VoiceTrack, prints: Vectors) -> npt.NDArray[np.float64]:
    """Compare vectors with both prints, all seen from half-way between the prints.

    The middle between the prints, not the mean of the session, which lies on the voice of whoever
    speaks most.
    """
    middle = prints.mean(axis=0)
    first, second = unit(prints - middle)
    direction = first - second
    towards = track.vectors @ direction - middle @ direction
    return np.asarray(EVIDENCE * towards / np.sqrt(_squares(track, middle)) * track.weights)


def _squares(track: VoiceTrack, point: Vectors) -> npt.NDArray[np.float64]:
    """Squared distance of every unit vector from a point, without copies of the vectors."""
    squares = 1 - 2 * (track.vectors @ point) + point @ point
    return np.maximum(squares, 1e-9).astype(np.float64)


def _prices(track: VoiceTrack) -> npt.NDArray[np.float64]:
    gaps = np.diff(track.times, prepend=0.0)
    changed = np.diff(track.pieces, prepend=-1) != 0
    return np.where(changed, SWITCH * np.maximum(0.0, 1 - gaps / FORGOTTEN), SWITCH)


def _gain(track: VoiceTrack, weights: Weights, labels: Labels, prints: Vectors) -> float:
    one = _squares(track, mean_print(track, weights))
    two = np.where(labels == 0, _squares(track, prints[0]), _squares(track, prints[1]))
    return float((weights * (one - two)).sum() * GRID)


def _propose_labels(track: VoiceTrack, weights: Weights) -> Iterator[Labels]:
    """Propose labels: the sides of the main directions, and what is least like the average."""
    mean = mean_print(track, weights)
    for direction in _directions(track, weights, mean):
        yield (track.vectors @ direction > mean @ direction).astype(np.int8)
    likeness = np.where(weights > OVERLAP, track.vectors @ unit(mean), np.inf)
    for _ in range(OUTLIERS):
        oddest = int(np.argmin(likeness))
        if not np.isfinite(likeness[oddest]):
            return
        near = np.abs(track.times - track.times[oddest]) < 1.0
        similar = track.vectors @ track.vectors[oddest] > 0.6
        likeness[near] = np.inf
        yield (near | similar).astype(np.int8)


def _directions(track: VoiceTrack, weights: Weights, mean: Vectors) -> Iterator[Vectors]:
    """The three main directions from the mean, the widest first.

    Summed up in parts: copies of all vectors would be the most memory that a long recording takes.
    """
    light = weights.astype(np.float32)
    spread = np.zeros((len(mean), len(mean)), np.float32)
    for start in range(0, len(light), PART):
        part = slice(start, start + PART)
        centred = unit(track.vectors[part] - mean)
        spread += (centred * light[part, np.newaxis]).T @ centred
    _, directions = np.linalg.eigh(spread)
    yield from directions.T[::-1][:3]
