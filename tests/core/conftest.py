"""What the tests of the core share: the script of the demo recording."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from coach.conversation import Acts, Conversation, Recording, Sentence, Speaker, Speech, Word
from coach.intervals import Span

TRUTH = Path(__file__).parents[2] / "docs/demo/demo.truth.json"


@pytest.fixture(scope="session")
def demo_truth() -> dict[str, Any]:
    """What the demo recording was made from: who speaks when, and what every sentence does."""
    truth: dict[str, Any] = json.loads(TRUTH.read_text(encoding="utf-8"))
    return truth


@pytest.fixture(scope="session")
def demo(demo_truth: dict[str, Any]) -> Conversation:
    """The demo conversation as it was written, its words spread evenly over their sentences."""
    written = [
        Sentence(Span(s["start"], s["end"]), turn["speaker"], s["text"], acts=_acts(s))
        for turn in demo_truth["turns"]
        for s in turn["sentences"]
    ]
    spread = [(word, i) for i, sentence in enumerate(written) for word in _spread(sentence)]
    spread.sort(key=lambda each: each[0].span)
    sentences = [
        replace(sentence, words=tuple(at for at, (_, j) in enumerate(spread) if i == j))
        for i, sentence in enumerate(written)
    ]
    return Conversation(
        Recording("demo", demo_truth["duration"]),
        tuple(Speaker(who, who) for who in ("mentor", "mentee")),
        tuple(Speech(Span(s["start"], s["end"]), s["speaker"]) for s in demo_truth["speech"]),
        tuple(word for word, _ in spread),
        tuple(sentences),
        language="en",
    )


def _spread(said: Sentence) -> list[Word]:
    texts = said.text.split()
    step = said.span.duration / len(texts)
    starts = [said.span.start + i * step for i in range(len(texts))]
    spans = [Span(start, start + step) for start in starts]
    return [Word(s, t, said.speaker, 0.9) for s, t in zip(spans, texts, strict=True)]


def _acts(said: dict[str, Any]) -> Acts:
    kinds = tuple(kind for kind in said["kinds"] if kind != "stacked")
    return Acts(said["act"], 1.0, kinds, (said["listening"],) if said["listening"] else ())
