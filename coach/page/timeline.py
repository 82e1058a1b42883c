"""Draw who spoke when: a lane for each speaker, a row for some minutes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count, takewhile

from markupsafe import Markup

from coach.feedback.wording import clock, with_noun
from coach.intervals import Lookup, Seconds, Span
from coach.page.svg import element, join, number
from coach.page.svg import percent as at
from coach.scorecard import Scorecard
from coach.turns import Backchannel, Overlap, Turn

# Longest recording, length of a row, distance of its labels.
_ROWS: tuple[tuple[Seconds, Seconds, Seconds], ...] = (
    (360.0, 60.0, 15.0),
    (1200.0, 120.0, 30.0),
    (4500.0, 300.0, 60.0),
    (float("inf"), 600.0, 120.0),
)
_MOST_ROWS = 100  # after 16 hours rows grow longer
_LANE, _GAP, _STRIP = 16, 10, 20
_WIDTH = 1000  # of a row, in its own units
_STEPS: tuple[Seconds, ...] = (
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    18000,
    36000,
    90000,
)
_MOST_TICKS = 6
_LAST_TICK = 0.93  # of the width; a label further right would not fit
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
_COUNTED: dict[str, tuple[str, ...]] = {
    "open": ("open question",), "closed": ("closed question",), "reflection": ("reflection",),
    "feeling": ("feeling picked up", "feelings picked up"),
    "passed": ("feeling not picked up", "feelings not picked up"),
    "interruption": ("interruption",),
    "attempt": ("attempt to come in", "attempts to come in"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """An event at a moment."""

    span: Span
    speaker: str
    symbol: str


@dataclass(frozen=True, slots=True)
class Lanes:
    """The positions in a row; `css` gives each speaker's colour class, in lane order."""

    css: dict[str, str]

    def top(self, speaker: str) -> int:
        """Upper edge of a speaker's lane."""
        return _STRIP + list(self.css).index(speaker) * (_LANE + _GAP)

    @property
    def bottom(self) -> int:
        """Lower edge of the last lane."""
        return _STRIP + len(self.css) * (_LANE + _GAP) - _GAP

    @property
    def height(self) -> int:
        """Height of a row with its marks and its clock."""
        return self.bottom + _STRIP + 16

    def mark_y(self, mark: Mark) -> int:
        """Position of a mark: above the first lane for its speaker, else below the last lane."""
        if mark.symbol in ("interruption", "attempt"):
            return self.top(mark.speaker) + (_LANE + 5 if self._is_first(mark) else -5)
        return 9 if self._is_first(mark) else self.bottom + 10

    def _is_first(self, mark: Mark) -> bool:
        return mark.speaker == next(iter(self.css))


def rows(card: Scorecard, lanes: Lanes) -> tuple[Markup, ...]:
    """Draw the timeline, row by row.

    Parameters
    ----------
    lanes : positions of the speakers' lanes.
    """
    end = _end(card)
    length, step = next((row, step) for most, row, step in _ROWS if end <= most)
    longer = max(1, math.ceil(end / (length * _MOST_ROWS)))
    length, step = length * longer, step * longer
    starts = takewhile(lambda start: start < end, (i * length for i in count()))
    found, contents = marks(card), _LaneContents.of(card)
    return tuple(
        _row(
            contents, lanes, Span(start, start + length),
            [m for m in found if _is_within(m, start, length)],
            min(end, start + length), step,
        )
        for start in starts
    )  # fmt: skip


def strip(card: Scorecard, lanes: Lanes, edges: Iterable[Seconds] = ()) -> Markup:
    """Draw the whole conversation on one line: who is heard when, and the edges of the chapters.

    Parameters
    ----------
    lanes : positions of the speakers' lanes.
    edges : starts of chapters.
    """
    end = _end(card)
    frame, height = Span(0.0, end), lanes.bottom - _STRIP
    step = next(step for step in _STEPS if end / step <= _MOST_TICKS)
    shapes = join(_speech(_LaneContents.of(card), lanes, frame, lift=_STRIP))
    cuts = [at(100 * edge / end) for edge in edges if 0 < edge < end]
    drawn = [
        _scale_shapes(shapes, height),
        *(element("line", class_="cut", x1=x, x2=x, y1=-4, y2=height + 4) for x in cuts),
        element("line", class_="playhead", x1=0, x2=0, y1=-4, y2=height + 4),
        *_ticks(frame, end, step, height + 18),
    ]
    return element(
        "svg", *drawn, class_="chart row strip", role="img", width="100%", height=height + 22,
        aria_label=f"Who speaks when, from 0:00 to {clock(end)}",
        data_start=frame.start, data_end=frame.end,
    )  # fmt: skip


def _end(card: Scorecard) -> Seconds:
    return max([card.recording.duration, *(turn.span.end for turn in card.turns)])


@dataclass(frozen=True, slots=True)
class _LaneContents:
    """The contents of the lanes, to be looked up row by row."""

    turns: Lookup[Turn]
    backchannels: Lookup[Backchannel]
    interruptions: Lookup[Overlap]

    @classmethod
    def of(cls, card: Scorecard) -> _LaneContents:
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
    """The signs in use, each with its meaning."""
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
            yield Mark(question.span, question.speaker, _SYMBOLS[question.acts.act])


def _moments(card: Scorecard) -> Iterable[Mark]:
    for moment in card.moments:
        symbol = _MOMENTS.get(moment.kind)
        if symbol is not None:
            yield Mark(moment.span, moment.speaker, symbol)


def _overlaps(card: Scorecard) -> Iterable[Mark]:
    for overlap in card.overlaps:
        if overlap.kind in ("interruption", "attempt"):
            yield Mark(overlap.span, overlap.second, overlap.kind)


