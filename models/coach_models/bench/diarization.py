"""Who spoke when: diarization error rate, Jaccard error rate, number of speakers."""

from __future__ import annotations

from collections.abc import Iterator

from pyannote.metrics.diarization import DiarizationErrorRate, JaccardErrorRate

from coach.intervals import Seconds, intersect, total
from coach.measurement import Measurement
from coach_models.bench.pair import ScoredPair, annotation, whole_recording
from coach_models.bench.rates import number, rate

# Names of the rates of short units, and below what length; a unit counts in the first that fits.
SHORT: dict[str, Seconds] = {"heard_below_half": 0.5, "heard_below_one": 1.0}

# pyannote.metrics takes the whole width around a boundary: 0.5 is 0.25 s before and after it.
COLLARS = {"0": 0.0, "025": 0.5}


def diarization(pair: ScoredPair) -> Iterator[Measurement]:
    """Error rates with overlapped speech scored; errors in seconds of true speech.

    References
    ----------
    .. [1] Bredin (2017), pyannote.metrics: a toolkit for reproducible evaluation, diagnostic, and
       error analysis of speaker diarization systems.
    """
    if not pair.heard.has_speech:
        return
    truth, said = annotation(pair.truth), annotation(pair.hypothesis)
    uem = whole_recording(pair.duration)
    for name, collar in COLLARS.items():
        parts = DiarizationErrorRate(collar=collar)(truth, said, uem=uem, detailed=True)
        errors = {
            "miss": parts["missed detection"],
            "false_alarm": parts["false alarm"],
            "confusion": parts["confusion"],
        }
        yield rate(f"der_{name}", sum(errors.values()), parts["total"])
        for error, seconds in errors.items():
            yield rate(f"{error}_{name}", seconds, parts["total"])
    parts = JaccardErrorRate()(truth, said, uem=uem, detailed=True)  # type: ignore[no-untyped-call]
    yield rate("jer", parts["speaker error"], parts["speaker count"])
    yield from _speakers(pair)
    yield from _measure_short(pair)


def _measure_short(pair: ScoredPair) -> Iterator[Measurement]:
    """Seconds of short true units, pauses below 0.2 s closed, that are heard from that person."""
    heard = dict.fromkeys(SHORT, 0.0)
    spoken = dict.fromkeys(SHORT, 0.0)
    for unit in pair.true_floor.ipus:
        name = next((each for each, most in SHORT.items() if unit.span.duration < most), None)
        if name is not None:
            spoken[name] += unit.span.duration
            heard[name] += total(intersect([unit.span], pair.hypothesis.speech_of(unit.speaker)))
    for name in SHORT:
        yield rate(name, heard[name], spoken[name])


def _speakers(pair: ScoredPair) -> Iterator[Measurement]:
    """Count speakers. A label flagged as a ghost may be a person or not: both are right."""
    true, heard = len(pair.truth.speakers), len(pair.heard_floor.speakers)
    flagged = len(pair.heard_floor.ghosts)
    yield rate("speakers_right", heard <= true <= heard + flagged, 1)
    for name, people in (("speakers_true", true), ("speakers_heard", heard)):
        yield number(name, people)
