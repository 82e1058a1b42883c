"""Make spans from frames: the overlap-preserving view and the exclusive one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from coach.conversation import Speech
from coach.intervals import Seconds, Span, subtract, union

PAUSE: Seconds = 0.2  # a shorter silence of one speaker is no pause (Heldner & Edlund 2010)
SHORTEST: Seconds = 0.08  # shorter activity is a click

Active = npt.NDArray[np.bool_]


def runs(active: Active, frame: Seconds) -> tuple[Span, ...]:
    """Turn active frames [shape=(frames,)] into spans.

    Parameters
    ----------
    active : frames [shape=(frames,)].
    frame : seconds from one frame to the next.
    """
    return tuple(Span(start * frame, end * frame) for start, end in edges(active))


def edges(active: Active) -> list[tuple[int, int]]:
    """First frame of each active stretch, and the first after it."""
    changes = np.flatnonzero(np.diff(np.r_[False, active, False].astype(np.int8)))
    return [(start, end) for start, end in changes.reshape(-1, 2).tolist()]


def hysteresis(
    probability: npt.NDArray[np.float32], on: float, off: float, *, of_peak: float = 0.0
) -> Active:
    """Frames above `off` in stretches that reach `on` somewhere [shape=(frames,)].

    Parameters
    ----------
    of_peak : less than this part of a stretch's peak does not belong to it.

    Examples
    --------
    >>> heard = np.array([0.1, 0.5, 0.9, 0.4, 0.1, 0.5], np.float32)
    >>> hysteresis(heard, 0.8, 0.3).tolist()
    [False, True, True, True, False, False]
    >>> hysteresis(heard, 0.8, 0.3, of_peak=0.5).tolist()
    [False, True, True, False, False, False]
    """
    kept = np.zeros(len(probability), np.bool_)
    for start, end in edges(probability > off):
        stretch = probability[start:end]
        peak = stretch.max()
        kept[start:end] = (peak > on) & (stretch >= of_peak * peak)
    return kept


def close_gaps(active: Active, frame: Seconds, *, gap: Seconds, shortest: Seconds) -> Active:
    """Close short holes and drop short stretches of activity [shape=(frames,)].

    Parameters
    ----------
    active : frames [shape=(frames,)].
    frame : seconds from one frame to the next.
    gap : seconds; shorter holes are closed.
    shortest : seconds; shorter stretches are dropped.
    """
    spans = union(runs(active, frame), max_gap=gap)
    kept = np.zeros_like(active)
    for span in spans:
        if span.duration >= shortest:
            kept[round(span.start / frame) : round(span.end / frame)] = True
    return kept


def regular_view(
    activity: Mapping[str, Active], frame: Seconds, duration: Seconds
) -> tuple[Speech, ...]:
    """Speech of each speaker, in order; overlaps are kept, pauses below 0.2 s closed.

    Parameters
    ----------
    activity : frames in which each speaker speaks [each: shape=(frames,)], by id.
    frame : seconds from one frame to the next.
    duration : seconds; speech ends there at the latest.
    """
    found = [
        Speech(Span(span.start, min(span.end, duration)), speaker)
        for speaker, active in activity.items()
        for span in union(runs(active, frame), max_gap=PAUSE)
        if span.duration >= SHORTEST and span.start < duration
    ]
    return sort_speech(found)


def exclusive_view(
    regular: Sequence[Speech], holders: Mapping[str, Sequence[Span]]
) -> tuple[Speech, ...]:
    """Speech with one speaker at a time: who holds the floor keeps what the others share.

    Parameters
    ----------
    holders : when each speaker has the floor.
    """
    spans = {speaker: [s.span for s in regular if s.speaker == speaker] for speaker in holders}
    found = []
    for speaker, own in spans.items():
        others = [span for name, held in holders.items() if name != speaker for span in held]
        found += [Speech(span, speaker) for span in subtract(own, others)]
    return keep_first(sort_speech(found))


def keep_first(speech: Sequence[Speech]) -> tuple[Speech, ...]:
    """Leave to each speech, in order, only the time that none before it has taken.

    Examples
    --------
    >>> left = keep_first([Speech(Span(0, 3), "A"), Speech(Span(1, 2), "B")])
    >>> [(each.speaker, each.span.duration) for each in left]
    [('A', 3)]
    """
    left: list[Speech] = []
    taken = 0.0
    for each in speech:
        if each.span.end > taken:
            left.append(Speech(Span(max(each.span.start, taken), each.span.end), each.speaker))
            taken = each.span.end
    return tuple(left)


def sort_speech(speech: Sequence[Speech]) -> tuple[Speech, ...]:
    """Sort by time, then speaker."""
    return tuple(sorted(speech, key=lambda each: (each.span, each.speaker)))
