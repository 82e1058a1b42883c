"""Subtitle files: what the cues of WebVTT, SRT, SBV and Whisper's console have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from coach.errors import InputError
from coach.interchange.faults import Faults
from coach.interchange.nonspeech import strip_nonspeech
from coach.interchange.rolling import Caption, unroll
from coach.interchange.segments import Segment
from coach.interchange.speaker_labels import (
    CuePart,
    Names,
    are_names,
    find_names,
    label_of,
    name_part,
    split_overlaps,
)
from coach.interchange.text import one_line
from coach.interchange.times import seconds
from coach.intervals import Seconds, Span

_TIMINGS = (
    re.compile(
        r"(?P<start>[\d:.,]+)\s*(?:-->|->|[\u2013\u2014]>|\u2192)\s*(?P<end>[\d:.,]+)(?:\s(?P<text>.*))?",
        re.ASCII,
    ),
    re.compile(r"\[\s*(?P<start>[\d:.,]+)\s*-->\s*(?P<end>[\d:.,]+)\s*\](?P<text>.*)", re.ASCII),
    re.compile(r"(?P<start>\d{1,3}:\d\d:\d\d\.\d{3}),(?P<end>\d{1,3}:\d\d:\d\d\.\d{3})", re.ASCII),
)
"""Timings of WebVTT and SRT (also with a word processor's arrow), Whisper's console and SBV."""

_ARROW = re.compile(r"\[?\s*\d[\d:.,]*[^\n]{0,9}-->|-->\s*\d", re.ASCII)
_OTHER_ARROW = re.compile(
    r"\d+:\d\d[\d:.,]*\s*(?:->|[\u2013\u2014]>|\u2192)\s*\d+:\d\d[\d:.,]*", re.ASCII
)
_SETTING = re.compile(r"[A-Za-z]\w{0,9}:\S{1,40}", re.ASCII)
"""A setting of a cue, after its timing, such as ``align:start`` or ``X1:40``."""

_LEAD = re.compile(r"^\s*(?:[-\u2013]\s+|>>+\s*)")
_COMMENT = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
CREDIT = re.compile(r"https?://|\b(?:transcribed|subtitles?|captions?|generated) by\b", re.I)
_WEBEX = re.compile(r'\d*\s*"([^"]{1,60})"\s*(?:\(\d*\))?')
_HEX = re.compile(r"[0-9a-f]{8}-|/", re.I)
_SENTENCE_ENDS = (".", "?", "!", "\u2026", '"', ")", "]", "\u3002", "\uff1f")
_AFTER_A_GAP = "Text after an empty line is read as part of the cue before it"


@dataclass(frozen=True, slots=True)
class Cue:
    """A block of a file with times.

    Parameters
    ----------
    line : number of the line with its timing.
    text : its lines.
    name : of the cue itself, on the line before its timing; often a number.
    label : of the speaker, if something other than the text gives one.
    """

    line: int
    span: Span
    text: tuple[str, ...] = field(repr=False)
    name: str = field(default="", repr=False)
    label: str | None = field(default=None, repr=False)


def cues(text: str, faults: Faults) -> Iterator[Cue]:
    r"""Find the cues; skip the headers, notes and styles between them.

    A timing that cannot be read, or that ends before it starts, goes to `faults`.

    Parameters
    ----------
    text : of the file, with ``\n`` as newline.
    faults : collects the timings that cannot be read.

    Examples
    --------
    >>> [cue.span for cue in cues("1\n00:01,000 --> 00:02,500 align:left\nHello", Faults())]
    [Span(start=1.0, end=2.5)]
    """
    lines = text.split("\n")
    timings = [i for i, line in enumerate(lines) if _is_timing(line)]
    before = lines[: timings[0]] if timings else []
    name = before[-1].strip() if before else ""
    for at, following in zip(timings, [*timings, len(lines)][1:], strict=True):
        body, following_name = _drop_next_name(lines[at + 1 : following], following < len(lines))
        with faults.record_error(f"Line {at + 1}"):
            span, said = _timing(lines[at], at + 1, faults)
            yield Cue(at + 1, span, (*said, *_body(body, at + 2, faults)), name)
        name = following_name


def segments_of(
    found: Iterable[Cue], parts_of: Callable[[tuple[str, ...]], list[CuePart]]
) -> tuple[Segment, ...]:
    """Lines of the cues; a cue is split where the speaker changes.

    Parameters
    ----------
    found : the cues of the file.
    parts_of : splits the lines of a cue into labelled parts and removes markup.
    """
    every = _with_first_lines(tuple(found))
    given = _names_of_cues(every)
    captions = [
        Caption(
            cue.line,
            cue.span,
            tuple(_add_label(parts_of(cue.text), label)),
            cue.text,
        )
        for cue, label in zip(every, given, strict=True)
    ]
    captions = list(unroll([each for each in captions if each.parts]))
    names = find_names(part for caption in captions for part in caption.parts)
    return tuple(
        line
        for caption in captions
        for line in _divide(caption.span, _apply_names(caption.parts, names))
    )


def parts(label: str | None, lines: Iterable[str], *, before: str = "") -> Iterator[CuePart]:
    """Lines of plain text as parts; each knows whether a speaker may begin in it.

    Parameters
    ----------
    label : of the speaker; None if no markup gives one.
    before : the line before, if it belongs to the same cue.
    """
    for line in lines:
        plain = one_line(_LEAD.sub("", line))
        begins = not before or plain != one_line(line) or before.endswith(_SENTENCE_ENDS)
        if plain.strip("-\u2013_ "):
            yield CuePart(label, plain, begins)
            before = plain


def _is_timing(line: str) -> bool:
    plain = line.strip()
    if not plain or plain[0] not in "0123456789[-":
        return False
    is_arrow = _ARROW.match(plain) or _OTHER_ARROW.fullmatch(plain)
    return bool(is_arrow or _TIMINGS[2].fullmatch(plain))


def _drop_next_name(body: list[str], goes_on: bool) -> tuple[list[str], str]:
    """Split off the name of the next cue, which is right before that cue's timing."""
    if not goes_on or not body:
        return body, ""
    if not body[-1].strip():
        filled = [i for i, line in enumerate(body) if line.strip()]
        last = filled[-1] if filled else 0
        is_number = last > 0 and body[last].strip().isdigit() and not body[last - 1].strip()
        return (body[:last], body[last].strip()) if is_number else (body, "")
    stands_apart = len(body) > 1 and not body[-2].strip()
    if stands_apart or body[-1].strip().isdigit():
        return body[:-1], body[-1].strip()
    return body, ""


def _body(lines: list[str], first: int, faults: Faults) -> Iterator[str]:
    """The text of a cue: all lines, because people leave empty lines inside, except comments."""
    has_text = is_comment = False
    gap = ""
    for number, line in enumerate(lines, first):
        if not line.strip():
            is_comment = False
            gap = line or "\n"
            continue
        if gap or number == first:
            is_comment = bool(_COMMENT.match(line))
            if gap and has_text and not is_comment:
                is_comment = bool(CREDIT.search(line))
            if gap == "\n" and has_text and not is_comment:
                faults.mend(f"Line {number}", _AFTER_A_GAP)
            gap = ""
        if not is_comment:
            has_text = True
            yield line


def _timing(line: str, number: int, faults: Faults) -> tuple[Span, tuple[str, ...]]:
    """The times of a cue, and the words on the same line."""
    match = next((m for each in _TIMINGS if (m := each.fullmatch(line.strip()))), None)
    if match is None:
        raise InputError(
            f"Line {number} is not the timing of a cue: expected 00:00:01.000 --> 00:00:02.500."
        )
    start, end = _time(match["start"], number), _time(match["end"], number)
    said = match.groupdict().get("text") or ""
    said = "" if all(_SETTING.fullmatch(each) for each in said.split()) else said
    return faults.span(start, end, f"Line {number}"), (said,) if said.strip() else ()


def _time(text: str, number: int) -> Seconds:
    try:
        return seconds(text)
    except InputError as error:
        raise InputError(f"Line {number}: {error}") from error


def _names_of_cues(found: tuple[Cue, ...]) -> list[str | None]:
    """The speaker of each cue, or its name: in quotes (Webex), or if names are repeated."""
    if any(cue.label for cue in found):
        return [cue.label for cue in found]
    quoted = [match[1] if (match := _WEBEX.fullmatch(cue.name)) else None for cue in found]
    if any(quoted):
        return [label_of(name) for name in quoted]
    names = [cue.name.strip("0123456789-_.:# ") for cue in found]
    again = 0 < len(set(names)) < len(names)
    if again and all(names) and not any(_HEX.search(name) for name in names):
        return [label_of(name) for name in names]
    return [None] * len(found)


def _with_first_lines(found: tuple[Cue, ...]) -> tuple[Cue, ...]:
    """Cues with their first lines as labels, if names are on lines of their own (Teams)."""
    if any(cue.label for cue in found) or not are_names(cue.text for cue in found):
        return found
    return tuple(replace(cue, label=label_of(cue.text[0]), text=cue.text[1:]) for cue in found)


def _add_label(found: list[CuePart], label: str | None) -> Iterator[CuePart]:
    for part in found:
        own = part if part.label or label is None else replace(part, label=label)
        yield from split_overlaps(own)


def _apply_names(found: Iterable[CuePart], names: Names) -> list[CuePart]:
    return [each for part in found for each in name_part(part, names)]


def _divide(span: Span, found: list[CuePart]) -> Iterator[Segment]:
    """Share the time of a cue among its speakers by the length of what they say."""
    joined = _join_lines(found)
    size = sum(len(part.text) + 1 for part in joined)
    done = 0
    for part in joined:
        start = span.start + span.duration * done / size
        done += len(part.text) + 1
        end = span.end if done == size else span.start + span.duration * done / size
        yield Segment(Span(start, end), part.label or None, part.text)


def _join_lines(found: list[CuePart]) -> list[CuePart]:
    """Join the lines of one speaker; a line without a name continues the speaker before."""
    joined: list[CuePart] = []
    for part in found:
        if joined and part.label in (None, joined[-1].label):
            text = f"{joined[-1].text} {part.text}".strip()
            joined[-1] = replace(joined[-1], text=text)
        else:
            joined.append(part)
    return [part for part in joined if part.text and any(strip_nonspeech(part.text))]
