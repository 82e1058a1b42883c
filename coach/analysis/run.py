"""Run the stages of one recording in order, skipping those that are finished."""

from __future__ import annotations

from coach.analysis.stages import Job, Runner, StageName, waves
from coach.analysis.work import Diarized, Encoded, read, run_here
from coach.conversation import Conversation
from coach.ports import Progress, Report, silent

ORDER: tuple[StageName, ...] = ("decode", "transcribe", "diarize", "assemble")
_NEED_SOUND: frozenset[StageName] = frozenset({"transcribe", "diarize", "encode"})


def pending(job: Job, stages: tuple[StageName, ...] = ORDER) -> tuple[StageName, ...]:
    """Those of `stages` that are still to be run, in order.

    Decoded sound is not kept, so decoding is repeated while a stage that needs it is unfinished.
    """
    todo = [stage for stage in stages if not job.result(stage).exists()]
    if _NEED_SOUND & set(todo) and "decode" not in todo and not job.sound.exists():
        todo.insert(0, "decode")
    return tuple(todo)


def analyse(job: Job, *, run: Runner = run_here, report: Report = silent) -> Conversation:
    """Listen to a recording.

    Parameters
    ----------
    job : the recording, its folders and its options.
    run : runs stages that do not need each other; by default in turn, in this process.
    report : told how far each stage is; finished stages are reported as done.

    Returns
    -------
    The conversation, as assembled from the stages' results.

    Raises
    ------
    InputError : if the recording cannot be used.
    ModelUnavailable : if weights are missing or a device fails.
    AnalysisError : if a stage ended without a result.
    """
    _finish(job, ORDER, run, report)
    return read(job, "assemble", Conversation)


def diarized(job: Job, *, run: Runner = run_here, report: Report = silent) -> Diarized:
    """Who spoke when in a recording, with the speakers' voice prints; errors as `analyse`."""
    _finish(job, ("diarize",), run, report)
    return read(job, "diarize", Diarized)


def playable(job: Job, *, run: Runner = run_here, report: Report = silent) -> str:
    """The sound of a recording as a small data URI, for playing moments in a page."""
    _finish(job, ("encode",), run, report)
    return read(job, "encode", Encoded).src


def _finish(job: Job, stages: tuple[StageName, ...], run: Runner, report: Report) -> None:
    todo = pending(job, stages)
    for wave in waves(dict.fromkeys((*todo, *stages))):
        unfinished = tuple(stage for stage in wave if stage in todo)
        if unfinished:
            run(unfinished, job, report)
        for stage in wave:
            report(Progress(stage, 1, 1))
