"""WebVTT: subtitles with a voice for each speaker.

References
----------
.. [1] W3C (2019), WebVTT: The Web Video Text Tracks Format, sections 4 and 6.
"""

from __future__ import annotations

import re
from html import escape, unescape

from coach.conversation import Conversation
from coach.interchange.cues import Part, cues, plain, segments_of
from coach.interchange.segments import Origin, Segment, conversation, segments
from coach.interchange.text import one_line
from coach.interchange.times import clock, rounded_span

_VOICE = re.compile(r"<v(?:\.[^\s>]*)?(?:\s+([^>]*))?>")
_TAG = re.compile(r"</?(?:[a-z][^>]*|\d[\d:.]*)?>")


def write(conv: Conversation) -> str:
    """Write what was said, one cue a sentence; cues of different speakers may overlap.

    Examples
    --------
    >>> from coach.talk import talk
    >>> print(write(talk("A 0-3 So how was it?", "B 2.8-4 Fine")))
    WEBVTT
    <BLANKLINE>
    00:00:00.000 --> 00:00:03.000
    <v A>So how was it?</v>
    <BLANKLINE>
    00:00:02.800 --> 00:00:04.000
    <v B>Fine</v>
    <BLANKLINE>
    """
    return "WEBVTT\n\n" + "\n".join(_cue(line) for line in segments(conv))


def read(text: str, origin: Origin) -> Conversation:
    """Read WebVTT; speakers are voices or ``Name:`` before the text.

    Raises
    ------
    InputError : naming the line, if a timing is wrong; if nobody says anything.
    """
    return conversation(lines(text), origin)


def lines(text: str) -> tuple[Segment, ...]:
    """The cues as lines of one speaker each."""
    return segments_of(cues(text), _parts)


def _cue(line: Segment) -> str:
    span = rounded_span(line.span)
    said = escape(line.text, quote=False)
    if line.speaker is not None:
        said = f"<v {escape(line.speaker, quote=False)}>{said}</v>"
    return f"{clock(span.start)} --> {clock(span.end)}\n{said}\n"


def _parts(texts: tuple[str, ...]) -> list[Part]:
    parts: list[Part] = []
    voice = None
    for line in texts:
        before, *rest = _VOICE.split(line)
        parts.append((voice, _said(before)))
        for name, said in zip(rest[::2], rest[1::2], strict=True):
            voice = one_line(unescape(name or "")) or None
            parts.append((voice, _said(said)))
        if "</v>" in line:
            voice = None
    return [part for part in parts if part[1]]


def _said(marked: str) -> str:
    return plain(unescape(_TAG.sub("", marked)))
