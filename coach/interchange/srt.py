"""SubRip subtitles (SRT); a speaker is a ``Name:`` before the text, as SRT has no voices.

The reader also reads the subtitles of YouTube (.sbv) and Whisper's console output: the same cues
with other timings.
"""

from __future__ import annotations

import re

from coach.conversation import Conversation
from coach.interchange.cues import cues, parts, segments_of
from coach.interchange.faults import Faults
from coach.interchange.segments import Origin, Segment, conversation, segments
from coach.interchange.speaker_labels import CuePart
from coach.interchange.times import clock, round_span

_MARKUP = re.compile(r"</?(?:[biusBIUS]|font|FONT)(?:\s[^<>]{0,200})?>|\{\\[^{}]{0,200}\}")


def write(conv: Conversation) -> str:
    """Write the words, one numbered cue per sentence.

    Examples
    --------
    >>> from coach.talk import talk
    >>> print(write(talk("A 0-3 So how was it?")))
    1
    00:00:00,000 --> 00:00:03,000
    A: So how was it?
    <BLANKLINE>
    """
    return "\n".join(_cue(number, line) for number, line in enumerate(segments(conv), 1))


def read(text: str, origin: Origin) -> Conversation:
    """Read SRT; formatting tags are removed.

    Parameters
    ----------
    text : content of the file, decoded.
    origin : the recording's id, the source of the times, names that choose a recording or tiers.

    Raises
    ------
    InputError : if nobody says anything; for the first line that cannot be read, if none can.
    """
    faults = Faults()
    return conversation(lines(text, faults), origin, faults=faults)


def lines(text: str, faults: Faults) -> tuple[Segment, ...]:
    """The cues as lines of one speaker each; cues that cannot be read go to `faults`.

    Parameters
    ----------
    faults : collects the cues that cannot be read.
    """
    return segments_of(cues(text, faults), _parts)


def _cue(number: int, line: Segment) -> str:
    span = round_span(line.span)
    times = f"{clock(span.start, decimal=',')} --> {clock(span.end, decimal=',')}"
    said = line.text.replace("-->", "→")
    name = "" if line.speaker is None else f"{_name(line.speaker)}: "
    return f"{number}\n{times}\n{name}{said}\n"


def _name(label: str) -> str:
    """A prefix that `read` can tell from the text: a letter first, no mark that ends a name."""
    return re.sub(r"^[\W_]+|[:<>!?]", "", label).strip() or label.replace(":", "")


def _parts(texts: tuple[str, ...]) -> list[CuePart]:
    return list(parts(None, (_MARKUP.sub("", line) for line in texts)))
