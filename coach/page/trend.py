"""One measure over several sessions, drawn: dates, axes, what is usual, since when it is a goal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from markupsafe import Markup

from coach.measurement import Interval
from coach.page.charts import Axis
from coach.page.svg import element, number, percent

_TOP, _BOTTOM, _HEIGHT = 22.0, 138.0, 164.0  # pixels: highest and lowest value, whole drawing
_LEFT, _RIGHT = 16.0, 97.0  # per cent of the width: first and last day
_STEPS = (1.0, 2.0, 4.0, 6.0, 10.0)  # that an axis may end with, times a power of ten


@dataclass(frozen=True, slots=True)
class Point:
    """The value of one session, and between which ends it is known."""

    day: date
    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Trend:
    """What is drawn.

    Parameters
    ----------
    points : in the order of time; two at least.
    show : how a value is written.
    is_share : whether the axis ends at 1.
    band : what is usual.
    goal : the day from which on it is a goal.
    """

    points: Sequence[Point]
    show: Callable[[float], str]
    is_share: bool = False
    band: Interval | None = None
    goal: date | None = None


def trend_graphic(trend: Trend, text: str) -> Markup:
    """Draw a measure over sessions; `text` is what a screen reader says.

    Parameters
    ----------
    trend : the values, with their days and ranges.
    text : what a screen reader says.

    Examples
    --------
    >>> first = Point(date(2026, 1, 9), 0.4, (0.3, 0.5))
    >>> then = Point(date(2026, 2, 6), 0.6, (0.5, 0.7))
    >>> drawn = trend_graphic(Trend([first, then], str, is_share=True), "Talk share")
    >>> drawn.count("<circle"), "9 Jan 2026" in drawn
    (2, True)
    """
    axis = _axis(trend)
    places = [
        (_x(trend, each.day, at), _y(axis, each.value)) for at, each in enumerate(trend.points)
    ]
    joins = [
        element("line", class_="join", x1=left[0], y1=left[1], x2=right[0], y2=right[1])
        for left, right in pairwise(places)
    ]
    dots = [element("circle", class_="point", cx=x, cy=y, r=5) for x, y in places]
    whiskers = [
        element("line", class_="reach", x1=x, x2=x, y1=_y(axis, low), y2=_y(axis, high))
        for (x, _), (low, high) in zip(places, (e.interval for e in trend.points), strict=True)
    ]
    parts = [*_band(trend, axis), *_scale(axis), *_days(trend), *_goal(trend)]
    return element(
        "svg", *parts, *whiskers, *joins, *dots, class_="chart trend", role="img", aria_label=text,
        width="100%", height=number(_HEIGHT),
    )  # fmt: skip


def _axis(trend: Trend) -> Axis:
    ends = [*(each.interval for each in trend.points), *((trend.band,) if trend.band else ())]
    low = min(0.0, *(each.value for each in trend.points))
    high = max(each.value for each in trend.points)
    if trend.is_share and high <= 1:
        return Axis(0.0, 1.0, trend.show)
    reach = max(min(max(end for _, end in ends), 2 * high), high)
    return Axis(_round(low), _round(reach) or 1.0, trend.show)


def _round(value: float) -> float:
    """The next round number away from 0.

    Examples
    --------
    >>> _round(0.7), _round(13), _round(-0.3), _round(0)
    (1.0, 20.0, -0.4, 0.0)
    """
    if not value:
        return 0.0
    sign, size = (1.0 if value > 0 else -1.0), abs(value)
    power = 10.0 ** (len(f"{int(size)}") - 1) if size >= 1 else 0.1
    return sign * round(next(step * power for step in _STEPS if step * power >= size - 1e-9), 6)


def _y(axis: Axis, value: float) -> str:
    return number(_BOTTOM - (_BOTTOM - _TOP) * axis.place(value) / 100)


def _x(trend: Trend, day: date, at: int = 0) -> str:
    """By its day; sessions of one day alone stand side by side."""
    first, last = _first_and_last(trend)
    if first == last:
        share = at / max(1, len(trend.points) - 1)
    else:
        share = min(1.0, max(0.0, (day - first).days / (last - first).days))
    return percent(_LEFT + (_RIGHT - _LEFT) * share)


def _first_and_last(trend: Trend) -> tuple[date, date]:
    days = [each.day for each in trend.points] + ([trend.goal] if trend.goal else [])
    return min(days), max(days)


def _band(trend: Trend, axis: Axis) -> Iterator[Markup]:
    if trend.band is not None:
        low, high = (float(_y(axis, end)) for end in trend.band)
        yield element(
            "rect", class_="band", x=percent(_LEFT), width=percent(_RIGHT - _LEFT), y=number(high),
            height=number(max(2.0, low - high)),
        )  # fmt: skip


def _scale(axis: Axis) -> Iterator[Markup]:
    for value in (axis.low, (axis.low + axis.high) / 2, axis.high):
        y = float(_y(axis, value))
        yield element("line", class_="ground", x1=percent(_LEFT), x2="100%", y1=y, y2=y)
        yield element("text", axis.show(value), class_="tick", x="0%", y=number(y + 4))


def _days(trend: Trend) -> Iterator[Markup]:
    first, last = _first_and_last(trend)
    named = [(first, percent(_LEFT), "start")]
    if last > first:
        named.append((last, "100%", "end"))
    for day, x, anchor in named:
        text = f"{day:%-d %b %Y}"
        yield element("text", text, class_="tick", x=x, y=number(_HEIGHT - 6), text_anchor=anchor)


def _goal(trend: Trend) -> Iterator[Markup]:
    if trend.goal is None:
        return
    first, last = _first_and_last(trend)
    x = _x(trend, trend.goal)
    is_late = first != last and (trend.goal - first).days * 2 > (last - first).days
    yield element("line", class_="goal", x1=x, x2=x, y1=number(_TOP), y2=number(_BOTTOM))
    anchor = "end" if is_late else "start"
    yield element("text", "goal", class_="tick", x=x, y=number(_TOP - 8), text_anchor=anchor)
