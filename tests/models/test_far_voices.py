"""Who is heard from further away, and is neither of the two, is no overlap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach_models.diarization.far_voices import NOTE, drop_far_voices
from coach_models.diarization.hearing import HeardChannel, overlap_frames
from coach_models.diarization.segmentation import Windows
from coach_models.diarization.voice import GRID, VoiceTrack
from coach_models.diarization.voice_pair import VoicePair

FRAME = 0.1
A, B, OTHER, BOTH, B_AND_OTHER = 1, 2, 3, 4, 6  # powerset classes
SAID = [A] * 40 + [BOTH] * 10 + [B] * 30 + [B_AND_OTHER] * 20 + [OTHER] * 40


def heard_of(said: list[int], likeness: float) -> tuple[HeardChannel, VoicePair, np.ndarray]:
    """One window in which the third local speaker is so much like A."""
    voices = np.eye(192, dtype=np.float32)[:3]
    voices[2] = likeness * voices[0] + np.sqrt(1 - likeness**2) * voices[2]
    classes = np.eye(7, dtype=np.float16)[said][np.newaxis]
    whose = np.array([{A: 0, BOTH: 0, B: 1, B_AND_OTHER: 1, OTHER: 2}[each] for each in said])
    times = (np.arange(len(said)) + 0.5) * GRID
    ones = np.ones(len(said))
    track = VoiceTrack(times, np.zeros(len(said), np.int64), voices[whose], ones)
    windows = Windows(classes, 2.5, FRAME, len(said) * FRAME)
    active = np.ones(len(said), bool)
    both = overlap_frames(windows.overlap(), active, FRAME)
    heard = HeardChannel(windows, track, active, both, windows.overlap(), ones.astype(np.float32))
    labels = np.where(whose == 1, 1, 0).astype(np.int8)
    return heard, VoicePair(labels, voices[:2], np.zeros(len(said)), (10.0, 10.0), 1.0), labels


def sound(said: list[int], other_db: float) -> np.ndarray:
    gains = np.where(np.array(said) == OTHER, 10 ** (other_db / 20), 1.0).repeat(1600)
    return np.random.default_rng(0).normal(0, 0.1, len(gains)).astype(np.float32) * gains


def test_overlap_with_a_television_does_not_count() -> None:
    heard, pair, labels = heard_of(SAID, 0.0)
    assert heard.overlap.sum() == 30
    found, notes = drop_far_voices(heard, sound(SAID, -12), pair, labels)
    assert notes == (NOTE,)
    assert np.flatnonzero(found.overlap).tolist() == list(range(40, 50))


@pytest.mark.parametrize(("likeness", "other_db"), [(0.9, -12), (0.0, 0)])
def test_soft_speech_of_the_two_and_a_third_person_close_by_are_not_far(
    likeness: float, other_db: float
) -> None:
    heard, pair, labels = heard_of(SAID, likeness)
    found, notes = drop_far_voices(heard, sound(SAID, other_db), pair, labels)
    assert found is heard and notes == ()


@given(st.lists(st.sampled_from([A, B, BOTH]), min_size=100, max_size=100))
def test_two_people_alone_keep_their_overlaps(said: list[int]) -> None:
    heard, pair, labels = heard_of([A] * 5 + [B] * 5 + said, 0.0)
    found, notes = drop_far_voices(heard, sound([A] * 110, 0), pair, labels)
    assert found is heard and notes == ()
