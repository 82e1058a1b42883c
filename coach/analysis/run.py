"""Run the stages of one recording in order, and skip finished ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from coach.analysis.facts import Diarized, Facts, facts_from
from coach.analysis.job import Job
from coach.analysis.stages import (
    ANALYSIS,
    ANNOTATE,
    DECODE,
    DIARIZE,
    ENCODE,
    TRANSCRIBE,
    Found,
    Runner,
    Stage,
    waves,
    write_atomically,
)
from coach.interchange.json import dump, load
from coach.interchange.text import name_file_in_errors, printable_name
from coach.ports import Progress, Report, silent

Fetch = Callable[[Path], bytes]
"""Reads the file of a finished stage, which may be in a store under its name."""


def run_here(stages: Sequence[Stage[Any]], job: Job, report: Report) -> None:
    """Run stages in this process, one after the other, and write their results.

    Parameters
    ----------
    report : called with the progress of each stage.
    """
    for stage in stages:
        needed = (read(job, need) for need in stage.needs)
        write_atomically(stage.result(job), dump(stage.work(job, *needed, report=report)))


def pending_stages(job: Job, stages: Sequence[Stage[Any]] = ANALYSIS) -> tuple[Stage[Any], ...]:
    """The unfinished ones of `stages`, in order.

    Decoded sound is not kept, so decoding is pending as long as a stage that needs it is.

    Parameters
    ----------
    stages : to look at; by default those of every analysis.
    """
    todo = [stage for stage in stages if not stage.result(job).exists()]
    is_silent = DECODE not in todo and not job.sound.exists()
    if is_silent and any(stage.listens for stage in todo):
        todo.insert(0, DECODE)
    return tuple(todo)


def listen(job: Job, *, run: Runner = run_here, report: Report = silent) -> Facts:
    """Listen to a recording.

    Parameters
    ----------
    job : the recording, its folders and its options.
    run : runs stages that do not depend on each other; by default in turn, in this process.
    report : called with the progress of each stage; finished stages count as done.

    Returns
    -------
    The facts; `coach.analysis.interpret` makes the conversation from them.

    Raises
    ------
    InputError : if the recording cannot be used.
    ModelUnavailable : if weights are missing or a device fails.
    AnalysisError : if a stage ended without a result.
    """
    _finish(job, ANALYSIS, run, report)
    return facts_of(job)


def listen_for_voices(job: Job, *, run: Runner = run_here, report: Report = silent) -> Diarized:
    """Find who spoke when, with voice prints of the speakers; raises the errors of `listen`.

    Parameters
    ----------
    run : runs stages that do not depend on each other.
    report : called with the progress of each stage.
    """
    _finish(job, (DIARIZE,), run, report)
    return read(job, DIARIZE)


def encode_sound(job: Job, *, run: Runner = run_here, report: Report = silent) -> str:
    """Encode the sound of a recording as a small data URI, to play moments in a page.

    Parameters
    ----------
    run : runs stages that do not depend on each other.
    report : called with the progress of each stage.
    """
    _finish(job, (ENCODE,), run, report)
    return read(job, ENCODE).src


def facts_of(job: Job, fetch: Fetch = Path.read_bytes) -> Facts:
    """Read the results of the stages.

    Parameters
    ----------
    fetch : reads the file of a stage; by default from the results folder.

    Raises
    ------
    InputError : if a result has changed since it was written.
    """
    return facts_from(
        printable_name(job.recording.stem),
        job.sha256,
        read(job, DECODE, fetch),
        read(job, TRANSCRIBE, fetch),
        read(job, DIARIZE, fetch),
        read(job, ANNOTATE, fetch),
    )


def read(job: Job, stage: Stage[Found], fetch: Fetch = Path.read_bytes) -> Found:
    """Read the result of a finished stage.

    Parameters
    ----------
    fetch : reads the file of a stage; by default from the results folder.
    """
    with name_file_in_errors(stage.result(job)):
        return load(stage.finds, fetch(stage.result(job)))


def _finish(job: Job, stages: Sequence[Stage[Any]], run: Runner, report: Report) -> None:
    todo = pending_stages(job, stages)
    for wave in waves(dict.fromkeys((*todo, *stages))):
        unfinished = tuple(stage for stage in wave if stage in todo)
        if unfinished:
            run(unfinished, job, report)
        for stage in wave:
            report(Progress(stage.name, 1, 1))
