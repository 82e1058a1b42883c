"""Progress as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

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
_QUIET_POLLS = 30  # then a comment, so that proxies keep the line open
_ENDED = frozenset({"done", "failed", "cancelled"})
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events `progress` with status, stage, fraction and seconds_left, until "
        "one with the status done, failed or cancelled",
        "content": {
            "text/event-stream": {
                "schema": {
                    "type": "object",
                    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
                }
            }
        },
    }
}

router = APIRouter(prefix="/v1/sessions", tags=["sessions"], responses=COMMON)


@router.get("/{session_id}/events", responses=_STREAM, response_class=StreamingResponse)
def follow_session(session_id: SessionId, context: Ctx, principal: Reader) -> StreamingResponse:
    """Follow the analysis until it ends."""
    first = _look(context, principal, session_id)
    return StreamingResponse(
        _events(context, principal, first),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _look(context: Context, principal: Principal, session_id: str) -> SessionOut:
    with context.engine.connect() as db:
        if not tokens.is_valid(db, principal.token_id):
            raise Problem("sign-in-needed", "The token of this stream has ended.")
        row = access.get(db, principal, session_id, "status")
    return access.described(context, row, principal)


async def _events(
    context: Context, principal: Principal, session: SessionOut
) -> AsyncIterator[str]:
    last, quiet = "", 0
    while True:
        said = _event(session)
        if said != last or quiet >= _QUIET_POLLS:
            yield said if said != last else ": still here\n\n"
            last, quiet = said, 0
        if session.status in _ENDED:
            return
        await asyncio.sleep(POLL_SECONDS)
        quiet += 1
        try:
            session = await run_in_threadpool(_look, context, principal, session.id)
        except Problem:  # the session was deleted, or the token ended, while it was watched
            yield "event: gone\ndata: {}\n\n"
            return


def _event(session: SessionOut) -> str:
    progress = session.progress.model_dump() if session.progress else {}
    said = {"status": session.status, **progress}
    if session.failure is not None:
        said["failure"] = session.failure.model_dump()
    return f"event: progress\ndata: {json.dumps(said)}\n\n"
