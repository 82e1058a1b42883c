"""The app: built from settings and an engine of jobs, with nothing at import."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware

from coach import __version__
from coach_api.intake import tus
from coach_api.people import oidc
from coach_api.people.attempts import Attempts
from coach_api.people.limits import RateLimits
from coach_api.people.secrets import signing_key
from coach_api.people.tokens import Touches
from coach_api.sessions.context import Context
from coach_api.sessions.jobs import Jobs
from coach_api.sessions.metrics import Metrics
from coach_api.settings import Settings
from coach_api.store.database import connect
from coach_api.store.vault import open_store
from coach_api.web import answers
from coach_api.web.bodies import LimitedBodies
from coach_api.web.description import DESCRIPTION, TAGS, openapi
from coach_api.web.middleware import Around, TusHeaders
from coach_api.web.pages import PAGES
from coach_api.web.routes import ROUTES, uploads
from coach_api.webhooks.outbox import keep_delivering

_COMPRESSION = 5  # more costs time and saves hardly a byte
# Recordings of unknown kind are sent by ranges of their bytes as they are.
_NOT_COMPRESSED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/octet-stream")


def create_app(settings: Settings, jobs: Jobs) -> FastAPI:
    """Build the service.

    Parameters
    ----------
    settings : the deployment's; its folders exist and its database is migrated.
    jobs : the engine that runs the analyses.
    """
    context = _context(settings, jobs)
    app = FastAPI(
        title="listening-coach", version=__version__, summary="Listening scorecards.",
        description=DESCRIPTION, openapi_tags=TAGS, openapi_url="/v1/openapi.json",
        docs_url=None, redoc_url=None, lifespan=_lifespan,
    )  # fmt: skip
    app.state.context = context
    for router in (*ROUTES, *PAGES):
        app.include_router(router)
    app.mount("/static", StaticFiles(packages=[("coach_api.web", "static")]), name="static")
    answers.install(app)
    secure = settings.public_url.startswith("https://")
    if settings.oidc_issuer:
        app.add_middleware(
            SessionMiddleware, secret_key=context.key.hex(), session_cookie=oidc.COOKIE,
            max_age=oidc.COOKIE_SECONDS, https_only=secure, path="/sign-in",
        )  # fmt: skip
    app.add_middleware(
        GZipMiddleware, compresslevel=_COMPRESSION, exclude_content_types=_NOT_COMPRESSED
    )
    app.add_middleware(LimitedBodies, streams=uploads.PATH)
    app.add_middleware(TusHeaders, path=uploads.PATH, version=tus.VERSION)
    app.add_middleware(Around, metrics=context.metrics, secure=secure)
    openapi(app)
    return app


def _context(settings: Settings, jobs: Jobs) -> Context:
    limits = RateLimits(settings.rate_factor)
    return Context(
        settings=settings,
        engine=connect(settings),
        storage=open_store(settings),
        jobs=jobs,
        limits=limits,
        attempts=Attempts(limits),
        metrics=Metrics(),
        touches=Touches(timedelta(hours=settings.idle_hours)),
        key=signing_key(settings),
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    context: Context = app.state.context
    webhook_sender = asyncio.create_task(keep_delivering(context))
    try:
        yield
    finally:
        webhook_sender.cancel()
        await asyncio.gather(webhook_sender, return_exceptions=True)
        context.engine.dispose()
