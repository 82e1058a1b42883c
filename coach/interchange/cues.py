"""Subtitle files: the cues that WebVTT and SRT share, and the speakers named inside their text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from coach.errors import InputError
from coach.interchange.segments import Segment, span_at
from coach.interchange.text import one_line
from coach.interchange.times import seconds
from coach.intervals import Seconds, Span

Part = tuple[str | None, str]
"""A speaker's label, if there is one, and what is said."""

_TIMING = re.compile(r"\s*(?P<start>[\d:.,]+)\s*-->\s*(?P<end>[\d:.,]+)(?:\s.*)?", re.ASCII)
_ARROW = re.compile(r"\d\s*-->|-->\s*\d", re.ASCII)  # between times; what is said may have one too
# A name, as of "Dr. Lee:", "Ann B.:" or "[SPEAKER_00]:"; a point ends a sentence otherwise.
_POINT = r"(?:(?<=\b[^\W\d_a-z])|(?<=\b(?:Dr|Mr|Ms|St|Jr|Sr))|(?<=\bMrs)|(?<=\bProf))\."
_NAME = re.compile(
    rf"(?P<open>[\[(])?(?P<name>[^\W_](?:[^:.!?<>\n]|{_POINT}){{0,59}})(?(open)[\])]):(?:\s+|$)"
)
_LEAD = re.compile(r"^\s*(?:[-\u2013]\s+|>>+\s*)")
_SOUND = re.compile(r"\[[^\]]*\]|♪.*")

_MOST_NAME_WORDS = 4
"""Of a name that comes once only."""

_PREFIXED_SHARE = 0.5
"""From this share of prefixed lines on, everything before a colon is taken for a name."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A block of a subtitle file: where its timing stands, its times and its lines of text."""

    line: int
    span: Span
    text: tuple[str, ...] = field(repr=False)


def cues(text: str) -> Iterator[Cue]:
    r"""Find the cues; anything between them (headers, notes, styles, numbers) is passed over.

    Raises
    ------
    InputError : naming the line, if a timing cannot be read or ends before it starts.

    Examples
    --------
    >>> [cue.span for cue in cues("1\n00:01,000 --> 00:02,500 align:left\nHello\nthere")]
    [Span(start=1.0, end=2.5)]
    """
    lines = text.split("\n")
    timings = [i for i, line in enumerate(lines) if _ARROW.search(line)]
    for at, following in zip(timings, [*timings, len(lines)][1:], strict=True):
        body = []
        for line in lines[at + 1 : following]:
            if not line.strip():
                break
            body.append(line)
        if len(body) == following - at - 1 and following < len(lines) and body:
            body = body[:-1] if body[-1].strip().isdigit() else body
        yield Cue(at + 1, _timing(lines[at], at + 1), tuple(body))


def segments_of(
    found: Iterable[Cue], parts_of: Callable[[tuple[str, ...]], list[Part]]
) -> tuple[Segment, ...]:
    """Lines of the cues, split where the speaker changes inside one.

    Parameters
    ----------
    found : the cues of the file.
    parts_of : splits the lines of a cue into labelled parts, markup removed.
    """
    parted = [(cue, parts_of(cue.text)) for cue in found]
    names = _names([text for _, parts in parted for label, text in parts if label is None])
    return tuple(
        line
        for cue, parts in parted
        for line in _divide(cue.span, [p for part in parts for p in _named(part, names)])
    )


def _timing(line: str, number: int) -> Span:
    match = _TIMING.fullmatch(line)
    if match is None:
        raise InputError(
            f"Line {number} is no timing of a cue: expected 00:00:01.000 --> 00:00:02.500."
        )
    return span_at(_time(match["start"], number), _time(match["end"], number), f"Line {number}")


def _time(text: str, number: int) -> Seconds:
    try:
        return seconds(text)
    except InputError as error:
        raise InputError(f"Line {number}: {error}") from error


def _names(texts: list[str]) -> frozenset[str]:
    """Decide which beginnings of lines are names: all, if most lines have one, else the usual.

    A name that is not in most lines must come twice and begin with a capital letter.
    """
    spoken = [text for text in texts if text and not _SOUND.fullmatch(text)]
    begun = Counter(name for text in spoken if (name := _prefix(text)) is not None)
    found = Counter({name: times for name, times in begun.items() if _is_name(name, times)})
    if found.total() >= _PREFIXED_SHARE * len(spoken):
        return frozenset(found)
    return frozenset(n for n, times in found.items() if times > 1 and n[0].isupper())


def _prefix(text: str) -> str | None:
    match = _NAME.match(text)
    return match["name"].strip() if match else None


def _is_name(text: str, times: int) -> bool:
    return times > 1 or len(text.split()) <= _MOST_NAME_WORDS


def _named(part: Part, names: frozenset[str]) -> Iterator[Part]:
    label, text = part
    if label is None and (name := _prefix(text)) in names:
        yield name, text.partition(":")[2].strip()
    elif label is not None or not _SOUND.fullmatch(text):
        yield part


def _divide(span: Span, parts: list[Part]) -> Iterator[Segment]:
    """Share the time of a cue among its speakers by the length of what they say."""
    joined = _joined(parts)
    size = sum(len(text) + 1 for _, text in joined)
    done = 0
    for label, text in joined:
        start = span.start + span.duration * done / size
        done += len(text) + 1
        end = span.end if done == size else span.start + span.duration * done / size
        yield Segment(Span(start, end), label, text)


def _joined(parts: list[Part]) -> list[Part]:
    """Join the lines of one speaker; a line without a name goes on with the speaker before."""
    joined: list[Part] = []
    for label, text in parts:
        if joined and label in (None, joined[-1][0]):
            joined[-1] = joined[-1][0], f"{joined[-1][1]} {text}".strip()
        else:
            joined.append((label, text))
    return [part for part in joined if part[1]]


def plain(line: str) -> str:
    """A line without its leading dash or chevrons, and with single spaces."""
    return one_line(_LEAD.sub("", line))
