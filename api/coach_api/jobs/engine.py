"""How the job engine is set up: the same in the processes that enqueue and in those that work.

Its own defaults would pickle arguments, take jobs without a limit and call every process "local".
"""

from __future__ import annotations

from dbos import DBOSClient, DBOSConfig, DBOSPortableJSONSerializer

from coach_api.settings import Settings
from coach_api.tables import BATCH

APPLICATION = "coach"
NAME = "analyse_session"
VERSION = "analysis-1"
"""Of the workflow. Raise it only when the order or the number of its steps changes."""

QUEUES = ("interactive", "batch")
ENDED_BADLY = ("ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


def queue_for(priority: int) -> str:
    """Name the queue of a priority."""
    return "batch" if priority >= BATCH else "interactive"


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
        "application_version": VERSION,
        "serializer": DBOSPortableJSONSerializer(),
        "run_migrations": False,
        "notification_listener_polling_interval_sec": 1.0,
        "log_level": "CRITICAL",
    }