def _is_within(mark: Mark, start: Seconds, length: Seconds) -> bool:
    return start <= mark.span.start < start + length


def _row(
    contents: _LaneContents,
    lanes: Lanes,
    frame: Span,
    found: list[Mark],
    end: Seconds,
    step: Seconds,
) -> Markup:
    shapes = [
        *(_lane(lanes, frame, speaker, end) for speaker in lanes.css),
        _path(frame, (o.span for o in contents.interruptions.find_overlapping(frame)), "together",
              _STRIP - 4, lanes.bottom - _STRIP + 8),
        *_speech(contents, lanes, frame),
    ]  # fmt: skip
    drawn = [
        *_grid(lanes, frame, end, step),
        _scale_shapes(join(shapes), lanes.height),
        element("line", class_="playhead", x1=0, x2=0, y1=4, y2=lanes.bottom + 14),
        *(_mark(lanes, frame, mark) for mark in found),
        *_ticks(frame, end, step, lanes.height - 4),
    ]
    return element(
        "svg", *drawn, class_="chart row", role="img", width="100%", height=lanes.height,
        aria_label=_describe(frame, end, found), data_start=frame.start, data_end=frame.end,
    )  # fmt: skip


def _describe(frame: Span, end: Seconds, found: list[Mark]) -> str:
    """Describe a row in words."""
    seen = Counter(mark.symbol for mark in found)
    parts = [with_noun(seen[symbol], *_COUNTED[symbol]) for symbol in _NAMES if seen[symbol]]
    return f"{clock(frame.start)} to {clock(end)}: {', '.join(parts) or 'no signs'}"


def _scale_shapes(shapes: Markup, height: int) -> Markup:
    """Draw shapes in thousandths of the width."""
    return element(
        "svg", shapes, viewBox=f"0 0 {_WIDTH} {height}", preserveAspectRatio="none",
        width="100%", height=height,
    )  # fmt: skip


def _lane(lanes: Lanes, frame: Span, speaker: str, end: Seconds) -> Markup:
    width = number(_WIDTH * (end - frame.start) / frame.duration)
    return element("rect", class_="lane", y=lanes.top(speaker), width=width, height=_LANE)


def _speech(contents: _LaneContents, lanes: Lanes, frame: Span, lift: int = 0) -> Iterable[Markup]:
    """Turns as a tint, speech on top of it, backchannels as small beads."""
    turns, signals = (
        contents.turns.find_overlapping(frame),
        contents.backchannels.find_overlapping(frame),
    )
    for speaker, css in lanes.css.items():
        top, own = lanes.top(speaker) - lift, [turn for turn in turns if turn.speaker == speaker]
        units = (unit.span for turn in own for unit in turn.ipus)
        beads = (signal.span for signal in signals if signal.speaker == speaker)
        yield _path(frame, (turn.span for turn in own), f"turn {css}", top, _LANE)
        yield _path(frame, units, f"unit {css}", top, _LANE)
        yield _path(frame, beads, f"bead {css}", top + 5, _LANE - 10)


def _path(frame: Span, spans: Iterable[Span], css: str, top: int, height: int) -> Markup:
    """Many bars as one shape; bars with an invisible gap are joined."""
    seen = sorted(part for span in spans if (part := frame.intersection(span)) is not None)
    least = frame.duration / _WIDTH
    bars: list[tuple[Seconds, Seconds]] = []
    for part in seen:
        if bars and part.start - bars[-1][1] < least:
            bars[-1] = (bars[-1][0], max(part.end, bars[-1][1]))
        else:
            bars.append((part.start, part.end))
    scale = _WIDTH / frame.duration
    drawn = "".join(
        f"M{number(scale * (start - frame.start))} {top}h{number(scale * (end - start))}"
        f"v{height}h-{number(scale * (end - start))}z"
        for start, end in bars
    )
    return element("path", class_=css, d=drawn) if drawn else Markup("")


def _grid(lanes: Lanes, frame: Span, end: Seconds, step: Seconds) -> Iterable[Markup]:
    for moment in _moments_of(frame, end, step):
        x = at(100 * (moment - frame.start) / frame.duration)
        yield element("line", class_="grid", x1=x, x2=x, y1=_STRIP, y2=lanes.bottom)


def _ticks(frame: Span, end: Seconds, step: Seconds, baseline: int) -> Iterable[Markup]:
    for moment in _moments_of(frame, end, step):
        x = at(100 * (moment - frame.start) / frame.duration)
        share = (moment - frame.start) / frame.duration
        anchor = "start" if share == 0 else "end" if share > _LAST_TICK else "middle"
        yield element("text", clock(moment), class_="tick", x=x, y=baseline, text_anchor=anchor)


def _moments_of(frame: Span, end: Seconds, step: Seconds) -> Iterable[Seconds]:
    moments = (frame.start + i * step for i in count())
    return takewhile(lambda moment: moment < frame.end and moment <= end, moments)


def _mark(lanes: Lanes, frame: Span, mark: Mark) -> Markup:
    y = lanes.mark_y(mark)
    symbol = mark.symbol
    if symbol in ("interruption", "attempt"):
        symbol += "-down" if y < lanes.bottom - _LANE else "-up"
    return element(
        "use", href=f"#mark-{symbol}", class_="mark", y=y,
        x=at(100 * (mark.span.start - frame.start) / frame.duration),
        data_start=round(mark.span.start, 2), data_end=round(mark.span.end, 2),
    )  # fmt: skip


def symbols() -> Markup:
    """The symbols of the marks, to be defined once in the page."""
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
