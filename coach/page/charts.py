"""The drawings of the scorecard: ranges, and balance over time.

All are inline SVG with accessible text; colours come from classes in the stylesheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from coach.feedback.wording import clock, percent
from coach.intervals import Seconds
from coach.measurement import Interval
from coach.measures.balance import Balance, Window
from coach.page.svg import element, number
from coach.page.svg import percent as at


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear scale from `low` to `high`; `show` formats a number on it."""

    low: float
    high: float
    show: Callable[[float], str]

    def place(self, value: float) -> float:
        """Position of a value in 0..100, clipped to the scale.

        Examples
        --------
        >>> Axis(0, 2, str).place(0.5), Axis(0, 2, str).place(7)
        (25.0, 100.0)
        """
        share = (value - self.low) / (self.high - self.low)
        return 100 * min(1.0, max(0.0, share))


@dataclass(frozen=True, slots=True)
class Dot:
    """A value on a range, in the colour of a speaker, with its 95 % interval.

    `is_other` marks a speaker shown only for comparison.
    """

    value: float
    css: str
    interval: Interval | None = None
    is_other: bool = False


_RANGE_HEIGHT, _RANGE_MIDDLE = 40, 12
_ROOM = 20.0  # width of a label, of 100


def range_graphic(
    axis: Axis, dots: Sequence[Dot], *, band: tuple[float | None, float | None] | None, text: str
) -> Markup:
    """Draw a value on its scale, with the borrowed range as a band behind it.

    Parameters
    ----------
    axis : the scale.
    dots : one for each speaker shown.
    band : the reference range, (low, high); an open end reaches to the end of the scale.
    text : the accessible description.
    """
    parts = [
        element("rect", class_="track", x=0, y=_RANGE_MIDDLE - 3, width="100%", height=6, rx=3)
    ]
    if band is not None:
        parts.append(_band(axis, band))
    parts += [_dot(axis, dot) for dot in dots]
    parts += _ticks(axis, [edge for edge in band or () if edge is not None])
    return _drawing("range", _RANGE_HEIGHT, text, parts)


def _band(axis: Axis, band: tuple[float | None, float | None]) -> Markup:
    low = axis.place(axis.low if band[0] is None else band[0])
    high = axis.place(axis.high if band[1] is None else band[1])
    return element(
        "rect", class_="band", x=at(low), y=_RANGE_MIDDLE - 9, width=at(high - low), height=18, rx=3
    )


def _ticks(axis: Axis, edges: Sequence[float]) -> list[Markup]:
    """Label the edges of the band, and the ends of the scale if there is room."""
    inner = [edge for edge in edges if 8 < axis.place(edge) < 92]
    ends = [
        _tick(axis, end, anchor)
        for end, anchor in ((axis.low, "start"), (axis.high, "end"))
        if all(abs(axis.place(end) - axis.place(edge)) > _ROOM for edge in inner)
    ]
    return ends + [_tick(axis, edge, "middle") for edge in inner]


def _dot(axis: Axis, dot: Dot) -> Markup:
    whisker = Markup("")
    if dot.interval is not None:
        low, high = map(axis.place, dot.interval)
        whisker = element(
            "line", class_=f"whisker {dot.css}", x1=at(low), x2=at(high),
            y1=_RANGE_MIDDLE, y2=_RANGE_MIDDLE,
        )  # fmt: skip
    place = 1.5 + 0.97 * axis.place(dot.value)
    kind = "other" if dot.is_other else "dot"
    return whisker + element(
        "circle", class_=f"{kind} {dot.css}", cx=at(place), cy=_RANGE_MIDDLE, r=7
    )


def _tick(axis: Axis, value: float, anchor: str) -> Markup:
    return element(
        "text", axis.show(value), class_="tick", x=at(axis.place(value)), y=_RANGE_HEIGHT - 4,
        text_anchor=anchor,
    )  # fmt: skip


_BALANCE_TOP, _BALANCE_HEIGHT = 8, 120


def balance_graphic(
    balance: Balance, speaker: str, duration: Seconds, names: tuple[str, str]
) -> Markup:
    """Draw the talk share of one speaker over time, against everybody else's.

    The curve is flat up to the middle of the first window and after the middle of the last.

    Parameters
    ----------
    balance : talk shares in sliding windows.
    speaker : id of the speaker below the curve.
    duration : of the recording.
    names : labels of the two areas, (below, above).
    """
    points = [(100 * w.span.middle / duration, 100 * _share(w, speaker)) for w in balance.windows]
    if not points:
        return Markup("")
    curve = [(0.0, points[0][1]), *points, (100.0, points[-1][1])]
    outline = " L".join(f"{number(x)} {number(100 - y)}" for x, y in curve)
    area = element(
        "svg",
        element("rect", class_="others", width=100, height=100),
        element("path", class_="area first", d=f"M0 100 L{outline} L100 100 Z"),
        element("path", class_="edge", d=f"M{outline}"),
        element("line", class_="half", x1=0, x2=100, y1=50, y2=50),
        viewBox="0 0 100 100", preserveAspectRatio="none", x=0, y=_BALANCE_TOP, width="100%",
        height=_BALANCE_HEIGHT,
    )  # fmt: skip
    bottom = _BALANCE_TOP + _BALANCE_HEIGHT + 16
    labels = [
        element("text", clock(duration * share / 4), class_="tick", x=at(25 * share), y=bottom,
                text_anchor=("start", "middle", "middle", "middle", "end")[share])
        for share in range(5)
    ]  # fmt: skip
    inside = [
        element("text", text, class_="tick on", x=x, y=_BALANCE_TOP + y, text_anchor=anchor)
        for text, x, y, anchor in (
            (names[1], 6, 16, "start"),
            (names[0], 6, _BALANCE_HEIGHT - 7, "start"),
            ("50%", "99%", _BALANCE_HEIGHT // 2 - 5, "end"),
        )
    ]
    return _drawing("balance", bottom + 6, balance_text(balance, speaker), [area, *inside, *labels])


def balance_text(balance: Balance, speaker: str) -> str:
    """Describe the curve, of at least one window, in words.

    Parameters
    ----------
    balance : talk shares in sliding windows.
    speaker : id of the speaker to describe.

    Examples
    --------
    >>> from coach.intervals import Span
    >>> windows = (Window(Span(0, 60), {"A": 0.2}), Window(Span(60, 120), {"A": 0.7}))
    >>> balance_text(Balance(windows, "back_and_forth"), "A")
    'lowest 20% around 0:30, highest 70% around 1:30'
    """
    low = min(balance.windows, key=lambda w: _share(w, speaker))
    high = max(balance.windows, key=lambda w: _share(w, speaker))
    return (
        f"lowest {percent(_share(low, speaker))} around {clock(low.span.middle)}, "
        f"highest {percent(_share(high, speaker))} around {clock(high.span.middle)}"
    )


def _share(window: Window, speaker: str) -> float:
    return window.shares.get(speaker, 0.0)


def _drawing(kind: str, height: float, text: str, parts: Iterable[Markup]) -> Markup:
    return element(
        "svg", *parts, class_=f"chart {kind}", role="img", aria_label=text, width="100%",
        height=number(height),
    )  # fmt: skip
