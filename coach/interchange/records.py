"""Lines as records of fields: the names of speaker, start, end and text in JSONL, CSV, SegLST."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from coach.errors import InputError
from coach.interchange.cues import Cue, parts, segments_of
from coach.interchange.faults import Faults
from coach.interchange.line_times import TimedLine, segments_from, time_of
from coach.interchange.segments import Segment
from coach.interchange.speaker_labels import label_of
from coach.interchange.text import one_line
from coach.interchange.times import round_span
from coach.intervals import LONGEST, Seconds

FIELDS = {
    "start": (
        "start", "start_time", "begin", "begin_time", "from", "onset", "starttime", "tmin", "in",
        "timestamp", "time", "start_timestamp", "time_start", "timecode",
    ),
    "end": (
        "end", "end_time", "stop", "to", "offset", "endtime", "tmax", "out", "stop_time",
        "end_timestamp", "time_end",
    ),
    "duration": ("duration", "dur", "length"),
    "span": ("timespan", "time_span", "time_range"),
    "speaker": (
        "speaker", "speaker_id", "speaker_name", "who", "participant", "name", "interlocutor",
        "speaker_label", "speakername", "sprecher",
    ),
    "text": (
        "text", "words", "utterance", "transcript", "sentence", "utterance_text", "content",
        "transcription", "caption", "value", "body", "annotation",
    ),
}  # fmt: skip
"""The names of each field; we write the first one."""

_UNIT = re.compile(
    r"(?<![\s_([-])[\s_([-]+(?P<unit>ms|msec|milliseconds|s|sec|seconds|ss\.msec|hh:mm:ss(?:\.ms)?)[)\]]?$"
)
_MILLISECONDS = ("ms", "msec", "milliseconds")
_RANGE = re.compile(r"\s*([\d:.,;]{1,30})\s*(?:-->|->|[-\u2013\u2014,])\s*([\d:.,;]{1,30})\s*")


def record(line: Segment) -> dict[str, Any]:
    """The fields of a line under our names, times rounded to milliseconds."""
    span = round_span(line.span)
    return {"speaker": line.speaker, "start": span.start, "end": span.end, "text": line.text}


def match_fields(names: list[str]) -> dict[str, str]:
    """Our name of each field in the file -> its name there.

    Examples
    --------
    >>> match_fields(["Who", "Start Time", "colour", "End (ms)"])
    {'start': 'Start Time', 'end': 'End (ms)', 'speaker': 'Who'}
    """
    lowered = {_split_unit(name)[0]: name for name in reversed(names)}
    found = {}
    for field, aliases in FIELDS.items():
        alias = next((alias for alias in aliases if alias in lowered), None)
        if alias is not None:
            found[field] = lowered[alias]
    return found


def lines_of(
    records: Iterable[tuple[str, Mapping[str, Any]]],
    faults: Faults,
    *,
    milliseconds: bool | None = None,
) -> list[Segment]:
    """The lines of the records; records that cannot be read go to `faults`.

    Parameters
    ----------
    records : the place of each, for notes and errors, and its fields (see `FIELDS`); times in
        seconds, in milliseconds or as ``00:01:02.5``. A line without an end lasts until the next
        begins.
    milliseconds : whether times are milliseconds; None decides by field names or the pace of the
        words.

    Examples
    --------
    >>> fields = {"who": "A", "start": "0:01", "end": 2.5, "text": "Hi"}
    >>> lines_of([("Line 1", fields)], Faults())[0].span
    Span(start=1.0, end=2.5)
    """
    rows = []
    for place, fields in records:
        with faults.record_error(place):
            rows.append(row_of(fields, place))
            names = match_fields([name for name in fields if isinstance(name, str)])
            if milliseconds is None and _split_unit(names.get("start", ""))[1] in _MILLISECONDS:
                milliseconds = True
    return _with_names(segments_from(rows, faults, milliseconds=milliseconds))


def _with_names(lines: list[Segment]) -> list[Segment]:
    """Lines with the names before their texts as speakers, if no field has the speaker."""
    if any(line.speaker for line in lines) or not all(line.text for line in lines):
        return lines
    cues = [Cue(number, line.span, (line.text,)) for number, line in enumerate(lines, 1)]
    return list(segments_of(cues, lambda texts: list(parts(None, texts))))


def row_of(fields: Mapping[str, Any], place: str) -> TimedLine:
    """The line of one record, its times as written.

    Parameters
    ----------
    fields : of the record, by the names in the file (see `FIELDS`).
    place : in the file, such as "Line 3".

    Raises
    ------
    InputError : if the record has no start, or a time or text is wrong; the message names `place`.
    """
    names = match_fields([name for name in fields if isinstance(name, str)])
    values = {field: fields.get(name) for field, name in names.items()}
    span = values.get("span")
    if isinstance(span, str):
        values["start"], values["end"] = _bounds(span)
    start = _time(values.get("start"), "start", place)
    if start is None:
        raise InputError(f"{place} has no start: expected a time in seconds, as 12.5 or 0:12.5.")
    end = _time(values.get("end"), "end", place)
    lasted = _time(values.get("duration"), "duration", place) if end is None else None
    if lasted is not None:
        end = start[0] + lasted[0], start[1] + lasted[1]
    speaker = label_of(_text(values.get("speaker"), "speaker", place))
    text = _text(values.get("text"), "text", place)
    frames = start[1], 0 if end is None else end[1]
    return TimedLine(place, start[0], None if end is None else end[0], speaker, text, frames)


def _split_unit(name: str) -> tuple[str, str]:
    """A field's name in small letters without its unit, and the unit."""
    lowered = name.strip().casefold()
    match = _UNIT.search(lowered)
    unit = match["unit"] if match else ""
    bare = lowered[: match.start()] if match else lowered
    return re.sub(r"[\s-]+", "_", bare), unit


def _bounds(text: str) -> tuple[str, str | None]:
    match = _RANGE.fullmatch(text)
    if match is None:
        return text, None
    return match[1], match[2]


def _time(found: Any, name: str, place: str) -> tuple[Seconds, int] | None:
    if found is None or (isinstance(found, str) and not found.strip()):
        return None
    if isinstance(found, (int, float)) and not isinstance(found, bool):
        # An int may be too long for a float.
        return float(max(-1.0, min(found, 1000 * LONGEST))), 0
    if isinstance(found, str):
        try:
            return time_of(found)
        except InputError as error:
            raise InputError(f"{place}, {name}: {error}") from error
    raise InputError(f"{place} has no {name}: expected a time in seconds, as 12.5 or 0:12.5.")


def _text(found: Any, name: str, place: str) -> str:
    if found is None:
        return ""
    if isinstance(found, bool) or not isinstance(found, (str, int)):
        raise InputError(f"{place}: {name} is a {type(found).__name__}, expected text.")
    return one_line(str(found))
