"""The list of sessions, and one session: its progress, or its scorecard."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Form, Query, Response
from fastapi.responses import RedirectResponse

from coach.page import html
from coach.page.figures import format_value, label
from coach_api.people import passwords
from coach_api.people.principal import Principal
from coach_api.problems import Problem
from coach_api.schemas.lengths import EMAIL, NAME, TITLE
from coach_api.schemas.sessions import Day, SessionChange, ShareIn
from coach_api.sessions import access, sharing, trends
from coach_api.sessions.context import Context
from coach_api.web.dependencies import Ctx
from coach_api.web.pages.forms import Sender, Visitor
from coach_api.web.render import page
from coach_api.web.routes import sessions as actions
from coach_api.web.routes import shares
from coach_api.web.routes.parameters import ObjectId, SessionId
from coach_api.web.scorecards import scorecard_page

router = APIRouter(include_in_schema=False)
_PER_PAGE = 25
_MOST_FOUND = 200
_LISTED = ("talk_share", "open_ratio")
_AGAIN = "This recording was uploaded before: this is its session."


@router.get("/")
def list_page(
    context: Ctx,
    principal: Visitor,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    erased: bool = False,
) -> Response:
    """List the sessions."""
    return _list(context, principal, access.Filters(), cursor=cursor, erased=erased)


@router.post("/")
def search(
    context: Ctx, principal: Sender, words: Annotated[str, Form(max_length=TITLE)] = ""
) -> Response:
    """List sessions by their titles and names, which are in the body and in no address."""
    if not words.strip():
        return RedirectResponse("/", 303)
    with context.engine.connect() as db:
        found = access.search(db, principal, words)
    filters = access.Filters(ids=found[:_MOST_FOUND])
    return _list(context, principal, filters, words=words, most=_MOST_FOUND)


def _list(
    context: Context,
    principal: Principal,
    filters: access.Filters,
    *,
    cursor: str | None = None,
    erased: bool = False,
    words: str = "",
    most: int = _PER_PAGE,
) -> Response:
    with context.engine.connect() as db:
        rows, following = access.page(context, db, principal, filters, limit=most, cursor=cursor)
        owners = sharing.owners(db, rows)
        is_missing = passwords.is_missing(db, principal.user_id)
        measured = trends.measurements_of(db, [row.id for row in rows], _LISTED)
    figures = {
        session_id: [(label(name), format_value(found[name])) for name in _LISTED if name in found]
        for session_id, found in measured.items()
    }
    items = [
        (access.describe_session(context, row, principal), owners[row.owner_id]) for row in rows
    ]
    needs_password = is_missing and not context.settings.oidc_issuer
    return page(
        "sessions.html",
        principal,
        items=items,
        following=following,
        erased=erased,
        needs_password=needs_password,
        figures=figures,
        words=words,
    )


@router.get("/sessions/{session_id}")
def session_page(
    session_id: SessionId, context: Ctx, principal: Visitor, again: bool = False
) -> Response:
    """Show how far a session is, or its scorecard when it is done."""
    with context.engine.connect() as db:
        row = access.get(db, principal, session_id, "status")
    item = access.describe_session(context, row, principal)
    if item.status == "done" and item.access != "other":
        return scorecard_page(context, principal, session_id, said=_AGAIN if again else "")
    return page("session.html", principal, item=item, said=_AGAIN if again else "")


@router.post("/sessions/{session_id}/cancel")
def cancel(session_id: SessionId, context: Ctx, principal: Sender) -> Response:
    """Stop the analysis."""
    actions.cancel_session(session_id, context, principal)
    return RedirectResponse(f"/sessions/{session_id}", 303)


@router.post("/sessions/{session_id}/retry")
def retry(session_id: SessionId, context: Ctx, principal: Sender) -> Response:
    """Analyse again."""
    actions.retry_session(session_id, context, principal)
    return RedirectResponse(f"/sessions/{session_id}", 303)


@router.post("/sessions/{session_id}/delete")
def delete(session_id: SessionId, context: Ctx, principal: Sender) -> Response:
    """Erase a session."""
    actions.delete_session(session_id, context, principal)
    return RedirectResponse("/?erased=1", 303)


@router.post("/sessions/{session_id}/about")
def describe(
    session_id: SessionId,
    context: Ctx,
    principal: Sender,
    title: Annotated[str, Form(max_length=TITLE)] = "",
    mentor: Annotated[str, Form(max_length=NAME)] = "",
    partner: Annotated[str, Form(max_length=NAME)] = "",
    held_on: Annotated[Day | None, Form()] = None,
) -> Response:
    """Give a session another title, other names or another day."""
    with context.engine.connect() as db:
        shown = access.day_of(access.get(db, principal, session_id, "correct"))
    told = None if held_on == shown else held_on  # the form shows a day that nobody has told
    about = SessionChange(title=title, mentor=mentor, partner=partner, held_on=told)
    actions.change_session(session_id, about, context, principal)
    return RedirectResponse(f"/sessions/{session_id}/changes", 303)


@router.post("/sessions/{session_id}/sound")
def keep_sound(
    session_id: SessionId,
    context: Ctx,
    principal: Sender,
    until: Annotated[date, Form()],
) -> Response:
    """Keep the sound for a shorter time: until that day begins."""
    begins = datetime.combine(until, time(), UTC)
    actions.change_session(session_id, SessionChange(audio_until=begins), context, principal)
    return RedirectResponse(f"/sessions/{session_id}/changes#kept", 303)


@router.post("/sessions/{session_id}/shares")
def share(
    session_id: SessionId,
    context: Ctx,
    principal: Sender,
    email: Annotated[str, Form(max_length=EMAIL)],
) -> Response:
    """Let somebody read a session."""
    try:
        shares.share_session(session_id, ShareIn(email=email), context, principal)
    except Problem as problem:
        if problem.status != 422:
            raise
        answer = scorecard_page(context, principal, session_id, said=problem.detail, to=email)
        answer.status_code = problem.status
        return answer
    return RedirectResponse(f"/sessions/{session_id}", 303)


@router.post("/sessions/{session_id}/shares/{user_id}/remove")
def unshare(session_id: SessionId, user_id: ObjectId, context: Ctx, principal: Sender) -> Response:
    """Take that back."""
    shares.unshare_session(session_id, user_id, context, principal)
    return RedirectResponse(f"/sessions/{session_id}", 303)


@router.get("/assets/{name}")
async def asset(name: html.AssetName) -> Response:
    """Serve the stylesheet and the scripts of the scorecard."""
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    headers = {"Cache-Control": "public, max-age=300"}
    return Response(html.asset(name), media_type=kind, headers=headers)
