"""Corrections as forms."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse
from pydantic import TypeAdapter, ValidationError

from coach.conversation import Conversation
from coach.corrections import Change
from coach.formats.lines import lines
from coach_api import corrections, exports, sessions
from coach_api.context import Ctx
from coach_api.pages.forms import Sender, Visitor
from coach_api.pages.render import page
from coach_api.problems import Problem
from coach_api.routes.parameters import ObjectId, SessionId

router = APIRouter(prefix="/sessions/{session_id}/corrections", include_in_schema=False)
_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
Short = Annotated[str, Form(max_length=200)]


@router.get("")
def corrections_page(session_id: SessionId, context: Ctx, principal: Visitor) -> Response:
    """Show what can be corrected and what was."""
    with context.engine.connect() as db:
        row = sessions.get(db, principal, session_id, "correct")
        conv = corrections.shown(db, session_id)
        card = exports.stored_card(db, session_id)
        made = corrections.listed(db, session_id)
    return page(
        "corrections.html",
        principal,
        item=sessions.described(context, row, principal),
        conv=conv,
        card=card,
        lines=lines(conv),
        made=made,
        who={speaker.id: _called(speaker.id, conv) for speaker in conv.speakers},
    )


@router.post("")
def correct(
    session_id: SessionId,
    context: Ctx,
    principal: Sender,
    kind: Short,
    speaker: Short = "",
    to: Short = "",
    name: Short = "",
    text: Annotated[str, Form(max_length=5000)] = "",
    start: float | None = Form(default=None),
    end: float | None = Form(default=None),
    label: Short = "",
) -> Response:
    """Make one correction."""
    given = {"speaker": speaker, "to": to, "name": name, "text": text, "label": label}
    span = {"start": start, "end": end} if start is not None else None
    change = change_of(kind, given, span)
    with context.engine.connect() as db:
        sessions.get(db, principal, session_id, "correct")
    corrections.add(context, principal, session_id, change)
    return RedirectResponse(f"/sessions/{session_id}/corrections", 303)


@router.post("/{correction_id}/undo")
def undo(
    session_id: SessionId, correction_id: ObjectId, context: Ctx, principal: Sender
) -> Response:
    """Undo one correction."""
    with context.engine.connect() as db:
        sessions.get(db, principal, session_id, "correct")
    corrections.undo(context, principal, session_id, correction_id)
    return RedirectResponse(f"/sessions/{session_id}/corrections", 303)


def change_of(kind: str, given: dict[str, str], span: dict[str, Any] | None) -> Change:
    """The change that a form describes.

    Raises
    ------
    Problem : if it describes none.
    """
    fields = {name: given[name] for name in _FIELDS.get(kind, ())}
    if kind == "swap":
        fields = {"first": given["speaker"], "second": given["to"]}
    elif kind == "merge":
        fields = {"speaker": given["speaker"], "into": given["to"]}
    elif kind == "overrule":
        fields = {"overlap": given["label"]}
    plain: dict[str, Any] = {"kind": kind, **fields} | ({"span": span} if span else {})
    if kind == "relabel":
        plain["acts"] = {"act": given["label"]}
    try:
        return _CHANGE.validate_python(plain)
    except ValidationError:
        raise Problem(
            "invalid-request", "The form does not describe a correction. Fill it in and try again."
        ) from None


_FIELDS = {
    "rename": ("speaker", "name"),
    "set_mentor": ("speaker",),
    "reattribute": ("speaker", "to"),
    "edit_text": ("speaker", "text"),
    "relabel": ("speaker",),
}


def _called(speaker_id: str, conv: Conversation) -> str:
    speaker = next(each for each in conv.speakers if each.id == speaker_id)
    role = f" ({speaker.role})" if speaker.role != "other" else ""
    return (speaker.name or f"Speaker {speaker.id}") + role
