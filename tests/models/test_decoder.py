"""Any recording becomes sound, and what is no recording a clear error."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import av
import numpy as np
import pytest

from coach.errors import InputError
from coach.ports import silent
from coach_models.decoder import DecoderConfig, PyAvDecoder
from coach_models.decoding.decode_process import Request
from coach_models.decoding.layout import layout, levels
from coach_models.decoding.sandbox import decode_in_child

SECONDS = 6
QUICK = DecoderConfig(shortest=2.0)


def speechlike(seed: int = 0, *, seconds: float = SECONDS, rate: int = 16_000) -> np.ndarray:
    """Bursts of noise with pauses, in -1..1 [shape=(samples,)]."""
    rng = np.random.default_rng(seed)
    loud = np.repeat(rng.random(int(seconds * 2)) > 0.5, rate // 2)
    return (rng.normal(0, 0.1, len(loud)) * np.where(loud, 1.0, 0.001)).astype(np.float32)


def write(path: Path, codec: str, channels: np.ndarray, *, rate: int = 16_000) -> Path:
    """Encode channels [shape=(channels, samples)]."""
    name = "stereo" if len(channels) == 2 else "mono"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=name)
        context = stream.codec_context
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(channels), "fltp", name)
        frame.sample_rate = rate
        fit = av.AudioResampler(context.format, name, rate, context.frame_size or 1024)
        for part in [*fit.resample(frame), *fit.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def wav(tmp_path):
    return write(tmp_path / "talk.wav", "pcm_s16le", speechlike()[np.newaxis])


def decode(path: Path, *, channels: str = "auto", config: DecoderConfig = QUICK):
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
def test_formats_and_rates_become_16_khz(tmp_path, name, codec, rate):
    path = write(tmp_path / name, codec, speechlike(rate=rate)[np.newaxis], rate=rate)
    audio = decode(path).audio
    assert audio.channels == 1
    assert audio.samples.dtype == np.float32
    assert audio.duration == pytest.approx(SECONDS, abs=0.1)


def test_samples_are_those_of_the_file(wav):
    assert np.abs(decode(wav).audio.samples[0] - speechlike()).max() < 1e-4


def test_quality_is_measured(tmp_path):
    clipped = np.clip(speechlike() * 20, -1, 1)
    quality = decode(write(tmp_path / "a.wav", "pcm_s16le", clipped[np.newaxis])).quality
    assert quality.clipped_share is not None and quality.clipped_share > 0.1
    assert quality.speech_level_db > quality.noise_level_db


def test_a_speaker_a_channel_is_recognised(tmp_path):
    speech = np.repeat([True, False] * SECONDS, 8_000) * 1.0
    noise = np.random.default_rng(1).normal(0, 0.1, (2, len(speech)))
    both = (noise * [speech, 1 - speech] + noise[::-1] * 1e-4).astype(np.float32)
    found = decode(write(tmp_path / "two.wav", "pcm_s16le", both))
    assert found.audio.samples.shape == (2, len(speech))
    assert found.notes
    assert decode(tmp_path / "two.wav", channels="mixed").audio.channels == 1


def test_twice_the_same_channel_is_one(tmp_path):
    path = write(tmp_path / "dual.wav", "pcm_s16le", np.stack([speechlike()] * 2))
    assert decode(path).audio.channels == 1
    assert decode(path, channels="separate").audio.channels == 2


def test_a_silent_channel_is_left_out(tmp_path):
    both = np.stack([np.zeros(SECONDS * 16_000, np.float32), speechlike()])
    found = decode(write(tmp_path / "right.wav", "pcm_s16le", both))
    assert found.audio.channels == 1 and "silent" in found.notes[0]
    assert np.abs(found.audio.samples[0] - speechlike()).max() < 1e-4


def test_a_stereo_picture_is_mixed(tmp_path):
    left, right = speechlike(1), speechlike(2)
    both = np.stack([left + 0.5 * right, right + 0.5 * left])
    found = decode(write(tmp_path / "room.wav", "pcm_s16le", both))
    assert found.audio.channels == 1
    assert np.abs(found.audio.samples[0] - both.mean(axis=0)).max() < 1e-3


def test_gain_does_not_decide_what_channels_are():
    left, right = levels(speechlike()), levels(speechlike() * 0.1)
    assert layout(left, right) == "same"
    assert layout(left, levels(speechlike(2))) in ("separate", "stereo")


def test_holes_in_the_time_stamps_are_silence(tmp_path):
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


def refused(path: Path, **options) -> str:
    with pytest.raises(InputError) as caught:
        decode(path, **options)
    message = str(caught.value)
    assert path.name in message
    return message


def test_what_is_no_recording_is_refused(tmp_path):
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


def test_a_video_without_sound_is_refused(tmp_path):
    with av.open(str(tmp_path / "mute.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
        container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    assert "no audio stream" in refused(tmp_path / "mute.mp4")


@pytest.mark.parametrize(("name", "codec"), [("talk.wav", "pcm_s16le"), ("talk.flac", "flac")])
def test_a_truncated_file_is_refused(tmp_path, name, codec):
    path = write(tmp_path / name, codec, speechlike()[np.newaxis])
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "truncated" in refused(path)


def test_lengths_are_limited(wav):
    assert "at least 10 s" in refused(wav, config=DecoderConfig())
    assert "longer than" in refused(wav, config=DecoderConfig(shortest=1, longest=3))


def test_silence_is_refused(tmp_path):
    silence = np.zeros((1, SECONDS * 16_000), np.float32)
    assert "silent" in refused(write(tmp_path / "s.wav", "pcm_s16le", silence))


def test_a_speaker_a_channel_needs_two_channels(wav):
    assert "--channels mixed" in refused(wav, channels="separate")
    with pytest.raises(InputError, match="auto, mixed, separate"):
        decode(wav, channels="left")


def test_the_limits_of_the_process_are_kept(wav):
    # How a process meets its limit of memory is the system's choice: it is refused either way.
    assert any(
        reason in refused(wav, config=DecoderConfig(memory_mb=64))
        for reason in ("damaged", "more memory or time")
    )
    assert "more memory or time" in refused(wav, config=DecoderConfig(timeout=0.01))


def test_a_child_that_dies_is_no_traceback(monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    request = Request("x", ("0", "1"), 10.0, 100, 10)
    assert decode_in_child(request, 5.0, silent) == {"refused": "crashed"}


def test_a_full_disk_is_not_the_recordings_fault(wav, monkeypatch):
    request = Request(str(wav), ("/dev/full", "/dev/full"), 100.0, 2048, 100)
    assert decode_in_child(request, 60.0, silent) == {"refused": "full"}
    monkeypatch.setattr("coach_models.decoder.decode_in_child", lambda *_: {"refused": "full"})
    with pytest.raises(OSError) as raised:
        decode(wav)
    assert raised.value.errno == errno.ENOSPC


def test_progress_is_in_seconds(tmp_path):
    said = []
    path = write(tmp_path / "long.wav", "pcm_s16le", speechlike(seconds=45)[np.newaxis])
    PyAvDecoder.create()(path, channels="mixed", report=said.append)
    assert [step.stage for step in said] == ["decode"] * len(said)
    assert said and 0 < said[-1].done <= said[-1].total == pytest.approx(45)


@pytest.fixture
def whole_ogg(tmp_path):
    sound = speechlike(seconds=20, rate=48_000)[np.newaxis]
    return write(tmp_path / "whole.opus", "libopus", sound, rate=48_000)


def cut_to(path, end):
    path = path.with_stem("cut")
    path.write_bytes(path.with_stem("whole").read_bytes()[:end])
    return path


@pytest.mark.parametrize("share", [0.6, 0.75, 0.9])
def test_an_ogg_file_cut_inside_a_page_is_refused(whole_ogg, share):
    cut = cut_to(whole_ogg, int(whole_ogg.stat().st_size * share))
    assert "truncated" in refused(cut)


def test_an_ogg_file_that_was_never_closed_is_used_and_said_to_be_short(whole_ogg):
    last_page = whole_ogg.read_bytes().rfind(b"OggS")
    assert not any("closing mark" in note for note in decode(whole_ogg).notes)
    assert any("closing mark" in note for note in decode(cut_to(whole_ogg, last_page)).notes)
