"""Annotate turns of text, with or without times, in order and with bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

from coach.conversation import ActName, Sentence, Word
from coach.intervals import Seconds, Span
from coach.ports import silent

Annotate = Callable[..., tuple[Sentence, ...]]

CHUNK = 256
# Turns before a chunk that are annotated again, as the context of its first turns.
_CONTEXT_TURNS = 4
_WORD: Seconds = 0.3
# Longer than any pause inside a sentence, so that no sentence spans two turns.
_BETWEEN: Seconds = 10.0
_RANK: tuple[ActName, ...] = ("open_question", "closed_question", "other")


@dataclass(frozen=True, slots=True)
class TranscriptTurn:
    """One turn of a transcript.

    Parameters
    ----------
    text : the words.
    speaker : None if the transcript does not say it.
    conversation : turns of the same conversation are context for each other.
    row : the input line.
    """

    text: str = field(repr=False)
    speaker: str | None = None
    conversation: str = ""
    row: dict[str, Any] = field(default_factory=dict, repr=False)


Annotated = tuple[TranscriptTurn, tuple[Sentence, ...]]


def annotate_turns(
    turns: Iterable[TranscriptTurn], annotate: Annotate, *, chunk: int = CHUNK
) -> Iterator[Annotated]:
    """Give every turn its sentences.

    Parameters
    ----------
    turns : in order, those of one conversation together.
    annotate : an annotator.
    chunk : number of turns in memory.
    """
    for _, conversation in groupby(turns, key=lambda turn: turn.conversation):
        before: list[TranscriptTurn] = []
        while own := list(islice(conversation, chunk)):
            yield from zip(own, _sentences(before, own, annotate), strict=True)
            before = (before + own)[-_CONTEXT_TURNS:]


def _sentences(
    before: Sequence[TranscriptTurn], own: Sequence[TranscriptTurn], annotate: Annotate
) -> list[tuple[Sentence, ...]]:
    words, turn_of = to_words([*before, *own])
    found: list[list[Sentence]] = [[] for _ in range(len(before) + len(own))]
    for sentence in annotate(words, pitch=None, report=silent):
        found[turn_of[sentence.words[0]]].append(sentence)
    return [tuple(each) for each in found[len(before) :]]


def to_words(turns: Sequence[TranscriptTurn]) -> tuple[tuple[Word, ...], list[int]]:
    """Convert turns to words spoken one after the other; also returns the turn of each word.

    A turn whose speaker is unknown counts as the partner's of the turn before.

    Examples
    --------
    >>> words, turn_of = to_words([TranscriptTurn("How so?", "A"), TranscriptTurn("Well.", "B")])
    >>> [word.speaker for word in words], turn_of
    (['A', 'A', 'B'], [0, 0, 1])
    """
    words: list[Word] = []
    turn_of: list[int] = []
    now: Seconds = 0.0
    for number, turn in enumerate(turns):
        speaker = turn.speaker if turn.speaker is not None else f"speaker {number % 2}"
        for text in turn.text.split():
            words.append(Word(Span(now, now + _WORD), text, speaker))
            turn_of.append(number)
            now += _WORD
        now += _BETWEEN
    return tuple(words), turn_of


def turn_act(sentences: Iterable[Sentence]) -> ActName:
    """The act of a turn: open if any of its questions is open, else closed if it has one.

    Of the rules that were compared on counselling talk (the last question, the first, the surest, a
    vote by probability) this one comes nearest to the coders' labels of whole turns.

    Examples
    --------
    >>> from coach.conversation import Acts
    >>> span = Span(0, 1)
    >>> told = Sentence(span, "A", "Fine.", acts=Acts("other"))
    >>> closed = Sentence(span, "A", "Was it hard?", acts=Acts("closed_question"))
    >>> opened = Sentence(span, "A", "What happened?", acts=Acts("open_question"))
    >>> turn_act([opened, closed, told]), turn_act([closed, told]), turn_act([told])
    ('open_question', 'closed_question', 'other')
    """
    return min((sentence.acts.act for sentence in sentences), key=_RANK.index, default="other")
