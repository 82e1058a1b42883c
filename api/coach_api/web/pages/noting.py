"""Private notes as a page, and as a part of the scorecard."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Response
from fastapi.responses import RedirectResponse

from coach.intervals import Span
from coach.page.view import Page
from coach_api.schemas.lengths import NOTE
from coach_api.schemas.notes import NoteIn
from coach_api.sessions import access, corrections, notes
from coach_api.web.dependencies import Ctx
from coach_api.web.pages.forms import Sender, Visitor
from coach_api.web.render import fragment, page
from coach_api.web.routes import notes as actions
from coach_api.web.routes.parameters import ObjectId, SessionId

router = APIRouter(prefix="/sessions/{session_id}/notes", include_in_schema=False)


@router.get("")
def notes_page(
    session_id: SessionId,
    context: Ctx,
    principal: Visitor,
    at: Annotated[float | None, Query(ge=0, le=1e6)] = None,
    bare: bool = False,
) -> Response:
    """Show the notes, and the form for another one: of the whole session, or of a moment."""
    with context.engine.connect() as db:
        row = access.get(db, principal, session_id, "correct")
        shown = corrections.page_of(context, db, session_id)
        kept = [(note, _place(shown, note.moment)) for note in notes.list_notes(db, session_id)]
    values: dict[str, Any] = {
        "item": access.describe_session(context, row, principal),
        "notes": kept,
        "at": at,
    }
    if bare:
        return Response(fragment("notes.html", principal, **values), media_type="text/html")
    return page("notes_page.html", principal, **values)


def _place(shown: Page, moment: float | None) -> str:
    return shown.places.href(Span(moment, moment + 1)) if moment is not None else ""


@router.post("")
def add_note(
    session_id: SessionId,
    context: Ctx,
    principal: Sender,
    text: Annotated[str, Form(min_length=1, max_length=NOTE, pattern=r"\S")],
    moment: Annotated[float | None, Form(ge=0, le=1e6)] = None,
) -> Response:
    """Keep a note."""
    actions.add_note(session_id, NoteIn(text=text.strip(), moment=moment), context, principal)
    return RedirectResponse(f"/sessions/{session_id}/notes", 303)


@router.post("/{note_id}/erase")
def erase_note(
    session_id: SessionId, note_id: ObjectId, context: Ctx, principal: Sender
) -> Response:
    """Erase a note."""
    actions.erase_note(session_id, note_id, context, principal)
    return RedirectResponse(f"/sessions/{session_id}/notes", 303)
