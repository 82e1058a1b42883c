"""A long conversation of our own: the two written dialogues in turn, about other things each time.

Nobody ever spoke it. It has the density of a real session (turns, questions, overlaps, words a
minute), which is what the pages are measured and drawn with; it is no evidence of accuracy.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from coach.conversation import (
    Acts,
    Conversation,
    Recording,
    Sentence,
    Speaker,
    Speech,
    Word,
    spread_words,
)
from coach.interchange.json import load
from coach.intervals import Seconds, Span

_ROOT = Path(__file__).parents[2]
_BREAK: Seconds = 4.0  # silence between two dialogues
_SEED = 7
# Every row is one thing, as it is called from round to round.
_THINGS = (
    ("project", "thesis", "workshop", "grant", "course", "release"),
    ("team", "lab", "class", "group", "office", "crew"),
    ("messages", "reviews", "exams", "invoices", "drafts", "tickets"),
    ("Martin", "Oliver", "Hanna", "Pavel", "Ines", "Robert"),
    ("Susan", "Miriam", "Karim", "Elena", "Joseph", "Tamara"),
    ("Sarah", "Laura", "David", "Nora", "Simon", "Judith"),
    ("numbers", "figures", "slides", "samples", "results", "estimates"),
    ("customer", "committee", "parents", "funder", "dean", "supplier"),
    ("meeting", "review", "rehearsal", "interview", "defence", "demo"),
    ("report", "abstract", "syllabus", "budget", "schedule", "summary"),
    ("talk", "lecture", "poster", "pitch", "lesson", "seminar"),
    ("projector", "microphone", "computer", "printer", "camera", "network"),
    ("Lena", "Marta", "Felix", "Ruth", "Adam", "Vera"),
    ("Thursday", "Monday", "Tuesday", "Friday", "Wednesday", "Saturday"),
)  # fmt: skip
_THING = {names[0]: names for names in _THINGS}
_WORDS = re.compile(r"\b(?:" + "|".join(_THING) + r")\b")


def hour(minutes: float = 60.0) -> Conversation:
    """A conversation of about so many minutes between Ruth, the mentor, and Jonas.

    Parameters
    ----------
    minutes : the length; it ends with the dialogue that reaches it.

    Returns
    -------
    The same conversation for the same length.
    """
    chance = random.Random(_SEED)
    speech, sentences, at, number = list[Speech](), list[Sentence](), 0.0, 0
    while at < 60 * minutes:
        part, length = _dialogue(number)
        speech += [replace(each, span=_later(each.span, at)) for each in part.speech]
        sentences += [_told(each, at, number, chance) for each in part.sentences]
        at, number = at + length, number + 1
    return _whole(speech, sentences, at)


def _dialogue(number: int) -> tuple[Conversation, Seconds]:
    part = (_demo, _session)[number % 2]()
    return part, part.recording.duration + _BREAK


def _told(said: Sentence, at: Seconds, number: int, chance: random.Random) -> Sentence:
    """The sentence at its time, about the things of this round, a little less or more sure."""
    turn = number // 2
    text = _WORDS.sub(lambda m: _THING[m[0]][turn % len(_THING[m[0]])], said.text)
    acts = said.acts
    if acts.act != "other":
        acts = replace(acts, probability=round(chance.uniform(0.55, 0.99), 2))
    return replace(said, span=_later(said.span, at), text=text, acts=acts)


def _later(span: Span, by: Seconds) -> Span:
    return Span(round(span.start + by, 3), round(span.end + by, 3))


def _whole(speech: list[Speech], sentences: list[Sentence], end: Seconds) -> Conversation:
    spread = sorted(_spread(sentences), key=lambda each: each[0].span)
    places: dict[int, list[int]] = {}
    for place, (_, i) in enumerate(spread):
        places.setdefault(i, []).append(place)
    return Conversation(
        recording=Recording("An hour about many things", end, sha256="0" * 64),
        speakers=(Speaker("A", "mentor", "Ruth"), Speaker("B", "mentee", "Jonas")),
        speech=tuple(speech),
        words=tuple(word for word, _ in spread),
        sentences=tuple(replace(s, words=tuple(places[i])) for i, s in enumerate(sentences)),
        language="en",
    )


def _spread(sentences: list[Sentence]) -> Iterator[tuple[Word, int]]:
    for i, said in enumerate(sentences):
        for word in spread_words(said.text.split(), said.span, said.speaker, 0.9):
            yield word, i


@cache
def _demo() -> Conversation:
    """The dialogue that the demo recording was made from."""
    truth = json.loads((_ROOT / "docs/demo/demo.truth.json").read_text(encoding="utf-8"))
    called = {"mentor": "A", "mentee": "B"}
    return Conversation(
        Recording("demo", truth["duration"]),
        (Speaker("A"), Speaker("B")),
        tuple(Speech(Span(s["start"], s["end"]), called[s["speaker"]]) for s in truth["speech"]),
        sentences=tuple(
            Sentence(Span(s["start"], s["end"]), called[turn["speaker"]], s["text"], acts=_acts(s))
            for turn in truth["turns"]
            for s in turn["sentences"]
        ),
    )


def _acts(said: dict[str, Any]) -> Acts:
    kinds = tuple(kind for kind in said["kinds"] if kind != "stacked")
    return Acts(said["act"], None, kinds, (said["listening"],) if said["listening"] else ())


@cache
def _session() -> Conversation:
    """The dialogue of the golden files."""
    text = (_ROOT / "tests/golden/session.conversation.json").read_text(encoding="utf-8")
    conv = load(Conversation, text)
    return replace(conv, sentences=tuple(replace(s, words=()) for s in conv.sentences))
