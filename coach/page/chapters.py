"""Chapters of a long conversation: they begin where the vocabulary changes and are named by words.

A boundary lies where the text before and the text after have the fewest words in common, as in
TextTiling [1]_. A chapter helps to find a place; it does not claim what was meant.

References
----------
.. [1] Hearst (1997), TextTiling: segmenting text into multi-paragraph subtopic passages.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

from coach.conversation import Conversation, Sentence
from coach.intervals import Seconds, Span

_SHORTEST_RECORDING: Seconds = 600.0
_SHORTEST: Seconds = 180.0
_MOST = 8
_BLOCK = 24  # sentences to compare on each side of a boundary
_TITLE_WORDS = 3
_STEP = 4  # sentences from one possible boundary to the next
_WORD = re.compile(r"[^\W\d_]{4,}")
# Words that say little about what a part is about.
_EMPTY = frozenset(
    """
    about above across actually after again against almost alone along already also although always
    another anybody anything anyone around asked away back because become been before began begin
    being believe best better between both came cannot change come could course didn different does
    doing done down during each either else enough even every everybody everyone everything exactly
    feel feels felt find fine first found from front gave getting give given goes going gone good
    great half happen happened happens hard hardest have having heard hear hello here himself
    herself hour hours idea into itself just keep kept kind knew know known last least left less
    like likes listen little long longer look looked looks made make makes making many maybe mean
    means might mind minute minutes moment month months more most much must myself need needed
    needs never next nobody nothing okay once only other others over own part people perhaps place
    please point possible quite rather really remember right said same says second seem seemed
    sentence sentences should shown side simply since some somebody someone something sometimes
    soon sorry sort sounds speak spoke start started still stop such sure take taken talk talked
    talking tell than thank thanks that their them themselves then there these they thing things
    think this those though thought three through time times today together told tomorrow took
    toward tried true trying turn turned twice under understand until upon usually very want wanted
    wants week weeks well went were what whatever when where whether which while whole whom whose
    will with within without word words work worked working would year years yesterday your
    yours yourself
    """.split()
)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the conversation; `title` is a few of its words, "" if none stand out."""

    span: Span
    title: str = field(repr=False)


def chapters(conv: Conversation | None) -> tuple[Chapter, ...]:
    """Find the chapters of a conversation, in order; a conversation under ten minutes has none.

    Parameters
    ----------
    conv : with sentences; None and a conversation without words have no chapters.

    Examples
    --------
    >>> from coach.talk import talk
    >>> chapters(talk("A 0-3 So how was it?"))
    ()
    """
    if conv is None or conv.recording.duration < _SHORTEST_RECORDING:
        return ()
    said = sorted(conv.sentences, key=lambda sentence: sentence.span)
    words = [_words(sentence.text) for sentence in said]
    if len(said) < 2 * _BLOCK:
        return ()
    cuts = _cuts(said, words)
    counts = [_count_words(words[a:b]) for a, b in pairwise([0, *cuts, len(said)])]
    written = {word for sentence in said for word in _WORD.findall(sentence.text)}
    edges = [0.0, *(said[cut].span.start for cut in cuts), conv.recording.duration]
    return tuple(
        Chapter(Span(start, end), _title(own, counts, written))
        for (start, end), own in zip(pairwise(edges), counts, strict=True)
    )


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in _EMPTY]


def _count_words(words: Sequence[Sequence[str]]) -> Counter[str]:
    return Counter(chain.from_iterable(words))


def _cuts(said: Sequence[Sentence], words: Sequence[Sequence[str]]) -> list[int]:
    """Positions of the first sentence of every chapter but the first."""
    likeness = {i: _similarity(words, i) for i in range(_BLOCK, len(said) - _BLOCK, _STEP)}
    end = max(sentence.span.end for sentence in said)
    apart = max(_SHORTEST, end / _MOST)
    taken: list[int] = []
    for i in sorted(likeness, key=lambda i: (likeness[i], i)):
        at = said[i].span.start
        edges = [0.0, end, *(said[j].span.start for j in taken)]
        if len(taken) < _MOST - 1 and all(abs(at - edge) >= apart * 0.75 for edge in edges):
            taken.append(i)
    return sorted(taken)


def _similarity(words: Sequence[Sequence[str]], place: int) -> float:
    """Cosine similarity of the words before and after a place; 0 if they have none in common."""
    before, after = (
        _count_words(words[place - _BLOCK : place]),
        _count_words(words[place : place + _BLOCK]),
    )
    product = sum(number * after[word] for word, number in before.items())
    length = math.sqrt(_square(before) * _square(after))
    return product / length if length else 0.0


def _square(words: Counter[str]) -> int:
    return sum(number * number for number in words.values())


def _title(own: Counter[str], every: Sequence[Counter[str]], written: set[str]) -> str:
    """The words that are more frequent here than elsewhere; `written` has their spelling."""
    told = [word for word, number in own.items() if number >= 2]
    weight = {word: own[word] ** 2 / sum(each[word] for each in every) for word in told}
    best = sorted(told, key=lambda word: (-weight[word], word))[:_TITLE_WORDS]
    return ", ".join(word if word in written else word.capitalize() for word in best)
