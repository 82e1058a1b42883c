"""Spans of time and their algebra.

Time is `float` seconds from the start of the recording. Spans are half-open, ``[start, end)``: two
spans that touch do not overlap. No time is rounded here; what lies between two times is cleared of
the last bits of floating point, so that a pause of 0.2 s is one anywhere in the recording.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from coach.errors import InputError

Seconds = float
Item = TypeVar("Item")

LONGEST: Seconds = 360_000.0
"""100 hours. A later time is more likely given in milliseconds."""

_NOISE_DECIMALS = 9  # a nanosecond: far below what is measured, far above what subtracting loses


def seconds_between(start: Seconds, end: Seconds) -> Seconds:
    """Seconds from `start` to `end`, to the nanosecond, so that a threshold can be met exactly.

    Parameters
    ----------
    start, end : moments of a recording; `end` may come first.

    Returns
    -------
    Seconds, below 0 if `end` comes first.

    Examples
    --------
    >>> 1.2 - 1.0 >= 0.2, seconds_between(1.0, 1.2) >= 0.2
    (False, True)
    """
    return round(end - start, _NOISE_DECIMALS)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time ``[start, end)`` in seconds.

    Raises
    ------
    InputError : if a bound is not finite, negative, or `end` does not lie after `start`.

    Examples
    --------
    >>> Span(1, 2.5).duration
    1.5
    """

    start: Seconds
    end: Seconds

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start) and math.isfinite(self.end)):
            raise InputError(f"Span {self.start}..{self.end}: both bounds must be finite.")
        if self.start < 0 or self.end <= self.start:
            raise InputError(
                f"Span {self.start}..{self.end}: expected 0 <= start < end, in seconds."
            )

    @property
    def duration(self) -> Seconds:
        """Length in seconds."""
        return seconds_between(self.start, self.end)

    @property
    def middle(self) -> Seconds:
        """The moment half-way."""
        return (self.start + self.end) / 2

    def overlaps(self, other: Span) -> bool:
        """Whether the two share any time (touching is not sharing)."""
        return self.start < other.end and other.start < self.end

    def contains(self, moment: Seconds) -> bool:
        """Whether `moment` lies inside, the end excluded."""
        return self.start <= moment < self.end

    def intersection(self, other: Span) -> Span | None:
        """The time both share, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None


class Lookup(Generic[Item]):
    """Things that have a span, found by time, in order of their start.

    A question costs what lies near it, however long the recording is.

    Parameters
    ----------
    items : in any order; they may overlap.
    span_of : gives the span of one.

    Examples
    --------
    >>> Lookup([Span(0, 4), Span(1, 2), Span(5, 6)], lambda span: span).find_overlapping(Span(3, 5))
    [Span(start=0, end=4)]
    """

    def __init__(self, items: Iterable[Item], span_of: Callable[[Item], Span]) -> None:
        self._items = sorted(items, key=lambda item: span_of(item).start)
        self._spans = [span_of(item) for item in self._items]
        self._longest = max((span.end - span.start for span in self._spans), default=0.0)

    def find_overlapping(self, span: Span) -> list[Item]:
        """Find the items that share time with `span`."""
        first = bisect_left(self._spans, span.start - self._longest, key=_start)
        last = bisect_left(self._spans, span.end, key=_start)
        return [self._items[i] for i in range(first, last) if self._spans[i].end > span.start]

    def at(self, moment: Seconds) -> list[Item]:
        """Find the items that contain `moment`."""
        first = bisect_left(self._spans, moment - self._longest, key=_start)
        last = bisect_right(self._spans, moment, key=_start)
        return [self._items[i] for i in range(first, last) if self._spans[i].end > moment]


def _start(span: Span) -> Seconds:
    return span.start


def union(spans: Iterable[Span], *, max_gap: Seconds = 0.0) -> tuple[Span, ...]:
    """Disjoint spans in order that cover the same time; gaps up to `max_gap` are closed.

    Parameters
    ----------
    spans : in any order; they may overlap.
    max_gap : seconds; a longer gap stays open.

    Examples
    --------
    >>> union([Span(0, 2), Span(1, 3), Span(3.5, 4)])
    (Span(start=0, end=3), Span(start=3.5, end=4))
    >>> union([Span(0, 2), Span(2.1, 3)], max_gap=0.2)
    (Span(start=0, end=3),)
    """
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and seconds_between(merged[-1].end, span.start) <= max_gap:
            last = merged[-1]
            merged[-1] = Span(last.start, max(last.end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def intersect(left: Iterable[Span], right: Iterable[Span]) -> tuple[Span, ...]:
    """The time that lies in both sets of spans.

    Parameters
    ----------
    left, right : in any order; the spans of one side may overlap.

    Returns
    -------
    Disjoint spans, in order.

    Examples
    --------
    >>> intersect([Span(0, 2), Span(3, 5)], [Span(1, 4)])
    (Span(start=1, end=2), Span(start=3, end=4))
    """
    return tuple(_sweep(union(left), union(right)))


def _sweep(left: tuple[Span, ...], right: tuple[Span, ...]) -> Iterator[Span]:
    i = j = 0
    while i < len(left) and j < len(right):
        shared = left[i].intersection(right[j])
        if shared is not None:
            yield shared
        if left[i].end <= right[j].end:
            i += 1
        else:
            j += 1


def subtract(spans: Iterable[Span], holes: Iterable[Span]) -> tuple[Span, ...]:
    """The time in `spans` that lies in none of the `holes`.

    Parameters
    ----------
    spans, holes : in any order; they may overlap.

    Returns
    -------
    Disjoint spans, in order.

    Examples
    --------
    >>> subtract([Span(0, 5)], [Span(1, 2)])
    (Span(start=0, end=1), Span(start=2, end=5))
    """
    return tuple(_remaining(union(spans), union(holes)))


def _remaining(spans: tuple[Span, ...], holes: tuple[Span, ...]) -> Iterator[Span]:
    i = 0
    for span in spans:
        start = span.start
        while i < len(holes) and holes[i].end <= start:
            i += 1
        at = i  # a hole may reach into the next span, so it is not used up here
        while at < len(holes) and holes[at].start < span.end:
            if holes[at].start > start:
                yield Span(start, holes[at].start)
            start = holes[at].end
            at += 1
        if start < span.end:
            yield Span(start, span.end)


def total(spans: Iterable[Span]) -> Seconds:
    """Seconds covered, each moment counted once.

    Examples
    --------
    >>> total([Span(0, 2), Span(1, 3)])
    3
    """
    return sum(span.duration for span in union(spans))
