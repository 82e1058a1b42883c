"""Lines given as records of fields: how JSONL, CSV and SegLST name speaker, start, end and text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coach.errors import InputError
from coach.interchange.segments import Segment, span_at
from coach.interchange.text import one_line
from coach.interchange.times import rounded_span, seconds
from coach.intervals import LONGEST, Seconds

FIELDS = {
    "start": ("start", "start_time", "begin", "from", "onset"),
    "end": ("end", "end_time", "stop", "to", "offset"),
    "speaker": ("speaker", "speaker_id", "speaker_name", "who", "participant", "name"),
    "text": ("text", "words", "utterance", "transcript", "sentence"),
}
"""The names a field goes by, the first is the one that we write."""


def record(line: Segment) -> dict[str, Any]:
    """The fields of a line, in our own names, times in milliseconds' precision."""
    span = rounded_span(line.span)
    return {"speaker": line.speaker, "start": span.start, "end": span.end, "text": line.text}


def known(names: list[str]) -> dict[str, str]:
    """Our name of a field -> the name in the file, for those that are there.

    Examples
    --------
    >>> known(["Who", "Start Time", "colour"])
    {'start': 'Start Time', 'speaker': 'Who'}
    """
    lowered = {name.strip().casefold().replace(" ", "_"): name for name in reversed(names)}
    found = {}
    for field, aliases in FIELDS.items():
        alias = next((alias for alias in aliases if alias in lowered), None)
        if alias is not None:
            found[field] = lowered[alias]
    return found


def segment(fields: Mapping[str, Any], place: str) -> Segment:
    """The line that a record gives; other fields are not read.

    Parameters
    ----------
    fields : names as in `FIELDS`; times in seconds or as ``00:01:02.5``.
    place : for the error, as "line 3".

    Raises
    ------
    InputError : if a time is missing or wrong, or text is no text.

    Examples
    --------
    >>> segment({"who": "A", "start": "0:01", "end": 2.5, "text": "Hi"}, "line 1").span
    Span(start=1.0, end=2.5)
    """
    names = known([name for name in fields if isinstance(name, str)])
    start, end = (_time(fields.get(names.get(each, "")), each, place) for each in ("start", "end"))
    speaker = _text(fields.get(names.get("speaker", "")), "speaker", place)
    text = _text(fields.get(names.get("text", "")), "text", place)
    return Segment(span_at(start, end, place), speaker or None, text)


def _time(found: Any, name: str, place: str) -> Seconds:
    if isinstance(found, (int, float)) and not isinstance(found, bool):
        return float(max(-1.0, min(found, 10 * LONGEST)))  # an int may be too long for a float
    if isinstance(found, str):
        try:
            return seconds(found)
        except InputError as error:
            raise InputError(f"{place}: {name} {error}") from error
    raise InputError(f"{place} has no {name}: expected a time in seconds, as 12.5 or 0:12.5.")


def _text(found: Any, name: str, place: str) -> str:
    if found is None:
        return ""
    if isinstance(found, bool) or not isinstance(found, (str, int)):
        raise InputError(f"{place}: {name} is a {type(found).__name__}, expected text.")
    return one_line(str(found))
