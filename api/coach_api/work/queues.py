"""The queues of recordings, and the version of the workers that may go on with a job."""

from __future__ import annotations

from pathlib import Path

from coach.analysis.job import Job
from coach.analysis.stages import ANALYSIS
from coach.config import Config
from coach_api.store.tables import BATCH

_STEPS = 3
"""Raise it when the order or the number of a job's steps changes."""

AT_ONCE = {"interactive": 1, "batch": 1, "small": 8}
"""The queues, and how many jobs of each a worker takes. Of small ones it takes some ahead, for it
looks twice a second only; they wait for their turn and are never many minutes of work."""

_SMALL = 256 * 1024  # bytes: seconds of wav, a minute of opus


def version() -> str:
    """Name the version of a job and of the stages that it runs.

    A job that another version has begun is not continued but begun again: what the next stage looks
    for may have another name. The last stage's key stands for the revisions of all.
    """
    nowhere = Path()
    nothing = Job(nowhere, "", nowhere, nowhere, Config())
    return f"analysis-{_STEPS}-{ANALYSIS[-1].key(nothing)}"


def queue_for(priority: int, size: int) -> str:
    """Name the queue of a recording: its priority, and its size in bytes.

    Parameters
    ----------
    priority : of the job.
    size : bytes of the recording.
    """
    if priority < BATCH:
        return "interactive"
    return "small" if size <= _SMALL else "batch"
