"""How the voice ends a sentence, from synthetic pitch, and what it changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coach.conversation import Acts, Sentence
from coach.intervals import Span
from coach.ports import Audio, Pitch
from coach_models.annotation.rise import Rises, final_rise, with_voice
from coach_models.pitch import PraatTracker

FALLS = [(Span(n * 3.0, n * 3.0 + 2), -2.0) for n in range(8)]


def _pitch(endings: list[tuple[Span, float]], hz: float = 120.0) -> Pitch:
    """Level speech whose last 0.3 s rises by so many semitones."""
    times = np.arange(0, 60, 0.01)
    tones = np.full(len(times), np.nan)
    for span, semitones in endings:
        inside = (times >= span.start) & (times < span.end)
        tones[inside] = hz
        tones[inside & (times >= span.end - 0.3)] = hz * 2 ** (semitones / 12)
    return Pitch(times, tones)


def _said(
    endings: list[tuple[Span, float]], acts: Acts, text: str = "You told him"
) -> tuple[Sentence, ...]:
    return tuple(Sentence(span, "A", text, acts=acts) for span, _ in endings)


@pytest.mark.parametrize("hz", [90.0, 250.0])
@pytest.mark.parametrize("semitones", [-4.0, 0.0, 5.0])
def test_final_rise_is_in_semitones_whatever_the_voice(hz: float, semitones: float) -> None:
    span = Span(1, 3)
    assert final_rise(_pitch([(span, semitones)], hz), span) == pytest.approx(semitones, abs=0.01)


def test_too_little_voice_cannot_be_told() -> None:
    assert final_rise(_pitch([]), Span(0, 2)) is None
    assert final_rise(_pitch([(Span(1, 1.2), 3.0)]), Span(1, 1.2)) is None


def test_a_rise_makes_a_doubtful_statement_a_question() -> None:
    endings = [*FALLS, (Span(30, 32), 6.0)]
    said = _said(endings, Acts("other", 0.7, listening=("information",)))
    heard = with_voice(said, Rises(said, _pitch(endings)))
    assert [s.acts.act for s in heard] == ["other"] * 8 + ["closed_question"]
    assert heard[-1].acts.probability is not None and heard[-1].acts.probability > 0.5
    assert heard[-1].acts.listening == ()
    assert heard[0].acts.listening == ("information",)


def test_a_reflection_stays_one_with_a_rising_voice() -> None:
    endings = [*FALLS, (Span(30, 32), 6.0)]
    said = _said(endings, Acts("other", 0.7, listening=("reflection_simple",)))
    assert with_voice(said, Rises(said, _pitch(endings))) == said


def test_words_that_decide_are_not_overruled() -> None:
    endings = [*FALLS, (Span(30, 32), 6.0)]
    for acts, text in (
        (Acts("other", 0.999), "You told him"),
        (Acts("closed_question", 0.6), "Did you tell him"),
        (Acts("open_question", 0.6), "You felt what"),
        (Acts("other", 0.6, listening=("backchannel",)), "Mm-hm"),
    ):
        said = _said(endings, acts, text)
        assert {s.acts.act for s in with_voice(said, Rises(said, _pitch(endings)))} == {acts.act}


def test_a_few_endings_are_no_habit() -> None:
    endings = [(Span(0, 2), 6.0), (Span(3, 5), -2.0)]
    said = _said(endings, Acts("other", 0.6))
    assert with_voice(said, Rises(said, _pitch(endings))) == said


def test_without_probability_nothing_moves() -> None:
    endings = [*FALLS, (Span(30, 32), 6.0)]
    said = tuple(replace(s, acts=Acts("other")) for s in _said(endings, Acts()))
    assert with_voice(said, Rises(said, _pitch(endings))) == said


def test_tracker_follows_a_tone_across_its_windows() -> None:
    times = np.arange(0, 62, 1 / 16_000)
    hz = 150 + 20 * np.sin(times / 4)
    tone = np.sin(2 * np.pi * np.cumsum(hz) / 16_000).astype(np.float32)
    pitch = PraatTracker.create()(Audio(tone[None]))
    assert np.allclose(np.diff(pitch.times), 0.01)
    expected = 150 + 20 * np.sin(pitch.times / 4)
    assert np.nanmax(np.abs(pitch.f0_hz - expected)) < 2


def test_silence_has_no_pitch() -> None:
    pitch = PraatTracker.create()(Audio(np.zeros((1, 16_000), np.float32)))
    assert np.isnan(pitch.f0_hz).all()
    assert len(PraatTracker.create()(Audio(np.zeros((1, 100), np.float32))).times) == 0
