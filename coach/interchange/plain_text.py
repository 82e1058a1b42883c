"""Plain text with times, as exported by Otter, Zoom, Teams, Meet, Rev, f4 and others.

A time mark starts a block, usually with the speaker's name before it, after it or on the next line.
The block lasts until the next mark. f4 puts the mark at the end of a block (``#00:01:02-3#``);
Audacity writes a table without a header.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange.cues import CREDIT, Cue, parts, segments_of
from coach.interchange.faults import Faults
from coach.interchange.line_times import TimedLine, count_from_first, time_of, to_seconds
from coach.interchange.segments import Origin, conversation
from coach.interchange.speaker_labels import is_a_name, label_of
from coach.intervals import Seconds

_T = r"\d{1,2}:\d\d(?::\d\d)?(?:[.,:;]\d{1,3})?(?:\s?(?:[AP]M|[ap]\.m\.)|[ap]m\b)?"
_RANGE = re.compile(
    rf"[\[(]?(?P<start>{_T})[\])]?\s{{0,3}}(?:-->|->|[-\u2013\u2014]|to|bis)\s{{0,3}}"
    rf"[\[(]?(?P<end>{_T})[\])]?[\s:|-]{{0,5}}(?P<rest>.*)"
)
_LEADING = re.compile(rf"[\[(<]?(?P<start>{_T})[\])>]?[\s:|\u2013-]{{0,5}}(?P<rest>.*)")
_TRAILING = re.compile(
    rf"(?P<name>\S.{{0,70}}?)[\s,|:\u2013-]{{0,5}}[\[(]?(?P<start>{_T})[\])]?\s?:?"
)
_INLINE = re.compile(rf"(?P<name>\S.{{0,70}}?)\s?:?\s?[\[(](?P<start>{_T})[\])]:?\s(?P<rest>.*)")
_AT_END = re.compile(r"(?P<rest>.*?)\s?#(?P<end>\d\d:\d\d:\d\d)(?:-(?P<tenth>\d))?#")
_AUDACITY = re.compile(
    r"(?P<start>\d{1,6}\.\d{1,9})\t(?P<end>\d{1,6}\.\d{1,9})(?:\t(?P<rest>.*))?", re.ASCII
)
_LONG = 100_000
_KINDS = (
    ("audacity", _AUDACITY, _LONG),
    ("range", _RANGE, _LONG),
    ("leading", _LEADING, _LONG),
    ("trailing", _TRAILING, 100),
    ("inline", _INLINE, _LONG),
    ("end", _AT_END, _LONG),
)
"""Kinds of time marks, the most reliable first, and the longest line that may have one."""

_USUAL = 0.4
"""A kind of mark below this share of the most frequent kind is a time within the text."""

_HALF_DAY = re.compile(r"\s?([AaPp])\.?[Mm]\.?$", re.ASCII)
_LATEST: Seconds = 3600.0
"""If the first line begins later than this (in seconds), the times are clock times."""

_LEAST_MARKS = 2
_SHARE = 0.1  # of the lines that are not empty; Meet marks about one in thirty


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines below one time mark."""

    line: int
    start: Seconds | None
    end: Seconds | None = None
    frames: tuple[int, int] = (0, 0)
    name: str | None = field(default=None, repr=False)
    text: tuple[str, ...] = field(default=(), repr=False)
    kind: str = ""
    is_daytime: bool = False

    @property
    def is_text(self) -> bool:
        """Whether this is a line without a mark."""
        return not self.kind


def read(text: str, origin: Origin) -> Conversation:
    """Read plain text with time marks.

    Parameters
    ----------
    text : content of the file, decoded.
    origin : the recording's id, the source of the times, names that choose a recording or tiers.

    Raises
    ------
    InputError : if the text has no time marks, or nobody says anything.
    """
    lines = text.split("\n")
    blocks = list(_blocks(lines))
    if not blocks:
        raise InputError(
            "Text without times: nothing can be measured from it. Expected marks as 0:12 or "
            "[00:00:12] before the lines. Export it with time stamps, or as SRT or WebVTT."
        )
    faults = Faults()
    blocks = [block for block in blocks if block.text] or blocks
    rows = [
        TimedLine(f"Line {b.line}", b.start or 0.0, b.end, None, " ".join(b.text), b.frames)
        for b in blocks
    ]
    if any(block.is_daytime for block in blocks) or rows[0].start > _LATEST:
        rows = count_from_first(rows, faults)
    by_place = {f"Line {block.line}": block for block in blocks}
    cues = []
    for row in to_seconds(rows, faults, milliseconds=False):
        block = by_place[row.place]
        with faults.record_error(row.place):
            span = faults.span(row.start, row.end or 0.0, row.place)
            cues.append(Cue(block.line, span, block.text, label=block.name))
    said = segments_of(cues, lambda texts: list(parts(None, texts)))
    return conversation(said, origin, faults=faults)


