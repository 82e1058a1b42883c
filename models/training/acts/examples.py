"""Labelled sentences, and our own mentoring corpus read as such."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from coach_models.annotation.encoding import (
    ACTS,
    KINDS,
    LISTENING,
    SentenceInContext,
    partner_words,
)

Vector = npt.NDArray[np.float32]
# So many sentences back the partner's last words are looked for.
_NEAR = 30


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence with what is known of its labels.

    Parameters
    ----------
    text, before, earlier, later : as in `SentenceInContext`.
    act : position in ACTS.
    kinds, listening : 1, 0, or nan where the source does not say.
    previous : the speaker's own sentence just before, in the same turn; itself without a previous.
    source : the corpus; `dialogue` the conversation in it.
    """

    text: str
    before: str
    act: int
    kinds: Vector
    listening: Vector
    previous: Example | None = None
    source: str = "mentoring"
    dialogue: str = ""
    role: str = ""
    earlier: str = ""
    later: str = ""

    @property
    def in_context(self) -> SentenceInContext:
        """The input of the classifier."""
        return SentenceInContext(self.text, self.before, self.earlier, self.later)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sentences that one speaker says in a row: what the boundary tagger learns from."""

    sentences: tuple[str, ...]
    source: str = "mentoring"


def rows(folder: Path) -> list[dict]:
    """Read every author's file, in order."""
    return [
        json.loads(line)
        for file in sorted(folder.glob("author_*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]


def add_context(talk: Sequence[tuple[str, str]]) -> list[SentenceInContext]:
    """Add to every sentence of a conversation what was said around it.

    Parameters
    ----------
    talk : speaker and text of each sentence, in order.

    Examples
    --------
    >>> add_context([("B", "I left."), ("A", "You left."), ("A", "Just like that.")])[1].later
    'Just like that.'
    """
    found = []
    for at, (speaker, text) in enumerate(talk):
        backwards = ((who == speaker, said) for who, said in talk[max(0, at - _NEAR) : at][::-1])
        found.append(
            SentenceInContext(
                text,
                partner_words(backwards),
                _own_sentences(talk, at, -1),
                _own_sentences(talk, at, 1),
            )
        )
    return found


def _own_sentences(talk: Sequence[tuple[str, str]], at: int, step: int) -> str:
    """The speaker's own sentence just before or after, if nobody spoke between."""
    near = at + step
    return talk[near][1] if 0 <= near < len(talk) and talk[near][0] == talk[at][0] else ""


def mentoring(sentences: Iterable[dict]) -> Iterator[Example]:
    """Turn corpus rows into examples, each with its context."""
    for dialogue, group in groupby(sentences, key=lambda row: row["dialogue"]):
        own = list(group)
        previous: Example | None = None
        for row, heard in zip(
            own, add_context([(r["speaker"], r["text"]) for r in own]), strict=True
        ):
            example = read_labelled(heard, row, "mentoring", dialogue, row["role"])
            yield replace(example, previous=previous if heard.earlier else None)
            previous = example


def read_labelled(
    heard: SentenceInContext, row: Mapping[str, Any], source: str, dialogue: str, role: str = ""
) -> Example:
    """An example with all the labels that a coder gave.

    Parameters
    ----------
    heard : the sentence in its context.
    row : with the labels.
    source : name of the corpus.
    dialogue : id, so that a dialogue is never on both sides of a split.
    role : of the speaker; "" if unknown.
    """
    return Example(
        text=heard.text,
        before=heard.before,
        act=ACTS.index(row["act"]),
        kinds=many_hot(row["kinds"], KINDS),
        listening=many_hot(row["listening"], LISTENING),
        source=source,
        dialogue=dialogue,
        role=role,
        earlier=heard.earlier,
        later=heard.later,
    )


def stretches(sentences: Iterable[dict]) -> Iterator[Stretch]:
    """Turns of the corpus, as sentences in a row."""
    held: list[str] = []
    place: tuple[str, int] | None = None
    for row in sentences:
        if place is not None and place != (row["dialogue"], row["turn"]):
            yield Stretch(tuple(held))
            held = []
        place = (row["dialogue"], row["turn"])
        held.append(row["text"])
    if held:
        yield Stretch(tuple(held))


def many_hot(present: Iterable[str], names: tuple[str, ...]) -> Vector:
    """Mark which of the names are present."""
    vector = np.zeros(len(names), np.float32)
    vector[[names.index(name) for name in present]] = 1
    return vector
