"""Tables without a header: the cells tell what each column holds.

Examples: ELAN's tab-delimited export, labels of Audacity, tables made by hand.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence

from coach.errors import InputError
from coach.interchange.line_times import time_of
from coach.interchange.speaker_labels import is_a_name

_DELIMITERS = "\t;,|"
_LOOKED_AT = 50  # rows
_WHOLE = 0.9  # of the rows have as many cells as the first


def columns_of(text: str) -> tuple[str, list[str]] | None:
    r"""The delimiter and the column names of a table without a header; None if it is not a table.

    Examples
    --------
    >>> columns_of("0.0,2.4,Ann,How was it?\n2.9,5.1,Bo,Long and hard.\n6.0,7.0,Ann,Oh.\n")
    (',', ['start', 'end', 'speaker', 'text'])
    """
    lines = [line for line in text.split("\n", _LOOKED_AT)[:_LOOKED_AT] if line.strip()]
    for delimiter in _DELIMITERS:
        try:
            rows = list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True))
        except csv.Error:
            continue
        found = _name_columns(rows) if len(rows) > 1 and len(rows[0]) > 2 else None
        if found is not None:
            return delimiter, found
    return None


def _name_columns(rows: list[list[str]]) -> list[str] | None:
    width = len(rows[0])
    whole = [row for row in rows if len(row) == width]
    if len(whole) < _WHOLE * len(rows):
        return None
    cells = list(zip(*whole, strict=True))
    times = {i: found for i, column in enumerate(cells) if (found := _times(column)) is not None}
    start = next(iter(times), None)
    if start is None or len(times) < 2:
        return None
    later = (i for i, found in times.items() if _are_all_later(times[start], found))
    end = next(later, None)
    others = [i for i, column in enumerate(cells) if i not in times and any(map(str.strip, column))]
    if end is None or not others:
        return None
    text = max(others, key=lambda i: sum(len(cell) for cell in cells[i]))
    named = [i for i in others if _are_names(cells[i], come_again=i > start)]
    speaker = next((i for i in named if i != text or len(others) == 1), -1)
    given = {text: "text", speaker: "speaker", start: "start", end: "end"}
    return [given.get(i, f"column {i + 1}") for i in range(width)]


def _are_all_later(starts: Sequence[float], ends: Sequence[float]) -> bool:
    return all(start < end for start, end in zip(starts, ends, strict=True))


def _times(column: Sequence[str]) -> list[float] | None:
    try:
        return [time_of(cell)[0] for cell in column]
    except InputError:
        return None


def _are_names(column: Sequence[str], *, come_again: bool) -> bool:
    """Whether cells are names; after the times they may be words, so they must be repeated."""
    names = {cell.strip() for cell in column if cell.strip()}
    is_few = len(names) < len(column) or not come_again
    return bool(names) and is_few and all(is_a_name(name) for name in names)
