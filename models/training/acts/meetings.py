"""Training sentences from the ICSI meetings with MRDA dialogue acts (CC BY 4.0).

Shriberg et al. (2004), The ICSI Meeting Recorder Dialog Act (MRDA) Corpus. The text is read from a
file that the user has; none of it is in this repository.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

import numpy as np

from acts.examples import Example, Stretch, Vector, add_context, read_labelled
from acts.spontaneous import Labels, Place
from coach_models.annotation.calibration import REFLECTIONS
from coach_models.annotation.encoding import ACTS, KINDS, LISTENING, SentenceInContext

_TWICE = re.compile(r"^(.{4,}?(?:[.?]|==)),(?=\S)")
_FRAGMENT = re.compile(r"\b[\w']+- -? ?")
_WHY = re.compile(r"\bwhy\b|\bhow come\b")
_FACT = re.compile(
    r"\b(?:how (?:many|much|long|often|old|far|big|large|fast|late|high)|who|when|where|which|"
    r"what (?:time|day|date|year|number|percentage|size|color|name|kind|type|format|version))\b"
)
_ANYTHING = re.compile(r"^(?:and |so |okay |uh )*(?:any(?:thing|body|one)?\b)")
# A lone "Or" or "Is it", cut off, is tagged a question there; no one could tell from the words.
_LEAST_ASKED = 3
# Summary, mimicking, repeat, understanding check, completion: what might be a reflection there.
_GIVES_BACK = frozenset({"bs", "bsc", "m", "r", "bu", "2"})
_SKIPPED = frozenset({"br", "%", "x", "z"})
# Statements come from the labelled part; here the questions are what is worth having.
SIZES = {"open": 1500, "closed": 2200, "plain": 0, "signal": 300}


def read(path: Path) -> list[dict]:
    """Read the file of utterances."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def examples(
    utterances: Iterable[dict], labels: Mapping[Place, Labels] = MappingProxyType({})
) -> Iterator[Example]:
    """Utterances whose act is clear, each in its context.

    Parameters
    ----------
    utterances : of whole meetings, in order.
    labels : of those that were coded by hand; they go before the labels of the corpus.
    """
    for meeting, group in groupby(utterances, key=lambda row: row["conversation_id"]):
        rows = [row | {"text": text} for row in group if (text := clean(row["text"]))]
        previous: Example | None = None
        for row, heard in zip(
            rows, add_context([(r["speaker"], r["text"]) for r in rows]), strict=True
        ):
            coded = labels.get((meeting, row["turn_id"], 0))
            tags = _tags(row["original_label"])
            if coded is not None:
                example = read_labelled(heard, coded, "spontaneous", meeting)
            elif tags & _SKIPPED or (row["act"] != "other" and tags & _GIVES_BACK):
                previous = None  # not speech, or a question that may be a reflection here
                continue
            else:
                example = _example(row, heard, tags)
            yield replace(example, previous=previous if heard.earlier else None)
            previous = example


def stretches(utterances: Iterable[dict]) -> Iterator[Stretch]:
    """Runs of one speaker's utterances that are a fair picture of sentences."""
    held: list[str] = []
    speaker = None
    for row in utterances:
        text = clean(row["text"])
        if row["speaker"] != speaker and held:
            yield Stretch(tuple(held), "meetings")
            held = []
        speaker = row["speaker"]
        if text:
            held.append(text)


def clean(text: str) -> str:
    """Without transcriber's marks, word fragments and second readings.

    Examples
    --------
    >>> clean("b- - you can zip them.,b- - you can g_zip them.")
    'You can zip them.'
    """
    twice = _TWICE.match(text)
    text = twice.group(1) if twice else text
    text = _FRAGMENT.sub("", text.replace("==", "--").replace("|", "").replace("_", " "))
    text = " ".join(text.replace(" - ", " ").split())
    text = re.sub(r"\bi\b", "I", text.replace("?--", "--")).strip(" -") if text else ""
    return text[:1].upper() + text[1:] if re.search(r"\w", text) else ""


def _tags(label: str) -> set[str]:
    return {tag for part in label.split("|") for tag in re.split(r"[\^.:]", part)}


def _example(row: dict, heard: SentenceInContext, tags: set[str]) -> Example:
    act, said = row["act"], heard.text.lower()
    fact = act == "open_question" and bool(_FACT.search(said))
    if fact or (act == "open_question" and _ANYTHING.search(said)):
        act = "closed_question"
    return Example(
        text=heard.text,
        before=heard.before,
        act=ACTS.index(act),
        kinds=_kinds(act, tags, said, fact=fact),
        listening=_listening(act, tags),
        source="meetings",
        dialogue=row["conversation_id"],
        earlier=heard.earlier,
        later=heard.later,
    )


def _kinds(act: str, tags: set[str], text: str, *, fact: bool) -> Vector:
    """What MRDA says about our kinds; nan for those that it has no label for."""
    rhetorical = "qh" in tags
    if act == "other":
        kinds = np.zeros(len(KINDS), np.float32)
        kinds[KINDS.index("rhetorical")] = rhetorical
        return kinds
    kinds = np.full(len(KINDS), np.nan, np.float32)
    kinds[KINDS.index("tag")] = "g" in tags
    kinds[KINDS.index("alternative")] = bool({"qr", "qrr"} & tags)
    kinds[KINDS.index("fact")] = fact
    kinds[KINDS.index("why")] = act == "open_question" and bool(_WHY.search(text))
    kinds[KINDS.index("rhetorical")] = 0
    return kinds


def _listening(act: str, tags: set[str]) -> Vector:
    listening = np.full(len(LISTENING), np.nan, np.float32)
    if act != "other":
        listening[:] = 0
    elif not tags & _GIVES_BACK:
        listening[REFLECTIONS] = 0
    listening[LISTENING.index("backchannel")] = tags <= {"b", "bk", "m", "r"} and bool(tags)
    return listening


def sample(found: Iterable[Example], seed: int) -> list[Example]:
    """All open questions, and as many of the rest as balances our own small corpus.

    Parameters
    ----------
    found : all sentences.
    seed : of the choice.
    """
    draw = random.Random(seed)
    groups: dict[str, list[Example]] = {"open": [], "closed": [], "plain": [], "signal": []}
    for example in found:
        name = _group(example)
        if name is not None:
            groups[name].append(example)
    return [
        example
        for name, own in groups.items()
        for example in draw.sample(own, min(SIZES[name], len(own)))
    ]


def _group(example: Example) -> str | None:
    if example.act != ACTS.index("other"):
        if len(example.text.split()) < _LEAST_ASKED:
            return None
        return "open" if example.act == ACTS.index("open_question") else "closed"
    if example.kinds.any():
        return "open"  # rhetorical: the form of a question, few, and worth having all
    if example.listening[LISTENING.index("backchannel")] == 1:
        return "signal"
    return "plain" if len(example.text.split()) > 1 else None
