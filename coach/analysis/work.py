"""The work of each stage: a function of the job and the values of earlier stages.

It runs where the models are, usually in a child process.
"""

from __future__ import annotations

import base64

import numpy as np

from coach import registry
from coach.analysis.attribution import attribute
from coach.analysis.facts import Annotated, DecodedFile, Diarized, Encoded, Track, Transcribed
from coach.analysis.job import Job
from coach.config import track_numbers
from coach.conversation import ModelUsed
from coach.errors import InputError, MissingDependency
from coach.ports import SAMPLE_RATE, Audio, Diarization, Report, silent


def decode(job: Job, *, report: Report) -> DecodedFile:
    """Decode the recording into `job.sound`.

    Parameters
    ----------
    job : of one recording; the samples go to `job.sound` [shape=(channels, samples), float32].
    report : gets the seconds of sound that are decoded.

    Raises
    ------
    InputError : if the file cannot be decoded.
    """
    decoder = registry.load("decoders", "pyav").create()
    decoded = decoder(
        job.recording,
        channels=job.config.channels,
        tracks=track_numbers(job.config.tracks),
        report=report,
    )
    part = job.sound.with_suffix(".part.npy")
    np.save(part, decoded.audio.samples)
    part.replace(job.sound)
    track, models = _track(decoded.audio)
    return DecodedFile(
        decoded.audio.duration,
        decoded.audio.channels,
        decoded.quality,
        decoded.notes,
        track,
        models,
        decoded.recorded_on,
    )


def _track(audio: Audio) -> tuple[Track | None, tuple[ModelUsed, ...]]:
    """Track the pitch, if a tracker is installed; sentences can be annotated without it."""
    for name in sorted(registry.installed_entries("trackers")):
        try:
            tracker = registry.load("trackers", name).create()
        except MissingDependency:
            continue
        return Track.of(tracker(audio, report=silent)), tracker.models
    return None, ()


def transcribe(job: Job, decoded: DecodedFile, *, report: Report) -> Transcribed:
    """Recognise words with times.

    Parameters
    ----------
    job, decoded : of one recording, after `decode`.
    report : gets the seconds of sound that are recognised.

    Raises
    ------
    MissingDependency, ModelUnavailable : if the transcriber or its model is not installed.
    """
    adapter = registry.load("transcribers", job.config.transcriber)
    transcriber = adapter.create(model=job.config.model, device=job.config.device)
    transcript = transcriber(_sound(job), language=job.config.language, report=report)
    return Transcribed(transcript, transcriber.models)


def diarize(job: Job, decoded: DecodedFile, *, report: Report) -> Diarized:
    """Find who spoke when; with one speaker per channel, from the channels.

    Parameters
    ----------
    job, decoded : of one recording, after `decode`.
    report : gets the seconds of sound that are heard.

    Raises
    ------
    MissingDependency, ModelUnavailable : if the diarizer or its model is not installed.
    """
    name = "channels" if decoded.channels > 1 else job.config.diarizer
    adapter = registry.load("diarizers", name)
    diarizer = adapter.create(model=job.config.model, device=job.config.device)
    found = diarizer(_sound(job), speakers=job.config.speakers, report=report)
    return Diarized(found, diarizer.models)


def annotate(
    job: Job,
    decoded: DecodedFile,
    transcribed: Transcribed,
    diarized: Diarized,
    *,
    report: Report,
) -> Annotated:
    """Give the words their speakers, and find sentences and acts (in English only).

    Parameters
    ----------
    job, decoded, transcribed, diarized : of one recording, after the stages of these names.
    report : gets the words that are annotated.

    Raises
    ------
    InputError : if nobody speaks.
    """
    _check_somebody_speaks(job, diarized.diarization)
    words = attribute(transcribed.transcript.words, diarized.diarization)
    if transcribed.transcript.language != "en":
        return Annotated(words)
    adapter = registry.load("annotators", job.config.annotator)
    annotator = adapter.create(model=None, device=job.config.device)
    pitch = decoded.track.pitch() if decoded.track else None
    return Annotated(words, annotator(words, pitch=pitch, report=report), annotator.models)


def encode(job: Job, decoded: DecodedFile, *, report: Report) -> Encoded:
    """Make the sound small enough to embed in a page.

    Parameters
    ----------
    job, decoded : of one recording, after `decode`.
    report : gets the seconds of sound that are encoded.

    Raises
    ------
    MissingDependency : if the encoder is not installed.
    """
    encoder = registry.load("encoders", "opus").create()
    ogg = encoder(_sound(job), report=report)
    src = "data:audio/ogg;base64," + base64.b64encode(ogg).decode("ascii")
    return Encoded(job.sha256, src)


def _check_somebody_speaks(job: Job, diarization: Diarization) -> None:
    if not diarization.regular:
        raise InputError(
            f"No speech was found in {job.recording.name}: it holds music, noise or silence. "
            "Expected a conversation of two people. Check that this is the right recording and "
            "that the microphone was on."
        )


def _sound(job: Job) -> Audio:
    return Audio(np.load(job.sound, mmap_mode="r"), SAMPLE_RATE)
