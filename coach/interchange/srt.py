"""SubRip subtitles (SRT); a speaker is a ``Name:`` before the text, for SRT knows no voices."""

from __future__ import annotations

import re

from coach.conversation import Conversation
from coach.interchange.cues import Part, cues, plain, segments_of
from coach.interchange.segments import Origin, Segment, conversation, segments
from coach.interchange.times import clock, rounded_span

_MARKUP = re.compile(r"</?(?:[biusBIUS]|font|FONT)(?:\s[^>]*)?>|\{\\[^}]*\}")


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
    InputError : naming the line, if a timing is wrong; if nobody says anything.
    """
    return conversation(lines(text), origin)


def lines(text: str) -> tuple[Segment, ...]:
    """The cues as lines of one speaker each."""
    return segments_of(cues(text), _parts)


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
    plain_lines = (plain(_MARKUP.sub("", line)) for line in texts)
    return [(None, line) for line in plain_lines if line]
