"""Results: the scorecard, the conversation, the speakers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from coach.conversation import Conversation
from coach.interchange.json import dump
from coach.scorecard import Scorecard
from coach_api.people.principal import Principal
from coach_api.schemas.base import COMMON, problems
from coach_api.schemas.results import SpeakerOut
from coach_api.sessions import access, corrections, voices
from coach_api.sessions.context import Context
from coach_api.web.callers import Reader
from coach_api.web.dependencies import Ctx
from coach_api.web.render import prefers_html
from coach_api.web.routes.parameters import SessionId
from coach_api.web.scorecards import scorecard_page

router = APIRouter(
    prefix="/v1/sessions", tags=["results"], responses=COMMON | problems("not-ready")
)
_CARD: dict[int | str, dict[str, Any]] = {
    200: {"model": Scorecard, "content": {"text/html": {"schema": {"type": "string"}}}},
    304: {"description": "Unchanged since the ETag that was sent"},
}


@router.get("/{session_id}/scorecard", response_class=Response, responses=_CARD)
async def get_scorecard(
    session_id: SessionId,
    request: Request,
    context: Ctx,
    principal: Reader,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Read the scorecard: JSON, or a page when the Accept header asks for HTML."""
    if prefers_html(request):
        return await run_in_threadpool(scorecard_page, context, principal, session_id)
    revision, body = await context.run_read(_card, context, principal, session_id, if_none_match)
    if body is None:
        return Response(status_code=304, headers=_headers(revision))
    return Response(body, media_type="application/json", headers=_headers(revision))


def _card(
    context: Context, principal: Principal, session_id: str, known: str | None
) -> tuple[int, bytes | None]:
    """The scorecard's revision and document; no document if the asker has that revision."""
    with context.engine.connect() as db:
        revision = access.revision(db, principal, session_id)
        if revision is None:
            raise corrections.not_ready()
        if known == _tag(revision):
            return revision, None
        return revision, context.cards.get(
            session_id, revision, lambda: corrections.scorecard(db, session_id).encode()
        )


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
        access.get(db, principal, session_id, "read")
        conv = (corrections.read_original if original else corrections.read_corrected)(
            db, session_id
        )
    return Response(dump(conv), media_type="application/json")


@router.get("/{session_id}/speakers")
def list_speakers(session_id: SessionId, context: Ctx, principal: Reader) -> list[SpeakerOut]:
    """Who speaks, and which enrolled voice each one resembles."""
    with context.engine.connect() as db:
        row = access.get(db, principal, session_id, "read")
        conv = corrections.read_corrected(db, session_id)
        is_mine = row.owner_id == principal.user_id
        known = voices.enrolled_voices(db, row.owner_id) if is_mine else ()
    return voices.describe_speakers(
        conv, voices.read_diarization(context.storage, session_id), known
    )


def _tag(revision: int) -> str:
    return f'"{revision}"'


def _headers(revision: int) -> dict[str, str]:
    return {"ETag": _tag(revision), "Cache-Control": "private, no-cache", "Vary": "Accept"}
