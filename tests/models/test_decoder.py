"""Any recording becomes sound, and what is no recording a clear error."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from media import joined, write

from coach.errors import InputError
from coach.ports import Decoded, silent
from coach_models.decoder import DecoderConfig, PyAvDecoder
from coach_models.decoding import decode_process
from coach_models.decoding.decode_process import Request
from coach_models.decoding.sandbox import decode_in_child

SECONDS = 6
QUICK = DecoderConfig(shortest=2.0)


def speechlike(seed: int = 0, *, seconds: float = SECONDS, rate: int = 16_000) -> np.ndarray:
    """Bursts of noise with pauses, in -1..1 [shape=(samples,)]."""
    rng = np.random.default_rng(seed)
    loud = np.repeat(rng.random(int(seconds * 2)) > 0.5, rate // 2)
    return (rng.normal(0, 0.1, len(loud)) * np.where(loud, 1.0, 0.001)).astype(np.float32)


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    return write(tmp_path / "talk.wav", "pcm_s16le", speechlike()[np.newaxis])


def decode(path: Path, *, channels: str = "auto", config: DecoderConfig = QUICK) -> Decoded:
    return PyAvDecoder(config)(path, channels=channels, report=silent)


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("talk.wav", "pcm_s16le", 44_100),
        ("talk.flac", "flac", 48_000),
        ("talk.mp3", "mp3", 44_100),
        ("talk.m4a", "aac", 44_100),
        ("talk.opus", "libopus", 48_000),
        ("talk.webm", "libopus", 48_000),
        ("call.wav", "pcm_mulaw", 8_000),
    ],
)
def test_formats_and_rates_become_16_khz(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    path = write(tmp_path / name, codec, speechlike(rate=rate)[np.newaxis], rate=rate)
    audio = decode(path).audio
    assert audio.channels == 1
    assert audio.samples.dtype == np.float32
    assert audio.duration == pytest.approx(SECONDS, abs=0.1)


def alike(found: np.ndarray, told: np.ndarray) -> float:
    """Largest difference, whatever the gain."""
    gain = (found * told).sum() / (told * told).sum()
    return float(np.abs(found / gain - told).max())


def test_samples_are_those_of_the_file(wav: Path) -> None:
    assert alike(decode(wav).audio.samples[0], speechlike()) < 1e-4


@pytest.mark.parametrize(
    ("codec", "gain"), [("pcm_s16le", 0.1), ("pcm_f32le", 1e-3), ("pcm_f32le", 60.0)]
)
def test_how_loud_a_file_is_does_not_matter(
    tmp_path: Path, wav: Path, codec: str, gain: float
) -> None:
    found = decode(write(tmp_path / "g.wav", codec, speechlike()[np.newaxis] * np.float32(gain)))
    expected = decode(wav).audio.samples
    assert np.abs(found.audio.samples - expected).max() < 5e-3
    assert found.quality.clipped_share == pytest.approx(0, abs=1e-4)


def test_quality_is_measured(tmp_path: Path) -> None:
    clipped = np.clip(speechlike() * 20, -1, 1)
    quality = decode(write(tmp_path / "a.wav", "pcm_s16le", clipped[np.newaxis])).quality
    assert quality.clipped_share is not None and quality.clipped_share > 0.1
    assert quality.speech_level_db > quality.noise_level_db


def test_twice_the_same_channel_is_one(tmp_path: Path) -> None:
    path = write(tmp_path / "dual.wav", "pcm_s16le", np.stack([speechlike()] * 2))
    assert decode(path).audio.channels == 1
    assert decode(path, channels="separate").audio.channels == 2


def test_a_stereo_picture_is_mixed(tmp_path: Path) -> None:
    left, right = speechlike(1), speechlike(2)
    both = np.stack([left + 0.5 * right, right + 0.5 * left])
    found = decode(write(tmp_path / "room.wav", "pcm_s16le", both))
    assert found.audio.channels == 1
    assert alike(found.audio.samples[0], both.mean(axis=0)) < 1e-3


def test_holes_in_the_time_stamps_are_silence(tmp_path: Path) -> None:
    path = tmp_path / "hole.mka"
    sound = speechlike(seconds=4)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=16_000, layout="mono")
        for start, part in ((0, sound[:32_000]), (64_000, sound[32_000:])):
            frame = av.AudioFrame.from_ndarray(
                (part * 32_767).astype(np.int16)[np.newaxis], "s16", "mono"
            )
            frame.sample_rate, frame.pts = 16_000, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    samples = decode(path).audio.samples[0]
    assert len(samples) == pytest.approx(6 * 16_000, abs=200)
    assert not samples[33_000:63_000].any()


def refused(path: Path, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        decode(path, **options)
    message = str(caught.value)
    assert path.name in message
    return message


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    (tmp_path / "noise.wav").write_bytes(os.urandom(50_000))
    (tmp_path / "text.mp3").write_text("no sound here " * 500)
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXTINF:5,\nother.mp3\n#EXT-X-ENDLIST\n")
    assert "not an audio" in refused(tmp_path / "noise.wav")
    assert "not an audio" in refused(tmp_path / "text.mp3")
    assert "not an audio" in refused(tmp_path / "list.m3u8")
    assert "0 bytes" in refused(tmp_path / "empty.wav")
    assert "does not exist" in refused(tmp_path / "missing.wav")
    assert "not a file" in refused(tmp_path)


def test_a_video_without_sound_is_refused(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "mute.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
        container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    assert "no audio stream" in refused(tmp_path / "mute.mp4")


@pytest.mark.parametrize(("name", "codec"), [("talk.wav", "pcm_s16le"), ("talk.flac", "flac")])
def test_a_truncated_file_is_refused(tmp_path: Path, name: str, codec: str) -> None:
    path = write(tmp_path / name, codec, speechlike()[np.newaxis])
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "truncated" in refused(path)


def test_lengths_are_limited(wav: Path) -> None:
    assert "at least 10 s" in refused(wav, config=DecoderConfig())
    assert "longer than" in refused(wav, config=DecoderConfig(shortest=1, longest=3))


def test_silence_is_refused(tmp_path: Path) -> None:
    silence = np.zeros((1, SECONDS * 16_000), np.float32)
    assert "silent" in refused(write(tmp_path / "s.wav", "pcm_s16le", silence))


def test_a_speaker_a_channel_needs_two_channels(wav: Path) -> None:
    assert "--channels mixed" in refused(wav, channels="separate")
    with pytest.raises(InputError, match="auto, mixed, separate"):
        decode(wav, channels="left")


def test_the_limits_of_the_process_are_kept(wav: Path) -> None:
    # How a process meets its limit of memory is the system's choice: it is refused either way.
    assert any(
        reason in refused(wav, config=DecoderConfig(memory_mb=64))
        for reason in ("damaged", "more memory or time")
    )
    assert "more memory or time" in refused(wav, config=DecoderConfig(timeout=0.01))


def test_a_child_that_dies_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    request = Request("x", "folder", 10.0, 100, 10)
    assert decode_in_child(request, 5.0, silent) == {"refused": "crashed"}


def test_a_full_disk_is_not_the_recordings_fault(
    wav: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coach_models.decoder.decode_in_child", lambda *_: {"refused": "full"})
    with pytest.raises(OSError) as raised:
        decode(wav)
    assert raised.value.errno == errno.ENOSPC


def test_progress_is_in_seconds(tmp_path: Path) -> None:
    said = []
    path = write(tmp_path / "long.wav", "pcm_s16le", speechlike(seconds=45)[np.newaxis])
    PyAvDecoder.create()(path, channels="mixed", report=said.append)
    assert [step.stage for step in said] == ["decode"] * len(said)
    assert said and 0 < said[-1].done <= said[-1].total == pytest.approx(45)


@pytest.fixture
def whole_ogg(tmp_path: Path) -> Path:
    sound = speechlike(seconds=20, rate=48_000)[np.newaxis]
    return write(tmp_path / "whole.opus", "libopus", sound, rate=48_000)


def cut_to(path: Path, end: int) -> Path:
    path = path.with_stem("cut")
    path.write_bytes(path.with_stem("whole").read_bytes()[:end])
    return path


@pytest.mark.parametrize("share", [0.6, 0.75, 0.9])
def test_an_ogg_file_cut_inside_a_page_is_refused(whole_ogg: Path, share: float) -> None:
    cut = cut_to(whole_ogg, int(whole_ogg.stat().st_size * share))
    assert "truncated" in refused(cut)


def test_an_ogg_file_that_was_never_closed_is_used_and_said_to_be_short(whole_ogg: Path) -> None:
    last_page = whole_ogg.read_bytes().rfind(b"OggS")
    assert not any("closing mark" in note for note in decode(whole_ogg).notes)
    assert any("closing mark" in note for note in decode(cut_to(whole_ogg, last_page)).notes)


def test_a_chained_file_is_read_to_its_end(tmp_path: Path) -> None:
    sound = speechlike(seconds=8, rate=48_000)
    mono = write(tmp_path / "mono.opus", "libopus", sound[np.newaxis], rate=48_000)
    stereo = write(tmp_path / "stereo.opus", "libopus", np.stack([sound] * 2), rate=48_000)
    found = decode(joined(tmp_path / "chained.ogg", [mono, stereo, mono]))
    assert found.audio.duration == pytest.approx(24, abs=0.1)
    assert found.notes == ()


def test_what_changes_in_the_middle_is_read_to_its_end(tmp_path: Path) -> None:
    parts = [
        write(tmp_path / f"{number}.mp3", "mp3", speechlike(seconds=8, rate=rate)[np.newaxis],
              rate=rate, options={"write_xing": "0"})
        for number, rate in enumerate((22_050, 24_000, 22_050))
    ]  # fmt: skip
    found = decode(joined(tmp_path / "changes.mp3", parts))
    assert found.audio.duration == pytest.approx(24, abs=0.3)


def test_a_length_that_is_only_estimated_refuses_nothing(tmp_path: Path) -> None:
    # The bit rate of its beginning, of silence, makes a demuxer expect far more.
    quiet, loud = np.zeros((1, 5 * 44_100), np.float32), speechlike(rate=44_100)[np.newaxis]
    parts = [
        write(tmp_path / f"{rate}.mp3", "mp3", part, rate=44_100,
              options={"write_xing": "0", "b": rate})
        for part, rate in ((quiet, "32k"), (loud, "320k"))
    ]  # fmt: skip
    found = decode(joined(tmp_path / "vbr.mp3", parts))
    assert found.audio.duration == pytest.approx(5 + SECONDS, abs=0.3)


@pytest.mark.parametrize("size", [0, 0x7FFFF024, 0xFFFFFFFF])
def test_the_header_of_a_stream_promises_nothing(wav: Path, size: int) -> None:
    content = bytearray(wav.read_bytes())
    at = content.index(b"data") + 4
    content[4:8] = content[at : at + 4] = size.to_bytes(4, "little")
    wav.write_bytes(content)
    assert decode(wav).audio.duration == pytest.approx(SECONDS, abs=0.1)


def test_a_picture_may_go_on_after_the_sound(tmp_path: Path) -> None:
    path = write(tmp_path / "v.mkv", "flac", speechlike()[np.newaxis], picture=60)
    assert decode(path).audio.duration == pytest.approx(SECONDS, abs=0.1)


def test_short_holes_add_up_and_are_filled(tmp_path: Path) -> None:
    sound = speechlike(seconds=60, rate=48_000)[np.newaxis]
    path = write(tmp_path / "lost.webm", "libopus", sound, rate=48_000, drop=25)
    samples = decode(path).audio.samples[0]
    assert len(samples) / 16_000 == pytest.approx(60, abs=0.1)
    told = speechlike(seconds=60, rate=16_000)
    late = np.correlate(envelope(samples), envelope(told), "full").argmax()
    assert abs(late - len(envelope(told)) + 1) <= 1


def envelope(samples: np.ndarray) -> np.ndarray:
    """Level of every 50 ms of the last ten seconds, around its mean."""
    part = np.abs(samples[-160_000:]).reshape(-1, 800).mean(axis=1)
    return part - part.mean()


def test_a_disk_that_fills_up_is_said(
    wav: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(self, samples: np.ndarray) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(decode_process._Track, "_put", full)
    monkeypatch.setattr(decode_process, "limit_process", lambda **_: ())
    monkeypatch.setattr(decode_process, "confine", lambda **_: ())
    decode_process.main(json.dumps(asdict(Request(str(wav), str(tmp_path), 60.0, 100, 10))))
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"refused": "full"}


@pytest.mark.parametrize(
    ("name", "codec"), [("a.m4a", "aac"), ("a.mka", "flac"), ("a.flac", "flac")]
)
@pytest.mark.parametrize(("said", "day"), [
    ("2026-03-02T19:20:21Z", date(2026, 3, 2)), ("1904-01-01T00:00:00Z", None), ("2026", None),
    ("", None), ("someday", None),
])  # fmt: skip
def test_the_day_of_the_recording_is_read_where_the_file_says_it(
    tmp_path: Path, wav: Path, name: str, codec: str, said: str, day: date | None
) -> None:
    path = tmp_path / name
    with av.open(str(wav)) as source, av.open(str(path), "w") as target:
        target.metadata["date" if name.endswith("flac") else "creation_time"] = said
        stream = target.add_stream(codec, rate=16_000, layout="mono")
        for frame in source.decode(audio=0):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    assert decode(path).recorded_on == day
