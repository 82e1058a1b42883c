"""Words with times: how sound is cut for the recogniser, and what it hears in a real call."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.errors import InputError, ModelUnavailable
from coach.intervals import Span
from coach.ports import SAMPLE_RATE, Audio, silent
from coach_models.chunks import Chunk, chunks, detect_speech
from coach_models.whisper import WhisperConfig, WhisperTranscriber, is_doubtful, is_sure


@dataclass
class Heard:
    """The figures of a decoded segment."""

    no_speech_prob: float = 0.0
    avg_logprob: float = -0.2
    compression_ratio: float = 1.2


def test_repeated_and_invented_text_is_doubtful() -> None:
    assert not is_doubtful(Heard())
    assert is_doubtful(Heard(compression_ratio=3.0))
    assert is_doubtful(Heard(no_speech_prob=0.9, avg_logprob=-1.5))
    assert not is_doubtful(Heard(no_speech_prob=0.9))


def test_text_of_a_second_hearing_must_be_sure() -> None:
    assert is_sure(Heard())
    assert not is_sure(Heard(compression_ratio=3.0))
    assert not is_sure(Heard(avg_logprob=-0.94))
    assert not is_sure(Heard(no_speech_prob=0.5))


pieces = st.lists(st.tuples(st.floats(0.1, 5), st.floats(0.1, 90)), max_size=12)


def spans(steps: list[tuple[float, float]]) -> list[Span]:
    found, now = [], 0.0
    for pause, length in steps:
        found.append(Span(now + pause, now + pause + length))
        now += pause + length
    return found


@given(pieces)
def test_chunks_hold_all_speech_and_are_short_enough(steps: list[tuple[float, float]]) -> None:
    speech = spans(steps)
    packed = chunks(speech)
    assert all(chunk.duration <= 30.0 + 1e-6 for chunk in packed)
    assert sum(c.duration for c in packed) == pytest.approx(sum(s.duration for s in speech))
    order = [piece for chunk in packed for piece in chunk.pieces]
    assert order == sorted(order)


@given(pieces.filter(bool), st.floats(0, 1))
def test_times_in_a_chunk_lead_back_to_its_speech(
    steps: list[tuple[float, float]], where: float
) -> None:
    chunk = chunks(spans(steps))[0]
    start = where * chunk.duration * 0.9
    found = chunk.original(start, start + 0.01)
    assert found is None or any(p.start <= found.start <= p.end for p in chunk.pieces)


def test_a_word_over_a_cut_stays_in_one_piece() -> None:
    chunk = Chunk((Span(0, 1), Span(5, 6)))
    assert chunk.original(0.8, 1.1) == Span(0.8, 1.0)
    assert chunk.original(2.5, 2.6) is None
    assert len(chunk.cut(np.zeros(7 * SAMPLE_RATE, np.float32))) == 2 * SAMPLE_RATE


def test_silence_holds_no_speech() -> None:
    assert detect_speech(np.zeros(3 * SAMPLE_RATE, np.float32)) == ()
    assert chunks(()) == ()


def test_impossible_options_are_refused() -> None:
    for options in ({"beam": 0}, {"batch": 0}):
        with pytest.raises(InputError):
            WhisperConfig(**options)


@pytest.fixture(scope="module")
def call() -> np.ndarray:
    """The telephone call inside the pyannote.audio wheel [shape=(samples,)]."""
    folder = Path(find_spec("pyannote.audio").origin).parent / "sample"
    with wave.open(str(folder / "sample.wav")) as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    return (pcm / 32_768).astype(np.float32)


@pytest.fixture(scope="module")
def whisper() -> WhisperTranscriber:
    return WhisperTranscriber.create()


@pytest.mark.models
def test_a_call_is_transcribed(whisper: WhisperTranscriber, call: np.ndarray) -> None:
    said = []
    found = whisper(Audio(call[np.newaxis]), language=None, report=said.append)
    text = " ".join(word.text for word in found.words).lower()
    assert found.language == "en" and found.language_probability > 0.5
    assert "hello" in text and len(found.words) > 40
    assert all(0 <= word.probability <= 1 for word in found.words)
    assert all(word.span.end <= 30.1 for word in found.words)
    assert said[-1].done <= said[-1].total == pytest.approx(30)
    assert whisper.models[0].sha256


@pytest.mark.models
def test_silence_has_no_words(whisper: WhisperTranscriber) -> None:
    noise = np.random.default_rng(0).normal(0, 1e-3, (1, 12 * SAMPLE_RATE)).astype(np.float32)
    found = whisper(Audio(noise), language=None, report=silent)
    assert found.words == () and found.language is None


@pytest.mark.models
def test_each_channel_has_its_speaker(whisper: WhisperTranscriber, call: np.ndarray) -> None:
    both = np.zeros((2, len(call)), np.float32)
    both[1] = call
    found = whisper(Audio(both), language="en", report=silent)
    assert {word.speaker for word in found.words} == {"B"}


@pytest.mark.models
def test_an_unknown_language_or_device_is_an_error(
    whisper: WhisperTranscriber, call: np.ndarray
) -> None:
    with pytest.raises(InputError, match="xx"):
        whisper(Audio(call[np.newaxis]), language="xx", report=silent)
    with pytest.raises(ModelUnavailable, match="--device"):
        WhisperTranscriber(WhisperConfig(device="quantum"))
