"""WebVTT: subtitles with a voice for each speaker.

References
----------
.. [1] W3C (2019), WebVTT: The Web Video Text Tracks Format, sections 4 and 6.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

from coach.conversation import Conversation
from coach.interchange.cues import cues, parts, segments_of
from coach.interchange.faults import Faults
from coach.interchange.language import code_of
from coach.interchange.segments import Origin, Segment, conversation, segments
from coach.interchange.speaker_labels import CuePart, label_of
from coach.interchange.text import unescape
from coach.interchange.times import clock, round_span

_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,200})?(?:\s([^<>]{0,200}))?>")
_TAG = re.compile(r"</?(?:[a-z][^<>]{0,200}|\d[\d:.]{0,20})?>")
_LANGUAGE = re.compile(r"^Language:[ \t]*([A-Za-z-]{2,20})[ \t]*$", re.MULTILINE)


def write(conv: Conversation) -> str:
    """Write the words, one cue per sentence; cues of different speakers may overlap.

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
    """Read WebVTT; speakers are voices or ``Name:`` before the text, the header has the language.

    Parameters
    ----------
    text : content of the file, decoded.
    origin : the recording's id, the source of the times, names that choose a recording or tiers.

    Raises
    ------
    InputError : if nobody says anything, or no line can be read (the message is about the first).
    """
    faults = Faults()
    origin = replace(origin, language=language(text))
    return conversation(lines(text, faults), origin, faults=faults)


def language(text: str) -> str | None:
    """The code of the language that the header names; None if it names none."""
    found = _LANGUAGE.search(text.partition("-->")[0])
    return None if found is None else code_of(found[1])


def lines(text: str, faults: Faults) -> tuple[Segment, ...]:
    """The cues as lines of one speaker each; what cannot be read goes to `faults`.

    Parameters
    ----------
    faults : collects the cues that cannot be read.
    """
    return segments_of(cues(text, faults), _parts)


def _cue(line: Segment) -> str:
    span = round_span(line.span)
    said = escape(line.text, quote=False)
    if line.speaker is not None:
        said = f"<v {escape(line.speaker, quote=False)}>{said}</v>"
    return f"{clock(span.start)} --> {clock(span.end)}\n{said}\n"


def _parts(texts: tuple[str, ...]) -> list[CuePart]:
    found: list[CuePart] = []
    voice: str | None = None
    for line in texts:
        before, *rest = _VOICE.split(line)
        pieces = [(voice, before)]
        for name, said in zip(rest[::2], rest[1::2], strict=True):
            voice = label_of(unescape(name or ""))
            pieces.append((voice, said))
        for label, said in pieces:
            last = found[-1].text if found else ""
            found += parts(label, [_strip_tags(said)], before=last if label is None else "")
        if "</v>" in line:
            voice = None
    return found


def _strip_tags(marked: str) -> str:
    return unescape(_TAG.sub("", marked))
