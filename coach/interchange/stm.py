"""STM, the reference transcripts of NIST: ``file channel speaker start end <labels> text``."""

from __future__ import annotations

from collections.abc import Iterator

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange.faults import Faults
from coach.interchange.recordings import choose_recording
from coach.interchange.segments import Origin, Segment, conversation
from coach.interchange.speaker_labels import label_of
from coach.interchange.times import seconds

_FIELDS = 5
_NOBODY = ("inter_segment_gap", "excluded_region")
_IGNORED = "ignore_time_segment_in_scoring"


def read(text: str, origin: Origin) -> Conversation:
    """Read the segments of one recording; a region to ignore in scoring is speech without words.

    Parameters
    ----------
    text : content of the file, decoded.
    origin : the recording's id, the source of the times, names that choose a recording or tiers.

    Raises
    ------
    InputError : if `origin` does not choose one of several recordings, or no line can be read (the
        message is about the first).
    """
    faults = Faults()
    return conversation(
        choose_recording(_segments(text, faults), origin, "STM"), origin, faults=faults
    )


def _segments(text: str, faults: Faults) -> Iterator[tuple[str, Segment]]:
    for number, line in enumerate(text.split("\n"), 1):
        columns = line.split(None, _FIELDS)
        if not columns or columns[0].startswith(";;") or columns[2:3] in ([x] for x in _NOBODY):
            continue
        with faults.record_error(f"Line {number}"):
            yield columns[0], _segment(columns, number, faults)


def _segment(columns: list[str], number: int, faults: Faults) -> Segment:
    place = f"Line {number}"
    if len(columns) < _FIELDS:
        raise InputError(
            f"{place} has {len(columns)} columns: expected file channel speaker start end text."
        )
    try:
        start, end = seconds(columns[3]), seconds(columns[4])
    except InputError as error:
        raise InputError(f"{place}: {error}") from error
    said = columns[_FIELDS] if len(columns) > _FIELDS else ""
    if said.startswith("<") and ">" in said:
        said = said.partition(">")[2]
    said = "" if said.strip().casefold() == _IGNORED else said
    return Segment(faults.span(start, end, place), label_of(columns[2]), said.strip())
