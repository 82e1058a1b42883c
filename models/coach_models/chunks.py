"""Choose the parts of a recording for the transcriber, and cut them into chunks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt
from faster_whisper.vad import VadOptions, get_speech_timestamps

from coach.intervals import Seconds, Span, union
from coach.ports import SAMPLE_RATE
from coach_models.decoding.sound import forget

LONGEST = 30.0  # seconds that the network hears at a time
BLOCK = 300  # seconds looked at together, so that memory does not grow with the length
PADDING = 0.4  # seconds of sound kept before and after speech
VAD = VadOptions(
    max_speech_duration_s=LONGEST - 2 * PADDING,
    min_silence_duration_ms=160,
    speech_pad_ms=round(PADDING * 1000),
)

Samples = npt.NDArray[np.float32]


class Sound(Protocol):
    """One channel, read in slices [each: shape=(samples,), float32 in -1..1] at 16 kHz."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> Samples: ...


@dataclass(frozen=True, slots=True)
class Chunk:
    """Pieces of a recording, heard one right after the other."""

    pieces: tuple[Span, ...]

    @property
    def duration(self) -> Seconds:
        """Seconds of sound in it."""
        return sum(piece.duration for piece in self.pieces)

    @property
    def end(self) -> Seconds:
        """The end of the last piece in the recording."""
        return self.pieces[-1].end

    def cut(self, samples: Sound) -> Samples:
        """Cut the sound of the pieces out of a channel [shape=(samples,)]."""
        return np.concatenate([samples[_index(p.start) : _index(p.end)] for p in self.pieces])

    def original(self, start: Seconds, end: Seconds) -> Span | None:
        """Find where in the recording a stretch of this chunk lies; None when it is empty.

        A stretch that runs over a cut is kept in the piece that holds its middle.

        Parameters
        ----------
        start, end : seconds from the start of the chunk.

        Examples
        --------
        >>> Chunk((Span(1, 3), Span(10, 12))).original(2.5, 3.0)
        Span(start=10.5, end=11.0)
        """
        offset = 0.0
        middle = (start + end) / 2
        for piece in self.pieces:
            if middle <= offset + piece.duration or piece is self.pieces[-1]:
                low = max(piece.start, piece.start + start - offset)
                high = min(piece.end, piece.start + end - offset)
                return Span(low, high) if low < high else None
            offset += piece.duration
        return None


def detect_speech(samples: Sound) -> tuple[Span, ...]:
    """Find everything that sounds like speech, with generous padding (not to measure pauses).

    Spans that touch stay apart: where one ends is a pause (or the border of a block), the place
    to cut. Speech cut inside a word makes the network pass over whole sentences.

    Parameters
    ----------
    samples : one channel [shape=(samples,), float32 in -1..1] at 16 kHz.
    """
    found: list[Span] = []
    step = BLOCK * SAMPLE_RATE
    for start in range(0, len(samples), step):
        block = np.array(samples[start : start + step])
        for part in get_speech_timestamps(block, VAD):
            low, high = start + part["start"], start + part["end"]
            found.append(Span(low / SAMPLE_RATE, high / SAMPLE_RATE))
        forget(samples)
    return tuple(found)


def chunks(speech: Iterable[Span], *, longest: Seconds = LONGEST) -> tuple[Chunk, ...]:
    """Pack speech into chunks, cut between its spans.

    Chunks are at most `longest` seconds; a span that is longer alone is a chunk of its own, cut
    only where the network could not hear it at once.

    Parameters
    ----------
    speech : disjoint, in order.
    longest : seconds of one chunk.

    Examples
    --------
    >>> [len(chunk.pieces) for chunk in chunks([Span(0, 10), Span(12, 20), Span(30, 50)])]
    [2, 1]
    """
    packed: list[Chunk] = []
    pieces: list[Span] = []
    for piece in _split_long(speech):
        if pieces and sum(p.duration for p in pieces) + piece.duration > longest:
            packed.append(Chunk(union(pieces)))
            pieces = []
        pieces.append(piece)
    return (*packed, Chunk(union(pieces))) if pieces else tuple(packed)


def _split_long(speech: Iterable[Span]) -> Iterator[Span]:
    for span in speech:
        parts = max(1, int(np.ceil(span.duration / LONGEST)))
        bounds = np.linspace(span.start, span.end, parts + 1).tolist()
        yield from (Span(a, b) for a, b in pairwise(bounds))


def _index(moment: Seconds) -> int:
    return round(moment * SAMPLE_RATE)
