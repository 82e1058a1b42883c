"""Times in files, rounded to the millisecond. Inside the software nothing is rounded."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from functools import cache, lru_cache
from math import isfinite
from typing import Any, TypeVar

from coach.errors import InputError
from coach.intervals import Seconds, Span

TIME_DECIMALS = 3
"""A millisecond: finer than any model's resolution, and the precision of WebVTT and SRT."""

NUMBER_DECIMALS = 6
"""Decimals of other numbers; platforms differ in the last bits, files should not."""

TICK: Seconds = 0.001

_CLOCK = re.compile(
    r"(?:(?:(?P<hours>\d{1,6}):)?(?P<minutes>\d{1,6}):)?"
    r"(?P<seconds>\d{1,12}(?:[.,]\d{0,40})?(?:[eE][-+]?\d{1,3})?)",
    re.ASCII,
)

_ABOUT_ZERO = re.compile(r"-\d{1,12}(?:\.\d{0,40})?(?:[eE][-+]?\d{1,3})?", re.ASCII)
_NO_WORDS = re.compile(r"[-+\d:.,;eEhms ]*", re.ASCII)

Value = TypeVar("Value")


@lru_cache(maxsize=1 << 14)  # a scorecard names the same moments many times
def round_span(span: Span) -> Span:
    """Round a span to milliseconds; it stays at least a millisecond long.

    Examples
    --------
    >>> round_span(Span(0.99951, 2.00049))
    Span(start=1.0, end=2.0)
    >>> round_span(Span(1.0001, 1.0002))
    Span(start=1.0, end=1.001)
    """
    start = round(float(span.start), TIME_DECIMALS)
    end = round(float(span.end), TIME_DECIMALS)
    return Span(start, end if end > start else round(start + TICK, TIME_DECIMALS))


def round_value(value: Value) -> Value:
    """Round a value for its file: times to 3 decimals, other numbers to 6.

    Times are spans and the fields annotated as `Seconds`. Dictionaries (a configuration) stay
    exact, because they are used to repeat a run.

    Raises
    ------
    InputError : if a number is not finite; JSON has no NaN.

    Examples
    --------
    >>> from coach.conversation import Recording
    >>> round_value(Recording("r", 12.34567)).duration
    12.346
    """
    result: Value = _round_field(value, NUMBER_DECIMALS, type(value).__name__)
    return result


def _round_field(value: Any, decimals: int | None, where: str) -> Any:
    if isinstance(value, Span):
        return round_span(value)
    if isinstance(value, float):
        return _finite(value, decimals, where)
    if isinstance(value, tuple | list):
        return type(value)(
            _round_field(each, decimals, f"{where}.{i}") for i, each in enumerate(value)
        )
    if isinstance(value, dict):
        return {key: _round_field(each, None, f"{where}.{key}") for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        changes = {
            name: _round_field(getattr(value, name), decimals, f"{where}.{name}")
            for name, decimals in _decimals(type(value))
        }
        return replace(value, **changes)
    return value


@cache
def _decimals(kind: type[Any]) -> tuple[tuple[str, int], ...]:
    """The fields of a dataclass, each with the decimals of its numbers."""
    return tuple(
        (f.name, TIME_DECIMALS if "Seconds" in str(f.type) else NUMBER_DECIMALS)
        for f in fields(kind)
    )


def _finite(number: float, decimals: int | None, where: str) -> float:
    if not isfinite(number):
        raise InputError(
            f"{where} is {number}: expected a finite number or None. Use None for 'unknown'."
        )
    return float(number) if decimals is None else round(float(number), decimals)


def clock(seconds: Seconds, *, decimal: str = ".") -> str:
    """Format a time as WebVTT and SRT do.

    Parameters
    ----------
    seconds : from the start of the recording.
    decimal : the sign before the milliseconds: a point in WebVTT, a comma in SRT.

    Examples
    --------
    >>> clock(3661.5), clock(0.0006, decimal=",")
    ('01:01:01.500', '00:00:00,001')
    """
    whole, millis = divmod(round(seconds * 1000), 1000)
    minutes, second = divmod(whole, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}{decimal}{millis:03}"


def seconds(text: str) -> Seconds:
    """Read ``[[hours:]minutes:]seconds``, the decimals after a point or a comma.

    Seconds may have any float notation: ``13.100000000000001``, ``1e-05``.

    Raises
    ------
    InputError : if the text is not a time.

    Examples
    --------
    >>> seconds("01:01:01,5"), seconds("2:03.25"), seconds("12.5")
    (3661.5, 123.25, 12.5)
    """
    plain = text.strip()
    if plain.startswith("-") and _ABOUT_ZERO.fullmatch(plain) and -float(plain) < TICK:
        return 0.0  # a remainder of a subtraction
    match = _CLOCK.fullmatch(plain)
    if match is None:
        raise InputError(f"found {_describe(text)}, expected a time, as 00:01:02.345 or 62.345.")
    hours, minutes = int(match["hours"] or 0), int(match["minutes"] or 0)
    return 3600 * hours + 60 * minutes + float(match["seconds"].replace(",", "."))


def _describe(text: str) -> str:
    """Describe a text for an error, without words that somebody may have said."""
    found = text.strip()[:30]
    return repr(found) if _NO_WORDS.fullmatch(found) else "a text"
