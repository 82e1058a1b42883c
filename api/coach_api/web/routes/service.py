"""Is the service alive, is it ready, and what has it counted."""

from __future__ import annotations

import shutil

import sqlalchemy as sa
from fastapi import APIRouter, Response
from obstore.exceptions import BaseError as StoreError
from prometheus_client import CONTENT_TYPE_LATEST

from coach_api.people.consent import VERSION, WORDING
from coach_api.problems import Problem
from coach_api.schemas.base import COMMON, ApiModel, problems
from coach_api.sessions.context import Context
from coach_api.store.migrate import is_current
from coach_api.store.stops import current_stop
from coach_api.web.callers import Scraper
from coach_api.web.dependencies import Ctx

router = APIRouter(tags=["service"])


class HealthOut(ApiModel):
    """All is well."""

    status: str = "ok"


class ReadyOut(ApiModel):
    """The service answers; each part is "ok", or says what is wrong with it and what to do.

    `room` is for new recordings; without it, reading and deleting go on. `cleanup` says if nothing
    is deleted just now, and why.
    """

    status: str = "ok"
    room: str = "ok"
    cleanup: str = "ok"


class ConsentWording(ApiModel):
    """What everybody who is heard has agreed to."""

    version: str
    wording: str


@router.get("/healthz")
async def is_alive() -> HealthOut:
    """Say that the process answers."""
    return HealthOut()


@router.get("/readyz", responses=problems("unavailable"))
def is_ready(context: Ctx) -> ReadyOut:
    """Say whether the database and the store can be used, and what stops the cleanup if it is."""
    stop = None
    try:
        current = is_current(context.engine)
        if current:
            stop = current_stop(context.engine, context.storage)
    except (sa.exc.SQLAlchemyError, StoreError, OSError):
        current = False
    if not current:
        raise Problem("unavailable", "The database or the store does not answer. Run coach doctor.")
    if stop is not None and stop.reason == "pair":
        raise Problem("unavailable", stop.said)
    return ReadyOut(room=_room(context) or "ok", cleanup=stop.said if stop else "ok")


def _room(context: Context) -> str:
    """What is wrong with the room for recordings; "" when there is enough."""
    least = context.settings.min_free_bytes
    places = {
        "data folder": shutil.disk_usage(context.settings.data_dir).free,
        "store": context.storage.free_bytes(),
    }
    full = [name for name, free in places.items() if free is not None and free < least]
    if not full:
        return ""
    return (
        f"No recordings are accepted: the disk of the {full[0]} has less than {least >> 20} MiB "
        "left. Free some space, or delete sessions, which works all the same."
    )


@router.get(
    "/metrics", response_class=Response, responses=COMMON | {200: {"content": {"text/plain": {}}}}
)
def scrape(context: Ctx, principal: Scraper) -> Response:
    """Read counts and durations in Prometheus' format; for admins and tokens of scope metrics."""
    return Response(context.metrics.scrape(context.engine), media_type=CONTENT_TYPE_LATEST)


@router.get("/v1/consent")
async def get_wording() -> ConsentWording:
    """Read what the consent that is sent with a recording says."""
    return ConsentWording(version=VERSION, wording=WORDING)
