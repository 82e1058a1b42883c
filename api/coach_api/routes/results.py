"""What was found: the scorecard, the conversation, the speakers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response

from coach.conversation import Conversation
from coach.formats.json import dump
from coach.scorecard import Scorecard
from coach_api import corrections, sessions, voices
from coach_api.auth.principal import Reader
from coach_api.context import Ctx
from coach_api.pages.render import prefers_html
from coach_api.pages.scorecards import scorecard_page
from coach_api.routes.parameters import SessionId
from coach_api.schemas.base import COMMON, problems
from coach_api.schemas.results import SpeakerOut

router = APIRouter(
    prefix="/v1/sessions", tags=["results"], responses=COMMON | problems("not-ready")
)
_CARD: dict[int | str, dict[str, Any]] = {
    200: {"model": Scorecard, "content": {"text/html": {"schema": {"type": "string"}}}},
    304: {"description": "Unchanged since the ETag that was sent"},
}


@router.get("/{session_id}/scorecard", response_class=Response, responses=_CARD)
def get_scorecard(
    session_id: SessionId,
    request: Request,
    context: Ctx,
    principal: Reader,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Read the scorecard: JSON, or a page when the Accept header asks for HTML."""
    with context.engine.connect() as db:
        revision = sessions.revision(db, principal, session_id)
        if revision is None:
            raise corrections.not_ready()
        if prefers_html(request):
            return scorecard_page(request, context, db, principal, session_id)
        if if_none_match == _tag(revision):
            return Response(status_code=304, headers=_headers(revision))
        body = context.cards.get(
            session_id, revision, lambda: corrections.scorecard(db, session_id).encode()
        )
    return Response(body, media_type="application/json", headers=_headers(revision))


@router.get(
    "/{session_id}/conversation", response_class=Response, responses={200: {"model": Conversation}}
)
def get_conversation(
    session_id: SessionId,
    context: Ctx,
    principal: Reader,
    original: Annotated[bool, Query(description="As heard, without corrections.")] = False,
) -> Response:
    """Read the conversation: who said what, when."""
    with context.engine.connect() as db:
        sessions.get(db, principal, session_id, "read")
        conv = (corrections.heard if original else corrections.shown)(db, session_id)
    return Response(dump(conv), media_type="application/json")


@router.get("/{session_id}/speakers")
def list_speakers(session_id: SessionId, context: Ctx, principal: Reader) -> list[SpeakerOut]:
    """Who speaks, and which enrolled voice each one resembles."""
    with context.engine.connect() as db:
        row = sessions.get(db, principal, session_id, "read")
        conv = corrections.shown(db, session_id)
        known = voices.enrolled(db, principal.user_id) if row.owner_id == principal.user_id else []
    return voices.described(conv, voices.prints(context.storage, session_id), known)


def _tag(revision: int) -> str:
    return f'"{revision}"'


def _headers(revision: int) -> dict[str, str]:
    return {"ETag": _tag(revision), "Cache-Control": "private, no-cache", "Vary": "Accept"}
