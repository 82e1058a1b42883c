"""The work of each stage. Runs where the models are: mostly in a child process."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from coach import __version__, registry
from coach.analysis.attribution import attribute
from coach.analysis.roles import assign_roles
from coach.analysis.stages import Job, StageName, write_atomically
from coach.conversation import (
    Conversation,
    ModelUsed,
    Provenance,
    Quality,
    Recording,
    Sentence,
    Speaker,
    Word,
)
from coach.errors import InputError, MissingDependency
from coach.interchange.json import dump, load
from coach.interchange.text import naming, readable
from coach.intervals import Seconds
from coach.ports import SAMPLE_RATE, Audio, Diarization, Pitch, Report, Transcript

Stage = TypeVar("Stage")


@dataclass(frozen=True, slots=True)
class Track:
    """The pitch where there is voice: a moment and its fundamental frequency in Hz, in pairs."""

    times: tuple[Seconds, ...] = field(repr=False)
    f0_hz: tuple[float, ...] = field(repr=False)

    @classmethod
    def of(cls, pitch: Pitch) -> Track:
        """Keep the voiced part, to a tenth of a hertz."""
        voiced = ~np.isnan(pitch.f0_hz)
        return cls(
            tuple(pitch.times[voiced].round(3).tolist()),
            tuple(pitch.f0_hz[voiced].round(1).tolist()),
        )

    def pitch(self) -> Pitch:
        """The track as the annotator reads it."""
        return Pitch(np.array(self.times, np.float64), np.array(self.f0_hz, np.float64))


@dataclass(frozen=True, slots=True)
class DecodedFile:
    """What decoding found, apart from the samples; `track` where a pitch tracker is installed."""

    duration: Seconds
    channels: int
    quality: Quality = field(default_factory=Quality)
    notes: tuple[str, ...] = ()
    track: Track | None = None
    models: tuple[ModelUsed, ...] = ()


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


RESULTS = (DecodedFile, Transcribed, Diarized, Conversation)
"""What the stages of an analysis leave."""


def decode(job: Job, report: Report) -> None:
    """Decode the recording into `job.sound`."""
    decoder = registry.load("decoders", "pyav").create()
    decoded = decoder(job.recording, channels=job.config.channels, report=report)
    part = job.sound.with_suffix(".part.npy")
    np.save(part, decoded.audio.samples)
    part.replace(job.sound)
    track, models = _track(decoded.audio)
    found = DecodedFile(
        decoded.audio.duration,
        decoded.audio.channels,
        decoded.quality,
        decoded.notes,
        track,
        models,
    )
    write_atomically(job.result("decode"), dump(found))


def _track(audio: Audio) -> tuple[Track | None, tuple[ModelUsed, ...]]:
    """Track the pitch with what is installed; sentences can be read without."""
    for name in sorted(registry.installed("trackers")):
        try:
            tracker = registry.load("trackers", name).create()
        except MissingDependency:
            continue
        return Track.of(tracker(audio)), tracker.models
    return None, ()


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
    """Bring words, speech, sentences and roles together into the conversation.

    Raises
    ------
    InputError : if nobody speaks.
    """
    decoded = read(job, "decode", DecodedFile)
    heard = read(job, "transcribe", Transcribed)
    diarized = read(job, "diarize", Diarized)
    _check_somebody_speaks(job, diarized.diarization)
    words = attribute(heard.transcript.words, diarized.diarization)
    sentences, annotators = _annotate(job, words, heard.transcript.language, decoded.track, report)
    conv = Conversation(
        recording=Recording(
            readable(job.recording.stem),
            decoded.duration,
            job.sha256,
            decoded.channels,
            decoded.quality,
        ),
        speakers=_speakers(diarized.diarization),
        speech=diarized.diarization.regular,
        words=words,
        sentences=sentences,
        language=heard.transcript.language,
        notes=decoded.notes + diarized.diarization.notes,
        provenance=Provenance(
            version=__version__,
            models=heard.models + diarized.models + decoded.models + annotators,
            config=job.config.as_dict(),
        ),
    )
    write_atomically(job.result("assemble"), dump(assign_roles(conv, job.config.mentor)))


def _check_somebody_speaks(job: Job, diarization: Diarization) -> None:
    if not diarization.regular:
        raise InputError(
            f"No speech was found in {job.recording.name}: it holds music, noise or silence. "
            "Expected a conversation of two people. Check that this is the right recording and "
            "that the microphone was on."
        )


def _annotate(
    job: Job, words: tuple[Word, ...], language: str | None, track: Track | None, report: Report
) -> tuple[tuple[Sentence, ...], tuple[ModelUsed, ...]]:
    """Find sentences and acts; questions are known in English only."""
    if language != "en":
        return (), ()
    adapter = registry.load("annotators", job.config.annotator)
    annotator = adapter.create(model=None, device=job.config.device)
    pitch = track.pitch() if track else None
    return annotator(words, pitch=pitch, report=report), annotator.models


WORK: dict[StageName, Callable[[Job, Report], None]] = {
    "decode": decode,
    "transcribe": transcribe,
    "diarize": diarize,
    "assemble": assemble,
    "encode": encode,
}


def run_here(stages: Sequence[StageName], job: Job, report: Report) -> None:
    """Run stages in this process, one after the other."""
    for stage in stages:
        WORK[stage](job, report)


def read(job: Job, stage: StageName, kind: type[Stage]) -> Stage:
    """Read the result of a finished stage."""
    with naming(job.result(stage)):
        return load(kind, job.result(stage).read_text(encoding="utf-8"))


def _adapter(job: Job, port: registry.Port, name: str) -> Any:
    return registry.load(port, name).create(model=job.config.model, device=job.config.device)


def _sound(job: Job) -> Audio:
    return Audio(np.load(job.sound, mmap_mode="r"), SAMPLE_RATE)


def _speakers(diarization: Diarization) -> tuple[Speaker, ...]:
    ids = sorted({speech.speaker for speech in diarization.regular})
    return tuple(Speaker(i) for i in ids)
