"""RTTM: who spoke when, with overlaps, without words.

References
----------
.. [1] NIST (2009), The 2009 (RT-09) Rich Transcription Meeting Recognition Evaluation Plan,
   appendix A.
"""

from __future__ import annotations

from collections.abc import Iterator

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange.faults import Faults
from coach.interchange.line_times import TimedLine, segments_from
from coach.interchange.recordings import choose_recording
from coach.interchange.segments import Origin, conversation
from coach.interchange.text import one_line
from coach.interchange.times import round_span, seconds

_FIELDS = 8


def write(conv: Conversation) -> str:
    """Write the speech of each speaker, identified by id.

    Examples
    --------
    >>> from coach.talk import talk
    >>> print(write(talk("A 0-3", "B 2.8-4")), end="")
    SPEAKER talk 1 0.000 3.000 <NA> <NA> A <NA> <NA>
    SPEAKER talk 1 2.800 1.200 <NA> <NA> B <NA> <NA>
    """
    name = _token(conv.recording.id)
    ordered = sorted(conv.speech, key=lambda speech: (speech.span, speech.speaker))
    spans = [(round_span(speech.span), _token(speech.speaker)) for speech in ordered]
    return "".join(
        f"SPEAKER {name} 1 {span.start:.3f} {span.duration:.3f} <NA> <NA> {who} <NA> <NA>\n"
        for span, who in spans
    )


def read(text: str, origin: Origin) -> Conversation:
    """Read the ``SPEAKER`` lines of one recording.

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
    rows = choose_recording(_speakers(text, faults), origin, "RTTM")
    return conversation(segments_from(rows, faults), origin, faults=faults)


def _speakers(text: str, faults: Faults) -> Iterator[tuple[str, TimedLine]]:
    for number, line in enumerate(text.split("\n"), 1):
        columns = line.split()
        if columns and columns[0] == "SPEAKER":
            with faults.record_error(f"Line {number}"):
                yield columns[1] if len(columns) > 1 else "", _row(columns, number)


def _row(columns: list[str], number: int) -> TimedLine:
    if len(columns) < _FIELDS:
        raise InputError(
            f"Line {number} has {len(columns)} columns: expected SPEAKER file channel start "
            "duration <NA> <NA> speaker."
        )
    start, duration = _number(columns[3], number), _number(columns[4], number)
    return TimedLine(f"Line {number}", start, round(start + duration, 6), columns[7], "")


def _number(text: str, line: int) -> float:
    try:
        return seconds(text)
    except InputError as error:
        raise InputError(f"Line {line}: {error}") from error


def _token(text: str) -> str:
    """The text of a column: without spaces and never empty."""
    return one_line(text).replace(" ", "_") or "<NA>"
