"""Speech without words is found and heard again; what was heard before stays as it is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from faster_whisper import decode_audio
from hypothesis import given
from hypothesis import strategies as st

from coach.conversation import Word
from coach.intervals import Span, subtract, total
from coach.ports import Audio, silent
from coach_models.chunks import chunks
from coach_models.missed_speech import SHORTEST, filling, find_missed
from coach_models.whisper import WhisperTranscriber

DEMO = Path(__file__).parents[2] / "docs" / "demo"


def placed(steps: list[Any]) -> list[Span]:
    found, now = [], 0.0
    for pause, length in steps:
        found.append(Span(now + pause, now + pause + length))
        now += pause + length
    return found


spans = st.lists(st.tuples(st.floats(0, 5), st.floats(0.1, 9)), max_size=9).map(placed)
words = spans.map(lambda found: [Word(span, f"w{n}") for n, span in enumerate(found)])


@given(spans)
def test_covered_speech_was_not_missed(speech: list[Any]) -> None:
    assert find_missed(speech, [Word(span, "yes") for span in speech]) == ()


@given(spans, words)
def test_what_was_missed_is_long_speech_without_words(speech: list[Any], said: list[Any]) -> None:
    stretches = find_missed(speech, said)
    assert all(stretch.duration >= SHORTEST for stretch in stretches)
    assert total(subtract(stretches, speech)) == 0
    assert not any(stretch.overlaps(word.span) for stretch in stretches for word in said)


@given(spans, words, words)
def test_only_the_missed_stretches_are_filled(
    speech: list[Any], said: list[Any], again: list[Any]
) -> None:
    stretches = find_missed(speech, said)
    new = filling((), again, stretches)
    inside = [w for w in again if any(s.contains(w.span.middle) for s in stretches)]
    assert new == inside
    assert filling(said, said, stretches) == []


def test_a_word_at_the_edge_is_not_taken_twice() -> None:
    first = [Word(Span(0, 4), "Martin,"), Word(Span(8, 8.3), "yes")]
    again = [Word(Span(3.9, 4.4), "martin"), Word(Span(5, 5.5), "was"), Word(Span(7, 7.2), "yes")]
    stretches = find_missed([Span(0, 10)], first)
    assert stretches == (Span(4, 8), Span(8.3, 10))
    assert [word.text for word in filling(first, again, stretches)] == ["was", "yes"]


def test_chunks_are_cut_where_spans_meet() -> None:
    speech = [Span(0, 18), Span(18, 31), Span(31, 37)]
    assert [chunk.pieces for chunk in chunks(speech)] == [(Span(0, 18),), (Span(18, 37),)]
    assert [chunk.end for chunk in chunks(speech, longest=15)] == [18, 31, 37]


def plain(text: str) -> list[str]:
    """Words as they are compared: letters and digits, numbers up to ten as digits."""
    numbers = "zero one two three four five six seven eight nine ten".split()
    found = re.sub(r"[^a-z0-9 ]", "", text.lower().replace("-", " ")).split()
    return [str(numbers.index(word)) if word in numbers else word for word in found]


def errors(reference: list[str], heard: list[str]) -> int:
    """Word insertions, deletions and substitutions between two texts."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(reference, 1):
        corner, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (word != other))
    return row[-1]


def test_errors_are_counted() -> None:
    assert errors(plain("One, two - three!"), plain("1 too three")) == 1
    assert errors(["a", "b"], ["a", "c", "b"]) == errors(["a", "b"], ["b"]) == 1


@pytest.mark.models
def test_no_passage_of_the_demo_is_lost() -> None:
    truth = json.loads((DEMO / "demo.truth.json").read_text())
    reference = plain(" ".join(turn["text"] for turn in truth["turns"]))
    samples = decode_audio(str(DEMO / "demo.opus"))
    found = WhisperTranscriber()(Audio(samples[None]), language="en", report=silent)
    heard = plain(" ".join(word.text for word in found.words))
    assert errors(reference, heard) <= 0.08 * len(reference)
