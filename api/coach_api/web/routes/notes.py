"""Private notes of a session's owner: nobody else reads them."""

from __future__ import annotations

from fastapi import APIRouter

from coach_api.schemas.base import COMMON, problems
from coach_api.schemas.notes import NoteIn, NoteOut
from coach_api.sessions import access, notes
from coach_api.sessions.erasure import forget_pages
from coach_api.web.callers import Reader, Writer
from coach_api.web.dependencies import Ctx
from coach_api.web.routes.parameters import ObjectId, SessionId

router = APIRouter(prefix="/v1/sessions/{session_id}/notes", tags=["goals"], responses=COMMON)


@router.get("")
def list_notes(session_id: SessionId, context: Ctx, principal: Reader) -> list[NoteOut]:
    """List your notes of a session of yours."""
    with context.engine.connect() as db:
        access.get(db, principal, session_id, "correct")
        rows = notes.list_notes(db, session_id)
    return [NoteOut.model_validate(row, extra="ignore") for row in rows]


@router.post("", status_code=201, responses=problems("conflict"))
def add_note(session_id: SessionId, wish: NoteIn, context: Ctx, principal: Writer) -> NoteOut:
    """Keep a note of a session of yours, or of a moment in it."""
    with context.engine.begin() as db:
        access.get(db, principal, session_id, "correct")
        return NoteOut.model_validate(notes.add(db, principal, session_id, wish), extra="ignore")


@router.delete("/{note_id}", status_code=204)
def erase_note(session_id: SessionId, note_id: ObjectId, context: Ctx, principal: Writer) -> None:
    """Erase a note."""
    with context.engine.begin() as db:
        access.get(db, principal, session_id, "correct")
        notes.forget(db, principal, session_id, note_id)
    forget_pages(context.engine)
