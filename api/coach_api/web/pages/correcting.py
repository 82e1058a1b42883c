"""Corrections as forms, and as answers to the script that corrects in place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Header, Query, Response
from fastapi.responses import JSONResponse, RedirectResponse

from coach.conversation import Conversation, Word
from coach.page import html
from coach.page.transcript_lines import Line
from coach.page.view import Event, Page
from coach_api.people import accounts, consent
from coach_api.people.principal import Principal
from coach_api.problems import Problem, not_found
from coach_api.schemas.people import EnrolmentIn
from coach_api.sessions import access, corrections, edits, sounds, voices
from coach_api.sessions.context import Context
from coach_api.web.correction_text import CHOICES, SENT_AS, describe_change
from coach_api.web.dependencies import Ctx
from coach_api.web.pages.correction_form import Filled
from coach_api.web.pages.forms import Sender, Visitor
from coach_api.web.render import fragment, page
from coach_api.web.routes import enrolments
from coach_api.web.routes.parameters import ObjectId, SessionId
from coach_api.web.scorecards import ReaderView, site_with_goals, view_for

router = APIRouter(prefix="/sessions/{session_id}", include_in_schema=False)
InPlace = Annotated[str, Header(alias="X-In-Place", max_length=10)]
_PLACE = re.compile(r"(review|changes)?(#[a-z]+(-[0-9]+)*)?")


@router.get("/changes")
def changes(
    session_id: SessionId, context: Ctx, principal: Visitor, bare: bool = False
) -> Response:
    """Show who speaks, how the session is called, and what was put right."""
    values = _changes(context, principal, session_id)
    if bare:
        piece = fragment("changes.html", principal, level=4, **values)
        return Response(piece, media_type="text/html")
    return page("changes_page.html", principal, level=2, **values)


def _changes(context: Context, principal: Principal, session_id: str) -> dict[str, Any]:
    with context.engine.connect() as db:
        row = access.get(db, principal, session_id, "correct")
        conv = corrections.page_of(context, db, session_id).conv
        made = corrections.list_corrections(db, session_id)
        agreed = consent.list_consents(db, session_id)
        known = voices.list_enrolments(db, principal.user_id)
    return {
        "item": access.describe_session(context, row, principal),
        "conv": conv,
        "made": made,
        "who": _speaker_names(conv),
        "consents": agreed,
        "wording": consent.VOICE_WORDING,
        "is_known": any(each.session_id == session_id for each in known),
    }


@router.post("/voice")
def remember_voice(
    session_id: SessionId,
    context: Ctx,
    principal: Sender,
    speaker: Annotated[str, Form(max_length=64)],
    agreed: Annotated[bool, Form()] = False,
) -> Response:
    """Remember the voice of a speaker who says that it is theirs, with their consent."""
    with context.engine.connect() as db:
        access.get(db, principal, session_id, "correct")
        conv = corrections.page_of(context, db, session_id).conv
        user = accounts.read_user(db, principal.user_id)
    if not agreed:
        raise Problem("consent-missing", "Say that the voice is yours and that you agree to it.")
    named = next((s.name for s in conv.speakers if s.id == speaker), None) if conv else None
    name = named or user.name or user.email
    wish = EnrolmentIn(session_id=session_id, speaker=speaker, name=name)
    enrolments.enrol_voice(wish, context, principal)
    return RedirectResponse(f"{corrections.address(session_id)}/changes#people", 303)


@router.get("/fix")
def fix(
    session_id: SessionId,
    context: Ctx,
    principal: Visitor,
    at: Annotated[float, Query(ge=0)],
    speaker: Annotated[str, Query(max_length=200)] = "",
    bare: bool = False,
) -> Response:
    """Show everything that can be put right at one moment: a line, or an overlap."""
    with context.engine.connect() as db:
        row = access.get(db, principal, session_id, "correct")
        shown = corrections.page_of(context, db, session_id)
    found = _find_place(shown, at, speaker)
    if found is None or shown.conv is None:
        raise not_found("moment")
    values: dict[str, Any] = {
        "item": access.describe_session(context, row, principal),
        "line": found if isinstance(found, Line) else None,
        "event": found if isinstance(found, Event) else None,
        "who": _speaker_names(shown.conv),
        "choices": CHOICES,
        "sent_as": SENT_AS,
        "words": _words_of(shown.conv, found) if isinstance(found, Line) else [],
        "sound": sounds.address_of(row) or "",
    }
    if bare:
        return Response(fragment("fix.html", principal, **values), media_type="text/html")
    return page("fix_page.html", principal, **values)


def _find_place(shown: Page, at: float, speaker: str) -> Line | Event | None:
    if not speaker:
        return next((event for event in shown.events if event.span.contains(at)), None)
    own = (line for line in shown.lines if line.speaker == speaker)
    return next((line for line in own if any(s.span.contains(at) for s in line.said)), None)


@router.post("/corrections")
def correct(
    session_id: SessionId,
    context: Ctx,
    principal: Sender,
    form: Annotated[Filled, Depends()],
    in_place: InPlace = "",
) -> Response:
    """Make one correction."""
    with context.engine.connect() as db:
        access.get(db, principal, session_id, "correct")
        before = corrections.page_of(context, db, session_id)
    assert before.conv is not None  # a session is shown with its conversation
    row = edits.add_correction(context, principal, session_id, form.change(before.conv))
    if in_place:
        return _answer_change(context, principal, session_id, before, row)
    return RedirectResponse(_next_address(session_id, form.back), 303)


@router.post("/corrections/{correction_id}/undo")
def undo(
    session_id: SessionId,
    correction_id: ObjectId,
    context: Ctx,
    principal: Sender,
    in_place: InPlace = "",
) -> Response:
    """Undo one correction."""
    with context.engine.connect() as db:
        access.get(db, principal, session_id, "correct")
        before = corrections.page_of(context, db, session_id)
    row = edits.undo_correction(context, principal, session_id, correction_id)
    if in_place:
        return _answer_change(context, principal, session_id, before, row)
    return RedirectResponse(_next_address(session_id, "changes"), 303)


def _next_address(session_id: str, back: str) -> str:
    """Return the address to go on to: the scorecard, or the place that the form was in."""
    place = back if _PLACE.fullmatch(back) else ""
    base = corrections.address(session_id)
    return f"{base}/{place}" if place and not place.startswith("#") else base + place


def _answer_change(
    context: Context, principal: Principal, session_id: str, before: Page, row: Any
) -> Response:
    """Collect what the open page needs to show a change: digest, lines, numbers, undo."""
    shown = view_for(context, principal, session_id)
    after = shown.page
    assert after.conv is not None
    kept = {each.id for each in after.review}
    return JSONResponse(
        {
            "id": row.id,
            "told": describe_change(row.change, _speaker_names(after.conv)),
            "undone": row.undone_at is not None,
            "digest": html.render_fragment(
                "digest", after, site_with_goals(context, principal, shown)
            ),
            "removed": [each.id for each in before.review if each.id not in kept],
            "lines": list(_new_lines(shown, before)),
            "kinds": {css: number for css, _, number in after.kinds},
        }
    )


def _new_lines(shown: ReaderView, before: Page) -> Iterable[dict[str, str]]:
    """The lines that are not as they were, each with the id of the one that it stands after."""
    known, previous = {each.id: each for each in before.review}, ""
    same = before.voices == shown.page.voices
    for each in shown.page.review:
        if not same or known.get(each.id) != each:
            template = "event" if isinstance(each, Event) else "line"
            made = html.render_fragment(template, shown.page, shown.site, each=each, line=each)
            yield {"id": each.id, "after": previous, "html": made}
        previous = each.id


def _words_of(conv: Conversation, line: Line) -> list[Word]:
    return [
        word
        for word in conv.words
        if word.speaker == line.speaker and word.span.overlaps(line.span)
    ]


def _speaker_names(conv: Conversation | None) -> dict[str, str]:
    """Return what the speakers are called, by id."""
    return {s.id: _label_speaker(s) for s in conv.speakers} if conv else {}


def _label_speaker(speaker: Any) -> str:
    role = f" ({speaker.role})" if speaker.role != "other" else ""
    return (speaker.name or f"Speaker {speaker.id}") + role
