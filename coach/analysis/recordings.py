"""A whole analysis in one call: from a recording or a transcript to its conversation."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from coach.analysis.enrolled_voices import enrolled
from coach.analysis.facts import Facts
from coach.analysis.interpret import interpret
from coach.analysis.job import Job
from coach.analysis.recognition import EnrolledVoice, check_mentor
from coach.analysis.run import listen, playable
from coach.analysis.stage_cache import find_voices_again, forget_prints, stage_folder
from coach.analysis.stage_process import run_in_children
from coach.analysis.stages import DECODE, sha256_of
from coach.analysis.transcripts import from_transcript
from coach.config import Config, Options, configured, unused_options
from coach.conversation import Conversation
from coach.errors import InputError
from coach.ports import Report, silent
from coach.private import scratch_folder


def analyse(
    recording: Path | str | None = None,
    *,
    transcript: Path | str | None = None,
    config: Config | None = None,
    voices: Sequence[EnrolledVoice] | None = None,
    report: Report = silent,
    **options: Unpack[Options],
) -> Conversation:
    """Listen to a recording, or read a transcript, as ``coach analyse`` does.

    Models run in child processes. What they find is kept in the user's cache for some days, so that
    a second call with other options repeats only what depends on them.

    Parameters
    ----------
    recording : an audio or video file.
    transcript : a file to read instead of listening; one of the two is expected.
    config : options, for example from `coach.config.read_config`.
    voices : to look for; by default those that ``coach enrol`` keeps.
    report : told how far each stage is.
    options : those of `coach.config.OPTIONS`, and ``rules``; they win over `config`.

    Raises
    ------
    InputError : if the file cannot be used, or an option is wrong or of no use.
    ModelUnavailable : if weights are missing or a device fails.
    AnalysisError : if a stage ended without a result.
    """
    config = configured(options, base=config)
    if recording is not None and transcript is None:
        known = enrolled() if voices is None else tuple(voices)  # read before hours of listening
        check_mentor(known, config.mentor, config.speakers.most)
        facts, _ = hear(Path(recording), config, needs_prints=bool(known), report=report)
        return interpret(facts, config, known)
    if transcript is not None and recording is None:
        if unused := unused_options(options):
            raise InputError(
                f"A transcript is read, and nothing is listened to: {', '.join(unused)} cannot be "
                "used. Leave out what is about listening."
            )
        return interpret(from_transcript(Path(transcript), config, report=report), config)
    raise InputError("Expected a recording or a transcript: one of the two.")


def hear(
    recording: Path,
    config: Config,
    *,
    needs_prints: bool,
    with_sound: bool = False,
    report: Report = silent,
) -> tuple[Facts, str | None]:
    """Listen to a recording in child processes; what they find is kept in the user's cache.

    Parameters
    ----------
    needs_prints : whether voices are to be recognised. Voice prints are not kept.
    with_sound : whether the sound is wanted, too, for the page.

    Returns
    -------
    What was heard, and the sound as a data URI, None when it is not wanted.
    """
    sha256 = hashed(recording)
    with stage_folder(sha256) as stages, scratch_folder() as scratch:
        job = Job(recording, sha256, stages, scratch, config)
        if needs_prints:
            find_voices_again(job)
        try:
            facts = listen(job, run=run_in_children, report=report)
            return facts, _sound(job, report) if with_sound else None
        finally:
            forget_prints(job)


def hashed(path: Path) -> str:
    """Hash a recording.

    Raises
    ------
    InputError : if it cannot be read.
    """
    if path.is_dir():
        raise InputError(
            "This is a folder. Expected a recording: name the files in it, or let 'coach batch' "
            "listen to all of them."
        )
    try:
        return sha256_of(path)
    except OSError as error:
        raise InputError(
            f"Cannot read the file ({error.strerror}). Expected a recording: check the path and "
            "that you may read it."
        ) from error


def _sound(job: Job, report: Report) -> str:
    """The sound for the page; of it nothing else is kept."""
    shutil.copy(DECODE.result(job), job.scratch)
    return playable(replace(job, results=job.scratch), run=run_in_children, report=report)
