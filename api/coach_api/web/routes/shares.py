"""Showing a session to another user, and taking that back."""

from __future__ import annotations

from fastapi import APIRouter

from coach_api.schemas.base import COMMON
from coach_api.schemas.sessions import ShareIn, ShareOut
from coach_api.sessions import access, sharing
from coach_api.web.callers import Writer
from coach_api.web.dependencies import Ctx
from coach_api.web.routes.parameters import ObjectId, SessionId

router = APIRouter(prefix="/v1/sessions/{session_id}/shares", tags=["sessions"], responses=COMMON)


@router.get("")
def list_shares(session_id: SessionId, context: Ctx, principal: Writer) -> list[ShareOut]:
    """List who sees this session."""
    with context.engine.connect() as db:
        access.get(db, principal, session_id, "share")
        return [ShareOut.model_validate(row) for row in sharing.list_shares(db, session_id)]


@router.post("", status_code=201)
def share_session(
    session_id: SessionId, share: ShareIn, context: Ctx, principal: Writer
) -> ShareOut:
    """Let a user read this session; sharing twice is sharing once."""
    with context.engine.begin() as db:
        access.get(db, principal, session_id, "share")
        return ShareOut.model_validate(sharing.add(db, principal, session_id, share.email))


@router.delete("/{user_id}", status_code=204)
def unshare_session(
    session_id: SessionId, user_id: ObjectId, context: Ctx, principal: Writer
) -> None:
    """Take a share back."""
    with context.engine.begin() as db:
        access.get(db, principal, session_id, "share")
        sharing.remove(db, principal, session_id, user_id)
