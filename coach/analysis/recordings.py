"""A whole analysis in one call: make a conversation from a recording or a transcript."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from coach.analysis.bundle import join_recordings
from coach.analysis.enrolled_voices import list_voices
from coach.analysis.facts import Facts
from coach.analysis.interpret import interpret
from coach.analysis.job import Job
from coach.analysis.recognition import EnrolledVoice, check_mentor
from coach.analysis.run import encode_sound, listen
from coach.analysis.stage_cache import find_voices_again, forget_prints, stage_folder
from coach.analysis.stage_process import run_in_children
from coach.analysis.stages import DECODE, sha256_of
from coach.analysis.transcripts import facts_of_transcript
from coach.config import Config, Options, make_config, sound_options
from coach.conversation import Conversation
from coach.errors import InputError
from coach.ports import Report, silent
from coach.private import scratch_folder


def analyse(
    recording: Path | str | Sequence[Path | str] | None = None,
    *,
    transcript: Path | str | None = None,
    config: Config | None = None,
    voices: Sequence[EnrolledVoice] | None = None,
    report: Report = silent,
    **options: Unpack[Options],
) -> Conversation:
    """Analyse a recording or a transcript, as ``coach analyse`` does.

    Models run in child processes. Their results stay in the user's cache for some days, so a second
    call with other options repeats only what depends on them.

    Parameters
    ----------
    recording : an audio or video file, or several of one conversation, such as one for each
        microphone: they are aligned by their sound.
    transcript : a file to read instead of a recording; give one of the two.
    config : options, for example from `coach.config.read_config`.
    voices : enrolled voices to look for; by default those of ``coach enrol``.
    report : called with the progress of each stage.
    options : those of `coach.config.OPTIONS`, and ``rules``; they win over `config`.

    Raises
    ------
    InputError : if the file cannot be used, or an option is wrong or has no effect.
    ModelUnavailable : if weights are missing or a device fails.
    AnalysisError : if a stage ended without a result.
    """
    config = make_config(options, base=config)
    if recording is not None and transcript is None:
        known = list_voices() if voices is None else tuple(voices)  # read before hours of listening
        check_mentor(known, config.mentor, config.speakers.most)
        with join_recordings(_paths(recording)) as file:
            facts, _ = hear(file, config, needs_prints=bool(known), report=report)
        return interpret(facts, config, known)
    if transcript is not None and recording is None:
        if unused := sound_options(options):
            raise InputError(
                f"A transcript is read, and nothing is listened to: {', '.join(unused)} cannot be "
                "used. Leave out what is about listening."
            )
        return interpret(facts_of_transcript(Path(transcript), config, report=report), config)
    raise InputError("Expected a recording or a transcript: one of the two.")


def _paths(recording: Path | str | Sequence[Path | str]) -> list[Path]:
    if isinstance(recording, Path | str):
        return [Path(recording)]
    return [Path(each) for each in recording]


def hear(
    recording: Path,
    config: Config,
    *,
    needs_prints: bool,
    with_sound: bool = False,
    report: Report = silent,
) -> tuple[Facts, str | None]:
    """Listen to a recording in child processes, and keep the results in the user's cache.

    Parameters
    ----------
    needs_prints : whether to make voice prints, to recognise voices; they are not kept.
    with_sound : whether to return the sound for the page too.

    Returns
    -------
    The facts, and the sound as a data URI or None.
    """
    sha256 = hash_recording(recording)
    with stage_folder(sha256) as stages, scratch_folder() as scratch:
        job = Job(recording, sha256, stages, scratch, config)
        if needs_prints:
            find_voices_again(job)
        try:
            facts = listen(job, run=run_in_children, report=report)
            return facts, _sound(job, report) if with_sound else None
        finally:
            forget_prints(job)


def hash_recording(path: Path) -> str:
    """Hash a recording.

    Raises
    ------
    InputError : if the file cannot be read.
    """
    if path.is_dir():
        raise InputError(
            "This is a folder. Expected a recording: name the files in it, or use 'coach batch' "
            "for all of them."
        )
    try:
        return sha256_of(path)
    except OSError as error:
        raise InputError(
            f"Cannot read the file ({error.strerror}). Expected a recording: check the path and "
            "that you may read it."
        ) from error


def _sound(job: Job, report: Report) -> str:
    """The sound for the page; no other copy of it is kept."""
    shutil.copy(DECODE.result(job), job.scratch)
    return encode_sound(replace(job, results=job.scratch), run=run_in_children, report=report)
