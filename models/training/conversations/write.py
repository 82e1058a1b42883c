"""The reference of a planned conversation, and its sound."""

from __future__ import annotations

import json
import wave
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from coach import registry
from coach.intervals import Seconds, intersect, total
from coach.ports import SAMPLE_RATE, silent
from conversations.plan import EVENT, PlannedLine

_FADE: Seconds = 0.01
_NOISE = 0.0005
Samples = npt.NDArray[np.float32]


def reference(lines: Sequence[PlannedLine]) -> dict[str, object]:
    """What `coach bench` reads beside the sound."""
    turns = sorted(lines, key=lambda line: line.span)
    return {
        "duration": round(max(line.span.end for line in lines) + 0.5, 3),
        "turns": [
            {"speaker": line.speaker, "start": round(line.span.start, 3),
             "end": round(line.span.end, 3), "text": line.text, "kind": line.kind}
            for line in turns
        ],
        "speech": [
            {"speaker": line.speaker, "start": round(each.start, 3), "end": round(each.end, 3)}
            for line in turns for each in line.speech
        ],
        "overlaps": [row for line in turns for row in _overlap(line)],
    }  # fmt: skip


def _overlap(line: PlannedLine) -> list[dict[str, object]]:
    """The overlap that a line begins with, from the first moment that both speak to the last."""
    if line.over is None:
        return []
    shared = intersect(line.speech, line.over.speech)
    if total(shared) < EVENT:
        return []
    start, end = shared[0].start, shared[-1].end
    return [{"start": round(start, 3), "end": round(end, 3), "class": line.kind,
             "by": line.speaker, "over": line.over.speaker}]  # fmt: skip


def write(lines: Sequence[PlannedLine], path: Path, *, sound: bool, apart: bool = False) -> None:
    """Write ``path.json`` and ``path.wav``: mixed, or with a channel for each speaker.

    Parameters
    ----------
    lines : the plan.
    path : of the files, without a suffix.
    sound : whether the sound is written too.
    apart : whether each speaker gets a channel.
    """
    truth = reference(lines)  # without sound a moment of silence, so that the benchmark finds it
    path.with_suffix(".json").write_text(json.dumps(truth, indent=1), "utf-8")
    seconds = float(str(truth["duration"])) if sound else 0.1
    channels = _mix(lines, seconds) if sound else np.zeros((2, 1600), np.float32)
    _write_wav(path.with_suffix(".wav"), channels if apart else channels.sum(axis=0)[None])


def _mix(lines: Sequence[PlannedLine], seconds: Seconds) -> Samples:
    noise = np.random.default_rng(0).normal(0, _NOISE, (2, round(seconds * SAMPLE_RATE) + 1))
    channels = noise.astype(np.float32)
    for line in lines:
        for at, piece in line.pieces:
            length = min(piece.duration, line.cut - at)
            if length > 0:
                voice = _cut(piece.source, piece.channel, piece.start, length)
                start = round(at * SAMPLE_RATE)
                channels["AB".index(line.speaker), start : start + len(voice)] += voice
    return channels


def _cut(source: Path, channel: int, start: Seconds, length: Seconds) -> Samples:
    """A stretch of a channel, faded in and out, at a usual level."""
    samples = _decode(source)[channel]
    loud = float(np.percentile(np.abs(samples), 99)) or 1.0
    first = round(start * SAMPLE_RATE)
    voice = samples[first : first + round(length * SAMPLE_RATE)] * np.float32(0.2 / loud)
    ramp = np.minimum(np.arange(len(voice)) / (_FADE * SAMPLE_RATE), 1.0).astype(np.float32)
    return np.asarray(voice * ramp * ramp[::-1], np.float32)


@lru_cache(maxsize=16)
def _decode(source: Path) -> Samples:
    decoder = registry.load("decoders", "pyav").create()
    how = "separate" if source.stem.endswith("_2ch") else "mixed"
    audio = decoder(source, channels=how, tracks=(), report=silent).audio
    return np.asarray(audio.samples, np.float32)


def _write_wav(path: Path, channels: Samples) -> None:
    pcm = np.clip(channels.T * 32767, -32768, 32767).astype("<i2")
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(channels.shape[0])
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        sound.writeframes(pcm.tobytes())
