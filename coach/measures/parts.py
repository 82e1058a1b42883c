"""Make measurements from parts; unit, statistic and scale come from the catalogue."""

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
    """Make a rate from a numerator and a denominator; without a denominator its value is None.

    Parameters
    ----------
    name : of the measure, as in the catalogue.
    speaker : id of the speaker; None for the whole conversation.
    parts : numerator and denominator.
    count : number of events that it was read from.
    evidence : the moments of these events.
    interval : ends between which the value most likely lies; None if nothing is uncertain.
    """
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
    """Make a measurement of an amount that adds up.

    Parameters
    ----------
    name : of the measure, as in the catalogue.
    speaker : id of the speaker; None for the whole conversation.
    amount : in the unit of the measure.
    count : number of events that it was read from.
    evidence : the moments of these events.
    interval : ends between which the value most likely lies; None if nothing is uncertain.
    """
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
    """Count moments, each of which is evidence.

    Parameters
    ----------
    name : of the measure, as in the catalogue.
    speaker : id of the speaker; None for the whole conversation.
    evidence : the moments.
    interval : ends between which the true number most likely lies; None if nothing is uncertain.
    """
    spans = tuple(evidence)
    found = len(spans)
    if interval is not None:
        interval = (min(found, interval[0]), max(found, interval[1]))
    return total(name, speaker, found, count=found, evidence=spans, interval=interval)


def sample_measurement(
    name: str, speaker: str | None, samples: Iterable[float], evidence: Iterable[Span]
) -> Measurement:
    """Collect single observations; the catalogue says which statistic is read from them.

    Parameters
    ----------
    name : of the measure, as in the catalogue.
    speaker : id of the speaker; None for the whole conversation.
    samples : the observations, in the unit of the measure.
    evidence : the moment of each.
    """
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
    """Make a measurement without parts, which adds nothing to the values of a corpus either.

    Parameters
    ----------
    name : of the measure, as in the catalogue.
    speaker : id of the speaker; None for the whole conversation.
    reason : a sentence for the reader.
    """
    measure = CATALOGUE[name]
    return Measurement(
        name, speaker, measure.unit, measure.statistic, scale=measure.scale, withheld=reason
    )


def withhold_if(reason: str | None, measurement: Measurement) -> Measurement:
    """Withhold the measurement when there is a reason.

    Parameters
    ----------
    reason : a sentence for the reader; None leaves the measurement as it is.
    measurement : whose name and speaker stay.
    """
    if reason is None:
        return measurement
    return withheld_measurement(measurement.name, measurement.speaker, reason)
