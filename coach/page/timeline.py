"""Who spoke when, drawn like music: a lane for each speaker, a row for some minutes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count, takewhile

from markupsafe import Markup

from coach.feedback.wording import clock
from coach.intervals import Lookup, Seconds, Span
from coach.page.svg import element, join
from coach.page.svg import percent as at
from coach.scorecard import Scorecard
from coach.turns import Backchannel, Overlap, Turn

# Length of a row and distance of its labels, by the length of the recording up to which they fit.
_ROWS: tuple[tuple[Seconds, Seconds, Seconds], ...] = (
    (360.0, 60.0, 15.0),
    (1200.0, 120.0, 30.0),
    (4500.0, 300.0, 60.0),
    (float("inf"), 600.0, 120.0),
)
_MOST_ROWS = 100  # after 16 hours rows grow longer
_LANE, _GAP, _STRIP = 16, 10, 20
_SYMBOLS = {"open_question": "open", "closed_question": "closed"}
_MOMENTS = {
    "reflection_simple": "reflection",
    "reflection_complex": "reflection",
    "feeling": "feeling",
    "feeling_passed": "passed",
}
_NAMES = {
    "open": "Open question", "closed": "Closed question", "reflection": "Reflection",
    "feeling": "Feeling, picked up", "passed": "Feeling, not picked up",
    "interruption": "Interruption", "attempt": "Attempt to come in",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at a moment and can be visited."""

    span: Span
    speaker: str
    symbol: str
    label: str


@dataclass(frozen=True, slots=True)
class Lanes:
    """Where things are drawn in a row. `css` gives each speaker's colour class, in lane order."""

    css: dict[str, str]
    href: Callable[[Span], str]

    def top(self, speaker: str) -> int:
        """Upper edge of a speaker's lane."""
        return _STRIP + list(self.css).index(speaker) * (_LANE + _GAP)

    @property
    def bottom(self) -> int:
        """Lower edge of the last lane."""
        return _STRIP + len(self.css) * (_LANE + _GAP) - _GAP

    @property
    def height(self) -> int:
        """Of a row with its marks and its clock."""
        return self.bottom + _STRIP + 16

    def mark_y(self, mark: Mark) -> int:
        """Above the first lane for its speaker, below the last for the others."""
        if mark.symbol in ("interruption", "attempt"):
            return self.top(mark.speaker) + (_LANE + 5 if self._is_first(mark) else -5)
        return 9 if self._is_first(mark) else self.bottom + 10

    def _is_first(self, mark: Mark) -> bool:
        return mark.speaker == next(iter(self.css))


