"""A transcript with one JSON object a line: speaker, start, end, text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange.json import parse
from coach.interchange.records import record, segment
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
    InputError : naming the line, if one is no object with start and end.
    """
    return conversation([segment(fields, place) for place, fields in objects(text)], origin)


def objects(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line's place, for errors, and its object.

    Raises
    ------
    InputError : naming the line, if one is no JSON object.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"Line {number}"
        try:
            found = parse(line)
        except InputError as error:
            raise InputError(f"{place}: {error}") from error
        if not isinstance(found, dict):
            raise InputError(f"{place}: expected an object, as in {_EXAMPLE}")
        yield place, found
