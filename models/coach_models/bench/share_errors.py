"""How far the talk share that is heard lies from the true one, by how much speech it rests on.

An error has two parts. One belongs to the recording and stays however long it lasts: a quiet voice
whose words are missed, a noise that counts as speech. The other belongs to single moments and
averages out. So the variance of the error in ``seconds`` of speech is
``lasting ** 2 + moment ** 2 / seconds``. Both are fitted to the errors in whole recordings and in
windows of them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.stats import t as student

from coach.conversation import Conversation
from coach.interchange.segments import Origin, Segment, conversation
from coach.intervals import Seconds, Span, total
from coach.measures.hearing_error import HeardFrom
from coach_models.bench.pair import ListenerResult, ScoredPair
from coach_models.bench.reference import ReferenceRecording

WINDOWS: tuple[Seconds, ...] = (30, 60, 120, 300, 900)
LEAST: Seconds = 5.0  # of true speech: shares of less are not worth a measurement
_TWO = 2
_CERTAIN = 1.96  # deviations to each side of 95 %
_LEAST_VARIANCE = 1e-8
_LASTING = np.linspace(0.0, 0.1, 101)
_MOMENT = np.linspace(0.0, 0.4, 201)


@dataclass(frozen=True, slots=True)
class ShareError:
    """The error of the talk share in a window of a recording of two people.

    Parameters
    ----------
    recording : its set and name.
    kind : how the speech was found (`coach.measures.hearing_error.kind_of`).
    window : length of the window; None is the whole recording.
    seconds : speech as heard, of both.
    overlap : seconds of `seconds` in which both are heard.
    error : heard minus true share of one of the two, in -1..1.
    """

    recording: tuple[str, str]
    kind: HeardFrom
    window: Seconds | None
    seconds: Seconds
    overlap: Seconds
    error: float


@dataclass(frozen=True, slots=True)
class Fit:
    """Standard deviation of the error by seconds of speech, and how many recordings it rests on.

    `held` of them lie, as a whole, within 1.96 deviations of the fit to all the others. For few
    recordings the deviation is widened as Student's distribution is.
    """

    lasting: float
    moment: float
    recordings: int = 0
    held: int = 0

    def deviation(self, seconds: Seconds) -> float:
        """Standard deviation of a share that rests on so much speech.

        Examples
        --------
        >>> round(Fit(0.03, 0.4).deviation(100), 3)
        0.05
        """
        return math.sqrt(self.lasting**2 + self.moment**2 / seconds)


def errors_of(pair: ScoredPair, kind: HeardFrom) -> Iterator[ShareError]:
    """Errors in the whole recording and in windows of it; none unless two people speak.

    Parameters
    ----------
    kind : how the speech was found.
    """
    people = [speaker.id for speaker in pair.truth.speakers]
    if len(people) != _TWO or not pair.heard.has_speech:
        return
    yield from _error(pair, kind, None, Span(0.0, pair.duration))
    for length in WINDOWS:
        for number in range(int(pair.duration // length)):
            yield from _error(pair, kind, length, Span(number * length, (number + 1) * length))


def _error(
    pair: ScoredPair, kind: HeardFrom, length: Seconds | None, window: Span
) -> Iterator[ShareError]:
    one = pair.truth.speakers[0].id
    true, heard = _speech_in(pair.truth, window), _speech_in(pair.hypothesis, window)
    spoken, counted = sum(true.values()), sum(heard.values())
    if spoken < LEAST or not counted:
        return
    both = counted - total(
        part for s in pair.hypothesis.speech if (part := s.span.intersection(window)) is not None
    )
    yield ShareError(
        (pair.reference.group, pair.reference.name),
        kind,
        length,
        counted,
        both,
        heard[one] / counted - true[one] / spoken,
    )


def _speech_in(conv: Conversation, window: Span) -> dict[str, Seconds]:
    """Seconds of speech of each speaker in a window."""
    seconds = {}
    for speaker in conv.speakers:
        parts = (span.intersection(window) for span in conv.speech_of(speaker.id))
        seconds[speaker.id] = total(part for part in parts if part is not None)
    return seconds


def read_transcripts(reference: ReferenceRecording) -> Iterator[tuple[HeardFrom, ListenerResult]]:
    """What two transcripts tell: one with the times of its lines, one with their starts alone."""
    turns = reference.turns
    begins = sorted({turn.span.start for turn in turns})
    until = dict(pairwise([*begins, max((turn.span.end for turn in turns), default=0.0)]))
    starts = [replace(t, span=Span(t.span.start, until[t.span.start])) for t in turns]
    kinds: tuple[tuple[HeardFrom, Sequence[Segment]], ...] = (("lines", turns), ("starts", starts))
    for kind, lines in kinds:
        if lines:
            yield kind, ListenerResult(conversation(lines, Origin(reference.name)), has_words=False)


def fits(errors: Iterable[ShareError]) -> dict[HeardFrom, Fit]:
    """Fit the errors of each kind, and see whether each recording lies where the others say."""
    kinds: dict[HeardFrom, list[ShareError]] = {}
    for each in errors:
        kinds.setdefault(each.kind, []).append(each)
    return {kind: replace(fit(found), held=_count_held(found)) for kind, found in kinds.items()}


def _count_held(errors: Sequence[ShareError]) -> int:
    wholes = {each.recording: each for each in errors if each.window is None}
    held = 0
    for recording, whole in wholes.items():
        others = [each for each in errors if each.recording != recording]
        if others:
            held += abs(whole.error) <= _CERTAIN * fit(others).deviation(whole.seconds)
    return held


def fit(errors: Sequence[ShareError]) -> Fit:
    """The likeliest parts of the deviation, by a normal error around zero.

    The windows of one length in a recording count as much as the whole of it.

    Examples
    --------
    >>> def error(number, of, seconds):
    ...     return ShareError(("set", str(number)), "mixed", None, seconds, 0.0, of)
    >>> short = [error(number, 0.05, 16) for number in range(50)]
    >>> found = fit([*short, *(error(number, 0.01, 400) for number in range(50, 100))])
    >>> round(found.deviation(16), 2), round(found.deviation(400), 2), found.recordings
    (0.05, 0.01, 100)
    """
    number = Counter((each.recording, each.window) for each in errors)
    weights = np.array([1 / number[each.recording, each.window] for each in errors])
    squares = np.array([each.error**2 for each in errors])
    seconds = np.array([each.seconds for each in errors])
    lasting, moment = np.meshgrid(_LASTING, _MOMENT, indexing="ij")
    variance = lasting[..., None] ** 2 + moment[..., None] ** 2 / seconds
    variance = np.maximum(variance, _LEAST_VARIANCE)
    loss = (weights * (np.log(variance) + squares / variance)).sum(axis=-1)
    best = np.unravel_index(int(loss.argmin()), loss.shape)
    recordings = len({each.recording for each in errors})
    widening = float(student.ppf(0.975, recordings)) / _CERTAIN
    return Fit(widening * float(lasting[best]), widening * float(moment[best]), recordings)
