"""A transcript as a table with the columns speaker, start, end, text in any order."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO
from typing import Literal

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange.faults import Faults
from coach.interchange.headerless import columns_of
from coach.interchange.recordings import choose_recording, recording_of
from coach.interchange.records import FIELDS, lines_of, match_fields, record
from coach.interchange.segments import Origin, conversation, segments

Place = tuple[str, dict[str, str | None]]

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""The first characters of cells that a spreadsheet may run as formulas."""

_DELIMITERS = (",", ";", "\t", "|")
_WHISPER = "start\tend\ttext"
"""The header of the tables that Whisper writes, with times in milliseconds."""


def write(conv: Conversation) -> str:
    """Write the words, one row per sentence.

    A text that a spreadsheet would run as a formula gets an apostrophe in front; `read` removes it.

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
    for line in segments(conv):
        row = record(line)
        texts = {key: escape_formula(value) for key, value in row.items() if isinstance(value, str)}
        writer.writerow({**row, **texts})
    return out.getvalue()


def escape_formula(text: str) -> str:
    """The text of a cell, written so that no spreadsheet runs it as a formula.

    Examples
    --------
    >>> escape_formula("=1+1"), escape_formula("So?")
    ("'=1+1", 'So?')
    """
    return f"'{text}" if text.startswith(FORMULAS) else text


def _unescape_formula(cell: str | None) -> str | None:
    """Undo `escape_formula`."""
    if isinstance(cell, str) and cell.startswith("'") and cell[1:].startswith(FORMULAS):
        return cell[1:]
    return cell


def read(text: str, origin: Origin) -> Conversation:
    """Read a table with a header; commas, semicolons, tabs or bars separate the columns.

    Times are in seconds or milliseconds; the header or the pace of the words tells which. In a
    table without ends, a line lasts until the next one.

    Parameters
    ----------
    text : content of the file, decoded.
    origin : the recording's id, the source of the times, names that choose a recording or tiers.

    Raises
    ------
    InputError : if the header lacks a column, or no line can be read (the message is about the
        first).
    """
    given, text = text, _with_header(_table(text))
    offset = given.count("\n") - text.count("\n")
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=lambda each: len(_columns(header, each)))
    if not _is_header(_columns(header, delimiter)):
        missing = _describe_missing(_columns(header, delimiter))
        raise InputError(
            f"The header of the table lacks a column for {missing}: expected a first line as "
            "speaker,start,end,text."
        )
    faults = Faults()
    found = (
        (place, {name: _unescape_formula(cell) for name, cell in row.items()})
        for place, row in _rows(text, delimiter, faults, offset)
    )
    rows = ((recording_of(row[1]), row) for row in found)
    chosen = choose_recording(rows, origin, "Table")
    is_whisper = True if header == _WHISPER and offset >= 0 else None
    return conversation(lines_of(chosen, faults, milliseconds=is_whisper), origin, faults=faults)


def is_table(text: str) -> bool:
    """Whether the first line names the required columns, or the cells tell what they are."""
    text = _table(text)
    found = columns_of(text)
    return _has_header(text) or (found is not None and "speaker" in found[1])


def _has_header(text: str) -> bool:
    header = text.partition("\n")[0]
    return any(_is_header(_columns(header, each)) for each in _DELIMITERS)


def _with_header(text: str) -> str:
    """The table with a header; adds one if the file has none."""
    found = None if _has_header(text) else columns_of(text)
    return text if found is None else f"{found[0].join(found[1])}\n{text}"


def _table(text: str) -> str:
    """The text from the header on; spreadsheets may name the delimiter in a line before it."""
    return re.sub(r"\A(?:\n|sep=.\n)+", "", text)


def _columns(header: str, delimiter: str) -> dict[str, str]:
    return match_fields([name.strip().strip('"') for name in header.split(delimiter)])


def _is_header(columns: dict[str, str]) -> bool:
    has_time = "start" in columns or "span" in columns
    return has_time and ("text" in columns or {"end", "speaker"} <= columns.keys())


def _describe_missing(columns: dict[str, str]) -> str:
    missing = [name for name in ("start", "text") if name not in columns]
    return " and ".join(f"{name} (or {', '.join(FIELDS[name][1:5])})" for name in missing)


def _rows(text: str, delimiter: str, faults: Faults, offset: int) -> Iterator[Place]:
    """Rows that are not empty; `offset` is the number of lines of the file before the text."""
    if text.count('"') % 2:
        yield from _rows_with_stray_quotes(text, delimiter, faults, offset)
        return
    reader = csv.DictReader(StringIO(text), delimiter=delimiter, skipinitialspace=True)
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            place = f"Line {reader.line_num + offset + 1}"
            with faults.record_error(place):
                raise InputError(f"{place} cannot be read: {error}.") from error
            continue
        if row is None:
            return
        if any(row.values()):
            yield f"Line {reader.line_num + offset}", row


def _rows_with_stray_quotes(
    text: str, delimiter: str, faults: Faults, offset: int
) -> Iterator[Place]:
    """Rows of a table with unpaired quotes: one per line, so that no row swallows others."""
    header, *lines = text.split("\n")
    names = next(csv.reader([header], delimiter=delimiter, skipinitialspace=True))
    for number, line in enumerate(lines, 2 + offset):
        if not line.strip(delimiter + " "):
            continue
        is_open = line.count('"') % 2 == 1
        if is_open:
            faults.mend(f"Line {number}", "A quote without its pair is read as text")
        with faults.record_error(f"Line {number}"):
            cells = _cells(line, delimiter, number, is_open=is_open)
            most = len(names)
            if len(cells) > most:
                cells = [*cells[: most - 1], delimiter.join(cells[most - 1 :])]
            yield f"Line {number}", dict(zip(names, cells, strict=False))


def _cells(line: str, delimiter: str, number: int, *, is_open: bool) -> list[str]:
    quoting: Literal[0, 3] = csv.QUOTE_NONE if is_open else csv.QUOTE_MINIMAL
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True, quoting=quoting))
    except csv.Error as error:
        raise InputError(f"Line {number} cannot be read: {error}.") from error
