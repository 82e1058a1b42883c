"""The API process: answers requests on a socket that ``coach serve`` opened, and runs no models."""

from __future__ import annotations

import gc
import logging
import sys

import uvicorn

from coach.errors import CoachError
from coach_api.settings import Settings, settings_from
from coach_api.store.database import connect
from coach_api.store.migrate import migrate
from coach_api.store.stops import check
from coach_api.store.vault import open_store
from coach_api.web.app import create_app
from coach_api.web.connections import Limits, with_limits
from coach_api.work.durable import DurableJobs
from coach_api.work.processes import CANNOT_START, OUTAGES, begin_process

_log = logging.getLogger(__name__)
_STOP_SECONDS = 5


def answer(settings: Settings, socket: int) -> None:
    """Answer requests on an open socket until told to stop."""
    migrate(settings)
    engine = connect(settings)
    storage = open_store(settings)
    check(engine, storage)
    jobs = DurableJobs(settings, engine, storage)
    app = create_app(settings, jobs)
    gc.collect()
    gc.freeze()  # what is there now stays: a search for garbage needs not look at it each time
    config = uvicorn.Config(
        app,
        fd=socket,
        http=with_limits(Limits(connections=settings.max_connections)),
        log_level="warning",
        access_log=False,  # addresses hold what signs in
        timeout_graceful_shutdown=_STOP_SECONDS,
        server_header=False,
    )
    uvicorn.Server(config).run()
    jobs.close()
    engine.dispose()


def main(socket: str) -> None:
    """Run the API process."""
    try:
        settings = settings_from()
        begin_process(settings)
        answer(settings, int(socket))
    except CoachError as error:
        _log.error("%s", error)
        sys.exit(CANNOT_START)
    except OUTAGES as error:
        _log.error("database or store is away (%s)", type(error).__name__)
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
