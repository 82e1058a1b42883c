"""How text becomes the classifier's input, in training and in use alike.

A sentence is read against what the partner said just before it: the encoder gets
``[CLS] partner's last words [SEP] sentence [SEP]``, segment 0 and segment 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from coach.conversation import ActName, ListeningAct, QuestionKind

ACTS: tuple[ActName, ...] = get_args(ActName)
KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)
LISTENING: tuple[ListeningAct, ...] = get_args(ListeningAct)

CONTEXT_WORDS = 20
SENTENCE_WORDS = 45

_MARKS = re.compile(r"[^\w\s']|_")

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Heard:
    """A sentence, and what the partner said before it (empty when nobody did)."""

    text: str = field(repr=False)
    before: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """Encoder input [each: shape=(sentences, tokens), int64]."""

    ids: Ids
    segments: Ids
    mask: Ids

    def feed(self) -> dict[str, Ids]:
        """The three inputs under the names that the network gives them."""
        return {"ids": self.ids, "segments": self.segments, "mask": self.mask}


def bare(text: str) -> str:
    """Text as a recogniser without punctuation gives it: lower case, no marks.

    Examples
    --------
    >>> bare("So-- what's next, then?")
    "so what's next then"
    """
    return " ".join(_MARKS.sub(" ", text.lower().replace("\u2019", "'")).split())


def last_words(text: str, count: int = CONTEXT_WORDS) -> str:
    """The end of a text, where it matters most."""
    return " ".join(text.split()[-count:])


def encode(heard: Sequence[Heard], tokenizer: Tokenizer) -> Batch:
    """Tokenise sentences in their context, padded to the longest."""
    pairs = [(last_words(h.before), last_words(h.text, SENTENCE_WORDS)) for h in heard]
    return _batch(tokenizer.encode_batch(pairs))


def _batch(found: Sequence[Any]) -> Batch:
    width = max(len(each.ids) for each in found)
    shape = (len(found), width)
    ids, segments, mask = (np.zeros(shape, np.int64) for _ in range(3))
    for row, each in enumerate(found):
        size = len(each.ids)
        ids[row, :size] = each.ids
        segments[row, :size] = each.type_ids
        mask[row, :size] = 1
    return Batch(ids, segments, mask)
