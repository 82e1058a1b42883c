"""Several recordings of one conversation are aligned by their sound and read as one."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from media import write
from voices import RATE, demo, hiss, in_a_room, two_voices

from coach.analysis.bundle import bundle
from coach.errors import InputError
from coach.ports import Decoded, silent
from coach_models.decoder import PyAvDecoder
from coach_models.decoding import bundle as unpacking
from coach_models.decoding.alignment import align
from coach_models.decoding.bundle import DecodedPiece, join
from coach_models.decoding.phases import match

SECONDS = 60


@pytest.fixture(scope="module")
def voices() -> np.ndarray:
    both = two_voices(SECONDS)
    return both + np.stack([hiss(both.shape[1], -60, seed) for seed in (1, 2)])


@pytest.fixture(scope="module")
def phones(voices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two telephones in a room, one in front of each person."""
    return (
        voices[0] + 0.3 * in_a_room(voices[1], delay=0.004, seed=1),
        voices[1] + 0.3 * in_a_room(voices[0], delay=0.004, seed=2),
    )


def played_faster(sound: np.ndarray, rate: float) -> np.ndarray:
    """What a device records whose clock is slow: fewer samples for the same time."""
    at = np.arange(int(len(sound) / rate)) * rate
    return np.interp(at, np.arange(len(sound)), sound).astype(np.float32)


def wav(path: Path, sound: np.ndarray) -> Path:
    return write(path, "pcm_s16le", np.atleast_2d(sound).astype(np.float32))


def together(path: Path, *recordings: Path) -> Path:
    bundle(recordings, path)
    return path


def decode(path: Path, *, channels: str = "auto", tracks: tuple[int, ...] = ()) -> Decoded:
    return PyAvDecoder()(path, channels=channels, tracks=tracks, report=silent)


@settings(max_examples=8)
@given(late=st.floats(-20, 20), gain=st.floats(0.05, 1.0))
def test_the_delay_of_a_second_telephone_is_found(
    phones: tuple[np.ndarray, np.ndarray], late: float, gain: float
) -> None:
    first, second = phones
    cut = round(abs(late) * RATE)
    pair = (first, second[cut:] * gain) if late >= 0 else (first[cut:], second * gain)
    found = align(*pair)
    assert found is not None and abs(found.start - np.sign(late) * cut / RATE) < 0.015
    assert found.rate == 1.0  # a minute is too short to tell the speed of a clock


