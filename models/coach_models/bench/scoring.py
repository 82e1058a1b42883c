"""All measures of one recording."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from coach.measurement import Measurement
from coach_models.bench.diarization import diarization
from coach_models.bench.events import events
from coach_models.bench.pair import ListenerResult, ScoredPair, pair
from coach_models.bench.reference import ReferenceRecording
from coach_models.bench.talking import measure_talking
from coach_models.bench.word_errors import wording

SCORERS: tuple[Callable[[ScoredPair], Iterator[Measurement]], ...] = (
    diarization,
    measure_talking,
    events,
    wording,
)


def score(reference: ReferenceRecording, heard: ListenerResult) -> tuple[Measurement, ...]:
    """Compare a pair; returns measurements whose parts add up over files.

    Parameters
    ----------
    reference : with the true conversation.
    heard : what a listener found in the same recording.
    """
    both = pair(reference, heard)
    return tuple(each for scorer in SCORERS for each in scorer(both))
