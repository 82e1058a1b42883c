"""A transcript as a table: columns speaker, start, end, text in any order."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from io import StringIO
from typing import Any

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange.records import FIELDS, known, record, segment
from coach.interchange.segments import Origin, Segment, conversation, segments

_DELIMITERS = (",", ";", "\t", "|")
_NEEDED = {"start", "end", "text"}
_WHISPER = "start\tend\ttext"
"""The header of the tables that Whisper writes, with times in milliseconds."""


def write(conv: Conversation) -> str:
    """Write what was said, one row a sentence.

    Examples
    --------
    >>> from coach.talk import talk
    >>> print(write(talk("A 0-3 So, how was it?")), end="")
    speaker,start,end,text
    A,0.0,3.0,"So, how was it?"
    """
    out = StringIO()
    writer = csv.DictWriter(out, ("speaker", "start", "end", "text"), lineterminator="\n")
    writer.writeheader()
    writer.writerows(record(line) for line in segments(conv))
    return out.getvalue()


def read(text: str, origin: Origin) -> Conversation:
    """Read a table with a header; commas, semicolons, tabs or bars part the columns.

    Times are in seconds, or in milliseconds where the header is that of Whisper.

    Raises
    ------
    InputError : if the header lacks a column; naming the line, if a time is wrong.
    """
    text = _table(text)
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=lambda each: len(_columns(header, each)))
    missing = _NEEDED - set(_columns(header, delimiter))
    if missing:
        wanted = "; ".join(f"{name} (or {', '.join(FIELDS[name][1:])})" for name in sorted(missing))
        raise InputError(
            f"The header of the table lacks {wanted}: expected speaker,start,end,text."
        )
    return conversation(
        _rows(text, delimiter, to=_in_seconds if header == _WHISPER else dict), origin
    )


def has_header(text: str) -> bool:
    """Whether the first line names the columns that are needed."""
    header = _table(text).partition("\n")[0]
    return any(set(_columns(header, each)) >= _NEEDED for each in _DELIMITERS)


def _table(text: str) -> str:
    """From the header on: spreadsheets may name the delimiter in a line of its own before it."""
    return re.sub(r"\A(?:\n|sep=.\n)+", "", text)


def _columns(header: str, delimiter: str) -> dict[str, str]:
    return known([name.strip().strip('"') for name in header.split(delimiter)])


def _in_seconds(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of Whisper's; what is no number stays, to be told by its line."""
    times = {name: row[name] for name in ("start", "end")}
    found = {name: int(ms) / 1000 for name, ms in times.items() if ms and ms.isdecimal()}
    return {**row, **found}


def _rows(
    text: str, delimiter: str, *, to: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> list[Segment]:
    reader = csv.DictReader(StringIO(text), delimiter=delimiter, skipinitialspace=True)
    try:
        return [segment(to(row), f"Line {reader.line_num}") for row in reader if any(row.values())]
    except csv.Error as error:
        raise InputError(
            f"Line {reader.line_num + 1} cannot be read: {error}. Expected quotes in pairs."
        ) from error
