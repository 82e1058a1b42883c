"""Corrections: make, list, undo."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body

from coach.corrections import Change
from coach_api.schemas.base import COMMON, problems
from coach_api.schemas.results import CorrectionOut
from coach_api.sessions import access, corrections, edits
from coach_api.web.callers import Reader, Writer
from coach_api.web.dependencies import Ctx
from coach_api.web.routes.parameters import ObjectId, SessionId

router = APIRouter(
    prefix="/v1/sessions/{session_id}/corrections", tags=["corrections"], responses=COMMON
)
_EXAMPLES = [
    {"kind": "rename", "speaker": "A", "name": "Ada"},
    {"kind": "reattribute", "span": {"start": 12.0, "end": 14.5}, "speaker": "A", "to": "B"},
    {"kind": "overrule", "span": {"start": 61.2, "end": 62.0}, "overlap": "terminal"},
]


@router.get("")
def list_corrections(session_id: SessionId, context: Ctx, principal: Reader) -> list[CorrectionOut]:
    """List all corrections in order, undone ones too."""
    with context.engine.connect() as db:
        access.get(db, principal, session_id, "read")
        rows = corrections.list_corrections(db, session_id)
    return [CorrectionOut.model_validate(row) for row in rows]


@router.post("", status_code=201, responses=problems("not-ready", "conflict"))
def add_correction(
    session_id: SessionId,
    change: Annotated[Change, Body(discriminator="kind", examples=_EXAMPLES)],
    context: Ctx,
    principal: Writer,
) -> CorrectionOut:
    """Correct the conversation; the scorecard is computed again at once."""
    with context.engine.connect() as db:
        access.get(db, principal, session_id, "correct")
    row = edits.add_correction(context, principal, session_id, change)
    return CorrectionOut.model_validate(row)


@router.delete("/{correction_id}", responses=problems("not-ready"))
def undo_correction(
    session_id: SessionId, correction_id: ObjectId, context: Ctx, principal: Writer
) -> CorrectionOut:
    """Undo a correction; it stays on record."""
    with context.engine.connect() as db:
        access.get(db, principal, session_id, "correct")
    row = edits.undo_correction(context, principal, session_id, correction_id)
    return CorrectionOut.model_validate(row)
