"""Written dialogues as conversations: each turn takes as long as its words would take to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from coach.conversation import (
    Conversation,
    Provenance,
    Recording,
    Role,
    Speaker,
    Speech,
    Word,
    spread_words,
)
from coach.intervals import Seconds, Span
from coach_models.annotation.turns import TranscriptTurn

_WORDS_A_SECOND = 2.8
_SHORTEST: Seconds = 0.6
_BETWEEN: Seconds = 0.3
_MENTORS = ("mentor", "mentor-like", "therapist")


def dialogues(lines: Iterable[TranscriptTurn]) -> dict[str, tuple[TranscriptTurn, ...]]:
    """Put labelled lines together to dialogues, by name; several sentences of a turn become one.

    Parameters
    ----------
    lines : in order, as `coach_models.annotation.benchmark.read_labelled` gives them.
    """
    return {
        name: tuple(_join(list(own)) for _, own in groupby(said, key=_number))
        for name, said in groupby(lines, key=lambda line: line.conversation)
    }


def _number(line: TranscriptTurn) -> object:
    """The turn a line belongs to: numbered in our own corpus, a line of its own in others."""
    return line.row.get("turn", line.row.get("turn_id", id(line)))


def _join(lines: Sequence[TranscriptTurn]) -> TranscriptTurn:
    first = lines[0]
    text = " ".join(line.text.strip() for line in lines)
    return TranscriptTurn(text, first.speaker, first.conversation, first.row)


def conversation(turns: Sequence[TranscriptTurn]) -> tuple[Conversation, tuple[Span, ...]]:
    """A dialogue as if it had been spoken, without sentences, and the span of each turn.

    Nothing that is measured from these times but the amount of words means anything.

    Examples
    --------
    >>> asked = TranscriptTurn("How was it?", "M", row={"role": "mentor"})
    >>> said = [asked, TranscriptTurn("Hard.", "P")]
    >>> conv, spans = conversation(said)
    >>> conv.mentor.id, len(spans), len(conv.words)
    ('M', 2, 4)
    """
    words: list[Word] = []
    speech: list[Speech] = []
    now: Seconds = 0.0
    for turn in turns:
        said = turn.text.split()
        span = Span(now, now + max(_SHORTEST, len(said) / _WORDS_A_SECOND))
        words += spread_words(said, span, turn.speaker or "")
        speech.append(Speech(span, turn.speaker or ""))
        now = span.end + _BETWEEN
    conv = Conversation(
        Recording("dialogue", now),
        tuple(Speaker(who, role) for who, role in _roles(turns).items()),
        tuple(speech),
        tuple(words),
        language="en",
        provenance=Provenance(source="transcript"),
    )
    return conv, tuple(each.span for each in speech)


def _roles(turns: Iterable[TranscriptTurn]) -> Mapping[str, Role]:
    return {
        turn.speaker or "": "mentor" if turn.row.get("role") in _MENTORS else "mentee"
        for turn in turns
    }
