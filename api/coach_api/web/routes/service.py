"""Is the service alive, is it ready, and what has it counted."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import APIRouter, Response
from obstore.exceptions import BaseError as StoreError
from prometheus_client import CONTENT_TYPE_LATEST

from coach_api.people.consent import VERSION, WORDING
from coach_api.problems import Problem
from coach_api.schemas.base import COMMON, Model, problems
from coach_api.store.migrate import is_current
from coach_api.web.callers import Scraper
from coach_api.web.dependencies import Ctx

router = APIRouter(tags=["service"])


class HealthOut(Model):
    """All is well."""

    status: str = "ok"


class ConsentWording(Model):
    """What everybody who is heard has agreed to."""

    version: str
    wording: str


@router.get("/healthz")
async def is_alive() -> HealthOut:
    """Say that the process answers."""
    return HealthOut()


@router.get("/readyz", responses=problems("unavailable"))
def is_ready(context: Ctx) -> HealthOut:
    """Say whether the database and the store can be used."""
    try:
        current = is_current(context.engine)
        context.storage.size("ready")
    except (sa.exc.SQLAlchemyError, StoreError, OSError):
        current = False
    if not current:
        raise Problem("unavailable", "The database or the store does not answer. Run coach doctor.")
    return HealthOut()


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
