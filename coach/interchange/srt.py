"""SubRip subtitles (SRT); a speaker is a ``Name:`` before the text, for SRT knows no voices.

The reader takes the subtitles of YouTube (.sbv) and the console of Whisper too: the same cues with
other timings.
"""

from __future__ import annotations

import re

from coach.conversation import Conversation
from coach.interchange.cues import cues, parts, segments_of
from coach.interchange.faults import Faults
from coach.interchange.segments import Origin, Segment, conversation, segments
from coach.interchange.speaker_labels import Part
from coach.interchange.times import clock, rounded_span

_MARKUP = re.compile(r"</?(?:[biusBIUS]|font|FONT)(?:\s[^<>]{0,200})?>|\{\\[^{}]{0,200}\}")


def write(conv: Conversation) -> str:
    """Write what was said, one numbered cue a sentence.

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

    Raises
    ------
    InputError : if nobody says anything; for the first line that cannot be read, if none can.
    """
    faults = Faults()
    return conversation(lines(text, faults), origin, faults=faults)


def lines(text: str, faults: Faults) -> tuple[Segment, ...]:
    """The cues as lines of one speaker each; what cannot be read goes to `faults`."""
    return segments_of(cues(text, faults), _parts)


def _cue(number: int, line: Segment) -> str:
    span = rounded_span(line.span)
    times = f"{clock(span.start, decimal=',')} --> {clock(span.end, decimal=',')}"
    said = line.text.replace("-->", "→")
    name = "" if line.speaker is None else f"{_name(line.speaker)}: "
    return f"{number}\n{times}\n{name}{said}\n"


def _name(label: str) -> str:
    """What can be told from the text behind it: a letter first, and no mark that ends a name."""
    return re.sub(r"^[\W_]+|[:<>!?]", "", label).strip() or label.replace(":", "")


def _parts(texts: tuple[str, ...]) -> list[Part]:
    return list(parts(None, (_MARKUP.sub("", line) for line in texts)))
