"""How the job engine is set up: the same in the processes that enqueue and in those that work.

Its own defaults would pickle arguments, take jobs without a limit and call every process "local".
"""

from __future__ import annotations

from pathlib import Path

from dbos import DBOSClient, DBOSConfig, DBOSPortableJSONSerializer

from coach.analysis.job import Job
from coach.analysis.stages import ANALYSIS
from coach.config import Config
from coach_api.settings import Settings
from coach_api.store.tables import BATCH

APPLICATION = "coach"
NAME = "analyse_session"
_STEPS = 2
"""Raise it when the order or the number of the workflow's steps changes."""

AT_ONCE = {"interactive": 1, "batch": 1, "small": 8}
"""The queues, and how many jobs of each a worker takes. Of small ones it takes some ahead, for it
looks twice a second only; they wait for their turn and are never many minutes of work."""

_SMALL = 256 * 1024  # bytes: seconds of wav, a minute of opus
ENDED_BADLY = ("ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


def version() -> str:
    """Name the version of the workflow and of the stages that it runs.

    A job that another version has begun is not continued but begun again: what the next stage looks
    for may have another name. The last stage's key stands for the revisions of all.
    """
    nowhere = Path()
    nothing = Job(nowhere, "", nowhere, nowhere, Config())
    return f"analysis-{_STEPS}-{ANALYSIS[-1].key(nothing)}"


def queue_for(priority: int, size: int) -> str:
    """Name the queue of a recording: its priority, and its size in bytes."""
    if priority < BATCH:
        return "interactive"
    return "small" if size <= _SMALL else "batch"


def client_for(settings: Settings) -> DBOSClient:
    """Make a client, which enqueues and asks and never runs a job."""
    return DBOSClient(
        system_database_url=settings.database,
        application_name=APPLICATION,
        serializer=DBOSPortableJSONSerializer(),
    )


def config_for(settings: Settings, slot: str) -> DBOSConfig:
    """Configure the engine of a worker that holds `slot`."""
    return {
        "name": APPLICATION,
        "system_database_url": settings.database,
        "executor_id": slot,
        "application_version": version(),
        "serializer": DBOSPortableJSONSerializer(),
        "run_migrations": False,
        "notification_listener_polling_interval_sec": 1.0,
        "log_level": "CRITICAL",
    }
