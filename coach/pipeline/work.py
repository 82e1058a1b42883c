"""The work of each stage. Runs where the models are: mostly in a child process."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from coach import __version__, registry
from coach.attribution import attribute
from coach.conversation import Conversation, ModelUsed, Provenance, Quality, Recording, Speaker
from coach.formats.json import dump, load
from coach.intervals import Seconds
from coach.pipeline.stages import Job, StageName, write_atomically
from coach.ports import SAMPLE_RATE, Audio, Diarization, Report, Transcript
from coach.roles import assign_roles

Stage = TypeVar("Stage")


@dataclass(frozen=True, slots=True)
class DecodedFile:
    """What decoding found, apart from the samples."""

    duration: Seconds
    channels: int
    quality: Quality = field(default_factory=Quality)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcribed:
    """A transcript and the models that made it."""

    transcript: Transcript
    models: tuple[ModelUsed, ...] = ()


@dataclass(frozen=True, slots=True)
class Diarized:
    """Who spoke when, and the models that found it."""

    diarization: Diarization
    models: tuple[ModelUsed, ...] = ()


@dataclass(frozen=True, slots=True)
class Encoded:
    """The sound of a recording as a data URI."""

    sha256: str
    src: str = field(repr=False)


def decode(job: Job, report: Report) -> None:
    """Decode the recording into `job.sound`."""
    decoder = registry.load("decoders", "pyav").create()
    decoded = decoder(job.recording, channels=job.config.channels, report=report)
    part = job.sound.with_suffix(".part.npy")
    np.save(part, decoded.audio.samples)
    part.replace(job.sound)
    found = DecodedFile(
        decoded.audio.duration, decoded.audio.channels, decoded.quality, decoded.notes
    )
    write_atomically(job.result("decode"), dump(found))


def transcribe(job: Job, report: Report) -> None:
    """Turn sound into words with times."""
    transcriber = _adapter(job, "transcribers", job.config.transcriber)
    transcript = transcriber(_sound(job), language=job.config.language, report=report)
    write_atomically(job.result("transcribe"), dump(Transcribed(transcript, transcriber.models)))


def diarize(job: Job, report: Report) -> None:
    """Find who spoke when. With a speaker a channel, the channels say it."""
    sound = _sound(job)
    name = "channels" if sound.channels > 1 else job.config.diarizer
    diarizer = _adapter(job, "diarizers", name)
    found = diarizer(sound, speakers=job.config.speakers, report=report)
    write_atomically(job.result("diarize"), dump(Diarized(found, diarizer.models)))


def encode(job: Job, report: Report) -> None:
    """Make the sound small enough to lie inside a page."""
    encoder = registry.load("encoders", "opus").create()
    ogg: bytes = encoder(_sound(job), report=report)
    src = "data:audio/ogg;base64," + base64.b64encode(ogg).decode("ascii")
    write_atomically(job.result("encode"), dump(Encoded(job.sha256, src)))


def assemble(job: Job, report: Report) -> None:
    """Bring words, speech, sentences and roles together into the conversation."""
    decoded = read(job, "decode", DecodedFile)
    heard = read(job, "transcribe", Transcribed)
    diarized = read(job, "diarize", Diarized)
    words = attribute(heard.transcript.words, diarized.diarization)
    annotator = _adapter(job, "annotators", job.config.annotator)
    english = heard.transcript.language == "en"
    sentences = annotator(words, pitch=None, report=report) if english else ()
    conv = Conversation(
        recording=Recording(
            job.recording.stem, decoded.duration, job.sha256, decoded.channels, decoded.quality
        ),
        speakers=_speakers(diarized.diarization),
        speech=diarized.diarization.regular,
        words=words,
        sentences=sentences,
        language=heard.transcript.language,
        notes=decoded.notes + diarized.diarization.notes,
        provenance=Provenance(
            version=__version__,
            models=heard.models + diarized.models + (annotator.models if english else ()),
            config=job.config.as_dict(),
        ),
    )
    conv = assign_roles(conv, job.config.mentor)
    write_atomically(job.result("assemble"), dump(conv))


WORK: dict[StageName, Callable[[Job, Report], None]] = {
    "decode": decode,
    "transcribe": transcribe,
    "diarize": diarize,
    "assemble": assemble,
    "encode": encode,
}


def run_here(stage: StageName, job: Job, report: Report) -> None:
    """Run a stage in this process."""
    WORK[stage](job, report)


def read(job: Job, stage: StageName, kind: type[Stage]) -> Stage:
    """Read the result of a finished stage."""
    return load(kind, job.result(stage).read_text(encoding="utf-8"))


def _adapter(job: Job, port: registry.Port, name: str) -> Any:
    return registry.load(port, name).create(model=job.config.model, device=job.config.device)


def _sound(job: Job) -> Audio:
    return Audio(np.load(job.sound, mmap_mode="r"), SAMPLE_RATE)


def _speakers(diarization: Diarization) -> tuple[Speaker, ...]:
    ids = sorted({speech.speaker for speech in diarization.regular})
    return tuple(Speaker(i) for i in ids)