@pytest.mark.parametrize("an_hour", [-1.0, 0.4])
def test_the_speed_of_a_clock_is_found_and_put_right(an_hour: float, tmp_path: Path) -> None:
    room = np.concatenate([demo(), demo()[::-1]])  # nothing comes twice
    rate = 1 + an_hour / 3600
    sounds = room + hiss(len(room), -55, 3), 0.3 * in_a_room(room, delay=0.005)
    parts = sounds[0], played_faster(sounds[1] + hiss(len(room), -60, 4), rate)[5 * RATE :]
    pieces = []
    for number, part in enumerate(parts, 1):
        path = tmp_path / f"piece-{number}"
        path.write_bytes(part.astype(np.float32).tobytes())
        pieces.append(DecodedPiece(number, path, len(part)))
    found = align(*(piece.sound() for piece in pieces))
    assert found is not None and abs(found.drift - an_hour) < 0.05
    size, notes = join("x.zip", pieces, tmp_path)
    assert len(notes) == 1 and "aligned" in notes[0] and "clock" in notes[0]
    joined = [np.fromfile(tmp_path / name, np.float32) for name in "01"]
    assert {len(each) for each in joined} == {size}
    for second in (20, 200, 420):
        place = slice(second * RATE, (second + 10) * RATE)
        late = match(joined[0][place], joined[1][place], most=RATE // 10)
        assert late.is_same and abs(late.delay) < 0.015 * RATE


def test_two_telephones_in_a_room_make_one_conversation(
    phones: tuple[np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    first, second = phones
    path = together(
        tmp_path / "x.zip",
        wav(tmp_path / "a.wav", first),
        wav(tmp_path / "b.wav", second[3 * RATE :]),
    )
    found = decode(path)
    assert abs(found.audio.duration - SECONDS) < 0.1
    assert "3.0 s after" in found.notes[0]


def test_recordings_of_one_person_each_are_a_channel_each(
    voices: np.ndarray, tmp_path: Path
) -> None:
    files = [wav(tmp_path / f"{i}.wav", voices[i]) for i in (0, 1)]
    found = decode(together(tmp_path / "x.zip", *files))
    assert found.audio.channels == 2
    assert "no sound in common" in found.notes[0]
    for channel, voice in zip(found.audio.samples, voices, strict=True):
        assert np.corrcoef(channel[: len(voice)], voice)[0, 1] > 0.98


def test_lengths_that_differ_are_said(voices: np.ndarray, tmp_path: Path) -> None:
    files = [wav(tmp_path / "a.wav", voices[0]), wav(tmp_path / "b.wav", voices[1, : 50 * RATE])]
    found = decode(together(tmp_path / "x.zip", *files))
    assert "10 s shorter" in found.notes[0] and abs(found.audio.duration - SECONDS) < 0.1


def test_two_conversations_are_not_made_one(tmp_path: Path) -> None:
    parts = demo()[: 50 * RATE], demo()[60 * RATE : 110 * RATE]
    files = [wav(tmp_path / f"{i}.wav", part) for i, part in enumerate(parts)]
    with pytest.raises(InputError, match="one by one"):
        decode(together(tmp_path / "x.zip", *files))


def test_a_stereo_file_of_a_bundle_is_one_microphone(voices: np.ndarray, tmp_path: Path) -> None:
    stereo = wav(tmp_path / "a.wav", np.stack([voices[0], -voices[0]]))
    found = decode(together(tmp_path / "x.zip", stereo, wav(tmp_path / "b.wav", voices[1])))
    assert found.audio.channels == 2
    assert abs(np.corrcoef(found.audio.samples[0][: voices.shape[1]], voices[0])[0, 1]) > 0.98


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_what_programs_put_beside_the_sound_is_left_out(voices: np.ndarray, tmp_path: Path) -> None:
    files = [wav(tmp_path / f"{i}.wav", voices[i]).read_bytes() for i in (0, 1)]
    path = zipped(
        tmp_path / "x.zip",
        {
            "info.txt": b"two people",
            "../1-Lena.wav": files[0],
            "__MACOSX/._1.wav": b"nothing",
            "tracks/2.wav": files[1],
        },
    )
    found = decode(path)
    assert found.audio.channels == 2 and "Lena" not in " ".join(found.notes)
    assert decode(path, tracks=(2,)).audio.channels == 1


def test_the_only_recording_of_a_zip_file_is_read_like_any_other(
    voices: np.ndarray, tmp_path: Path
) -> None:
    call = wav(tmp_path / "call.wav", voices).read_bytes()
    found = decode(zipped(tmp_path / "x.zip", {"call.wav": call}))
    assert found.audio.channels == 2


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({}, "0 files"),
        ({"a.txt": b"x"}, "0 files"),
        ({f"{i}.wav": b"x" for i in range(9)}, "9 files"),
        ({"a.wav": b"no sound", "b.wav": b"none"}, "recording 1"),
    ],
)
def test_what_is_no_bundle_is_refused_with_what_was_found(
    tmp_path: Path, members: dict[str, bytes], told: str
) -> None:
    members = members or {"folder/": b""}
    with pytest.raises(InputError, match=told):
        decode(zipped(tmp_path / "x.zip", members))


def test_a_damaged_zip_file_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.wav": bytes(5000), "b.wav": bytes(5000)})
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(InputError, match="damaged"):
        decode(path)


def test_a_zip_file_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "MOST_BYTES", 1 << 20)
    path = zipped(tmp_path / "x.zip", {"a.wav": bytes(2 << 20), "b.wav": b"x"})
    with pytest.raises(InputError, match="unpacks to more"):
        decode(path)


def test_a_number_that_no_recording_has_is_refused(voices: np.ndarray, tmp_path: Path) -> None:
    files = [wav(tmp_path / f"{i}.wav", voices[i]) for i in (0, 1)]
    with pytest.raises(InputError, match="number 3"):
        decode(together(tmp_path / "x.zip", *files), tracks=(3,))
