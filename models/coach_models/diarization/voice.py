"""What a recording's voices sound like, ten times a second.

The trunk of the voice-print network runs once over the speech, in blocks of three seconds; the
print of any stretch is then the pooling of its frames. That costs a sixth of running the network
on overlapping windows and separates voices as well (docs/decisions/007-hearing-who.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from coach.intervals import Seconds, Span
from coach.ports import SAMPLE_RATE
from coach_models.decoding.sound import forget
from coach_models.networks import DIMENSION, WIDTH, Networks
from coach_models.networks.features import RATE as FRAMES
from coach_models.networks.features import filter_bank

GRID: Seconds = 0.1
HALF: Seconds = 0.75  # a print hears this much to either side, within its piece of speech
BLOCK = 300  # filter-bank frames that the trunk hears together: 3 s
BATCH = 2  # blocks; more are no faster on a CPU
FEWEST = 25  # fewer frames have no context to speak of
CHAPTER: Seconds = 60.0  # sound that is worked on together, so that memory stays small

_RATE = FRAMES // 2  # the trunk halves the frames of the filter bank

Samples = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float32]
Frames = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class VoiceTrack:
    """Voice prints along the speech of a recording.

    Parameters
    ----------
    times : centres, in seconds [shape=(n,)].
    pieces : number of the piece of speech that each belongs to [shape=(n,)].
    vectors : unit voice prints [shape=(n, 192), float32].
    weights : how much sound each rests on, in 0..1 [shape=(n,)].
    """

    times: npt.NDArray[np.float64]
    pieces: npt.NDArray[np.int64]
    vectors: Vectors
    weights: npt.NDArray[np.float64]


class VoiceTracker:
    """The voice-print network, run along the speech of a recording."""

    def __init__(self, networks: Networks) -> None:
        self.networks = networks

    def __call__(
        self, samples: Samples, speech: Sequence[Span], report: Callable[[Seconds], None]
    ) -> VoiceTrack:
        """Track the voices in `speech`, the pieces in order; `report` gets the seconds done."""
        parts = [_empty_track()]
        first = 0
        for chapter in _chapters(speech):
            parts.append(self._chapter(samples, chapter, first))
            first += len(chapter)
            forget(samples)
            report(chapter[-1].end)
        return VoiceTrack(
            np.concatenate([part.times for part in parts]),
            np.concatenate([part.pieces for part in parts]),
            np.concatenate([part.vectors for part in parts]),
            np.concatenate([part.weights for part in parts]),
        )

    def _chapter(self, samples: Samples, chapter: list[Span], first: int) -> VoiceTrack:
        start = chapter[0].start
        sound = samples[round(start * SAMPLE_RATE) : round(chapter[-1].end * SAMPLE_RATE)]
        features = filter_bank(np.array(sound, np.float32))
        keep = np.zeros(len(features), bool)
        for piece in chapter:
            keep[_place(piece.start - start, FRAMES) : _place(piece.end - start, FRAMES)] = True
        sums = _Sums(*self._trunk(features, np.flatnonzero(keep)))
        times, pieces, low, high = _grid(chapter)
        vectors, counts = self._prints(sums, low - start, high - start)
        weights = np.minimum(counts / (2 * HALF * _RATE), 1.0)
        return VoiceTrack(times, pieces + first, vectors, weights)

    def _trunk(self, features: Samples, kept: Frames) -> tuple[Vectors, Vectors]:
        """Run the trunk over the frames that are kept; also says which outputs are filled."""
        hidden = np.zeros((len(features) // 2 + 1, WIDTH), np.float32)
        filled = np.zeros((len(hidden), 1), np.float32)
        for blocks in _batches(np.array_split(kept, max(1, round(len(kept) / BLOCK)))):
            part = np.stack([features[block] for block in blocks])
            heard = self.networks.trunk(part - part.mean(axis=1, keepdims=True))
            for block, frames in zip(blocks, heard, strict=True):
                places = block[::2][: frames.shape[-1]] // 2
                hidden[places] = frames.T[: len(places)]
                filled[places] = 1.0
        return hidden, filled

    def _prints(
        self, sums: _Sums, low: npt.NDArray[np.float64], high: npt.NDArray[np.float64]
    ) -> tuple[Vectors, npt.NDArray[np.float64]]:
        pooled, counts = sums.pool_stretches(_places(low), _places(high))
        return unit(self.networks.pool(pooled)), counts


class _Sums:
    """Running sums over trunk frames: mean and deviation of any stretch at once."""

    def __init__(self, hidden: Vectors, filled: Vectors) -> None:
        zero = np.zeros((1, hidden.shape[1]))
        self._first = np.r_[zero, np.cumsum(hidden, axis=0, dtype=np.float64)]
        self._second = np.r_[zero, np.cumsum(hidden**2, axis=0, dtype=np.float64)]
        self._count = np.r_[0.0, np.cumsum(filled[:, 0], dtype=np.float64)]

    def pool_stretches(
        self, low: npt.NDArray[np.int64], high: npt.NDArray[np.int64]
    ) -> tuple[Vectors, npt.NDArray[np.float64]]:
        """Mean and standard deviation of each stretch, and how many frames it has."""
        low, high = (np.clip(each, 0, len(self._count) - 1) for each in (low, high))
        counts = self._count[high] - self._count[low]
        many = np.maximum(counts, 2)[:, np.newaxis]
        mean = (self._first[high] - self._first[low]) / many
        variance = (self._second[high] - self._second[low]) / many - mean**2
        deviation = np.sqrt(np.maximum(variance, 0) * many / (many - 1))
        return np.concatenate([mean, deviation], axis=1).astype(np.float32), counts


def unit(vectors: Vectors) -> Vectors:
    """Scale vectors to length one [shape=(..., n)]."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, np.float32(1e-9)), np.float32)


def _batches(blocks: Sequence[Frames]) -> Iterator[Sequence[Frames]]:
    """Group blocks of the same length, leaving out those too short to hear."""
    for size, alike in groupby(blocks, key=len):
        group = list(alike)
        if size >= FEWEST:
            yield from (group[i : i + BATCH] for i in range(0, len(group), BATCH))


def _chapters(speech: Sequence[Span]) -> Iterator[list[Span]]:
    """Group pieces of speech so that no group is much longer than `CHAPTER`."""
    chapter: list[Span] = []
    for piece in speech:
        if chapter and piece.end - chapter[0].start > CHAPTER:
            yield chapter
            chapter = []
        chapter.append(piece)
    if chapter:
        yield chapter


def _grid(
    chapter: list[Span],
) -> tuple[
    npt.NDArray[np.float64],
    npt.NDArray[np.int64],
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
]:
    """Centres, their pieces, and from where to where each print hears."""
    rows = []
    for number, piece in enumerate(chapter):
        count = max(1, round(piece.duration / GRID))
        for i in range(count):
            time = piece.start + (i + 0.5) * piece.duration / count
            low = max(piece.start, min(time - HALF, piece.end - 2 * HALF))
            high = min(piece.end, max(time + HALF, piece.start + 2 * HALF))
            rows.append((time, number, low, high))
    times, numbers, low, high = np.array(rows).T
    return times, numbers.astype(np.int64), low, high


def _place(moment: Seconds, rate: int) -> int:
    return round(moment * rate)


def _places(moments: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    return np.round(moments * _RATE).astype(np.int64)


def _empty_track() -> VoiceTrack:
    none = np.zeros(0)
    return VoiceTrack(none, np.zeros(0, np.int64), np.zeros((0, DIMENSION), np.float32), none)
