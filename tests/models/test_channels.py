"""What channels and tracks are is told by what is said in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from media import write
from voices import RATE, hiss, in_a_room, two_voices

from coach.errors import InputError
from coach.ports import Decoded, silent
from coach_models.decoder import PyAvDecoder
from coach_models.decoding.listening import layout

SECONDS = 40
QUIET_ROOM = -65.0


@pytest.fixture(scope="module")
def voices() -> np.ndarray:
    """Two people, a channel each, in rooms that are not quite silent."""
    both = two_voices(SECONDS)
    return both + np.stack([hiss(both.shape[1], QUIET_ROOM, seed) for seed in (1, 2)])


def decode(path: Path, *, channels: str = "auto", tracks: tuple[int, ...] = ()) -> Decoded:
    return PyAvDecoder()(path, channels=channels, tracks=tracks, report=silent)


def test_a_speaker_a_channel_whatever_the_gain(voices: np.ndarray) -> None:
    for gain in (1.0, 0.05):
        found = layout([voices[0], voices[1] * gain])
        assert found.is_separate and found.used == (0, 1) and not found.leaks


@pytest.mark.parametrize(("level", "delay"), [(-6, 0.005), (-10, 0.06), (-14, 0.1)])
def test_a_microphone_that_hears_the_loudspeaker_is_no_channel_of_one_speaker(
    voices: np.ndarray, level: float, delay: float
) -> None:
    heard = in_a_room(voices[1], delay=delay) * 10 ** (level / 20)
    found = layout([voices[0] + heard, voices[1]])
    assert found.leaks and not found.is_separate and found.used == (0, 1)


def test_one_room_is_mixed_without_ado(voices: np.ndarray) -> None:
    left = voices[0] + in_a_room(voices[1], delay=0.002)
    right = voices[1] + in_a_room(voices[0], delay=0.003)
    found = layout([left, right * 0.2])
    assert not found.is_separate and not found.leaks and found.signs == (1, 1)


def test_a_channel_upside_down_is_turned_back(voices: np.ndarray, tmp_path: Path) -> None:
    room = voices.sum(axis=0)
    both = np.stack([room + hiss(len(room), -50, 3), hiss(len(room), -50, 4) - room])
    found = decode(write(tmp_path / "inverted.wav", "pcm_s16le", both))
    assert found.audio.channels == 1 and any("upside down" in note for note in found.notes)
    assert np.corrcoef(found.audio.samples[0], room)[0, 1] > 0.98


def test_who_hardly_speaks_has_a_channel_all_the_same(voices: np.ndarray) -> None:
    short = voices[1].copy()
    active = np.flatnonzero(np.abs(two_voices(SECONDS)[1]) > 0.02)
    short[active[0] + 2 * RATE :] = hiss(len(short) - active[0] - 2 * RATE, QUIET_ROOM, 5)
    found = layout([voices[0], short])
    assert found.is_separate


def test_an_offset_and_an_empty_tail_change_nothing(voices: np.ndarray) -> None:
    tail = np.zeros((2, 60 * RATE), np.float32)
    both = np.concatenate([voices, tail], axis=1)
    both[1] += 0.3
    assert layout(list(both)).is_separate


def test_a_channel_in_which_nobody_speaks_is_left_out(voices: np.ndarray, tmp_path: Path) -> None:
    both = np.stack([hiss(voices.shape[1], -45), voices.sum(axis=0)])
    found = decode(write(tmp_path / "right.wav", "pcm_s16le", both))
    assert found.audio.channels == 1
    assert found.notes == ("One of two channels is silent and was left out.",)


def test_each_of_two_tracks_is_a_speaker(voices: np.ndarray, tmp_path: Path) -> None:
    path = write(tmp_path / "obs.mka", "flac", voices[:1], voices[1:])
    found = decode(path)
    assert found.audio.channels == 2
    assert found.notes == ("Each channel was taken for one speaker.",)
    alone = decode(path, tracks=(2,))
    assert alone.audio.channels == 1
    assert np.corrcoef(alone.audio.samples[0], voices[1])[0, 1] > 0.99


def test_the_tracks_that_hold_nothing_new_are_named(voices: np.ndarray, tmp_path: Path) -> None:
    nothing = np.zeros((1, voices.shape[1]), np.float32)
    mix = voices.sum(axis=0, keepdims=True) / 2
    path = write(tmp_path / "obs.mka", "flac", mix, voices[:1], nothing, voices[1:])
    found = decode(path)
    assert found.audio.channels == 2
    assert found.notes[1:] == (
        "Nobody speaks in track 3: left out.",
        "Track 1 repeats what the others hold: left out.",
    )


def test_the_second_voice_on_the_channel_of_a_subwoofer_is_kept(
    voices: np.ndarray, tmp_path: Path
) -> None:
    six = np.zeros((6, voices.shape[1]), np.float32)
    six[0], six[3] = voices
    found = decode(write(tmp_path / "surround.wav", "pcm_s16le", six))
    assert found.audio.channels == 2
    assert "Nobody speaks in channels 2, 3, 5, 6: left out." in found.notes


def test_a_track_that_is_not_there_is_an_error(voices: np.ndarray, tmp_path: Path) -> None:
    path = write(tmp_path / "one.wav", "pcm_s16le", voices[:1])
    with pytest.raises(InputError, match="--tracks"):
        decode(path, tracks=(2,))
