"""From parts to a measurement: unit, statistic and scale come from the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from coach.intervals import Span
from coach.measurement import Interval, Measurement
from coach.measures.catalogue import CATALOGUE


def rate(
    name: str,
    speaker: str | None,
    parts: tuple[float, float],
    *,
    count: int,
    evidence: Iterable[Span] = (),
    interval: Interval | None = None,
) -> Measurement:
    """Numerator and denominator as a rate; without a denominator its value is None."""
    measure = CATALOGUE[name]
    return Measurement(
        name,
        speaker,
        measure.unit,
        numerator=parts[0],
        denominator=parts[1],
        scale=measure.scale,
        count=count,
        interval=interval,
        evidence=tuple(evidence),
    )


def total(
    name: str,
    speaker: str | None,
    amount: float,
    *,
    count: int,
    evidence: Iterable[Span] = (),
    interval: Interval | None = None,
) -> Measurement:
    """An amount that adds up."""
    return Measurement(
        name,
        speaker,
        CATALOGUE[name].unit,
        "total",
        numerator=amount,
        count=count,
        interval=interval,
        evidence=tuple(evidence),
    )


def count_measurement(
    name: str,
    speaker: str | None,
    evidence: Iterable[Span],
    *,
    interval: Interval | None = None,
) -> Measurement:
    """How many there are, each with the moment it was read from."""
    spans = tuple(evidence)
    found = len(spans)
    if interval is not None:
        interval = (min(found, interval[0]), max(found, interval[1]))
    return total(name, speaker, found, count=found, evidence=spans, interval=interval)


def sample_measurement(
    name: str, speaker: str | None, samples: Iterable[float], evidence: Iterable[Span]
) -> Measurement:
    """Single observations of which the catalogue says what is read from them."""
    values = tuple(samples)
    return Measurement(
        name,
        speaker,
        CATALOGUE[name].unit,
        CATALOGUE[name].statistic,
        samples=values,
        count=len(values),
        evidence=tuple(evidence),
    )


def withheld_measurement(name: str, speaker: str | None, reason: str) -> Measurement:
    """No parts at all, so that it adds nothing to a corpus either; `reason` is for the reader."""
    measure = CATALOGUE[name]
    return Measurement(
        name, speaker, measure.unit, measure.statistic, scale=measure.scale, withheld=reason
    )


def withhold_if(reason: str | None, measurement: Measurement) -> Measurement:
    """Withhold the measurement when there is a reason."""
    if reason is None:
        return measurement
    return withheld_measurement(measurement.name, measurement.speaker, reason)
