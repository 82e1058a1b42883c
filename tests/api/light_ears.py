"""The light stages of the pipeline, for measuring the engine: real sound in, a real scorecard out.

Decoding reads plain wav; where the models would listen, LIGHT_EARS_SECONDS of computing pass (0 by
default) and both halves of the sound have a speaker.
"""

from __future__ import annotations

import os
import time
import wave
from pathlib import Path
from typing import Any

import numpy as np

from coach import registry
from coach.analysis import stage_process
from coach.conversation import ModelUsed, Speech, Word
from coach.intervals import Span
from coach.ports import Audio, Decoded, Diarization, Report, SpeakerCount, Transcript

SECONDS = float(os.environ.get("LIGHT_EARS_SECONDS", "0"))


class WavDecoder:
    """Reads plain wav."""

    @classmethod
    def create(cls) -> WavDecoder:
        return cls()

    def __call__(
        self, path: Path, *, channels: str, tracks: tuple[int, ...], report: Report
    ) -> Decoded:
        with wave.open(str(path)) as file:
            pcm = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return Decoded(Audio((pcm / 32768).astype(np.float32)[None]))


class Halves:
    """Hears a word and a speaker in both halves of the sound."""

    models: tuple[ModelUsed, ...] = ()

    @classmethod
    def create(cls, *, model: str | None, device: str) -> Any:
        return cls()

    def speech(self, audio: Audio) -> tuple[Speech, ...]:
        half, end = audio.duration / 2, audio.duration
        return (Speech(Span(0, half), "A"), Speech(Span(half, end), "B"))


class HalvesTranscriber(Halves):
    def __call__(self, audio: Audio, *, language: str | None, report: Report) -> Transcript:
        until = time.process_time() + SECONDS
        while time.process_time() < until:
            pass
        words = (Word(speech.span, "so", None, 0.9) for speech in self.speech(audio))
        return Transcript(tuple(words), None)


class HalvesDiarizer(Halves):
    def __call__(self, audio: Audio, *, speakers: SpeakerCount, report: Report) -> Diarization:
        speech = self.speech(audio)
        return Diarization(speech, speech)


ADAPTERS: dict[str, Any] = {
    "decoders": WavDecoder, "transcribers": HalvesTranscriber, "diarizers": HalvesDiarizer,
}  # fmt: skip


def prepare() -> None:
    """Do once what the stages need."""
    registry.load = lambda port, name: ADAPTERS[port]
    registry.installed_entries = lambda port: {}
    stage_process.prepare()


def main(stage: str, text: str, parent: str) -> int:
    """Run a stage as it is run always, with these adapters in the place of the real ones."""
    return stage_process.main(stage, text, parent)


def make_wav(path: Path, number: int) -> None:
    """A recording of 1 to 2 s, unlike any of another number."""
    frames = 16000 + number % 16000
    tone = 8000 * np.sin(np.arange(frames) * (0.05 + 1e-5 * number))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(tone.astype(np.int16).tobytes())
