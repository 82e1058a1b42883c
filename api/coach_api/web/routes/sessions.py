"""Sessions: upload, list, get, change, delete, cancel, retry."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from coach_api.intake.accept import accept
from coach_api.intake.form import FORM, receive
from coach_api.people import audit, consent
from coach_api.problems import Problem
from coach_api.schemas.base import COMMON, Page, problems
from coach_api.schemas.sessions import (
    ConsentOut,
    CreatedOut,
    SessionChange,
    SessionOut,
    Status,
)
from coach_api.sessions import access, edits
from coach_api.store.reserve import with_reserve
from coach_api.web.callers import Reader, Writer
from coach_api.web.dependencies import Ctx
from coach_api.web.routes.parameters import Cursor, Limit, SessionId

router = APIRouter(prefix="/v1/sessions", tags=["sessions"], responses=COMMON)
_REFUSED = problems(
    "consent-missing", "invalid-request", "not-a-recording", "wrong-content-type", "too-large",
    "conflict", "storage-full",
)  # fmt: skip
_SAME: dict[int | str, dict[str, Any]] = {
    200: {"model": CreatedOut, "description": "This recording is known: the same session"}
}


@router.post("", status_code=201, responses=_SAME | _REFUSED, openapi_extra=FORM)
async def create_session(
    request: Request,
    response: Response,
    context: Ctx,
    principal: Writer,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> CreatedOut:
    """Upload a recording and begin its analysis."""
    context.limits.spend("upload", principal.user_id)
    async with receive(request, context, idempotency_key) as offer:
        row, is_new = await run_in_threadpool(accept, context, principal, offer)
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = f"/v1/sessions/{row.id}"
    return CreatedOut(id=row.id, status=row.status)


@router.get("")
def list_sessions(
    context: Ctx,
    principal: Reader,
    status: Annotated[Status | None, Query()] = None,
    pair: Annotated[str | None, Query(max_length=64)] = None,
    mine: bool = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[SessionOut]:
    """List sessions, newest first."""
    filters = access.Filters(status, pair, mine)
    with context.engine.connect() as db:
        rows, following = access.page(context, db, principal, filters, limit=limit, cursor=cursor)
    items = [access.describe_session(context, row, principal) for row in rows]
    return Page(items=items, next=following)


@router.get("/{session_id}")
def get_session(session_id: SessionId, context: Ctx, principal: Reader) -> SessionOut:
    """Look at a session: its status, progress and what is kept."""
    with context.engine.connect() as db:
        row = access.get(db, principal, session_id, "status")
    return access.describe_session(context, row, principal)


@router.patch("/{session_id}")
def change_session(
    session_id: SessionId, change: SessionChange, context: Ctx, principal: Writer
) -> SessionOut:
    """Change title, names, day, or how long the sound is kept."""
    with context.engine.connect() as db:
        row = access.get(db, principal, session_id, "correct")
    edits.change_session(context, row, change.model_dump(exclude_none=True))
    with context.engine.connect() as db:
        row = access.get(db, principal, session_id, "correct")
    return access.describe_session(context, row, principal)


@router.delete("/{session_id}", status_code=204)
def delete_session(session_id: SessionId, context: Ctx, principal: Writer) -> None:
    """Erase a session: sound, words, results, consents and all that was derived."""

    def note() -> None:
        with context.engine.begin() as db:
            access.get(db, principal, session_id, "delete")
            audit.note(db, principal.user_id, "session.deleted", session_id)

    with_reserve(context.settings, note)
    context.forget(session_id)


@router.post("/{session_id}/cancel", responses=problems("conflict"))
def cancel_session(session_id: SessionId, context: Ctx, principal: Writer) -> SessionOut:
    """Stop the analysis."""
    with context.engine.begin() as db:
        access.get(db, principal, session_id, "run")
        audit.note(db, principal.user_id, "session.cancelled", session_id)
    if not context.jobs.cancel(session_id):
        raise Problem("conflict", "The analysis has ended already: there is nothing to cancel.")
    return get_session(session_id, context, principal)


@router.post("/{session_id}/retry", responses=problems("conflict"))
def retry_session(session_id: SessionId, context: Ctx, principal: Writer) -> SessionOut:
    """Analyse again after a failure or a cancel; finished stages are kept."""
    with context.engine.begin() as db:
        access.get(db, principal, session_id, "run")
        audit.note(db, principal.user_id, "session.retried", session_id)
    if not context.jobs.retry(session_id):
        raise Problem("conflict", "Only a failed or cancelled analysis can be tried again.")
    return get_session(session_id, context, principal)


@router.get("/{session_id}/consents")
def list_consents(session_id: SessionId, context: Ctx, principal: Reader) -> list[ConsentOut]:
    """Who agreed, when, and to which wording."""
    with context.engine.connect() as db:
        access.get(db, principal, session_id, "read")
        return [ConsentOut.model_validate(row) for row in consent.list_consents(db, session_id)]
