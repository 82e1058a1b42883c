"""Progress as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from coach_api.people import tokens
from coach_api.people.principal import Principal
from coach_api.problems import Problem
from coach_api.schemas.base import COMMON
from coach_api.schemas.sessions import SessionOut
from coach_api.sessions import access
from coach_api.sessions.context import Context
from coach_api.web.callers import Reader
from coach_api.web.dependencies import Ctx
from coach_api.web.routes.parameters import SessionId

POLL_SECONDS = 0.5
_ENDED = frozenset({"done", "failed", "cancelled"})
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events `progress` with status, stage, fraction and seconds_left, until "
        "one with the status done, failed or cancelled"
    }
}

router = APIRouter(prefix="/v1/sessions", tags=["sessions"], responses=COMMON)


def _first_look(
    session_id: SessionId, context: Ctx, principal: Reader, response: Response
) -> SessionOut:
    """Read the session before the stream begins: a refusal is an answer of its own."""
    response.headers["Cache-Control"] = "no-store"
    return _read_session(context, principal, session_id)


@router.get("/{session_id}/events", responses=_STREAM, response_class=EventSourceResponse)
async def follow_session(
    session: Annotated[SessionOut, Depends(_first_look)], context: Ctx, principal: Reader
) -> AsyncIterator[ServerSentEvent]:
    """Follow the analysis until it ends."""
    last: dict[str, Any] | None = None
    while True:
        progress = _progress(session)
        if progress != last:
            yield ServerSentEvent(event="progress", data=progress)
            last = progress
        if session.status in _ENDED:
            return
        await asyncio.sleep(POLL_SECONDS)
        try:
            session = await run_in_threadpool(_read_session, context, principal, session.id)
        except Problem:  # the session was deleted, or the token ended, while it was watched
            yield ServerSentEvent(event="gone", data={})
            return


def _read_session(context: Context, principal: Principal, session_id: str) -> SessionOut:
    with context.engine.connect() as db:
        if not tokens.is_valid(db, principal.token_id):
            raise Problem("sign-in-needed", "The token of this stream has ended.")
        row = access.get(db, principal, session_id, "status")
    return access.describe_session(context, row, principal)


def _progress(session: SessionOut) -> dict[str, Any]:
    progress: dict[str, Any] = {"status": session.status}
    if session.progress:
        progress |= session.progress.model_dump()
    if session.failure is not None:
        progress["failure"] = session.failure.model_dump()
    return progress
