"""The parts of a scorecard: each a page of its own, and a piece that is put into the digest."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from coach.page import html, observations
from coach.page.html import PartName, Selection
from coach_api.problems import not_found
from coach_api.sessions import access, exports
from coach_api.web.dependencies import Ctx
from coach_api.web.pages.forms import Visitor
from coach_api.web.render import page
from coach_api.web.routes.parameters import SessionId
from coach_api.web.scorecards import part_page, view_for

router = APIRouter(prefix="/sessions/{session_id}", include_in_schema=False)
Bare = Annotated[bool, Query(description="Only the part, without the page around it.")]


@router.get("/review")
def review(
    session_id: SessionId,
    context: Ctx,
    principal: Visitor,
    find: Annotated[str, Query(max_length=100)] = "",
    speaker: Annotated[list[str] | None, Query(max_length=50)] = None,
    kind: Annotated[list[str] | None, Query(max_length=50)] = None,
    bare: Bare = False,
) -> Response:
    """Read and hear the conversation: all of it, or what is asked for."""
    selection = Selection(find, frozenset(speaker or ()), frozenset(kind or ()))
    return part_page(view_for(context, principal, session_id), "review", selection, bare=bare)


@router.get("/measures")
def measures(
    session_id: SessionId, context: Ctx, principal: Visitor, bare: Bare = False
) -> Response:
    """Read every measure with what it was made from."""
    return _render_part("measures", session_id, context, principal, bare)


@router.get("/method")
def method(session_id: SessionId, context: Ctx, principal: Visitor, bare: Bare = False) -> Response:
    """Read how it was measured."""
    return _render_part("method", session_id, context, principal, bare)


def _render_part(
    name: PartName, session_id: str, context: Ctx, principal: Visitor, bare: bool
) -> Response:
    return part_page(view_for(context, principal, session_id), name, Selection(), bare=bare)


@router.get("/observations")
def observations_page(session_id: SessionId, context: Ctx, principal: Visitor) -> Response:
    """List the moments for an observation form, by competence."""
    shown = view_for(context, principal, session_id)
    return page(
        "observations.html",
        principal,
        item=access.describe_session(context, shown.row, principal),
        about=observations.ABOUT,
        found=observations.observations(shown.page),
        places=shown.page.places,
        has_word=exports.OBSERVATIONS in exports.list_formats(),
    )


@router.get("/evidence/{name}")
def evidence(session_id: SessionId, name: str, context: Ctx, principal: Visitor) -> Response:
    """Read what one measure was made from."""
    shown = view_for(context, principal, session_id)
    found = shown.page.evidence_of(name)
    if found is None:
        raise not_found("measure")
    return HTMLResponse(html.render_fragment("evidence", shown.page, shown.site, each=found))
