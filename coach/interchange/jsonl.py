"""A transcript with one JSON object per line: speaker, start, end, text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange.faults import Faults
from coach.interchange.json import parse
from coach.interchange.recordings import choose_recording, recording_of
from coach.interchange.records import lines_of, record
from coach.interchange.segments import Origin, conversation, segments

_EXAMPLE = '{"speaker": "A", "start": 0.0, "end": 3.0, "text": "So how was it?"}'


def write(conv: Conversation) -> str:
    """Write the words, one object per sentence.

    Examples
    --------
    >>> from coach.talk import talk
    >>> print(write(talk("A 0-3 So how was it?")), end="")
    {"speaker": "A", "start": 0.0, "end": 3.0, "text": "So how was it?"}
    """
    lines = (json.dumps(record(line), ensure_ascii=False) for line in segments(conv))
    return "".join(f"{line}\n" for line in lines)


def read(text: str, origin: Origin) -> Conversation:
    """Read JSON lines; ignore empty lines and fields other than the four.

    Parameters
    ----------
    text : content of the file, decoded.
    origin : the recording's id, the source of the times, names that choose a recording or tiers.

    Raises
    ------
    InputError : if no line can be read; the message is about the first.
    """
    faults = Faults()
    found = [(recording_of(fields), (place, fields)) for place, fields in objects(text, faults)]
    return conversation(
        lines_of(choose_recording(found, origin, "JSON lines"), faults), origin, faults=faults
    )


def objects(text: str, faults: Faults) -> Iterator[tuple[str, dict[str, Any]]]:
    """The place and the object of each line; a line that is not an object goes to `faults`.

    Parameters
    ----------
    text : of the file, one object per line.
    faults : collects the lines that are not objects.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"Line {number}"
        with faults.record_error(place):
            yield place, _object(line, place)


def _object(line: str, place: str) -> dict[str, Any]:
    try:
        found = parse(line)
    except InputError as error:
        raise InputError(f"{place}: {error}") from error
    if not isinstance(found, dict):
        raise InputError(f"{place}: expected an object, as in {_EXAMPLE}")
    return found
