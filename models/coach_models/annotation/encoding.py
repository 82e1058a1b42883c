"""Encode text for the classifier, in training and in use.

A sentence is read in its context. The encoder gets ``[CLS] before [SEP] earlier
[SEP] sentence [SEP] later [SEP]``: what the partner said before, and the speaker's own sentences
around it. The sentence is segment 1, the rest segment 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import get_args

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from coach.conversation import ActName, ListeningAct, QuestionKind

ACTS: tuple[ActName, ...] = get_args(ActName)
KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)
LISTENING: tuple[ListeningAct, ...] = get_args(ListeningAct)

CONTEXT_WORDS = 40
SENTENCE_WORDS = 45
NEIGHBOUR_WORDS = 15
# A partner's turn of fewer words ("Mm-hm.") is read together with the one before it.
LEAST_CONTEXT_WORDS = 8

_MARKS = re.compile(r"[^\w\s']|_")

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SentenceInContext:
    """A sentence and its context; "" where there is none.

    Parameters
    ----------
    text : the sentence.
    before : the partner's last words before it.
    earlier, later : the speaker's own sentences just before and after it, in the same turn.
    """

    text: str = field(repr=False)
    before: str = field(default="", repr=False)
    earlier: str = field(default="", repr=False)
    later: str = field(default="", repr=False)

    def __len__(self) -> int:
        """Characters in all parts, as a measure of the work to encode."""
        return len(self.text) + len(self.before) + len(self.earlier) + len(self.later)


@dataclass(frozen=True, slots=True)
class Batch:
    """Encoder input [each: shape=(sentences, tokens), int64]."""

    ids: Ids
    segments: Ids
    mask: Ids

    def feed(self) -> dict[str, Ids]:
        """The three inputs under the names that the network gives them."""
        return {"ids": self.ids, "segments": self.segments, "mask": self.mask}


def strip_marks(text: str) -> str:
    """Text as from a recogniser without punctuation: lower case, no marks.

    Examples
    --------
    >>> strip_marks("So-- what's next, then?")
    "so what's next then"
    """
    return " ".join(_MARKS.sub(" ", text.lower().replace("\u2019", "'")).split())


def last_words(text: str, count: int = CONTEXT_WORDS) -> str:
    """The end of a text; the end matters most.

    Parameters
    ----------
    text : words between spaces.
    count : words to keep.
    """
    return " ".join(text.split()[-count:])


def first_words(text: str, count: int = NEIGHBOUR_WORDS) -> str:
    """The beginning of a text.

    Parameters
    ----------
    text : words between spaces.
    count : words to keep.
    """
    return " ".join(text.split()[:count])


def partner_words(backwards: Iterable[tuple[bool, str]]) -> str:
    """The partner's last words, read backwards from a sentence.

    Parameters
    ----------
    backwards : words or sentences before the sentence, the nearest first; True for the
        speaker's own.

    Examples
    --------
    >>> partner_words([(False, "Mm."), (True, "And so on."), (False, "I left."), (True, "Well.")])
    'I left. Mm.'
    """
    found: list[str] = []
    count = 0
    for own, text in backwards:
        if own and count >= LEAST_CONTEXT_WORDS:
            break
        if not own:
            found.append(text)
            count += len(text.split())
        if count >= CONTEXT_WORDS:
            break
    return last_words(" ".join(reversed(found)))


def encode(heard: Sequence[SentenceInContext], tokenizer: Tokenizer) -> Batch:
    """Tokenise sentences in their context, padded to the longest.

    Parameters
    ----------
    heard : sentences with their context.
    tokenizer : of the network.
    """
    parts = [part for each in heard for part in _parts(each)]
    found = [each.ids for each in tokenizer.encode_batch(parts, add_special_tokens=False)]
    start, end = (tokenizer.encode(mark, add_special_tokens=False).ids[0] for mark in _MARKED)
    rows = [_row(found[at : at + _PARTS], start, end) for at in range(0, len(found), _PARTS)]
    width = max(len(ids) for ids, _ in rows)
    ids, segments, mask = (np.zeros((len(rows), width), np.int64) for _ in range(3))
    for row, (own, kinds) in enumerate(rows):
        ids[row, : len(own)] = own
        segments[row, : len(own)] = kinds
        mask[row, : len(own)] = 1
    return Batch(ids, segments, mask)


def _parts(heard: SentenceInContext) -> tuple[str, ...]:
    """The four parts in order, each cut to its limit."""
    return (
        last_words(heard.before),
        last_words(heard.earlier, NEIGHBOUR_WORDS),
        last_words(heard.text, SENTENCE_WORDS),
        first_words(heard.later),
    )


_PARTS, _SENTENCE = 4, 2
_MARKED = ("[CLS]", "[SEP]")


def _row(parts: Sequence[Sequence[int]], start: int, end: int) -> tuple[list[int], list[int]]:
    """Token ids of one sentence in its context, and the segment of each."""
    ids, segments = [start], [0]
    for place, part in enumerate(parts):
        ids += [*part, end]
        segments += [int(place == _SENTENCE)] * (len(part) + 1)
    return ids, segments
