"""SegLST: the segment lists that meeteval and CHiME score, in one JSON list.

References
----------
.. [1] von Neumann et al. (2023), MeetEval: a toolkit for computation of word error rates for
   meeting transcription systems.
"""

from __future__ import annotations

import json
from typing import Any

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange.faults import Faults
from coach.interchange.json import parse
from coach.interchange.recordings import choose_recording, recording_of
from coach.interchange.records import lines_of, record
from coach.interchange.segments import Origin, Segment, conversation, labels, segments

NOBODY = "unknown"
"""The speaker of words without a speaker; SegLST requires one."""


def write(conv: Conversation) -> str:
    """Write the words, one segment per sentence, with speaker ids.

    Examples
    --------
    >>> from coach.talk import talk
    >>> json.loads(write(talk("A 0-3 So how was it?")))[0]["words"]
    'So how was it?'
    """
    ids = {label: who for who, label in labels(conv).items()}
    found = [_segment(line, conv.recording.id, ids) for line in segments(conv)]
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def read(text: str, origin: Origin) -> Conversation:
    """Read the segments of one session.

    Parameters
    ----------
    text : content of the file, decoded.
    origin : the recording's id, the source of the times, names that choose a recording or tiers.

    Raises
    ------
    InputError : if `origin` does not choose one of several sessions, or no segment can be read (the
        message is about the first).
    """
    found = parse(text)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise InputError("Expected SegLST: a JSON list of objects with start_time and end_time.")
    faults = Faults()
    placed = [(recording_of(each), (f"Segment {n}", each)) for n, each in enumerate(found, 1)]
    return conversation(
        lines_of(choose_recording(placed, origin, "SegLST"), faults), origin, faults=faults
    )


def _segment(line: Segment, session: str, ids: dict[str | None, str | None]) -> dict[str, Any]:
    fields = record(line)
    return {
        "session_id": session,
        "speaker": ids[line.speaker] or NOBODY,
        "start_time": fields["start"],
        "end_time": fields["end"],
        "words": fields["text"],
    }
