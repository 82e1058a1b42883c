"""Questions from classroom talk (uptake corpus, Demszky et al. 2021; MIT), labelled by their marks.

The text is punctuated by people. A sentence with a question mark and the plain form of a question
is labelled by that form, a sentence with a full stop as a statement; what is in between is left
out. It teaches what questions look like once their marks are lost. The text is read from a file
that the user has; none of it is in this repository.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from acts.examples import Example, Stretch
from acts.meetings import read
from coach_models.annotation.encoding import ACTS, KINDS, LISTENING
from coach_models.annotation.patterns import (
    FACT,
    OPEN_REQUEST,
    WH_OPEN,
    YES_NO,
    normalised,
    without_opening,
)

_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_LONGEST = 40
QUESTIONS, STATEMENTS = 1200, 600


def examples(path: Path) -> Iterator[Example]:
    """Sentences of teachers whose form decides their act."""
    for row in read(path):
        yield from _of_turn(row)


def sampled(path: Path, seed: int) -> list[Example]:
    """Questions and some statements; nothing without the file, for the recipe works without it."""
    if not path.exists():
        return []
    found = list(examples(path))
    random.Random(seed).shuffle(found)
    asked = [example for example in found if ACTS[example.act] != "other"]
    told = [example for example in found if ACTS[example.act] == "other"]
    return asked[:QUESTIONS] + told[:STATEMENTS]


def stretches(path: Path) -> Iterator[Stretch]:
    """Turns as sentences in a row; nothing without the file."""
    for row in read(path) if path.exists() else []:
        for turn in (row["text"], row.get("prev_text") or ""):
            sentences = tuple(s for s in _SENTENCE.split(turn) if re.search(r"\w", s))
            if sentences:
                yield Stretch(sentences, "classrooms")


def _of_turn(row: dict) -> Iterator[Example]:
    before = row.get("prev_text") or ""
    for text in _SENTENCE.split(row["text"].replace("\u2019", "'")):
        act = form(text)
        if act is not None and 1 < len(text.split()) <= _LONGEST:
            yield Example(
                text=text,
                before=before,
                act=ACTS.index(act),
                kinds=np.full(len(KINDS), np.nan, np.float32),
                listening=np.full(len(LISTENING), np.nan, np.float32),
                source="classrooms",
                dialogue=row["conversation_id"],
            )


def form(text: str) -> str | None:
    """The act that a sentence's form and mark agree on; None where they do not."""
    said = normalised(text)
    core = without_opening(said)
    if said.endswith("."):
        return None if _any_form(core) else "other"
    if not said.endswith("?"):
        return None
    if FACT.search(core) or (YES_NO.search(core) and not OPEN_REQUEST.search(core)):
        return "closed_question"
    return "open_question" if WH_OPEN.search(core) or OPEN_REQUEST.search(core) else None


def _any_form(core: str) -> bool:
    patterns: Iterable[re.Pattern[str]] = (FACT, YES_NO, OPEN_REQUEST, WH_OPEN)
    return any(pattern.search(core) for pattern in patterns)