def has_marks(text: str) -> bool:
    """Whether a text has enough time marks to be a transcript."""
    lines = text.split("\n")
    marks = sum(not block.is_text for block in _marks(lines))
    filled = sum(bool(line.strip()) for line in lines)
    return marks >= _LEAST_MARKS and marks >= _SHARE * filled


def _blocks(lines: Sequence[str]) -> Iterator[_Block]:
    current: _Block | None = None
    body: list[str] = []
    ended: Seconds = 0.0
    for mark in _marks(lines):
        if mark.is_text:
            body += mark.text
        elif mark.start is None:  # the mark ends the block
            yield replace(mark, start=ended, text=(*body, *mark.text))
            ended, body, current = mark.end or ended, [], None
        else:
            if current is not None:
                yield replace(current, text=(*current.text, *body))
            current, body = mark, []
    if current is not None:
        yield replace(current, text=(*current.text, *body))


def _marks(lines: Sequence[str]) -> list[_Block]:
    """Each line as a block: with a mark of a kind that is usual in this file, or as text."""
    found = [(_mark(line.strip(), n), line.strip()) for n, line in enumerate(lines, 1)]
    found = [(b, line) for b, line in found if not (b.is_text and CREDIT.search(line))]
    kinds = Counter(block.kind for block, _ in found if not block.is_text)
    most = max(kinds.values(), default=0)
    rare = {kind for kind, times in kinds.items() if times < _USUAL * most}
    return _with_names_before(
        [
            _Block(block.line, None, text=_text(line)) if block.kind in rare else block
            for block, line in found
            if line
        ]
    )


def _with_names_before(marks: list[_Block]) -> list[_Block]:
    """Give each mark the name on the line above it, if every mark has a name there."""
    bare = [i for i, each in enumerate(marks) if not each.is_text]
    above = [marks[i - 1] for i in bare if i > 0 and marks[i - 1].is_text]
    names = [each.text[0] for each in above if is_a_name(each.text[0])]
    is_bare = all(not marks[i].text and marks[i].name is None for i in bare)
    if not is_bare or len(names) < max(len(bare), _LEAST_MARKS) or len({*names}) == len(names):
        return marks
    lines = {each.line: label_of(each.text[0]) for each in above}
    named = [
        each if each.is_text else replace(each, name=lines[marks[i - 1].line])
        for i, each in enumerate(marks)
    ]
    return [each for each in named if each.line not in lines]


def _mark(plain: str, number: int) -> _Block:
    """The block that a line begins or ends, or a line of text."""
    for kind, pattern, longest in _KINDS:
        match = pattern.fullmatch(plain) if len(plain) <= longest else None
        if match is None:
            continue
        found = match.groupdict()
        name = found.get("name")
        name = None if name is None else name.strip("[]*_: \t")
        if name is not None and not is_a_name(name):
            continue
        return _start_block(kind, number, found, name)
    return _Block(number, None, text=_text(plain))


def _start_block(kind: str, number: int, found: dict[str, str | None], name: str | None) -> _Block:
    start, first = _time(found.get("start"))
    end, last = _time(found.get("end"))
    if end is not None and found.get("tenth"):
        end += int(found["tenth"] or 0) / 10
    return _Block(
        number,
        start,
        end,
        (first, last),
        label_of(name),
        _text(found.get("rest")),
        kind,
        bool(_HALF_DAY.search(found.get("start") or "")),
    )


def _time(text: str | None) -> tuple[Seconds | None, int]:
    if text is None:
        return None, 0
    half = _HALF_DAY.search(text)
    found, frames = time_of(text[: half.start()] if half else text)
    if half is not None:
        if text.count(":") == 1:
            found *= 60  # 10:15 AM has no seconds
        found = found % 43_200 + (43_200 if half[1] in "Pp" else 0)
    return found, frames


def _text(rest: str | None) -> tuple[str, ...]:
    return (rest.strip(),) if rest and rest.strip() else ()
