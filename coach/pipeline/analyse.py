"""Run the stages of one recording in order, skipping those that are finished."""

from __future__ import annotations

from coach.conversation import Conversation
from coach.pipeline.stages import Job, Runner, StageName
from coach.pipeline.work import read, run_here
from coach.ports import Progress, Report, silent

ORDER: tuple[StageName, ...] = ("decode", "transcribe", "diarize", "assemble")


def pending(job: Job) -> tuple[StageName, ...]:
    """The stages that are still to be run, in order.

    Decoded sound is not kept, so decoding is repeated while a stage that listens is unfinished.
    """
    todo = [stage for stage in ORDER if not job.result(stage).exists()]
    listens = {"transcribe", "diarize"} & set(todo)
    if listens and "decode" not in todo and not job.sound.exists():
        todo.insert(0, "decode")
    return tuple(todo)


def analyse(job: Job, *, run: Runner = run_here, report: Report = silent) -> Conversation:
    """Listen to a recording.

    Parameters
    ----------
    job : the recording, its folders and its options.
    run : runs one stage; in this process by default.
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
    todo = pending(job)
    for stage in ORDER:
        if stage in todo:
            run(stage, job, report)
        report(Progress(stage, 1, 1))
    return read(job, "assemble", Conversation)
