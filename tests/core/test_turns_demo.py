"""The demo recording's script knows its turns, backchannels and overlaps: the floor finds them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from coach.conversation import Conversation, Recording, Sentence, Speaker, Speech, Word
from coach.intervals import Span
from coach.turns import floor

TRUTH = Path(__file__).parents[2] / "docs/demo/demo.truth.json"


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    return json.loads(TRUTH.read_text(encoding="utf-8"))


def heard(truth: dict[str, Any], *, words: bool) -> Conversation:
    sentences = [
        (Span(sentence["start"], sentence["end"]), turn["speaker"], sentence["text"])
        for turn in truth["turns"]
        for sentence in turn["sentences"]
    ]
    said = [word for sentence in sentences for word in spread(*sentence)]
    return Conversation(
        Recording("demo", truth["duration"]),
        tuple(Speaker(who) for who in truth["speakers"]),
        tuple(Speech(Span(s["start"], s["end"]), s["speaker"]) for s in truth["speech"]),
        tuple(sorted(said, key=lambda word: word.span)) if words else (),
        tuple(Sentence(*sentence) for sentence in sentences) if words else (),
        language="en",
    )


def spread(span: Span, speaker: str, text: str) -> list[Word]:
    texts = text.split()
    step = span.duration / len(texts)
    starts = [span.start + i * step for i in range(len(texts))]
    return [Word(Span(s, s + step), t, speaker) for s, t in zip(starts, texts, strict=True)]


@pytest.mark.parametrize("words", [True, False])
def test_every_overlap_has_the_class_it_was_written_with(
    truth: dict[str, Any], words: bool
) -> None:
    written = [(o["class"], o["by"], o["start"]) for o in truth["overlaps"] if o["event"]]
    found = floor(heard(truth, words=words)).overlaps
    assert [(o.kind, o.second, pytest.approx(o.span.start, abs=0.1)) for o in found] == written


@pytest.mark.parametrize("words", [True, False])
def test_every_backchannel_is_found_and_no_other(truth: dict[str, Any], words: bool) -> None:
    written = [(t["speaker"], t["start"]) for t in truth["turns"] if t["kind"] == "backchannel"]
    found = floor(heard(truth, words=words)).backchannels
    assert [(b.speaker, pytest.approx(b.span.start, abs=0.1)) for b in found] == written


def test_everything_else_that_was_not_given_up_is_a_turn(truth: dict[str, Any]) -> None:
    aside = {"backchannel", "attempt"}
    written = [(t["speaker"], t["start"]) for t in truth["turns"] if t["kind"] not in aside]
    found = floor(heard(truth, words=True)).turns
    assert [(t.speaker, pytest.approx(t.span.start, abs=0.1)) for t in found] == written


def test_who_breaks_off_in_the_script_was_cut_off(truth: dict[str, Any]) -> None:
    made = [o for o in floor(heard(truth, words=True)).overlaps if o.kind == "interruption"]
    assert [overlap.cut_off for overlap in made] == [True, True]
