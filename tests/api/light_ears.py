"""The light stages of the pipeline, for measuring the engine: real sound in, a real scorecard out.

Decoding reads plain wav, assembling is the pipeline's own; where the models would listen,
LIGHT_EARS_SECONDS of computing pass (0 by default) and both halves of the sound have a speaker.
"""

from __future__ import annotations

import os
import time
import wave
from pathlib import Path
from typing import Any

import numpy as np

from coach.analysis import stage_process, work
from coach.analysis.stages import Job, StageName, write_atomically
from coach.conversation import Speech, Word
from coach.interchange.json import dump
from coach.intervals import Span
from coach.ports import Diarization, Report, Transcript

SECONDS = float(os.environ.get("LIGHT_EARS_SECONDS", "0"))


def prepare() -> None:
    """Do once what the stages need."""
    stage_process.prepare()


def main(stage: StageName, text: str, parent: str) -> int:
    """Run a stage as the pipeline does, with the light ones in the place of the others."""
    heard: dict[StageName, Any] = {"decode": decode, "transcribe": transcribe, "diarize": diarize}
    work.WORK.update(heard)
    return stage_process.main(stage, text, parent)


def decode(job: Job, report: Report) -> None:
    with wave.open(str(job.recording)) as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        seconds = file.getnframes() / file.getframerate()
    np.save(job.sound, (pcm / 32768).astype(np.float32)[None])
    write_atomically(job.result("decode"), dump(work.DecodedFile(seconds, 1)))


def transcribe(job: Job, report: Report) -> None:
    until = time.process_time() + SECONDS
    while time.process_time() < until:
        pass
    words = tuple(Word(speech.span, "so", None, 0.9) for speech in _speech(job))
    write_atomically(job.result("transcribe"), dump(work.Transcribed(Transcript(words, None))))


def diarize(job: Job, report: Report) -> None:
    speech = _speech(job)
    write_atomically(job.result("diarize"), dump(work.Diarized(Diarization(speech, speech))))


def _speech(job: Job) -> tuple[Speech, ...]:
    end = np.load(job.sound, mmap_mode="r").shape[1] / 16000
    return (Speech(Span(0, end / 2), "A"), Speech(Span(end / 2, end), "B"))


def make_wav(path: Path, number: int) -> None:
    """A recording of 1 to 2 s, unlike any of another number."""
    frames = 16000 + number % 16000
    tone = 8000 * np.sin(np.arange(frames) * (0.05 + 1e-5 * number))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(tone.astype(np.int16).tobytes())
