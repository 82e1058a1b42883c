"""Sentences from classroom talk (uptake corpus, Demszky et al. 2021; MIT).

Part of them is coded by hand (`acts.spontaneous`); the rest is labelled by its marks.

The text is punctuated by people. A sentence with a question mark and the plain form of a question
is labelled by that form, a sentence with a full stop as a statement; what is in between is left
out. It teaches what questions look like once their marks are lost. The text is read from a file
that the user has; none of it is in this repository.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from zlib import crc32

import numpy as np

from acts.examples import Example, Stretch, add_context, read_labelled
from acts.meetings import read
from acts.spontaneous import Labels, Place, check_text
from coach_models.annotation.encoding import ACTS, KINDS, LISTENING
from coach_models.annotation.patterns import (
    FACT,
    OPEN_REQUEST,
    WH_OPEN,
    YES_NO,
    normalise,
    strip_opening,
)

_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_LONGEST = 40
QUESTIONS, STATEMENTS = 1200, 600


def examples(
    path: Path, labels: Mapping[Place, Labels] = MappingProxyType({})
) -> Iterator[Example]:
    """Sentences of teachers: those that were coded by hand, and those whose form decides their act.

    Nothing without the file, for the recipe works without it.

    Parameters
    ----------
    path : of the corpus; nothing is read without it.
    labels : by hand, of some sentences.
    """
    for row in read(path) if path.exists() else []:
        yield from _read_turn(row, labels)


def is_held(example: Example) -> bool:
    """Whether an exchange is kept apart for measuring: every sixth, by its name."""
    return crc32(example.dialogue.encode()) % 6 == 0


def sample(found: Iterable[Example], seed: int) -> list[Example]:
    """All that was coded by hand, and questions and some statements of the rest.

    Parameters
    ----------
    found : all sentences.
    seed : of the choice.
    """
    coded: list[Example] = []
    rest: list[Example] = []
    for example in found:
        (coded if example.source == "spontaneous" else rest).append(example)
    random.Random(seed).shuffle(rest)
    asked = [example for example in rest if ACTS[example.act] != "other"]
    told = [example for example in rest if ACTS[example.act] == "other"]
    return coded + asked[:QUESTIONS] + told[:STATEMENTS]


def stretches(path: Path) -> Iterator[Stretch]:
    """Turns as sentences in a row; nothing without the file."""
    for row in read(path) if path.exists() else []:
        for turn in (row["text"], row.get("prev_text") or ""):
            sentences = tuple(s for s in _SENTENCE.split(turn) if re.search(r"\w", s))
            if sentences:
                yield Stretch(sentences, "classrooms")


def _read_turn(row: dict, labels: Mapping[Place, Labels]) -> Iterator[Example]:
    texts = _SENTENCE.split(row["text"].replace("\u2019", "'"))
    talk = [("student", row.get("prev_text") or ""), *(("teacher", text) for text in texts)]
    dialogue = f"{row['conversation_id']} {row['turn_id']}"
    for number, heard in enumerate(add_context(talk)[1:]):
        place = (row["conversation_id"], int(row["turn_id"]), number)
        check_text(place, heard.text, labels)
        act = form(heard.text)
        if place in labels:
            yield read_labelled(heard, labels[place], "spontaneous", dialogue)
        elif act is not None and 1 < len(heard.text.split()) <= _LONGEST:
            yield Example(
                text=heard.text,
                before=heard.before,
                earlier=heard.earlier,
                later=heard.later,
                act=ACTS.index(act),
                kinds=np.full(len(KINDS), np.nan, np.float32),
                listening=np.full(len(LISTENING), np.nan, np.float32),
                source="classrooms",
                dialogue=dialogue,
            )


def form(text: str) -> str | None:
    """The act that a sentence's form and mark agree on; None where they do not."""
    said = normalise(text)
    core = strip_opening(said)
    if said.endswith("."):
        return None if _has_any_form(core) else "other"
    if not said.endswith("?"):
        return None
    if FACT.search(core) or (YES_NO.search(core) and not OPEN_REQUEST.search(core)):
        return "closed_question"
    return "open_question" if WH_OPEN.search(core) or OPEN_REQUEST.search(core) else None


def _has_any_form(core: str) -> bool:
    patterns: Iterable[re.Pattern[str]] = (FACT, YES_NO, OPEN_REQUEST, WH_OPEN)
    return any(pattern.search(core) for pattern in patterns)
