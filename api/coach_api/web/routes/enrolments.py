"""Voices remembered under a name."""

from __future__ import annotations

from fastapi import APIRouter

from coach_api.people import audit
from coach_api.problems import not_found
from coach_api.schemas.base import COMMON
from coach_api.schemas.people import EnrolmentIn, EnrolmentOut
from coach_api.sessions import access, voices
from coach_api.sessions.erasure import forget_pages
from coach_api.store.tables import enrolments
from coach_api.web.callers import Reader, Writer
from coach_api.web.dependencies import Ctx
from coach_api.web.routes.parameters import ObjectId

router = APIRouter(prefix="/v1/enrolments", tags=["people"], responses=COMMON)


@router.get("")
def list_enrolments(context: Ctx, principal: Reader) -> list[EnrolmentOut]:
    """List your enrolled voices."""
    with context.engine.connect() as db:
        rows = voices.list_enrolments(db, principal.user_id)
    return [EnrolmentOut.model_validate(row, extra="ignore") for row in rows]


@router.post("", status_code=201)
def enrol_voice(wish: EnrolmentIn, context: Ctx, principal: Writer) -> EnrolmentOut:
    """Remember the voice of a speaker of one of your sessions."""
    with context.engine.begin() as db:
        session = access.get(db, principal, wish.session_id, "correct")
        found = voices.read_diarization(context.storage, session.id)
        row = voices.enrol(db, session, wish.name, found, wish.speaker)
        audit.note(db, principal.user_id, "voice.enrolled", row.id)
    return EnrolmentOut.model_validate(row, extra="ignore")


@router.delete("/{enrolment_id}", status_code=204)
def forget_voice(enrolment_id: ObjectId, context: Ctx, principal: Writer) -> None:
    """Forget an enrolled voice."""
    mine = enrolments.c.owner_id == principal.user_id
    with context.engine.begin() as db:
        gone = db.execute(enrolments.delete().where(enrolments.c.id == enrolment_id, mine))
        if not gone.rowcount:
            raise not_found("enrolment")
        audit.note(db, principal.user_id, "voice.forgotten", enrolment_id)
    forget_pages(context.engine)
