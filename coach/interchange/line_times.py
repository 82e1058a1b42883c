"""Convert the times of lines, which may lack ends, be milliseconds, or count video frames."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from coach.interchange.faults import Faults
from coach.interchange.segments import Segment
from coach.interchange.times import seconds
from coach.intervals import Seconds

START_ONLY_NOTE = (
    "The transcript says when a line begins but not when it ends: each line lasts until the "
    "next one begins, so pauses are counted as speech."
)
MILLISECONDS_NOTE = (
    "The times of the transcript are taken for milliseconds: as seconds nobody would speak so "
    "slowly"
)
FRAMES_NOTE = (
    "The times of the transcript count frames, taken for {} in a second: they are right to a fifth "
    "of a second"
)
DAYTIME_NOTE = "The times of the transcript are clock times: the first line counts as 0:00"

_SLOWEST = 0.02
"""Words per second. Talk with its pauses has more than 0.3; milliseconds read as seconds give less
than 0.01."""

_LONGEST_MEAN: Seconds = 600.0  # of lines without words
_LEAST_ROWS = 3
_PACE = 2.5  # words in a second, for a last line without an end
_LETTERS = 6  # of a word, where a script has no spaces
_FRAMES = re.compile(r"(\d{1,3})[:;](\d\d)[:;](\d\d)[:;](\d\d)", re.ASCII)
_UNITS = re.compile(r"(?:(\d{1,4})h)? ?(?:(\d{1,5})m)? ?(?:(\d{1,6}(?:\.\d{1,9})?)s)?", re.ASCII)
_RATES = (25, 30, 60)


@dataclass(frozen=True, slots=True)
class TimedLine:
    """A line with its times as the file has them.

    Parameters
    ----------
    place : in the file, such as "Line 3".
    start, end : in the file's unit; `end` is None if the file does not state it.
    frames : video frames to add to `start` and `end`.
    """

    place: str
    start: Seconds
    end: Seconds | None
    speaker: str | None = field(repr=False)
    text: str = field(repr=False)
    frames: tuple[int, int] = (0, 0)


def time_of(text: str) -> tuple[Seconds, int]:
    """Read a time: the seconds, and the frames after them.

    Raises
    ------
    InputError : if the text is not a time.

    Examples
    --------
    >>> time_of("0:01.5"), time_of("00:00:02:12"), time_of("1m2.5s")
    ((1.5, 0), (2.0, 12), (62.5, 0))
    """
    plain = text.strip()
    parted = _UNITS.fullmatch(plain) if plain else None
    if parted is not None:
        hour, minute, second = (float(each or 0) for each in parted.groups())
        return 3600 * hour + 60 * minute + second, 0
    match = _FRAMES.fullmatch(plain)
    if match is None:
        return seconds(plain), 0
    hours, minutes, whole, frames = (int(each) for each in match.groups())
    return 3600.0 * hours + 60 * minutes + whole, frames


def segments_from(
    rows: Iterable[TimedLine], faults: Faults, *, milliseconds: bool | None = None
) -> list[Segment]:
    """Lines in seconds, each with an end; see `to_seconds`.

    Parameters
    ----------
    rows : in any order.
    faults : collects the rows with wrong times.
    milliseconds : whether the times are milliseconds; None decides by the pace of the words.
    """
    lines = []
    for row in to_seconds(rows, faults, milliseconds=milliseconds):
        with faults.record_error(row.place):
            span = faults.span(row.start, row.end or 0.0, row.place)
            lines.append(Segment(span, row.speaker, row.text))
    return lines


def to_seconds(
    rows: Iterable[TimedLine], faults: Faults, *, milliseconds: bool | None = None
) -> list[TimedLine]:
    """Convert rows to seconds and give each an end; the times are not checked yet.

    Parameters
    ----------
    rows : in any order.
    milliseconds : whether the times are milliseconds; None decides by the pace of the words.
    """
    found = _add_frames(list(rows), faults)
    if milliseconds or (milliseconds is None and _is_in_milliseconds(found)):
        if milliseconds is None:
            faults.note(MILLISECONDS_NOTE)
        found = [
            replace(row, start=row.start / 1000, end=None if row.end is None else row.end / 1000)
            for row in found
        ]
    return _fill_ends(found, faults)


def count_from_first(rows: Sequence[TimedLine], faults: Faults) -> list[TimedLine]:
    """Count the times of rows from the first one, for a file with clock times.

    Parameters
    ----------
    rows : in seconds; clock times count from midnight.
    faults : gets a note that the times are clock times.
    """
    faults.note(DAYTIME_NOTE)
    first = rows[0].start
    return [
        replace(
            row,
            start=(row.start - first) % 86_400,
            end=None if row.end is None else (row.end - first) % 86_400,
        )
        for row in rows
    ]


def _add_frames(rows: list[TimedLine], faults: Faults) -> list[TimedLine]:
    most = max((max(row.frames) for row in rows), default=0)
    if most == 0:
        return rows
    rate = next((each for each in _RATES if each > most), most + 1)
    faults.note(FRAMES_NOTE.format(rate))
    return [
        replace(
            row,
            start=row.start + row.frames[0] / rate,
            end=None if row.end is None else row.end + row.frames[1] / rate,
        )
        for row in rows
    ]


def _is_in_milliseconds(rows: list[TimedLine]) -> bool:
    """Whether the times read as seconds would make people speak impossibly slowly."""
    words = sum(max(len(row.text.split()), len(row.text) // _LETTERS) for row in rows)
    lasted = sum(row.end - row.start for row in rows if row.end is not None)
    if any(row.end is None for row in rows) or lasted <= 0:
        starts = [row.start for row in rows]
        lasted = max(starts, default=0.0) - min(starts, default=0.0)
    if lasted <= 0:
        return False
    if words == 0:
        return len(rows) >= _LEAST_ROWS and lasted > _LONGEST_MEAN * len(rows)
    return words < _SLOWEST * lasted


def _fill_ends(rows: list[TimedLine], faults: Faults) -> list[TimedLine]:
    """Give each row an end; a row without one lasts until the next begins."""
    if all(row.end is not None for row in rows):
        return rows
    open_rows = [row for row in rows if row.end is None]
    if 2 * len(open_rows) > len(rows):
        faults.note(START_ONLY_NOTE)
    else:
        for row in open_rows:
            faults.mend(row.place, "A line without an end lasts until the next line begins")
    ordered = sorted(rows, key=lambda row: row.start)
    later: Seconds | None = None
    ended: list[TimedLine] = []
    for row, after in zip(reversed(ordered), [None, *reversed(ordered)], strict=False):
        if after is not None and after.start > row.start:
            later = after.start
        lasts = max(1, len(row.text.split())) / _PACE
        end = row.end if row.end is not None else (later or row.start + lasts)
        ended.append(replace(row, end=end))
    return ended[::-1]
