"""A transcript with one JSON object a line: speaker, start, end, text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange.faults import Faults
from coach.interchange.json import parse
from coach.interchange.recordings import of_one, recording_of
from coach.interchange.records import lines_of, record
from coach.interchange.segments import Origin, conversation, segments

_EXAMPLE = '{"speaker": "A", "start": 0.0, "end": 3.0, "text": "So how was it?"}'


def write(conv: Conversation) -> str:
    """Write what was said, one object a sentence.

    Examples
    --------
    >>> from coach.talk import talk
    >>> print(write(talk("A 0-3 So how was it?")), end="")
    {"speaker": "A", "start": 0.0, "end": 3.0, "text": "So how was it?"}
    """
    lines = (json.dumps(record(line), ensure_ascii=False) for line in segments(conv))
    return "".join(f"{line}\n" for line in lines)


def read(text: str, origin: Origin) -> Conversation:
    """Read JSON lines; other fields than the four are not read, empty lines passed over.

    Raises
    ------
    InputError : for the first line that cannot be read, if none can.
    """
    faults = Faults()
    found = [(recording_of(fields), (place, fields)) for place, fields in objects(text, faults)]
    return conversation(
        lines_of(of_one(found, origin, "JSON lines"), faults), origin, faults=faults
    )


def objects(text: str, faults: Faults) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line's place, for notes, and its object; a line that is none goes to `faults`."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"Line {number}"
        with faults.leaving_out(place):
            yield place, _object(line, place)


def _object(line: str, place: str) -> dict[str, Any]:
    try:
        found = parse(line)
    except InputError as error:
        raise InputError(f"{place}: {error}") from error
    if not isinstance(found, dict):
        raise InputError(f"{place}: expected an object, as in {_EXAMPLE}")
    return found