def rows(card: Scorecard, lanes: Lanes) -> tuple[Markup, ...]:
    """Draw the timeline, row by row."""
    end = max([card.recording.duration, *(turn.span.end for turn in card.turns)])
    length, step = next((row, step) for most, row, step in _ROWS if end <= most)
    longer = max(1, math.ceil(end / (length * _MOST_ROWS)))
    length, step = length * longer, step * longer
    starts = takewhile(lambda start: start < end, (i * length for i in count()))
    found, heard = marks(card), _Heard.of(card)
    return tuple(
        _row(heard, lanes, Span(start, start + length), [m for m in found if _in(m, start, length)],
             min(end, start + length), step)
        for start in starts
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Heard:
    """What is drawn in the lanes, found row by row."""

    turns: Lookup[Turn]
    backchannels: Lookup[Backchannel]
    interruptions: Lookup[Overlap]

    @classmethod
    def of(cls, card: Scorecard) -> _Heard:
        interruptions = (o for o in card.overlaps if o.kind == "interruption")
        return cls(
            Lookup(card.turns, lambda turn: turn.span),
            Lookup(card.backchannels, lambda signal: signal.span),
            Lookup(interruptions, lambda overlap: overlap.span),
        )


def marks(card: Scorecard) -> tuple[Mark, ...]:
    """Questions, reflections, feelings and interruptions, in order of time."""
    found = [*_questions(card), *_moments(card), *_overlaps(card)]
    known = {speaker.id for speaker in card.speakers}
    return tuple(sorted((m for m in found if m.speaker in known), key=lambda m: (m.span, m.symbol)))


def legend(card: Scorecard) -> tuple[tuple[str, str], ...]:
    """The signs that are used, each as it is drawn and with what it means."""
    used = {mark.symbol for mark in marks(card)}
    drawn = {"interruption": "interruption-down", "attempt": "attempt-down"}
    return tuple(
        (drawn.get(symbol, symbol), name.lower())
        for symbol, name in _NAMES.items()
        if symbol in used
    )


def _questions(card: Scorecard) -> Iterable[Mark]:
    for question in card.questions:
        if not {"logistics", "rhetorical"} & {*question.acts.kinds}:
            symbol = _SYMBOLS[question.acts.act]
            yield Mark(
                question.span, question.speaker, symbol, f"{_NAMES[symbol]}: {question.text}"
            )


def _moments(card: Scorecard) -> Iterable[Mark]:
    for moment in card.moments:
        symbol = _MOMENTS.get(moment.kind)
        if symbol is not None:
            yield Mark(moment.span, moment.speaker, symbol, f"{_NAMES[symbol]}: {moment.text}")


def _overlaps(card: Scorecard) -> Iterable[Mark]:
    for overlap in card.overlaps:
        if overlap.kind in ("interruption", "attempt"):
            yield Mark(overlap.span, overlap.second, overlap.kind, _NAMES[overlap.kind])


def _in(mark: Mark, start: Seconds, length: Seconds) -> bool:
    return start <= mark.span.start < start + length


def _row(
    heard: _Heard, lanes: Lanes, frame: Span, found: list[Mark], end: Seconds, step: Seconds
) -> Markup:
    drawn = [
        *(_lane(lanes, frame, speaker, end) for speaker in lanes.css),
        *_clock(lanes, frame, end, step),
        *(_together(lanes, frame, o.span) for o in heard.interruptions.overlapping(frame)),
        *_speech(heard, lanes, frame),
        element("line", class_="playhead", x1=0, x2=0, y1=4, y2=lanes.bottom + 14),
        *(_mark(lanes, frame, mark) for mark in found),
    ]
    return element(
        "svg", *drawn, class_="chart row", role="group", width="100%", height=lanes.height,
        aria_label=f"{clock(frame.start)} to {clock(end)}",
        data_start=frame.start, data_end=frame.end,
    )  # fmt: skip


def _lane(lanes: Lanes, frame: Span, speaker: str, end: Seconds) -> Markup:
    width = at(100 * (end - frame.start) / frame.duration)
    return element(
        "rect", class_="lane", x=0, y=lanes.top(speaker), width=width, height=_LANE, rx=3
    )


def _speech(heard: _Heard, lanes: Lanes, frame: Span) -> Iterable[Markup]:
    """Turns as a tint, the speech in them on top, backchannels as small beads."""
    turns = heard.turns.overlapping(frame)
    for turn in turns:
        css, top = lanes.css[turn.speaker], lanes.top(turn.speaker)
        yield _bar(frame, turn.span, f"turn {css}", top, _LANE)
    for turn in turns:
        css, top = lanes.css[turn.speaker], lanes.top(turn.speaker)
        for unit in turn.ipus:
            yield _bar(frame, unit.span, f"unit {css}", top, _LANE)
    for signal in heard.backchannels.overlapping(frame):
        css, top = lanes.css[signal.speaker], lanes.top(signal.speaker)
        yield _bar(frame, signal.span, f"bead {css}", top + 5, _LANE - 10)


def _bar(frame: Span, span: Span, css: str, top: int, height: int) -> Markup:
    seen = frame.intersection(span)
    if seen is None:
        return Markup("")
    x = 100 * (seen.start - frame.start) / frame.duration
    width = 100 * seen.duration / frame.duration
    return element(
        "rect", class_=css, x=at(x), y=top, width=at(width), height=height, rx=min(3, height // 2)
    )


def _together(lanes: Lanes, frame: Span, span: Span) -> Markup:
    return _bar(frame, span, "together", _STRIP - 4, lanes.bottom - _STRIP + 8)


def _clock(lanes: Lanes, frame: Span, end: Seconds, step: Seconds) -> Iterable[Markup]:
    baseline = lanes.height - 4
    moments = takewhile(lambda t: t < frame.end, (frame.start + i * step for i in count()))
    for moment in moments:
        if moment > end:
            break
        x = at(100 * (moment - frame.start) / frame.duration)
        yield element("line", class_="grid", x1=x, x2=x, y1=_STRIP, y2=lanes.bottom)
        anchor = "start" if moment == frame.start else "middle"
        yield element("text", clock(moment), class_="tick", x=x, y=baseline, text_anchor=anchor)


def _mark(lanes: Lanes, frame: Span, mark: Mark) -> Markup:
    y = lanes.mark_y(mark)
    symbol = mark.symbol
    if symbol in ("interruption", "attempt"):
        symbol += "-down" if y < lanes.bottom - _LANE else "-up"
    place = element(
        "svg",
        element("rect", class_="hit", x=-12, y=-10, width=24, height=20, rx=4),
        element("use", href=f"#mark-{symbol}"),
        x=at(100 * (mark.span.start - frame.start) / frame.duration), y=y, overflow="visible",
    )  # fmt: skip
    return element(
        "a", element("title", mark.label), place, class_=f"mark {mark.symbol}",
        href=lanes.href(mark.span), aria_label=f"{clock(mark.span.start)} {mark.label}",
        data_start=round(mark.span.start, 2), data_end=round(mark.span.end, 2),
    )  # fmt: skip


def symbols() -> Markup:
    """The signs of the marks, to be placed once in the page."""
    shapes = {
        "open": element("circle", class_="sign open", r=5),
        "closed": element("circle", class_="sign closed", r=4.2),
        "reflection": element("path", class_="sign reflection", d="M0 -6 L6 0 L0 6 L-6 0 Z"),
        "feeling": element("path", class_="sign feeling", d=_HEART),
        "passed": element("path", class_="sign passed", d=_HEART),
    }
    for kind in ("interruption", "attempt"):
        for way, tip in (("down", 6), ("up", -6)):
            points = f"M-6 {-tip * 0.7} L6 {-tip * 0.7} L0 {tip} Z"
            shapes[f"{kind}-{way}"] = element("path", class_=f"sign {kind}", d=points)
    return join(element("g", shape, id=f"mark-{name}") for name, shape in shapes.items())


_HEART = "M0 5.5 C-9 -1 -4 -7 0 -3 C4 -7 9 -1 0 5.5 Z"
