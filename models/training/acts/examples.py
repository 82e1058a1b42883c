"""Labelled sentences, and our own mentoring corpus read as such."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from coach_models.annotation.encoding import ACTS, CONTEXT_WORDS, KINDS, LISTENING, last_words

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence with what is known of its labels.

    Parameters
    ----------
    text, before : the sentence, and the partner's last words before it.
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


def mentoring(sentences: Iterable[dict]) -> Iterator[Example]:
    """Turn corpus rows into examples, each with its context."""
    said: dict[str, str] = {}
    dialogue, turn = "", -1
    previous: Example | None = None
    for row in sentences:
        if row["dialogue"] != dialogue:
            said, turn, dialogue = {}, -1, row["dialogue"]
        other = "P" if row["speaker"] == "M" else "M"
        same_turn = row["turn"] == turn
        example = Example(
            text=row["text"],
            before=said.get(other, ""),
            act=ACTS.index(row["act"]),
            kinds=many_hot(row["kinds"], KINDS),
            listening=many_hot(row["listening"], LISTENING),
            dialogue=row["dialogue"],
            role=row["role"],
        )
        yield replace(example, previous=previous) if same_turn else example
        earlier = said.get(row["speaker"], "") + " " if same_turn else ""
        said[row["speaker"]] = last_words(earlier + row["text"], CONTEXT_WORDS)
        previous, turn = example, row["turn"]


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
