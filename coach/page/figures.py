"""Measurements as text for readers: the value, and how it was computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from coach.comparison import OF_TIME
from coach.feedback.wording import decimal, percent, seconds
from coach.measurement import Measurement, Unit
from coach.measures.catalogue import CATALOGUE

UNKNOWN = "–"  # noqa: RUF001 - the dash that tables use

# Ratios that are not shares: they may exceed 1.
_PER_ONE = frozenset({"reflection_to_question"})


def _signed_seconds(value: float) -> str:
    shown = seconds(abs(value))
    is_less = value < 0 and shown != seconds(0)
    return f"−{shown}" if is_less else shown  # noqa: RUF001 - a minus sign


_SHOW: Mapping[Unit, Callable[[float], str]] = MappingProxyType(
    {
        "ratio": percent,
        "seconds": _signed_seconds,
        "per_minute": lambda value: f"{decimal(value)} per minute",
        "per_10_minutes": lambda value: f"{decimal(value)} per 10 min",
        "words_per_minute": lambda value: f"{value:.0f} words per minute",
        "count": lambda value: f"{value:.0f}",
        "bits": lambda value: f"{value:.2f} bits",
        "dB": lambda value: f"{value:.0f} dB",
    }
)


def format_value(measurement: Measurement | None) -> str:
    """Format the value with its unit, or the range it lies in; a dash if there is no value.

    Examples
    --------
    >>> format_value(Measurement("talk_share", "A", "ratio", numerator=1, denominator=4))
    '25%'
    >>> rate = Measurement("backchannels", "A", "per_minute", numerator=2, denominator=60, scale=60)
    >>> format_value(rate)
    '2 per minute'
    >>> count = Measurement("reflections", "A", "count", "total", numerator=14, interval=(12, 19))
    >>> format_value(count)
    '12 to 19'
    """
    value = None if measurement is None else measurement.value
    if measurement is None or value is None:
        return UNKNOWN
    show = decimal if measurement.name in _PER_ONE else _SHOW[measurement.unit]
    if measurement.interval is None:
        return show(value)
    low, high = map(show, measurement.interval)
    return low if low == high else f"{low} to {high}"


def amount(name: str, value: float) -> str:
    """Format a value of a measure for comparing sessions; a count is given per hour.

    Parameters
    ----------
    name : of the measure.
    value : in its unit; for a count, per hour.

    Examples
    --------
    >>> amount("talk_share", 0.25), amount("reflections", 4.26), amount("response_latency", -0.2)
    ('25%', '4.3 per hour', '\u22120.2 s')
    """
    unit = CATALOGUE[name].unit
    if unit == "count":
        return f"{decimal(value)} per hour"
    return decimal(value) if name in _PER_ONE else _SHOW[unit](value)


def describe_parts(measurement: Measurement) -> str:
    """Describe what a value was computed from: parts of a rate, or the number of observations.

    Examples
    --------
    >>> describe_parts(Measurement("open_ratio", "A", "ratio", numerator=7, denominator=12))
    '7 of 12'
    >>> latency = Measurement("response_latency", "A", "seconds", "median", samples=(1.0, 2.0))
    >>> describe_parts(latency)
    '2 observations'
    >>> early = Measurement("response_latency", "A", "seconds", "median", samples=(-1.0, -1.0))
    >>> describe_parts(early)
    '2 observations; below 0: begun before the other had stopped'
    """
    m = measurement
    if m.statistic == "rate" and m.numerator is not None and m.denominator:
        if m.name in OF_TIME:
            return f"{seconds(m.numerator)} of {seconds(m.denominator)}"
        if m.unit == "ratio":
            joint = "to" if m.name in _PER_ONE else "of"
            return f"{m.numerator:.0f} {joint} {m.denominator:.0f}"
        return f"{m.numerator:.0f} in {seconds(m.denominator)}"
    if m.interval is not None and m.numerator is not None:
        return f"most likely {m.numerator:.0f}"
    if m.samples:
        early = "; below 0: begun before the other had stopped" if (m.value or 0.0) < 0 else ""
        return f"{len(m.samples)} observation{'s' if len(m.samples) > 1 else ''}{early}"
    return ""


def label(name: str) -> str:
    """The label of a measure in the catalogue.

    Examples
    --------
    >>> label("talk_share")
    'Talk share'
    """
    measure = CATALOGUE.get(name)
    return measure.label if measure is not None else name
