"""Speech that the transcriber missed, and the words of a second hearing that fill it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from coach.conversation import Word
from coach.intervals import Seconds, Span, subtract

SHORTEST = 1.2  # seconds; padding and pauses between words leave shorter stretches everywhere
SAME = 0.5  # seconds; the same word twice within this time was heard twice, not said twice


def find_missed(speech: Iterable[Span], words: Iterable[Word]) -> tuple[Span, ...]:
    """Find the stretches of speech without any word that are long enough to hold some.

    Parameters
    ----------
    speech : of all speakers, in any order.
    words : that the transcriber found.

    Examples
    --------
    >>> find_missed([Span(0, 10)], [Word(Span(0, 4), "hello"), Word(Span(9, 9.5), "yes")])
    (Span(start=4, end=9),)
    """
    empty = subtract(speech, (word.span for word in words))
    return tuple(stretch for stretch in empty if stretch.duration >= SHORTEST)


def filling(
    words: Iterable[Word], again: Iterable[Word], stretches: tuple[Span, ...]
) -> list[Word]:
    """Choose the words of a second hearing that fill the stretches the first passed over.

    A word belongs to a stretch by its middle. One that the first hearing has next to the
    stretch, at a slightly different time, is not taken again.

    Parameters
    ----------
    words : of the first hearing.
    again : of the second hearing.
    stretches : speech without words in the first.
    """
    known: dict[str, list[Span]] = defaultdict(list)
    for word in words:
        known[_letters(word)].append(word.span)
    return [
        word
        for word in again
        if any(stretch.contains(word.span.middle) for stretch in stretches)
        and not any(_distance(word.span, span) < SAME for span in known[_letters(word)])
    ]


def _distance(left: Span, right: Span) -> Seconds:
    return max(left.start, right.start) - min(left.end, right.end)


def _letters(word: Word) -> str:
    return "".join(letter for letter in word.text.casefold() if letter.isalnum())
