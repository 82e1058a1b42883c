"""How far a talk share lies from the true one, by how it was heard.

The standard deviation was measured on recordings of two people whose speech is known to the tenth
of a second: calls (8, mixed and with a channel for each speaker), task dialogues (4), a meeting
excerpt and read speech (3), of 30 s to 46 minutes. Written by ``coach bench --share-errors`` with
default options, 2026-11-27; docs/benchmark.md has the table.

An error has a part that belongs to the recording and lasts, as a quiet voice whose words are
missed, and one of single moments that averages out. The first is by far the larger: a talk share of
an hour is hardly surer than one of three minutes. Of more than two people hardly anything was
measured (meetings: wrong by 15 points in the median), so their shares are taken to be that unsure.
"""

from __future__ import annotations

import math
from typing import Literal

from coach.conversation import Conversation
from coach.intervals import Seconds, Span, total
from coach.measurement import Interval

HeardFrom = Literal["mixed", "separate", "lines", "starts"]

# For each kind: the lasting part, and that of a second of speech; widened for so few recordings as
# Student's distribution is. Transcripts were those of the calls and two of the read conversations.
_PARTS: dict[HeardFrom, tuple[float, float]] = {
    "mixed": (0.031, 0.08),
    "separate": (0.009, 0.01),
    "lines": (0.024, 0.0),
    "starts": (0.114, 0.45),
}
_UNKNOWN = 0.5
_OF_SEVERAL = 0.15
_SURE = 1.96  # standard deviations that 95 % lie within
_GAPLESS = 0.02  # less silence than that between lines: they last until the next one begins


def kind_of(conv: Conversation) -> HeardFrom:
    """Tell how the speech of a conversation was found.

    mixed, separate : heard, in one room or with a channel for each speaker.
    lines : a transcript or an annotation whose lines have a start and an end.
    starts : one whose lines last until the next begins, pauses and all.

    Examples
    --------
    >>> from coach.talk import talk
    >>> kind_of(talk("A 0-3", "B 3-4"))
    'mixed'
    """
    if conv.provenance.source == "audio":
        return "separate" if conv.recording.channels > 1 else "mixed"
    if conv.provenance.source == "hand":
        return "lines"
    spoken = [speech.span for speech in conv.speech]
    extent = Span(min(s.start for s in spoken), max(s.end for s in spoken)) if spoken else None
    silent = extent is not None and total(spoken) < (1 - _GAPLESS) * extent.duration
    return "lines" if silent else "starts"


def share_deviation(kind: HeardFrom, seconds: Seconds) -> float:
    """Standard deviation of the error of a talk share, in 0..1.

    Parameters
    ----------
    seconds : speech of all speakers that the share rests on.

    Examples
    --------
    >>> share_deviation("separate", 600) < share_deviation("mixed", 600) < 0.05
    True
    """
    lasting, moment = _PARTS[kind]
    return math.sqrt(lasting**2 + moment**2 / seconds) if seconds > 0 else _UNKNOWN


def share_interval(conv: Conversation, speakers: int, share: float, seconds: Seconds) -> Interval:
    """Where the true talk share lies with a probability of 95 %.

    Parameters
    ----------
    conv : says how it was heard.
    speakers : how many people were heard.
    share : of one of them, 0..1.
    seconds : speech of all speakers that the share rests on.

    Examples
    --------
    >>> from coach.talk import talk
    >>> low, high = share_interval(talk("A 0-60", "B 60-120"), 2, 0.5, 120)
    >>> 0.4 < low < 0.5 < high < 0.6
    True
    """
    deviation = share_deviation(kind_of(conv), seconds)
    if speakers > 2:
        deviation = max(deviation, _OF_SEVERAL)
    return max(0.0, share - _SURE * deviation), min(1.0, share + _SURE * deviation)
