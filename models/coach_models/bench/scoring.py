"""All measures of one recording."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from coach.measurement import Measurement
from coach_models.bench.diarization import diarization
from coach_models.bench.events import events
from coach_models.bench.pair import Heard, Pair, pair
from coach_models.bench.reference import Reference
from coach_models.bench.talking import talking
from coach_models.bench.wording import wording

SCORERS: tuple[Callable[[Pair], Iterator[Measurement]], ...] = (
    diarization,
    talking,
    events,
    wording,
)


def score(reference: Reference, heard: Heard) -> tuple[Measurement, ...]:
    """Compare a pair; returns measurements whose parts add up over files."""
    both = pair(reference, heard)
    return tuple(each for scorer in SCORERS for each in scorer(both))
