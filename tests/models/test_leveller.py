"""A quiet voice is made louder for the recogniser, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest
from voices import RATE, hiss, two_voices

from coach.ports import Audio, silent
from coach_models.leveller import Levelled, level
from coach_models.whisper import WhisperTranscriber

SECONDS = 40


def mixed(quieter_db: float) -> np.ndarray:
    """The demo's two voices, one of them so much quieter, in a room that is not quite silent."""
    mentor, mentee = two_voices(SECONDS)
    return mentor + mentee * np.float32(10 ** (-quieter_db / 20)) + hiss(len(mentor), -75)


def test_voices_that_are_about_as_loud_stay_as_they_are() -> None:
    even = mixed(0)
    assert level(even) is even
    sound = mixed(6)
    assert np.allclose(level(sound)[0 : len(sound)], sound, rtol=0.05, atol=1e-6)


def test_a_quiet_voice_is_louder_and_noise_is_not() -> None:
    sound = mixed(22)
    found = level(sound)
    assert isinstance(found, Levelled) and len(found) == len(sound)
    mentee = np.abs(two_voices(SECONDS)[1]) > 0.01
    gain = np.abs(found[0 : len(sound)][mentee]).mean() / np.abs(sound[mentee]).mean()
    assert 2 < gain < 4
    silence = np.concatenate([sound, hiss(5 * RATE, -75, 1)])
    assert np.array_equal(level(silence)[len(sound) + RATE :], silence[len(sound) + RATE :])


def test_a_slice_is_that_of_the_whole() -> None:
    found = level(mixed(22))
    whole = found[0 : len(found)]
    assert np.array_equal(found[12_345:67_890], whole[12_345:67_890])
    assert len(found[len(found) - 10 : len(found) + 10]) == 10


@pytest.mark.models
def test_the_words_of_a_quiet_voice_are_written_down() -> None:
    whisper = WhisperTranscriber.create()
    mentee = np.abs(two_voices(SECONDS)[1]) > 0.01

    def of_the_mentee(quieter_db: float) -> int:
        heard = whisper(Audio(mixed(quieter_db)[np.newaxis]), language="en", report=silent)
        return sum(mentee[round(w.span.start * RATE) : round(w.span.end * RATE)].mean() > 0.3
                   for w in heard.words)  # fmt: skip

    assert of_the_mentee(22) > 0.85 * of_the_mentee(0)
