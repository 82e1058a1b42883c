"""Corrections as forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from coach.conversation import Acts, Conversation, Word
from coach.corrections import Change, Relabel
from coach.page.transcript_lines import Line
from coach.page.view import page as scorecard
from coach_api.problems import Problem
from coach_api.sessions import access, corrections, exports
from coach_api.web.correction_text import ACTS, OVERLAPS
from coach_api.web.dependencies import Ctx
from coach_api.web.pages.forms import Sender, Visitor
from coach_api.web.render import page
from coach_api.web.routes.parameters import ObjectId, SessionId

router = APIRouter(prefix="/sessions/{session_id}/corrections", include_in_schema=False)
Short = Annotated[str, Form(max_length=200)]
Moment = Annotated[float | None, Form()]
_CLOSED_ALONE = frozenset({"alternative", "tag", "fact"})
_PLACE = re.compile(r"[a-z]+(-[0-9.]+)?")


@router.get("")
def corrections_page(
    session_id: SessionId,
    context: Ctx,
    principal: Visitor,
    line: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show what can be corrected and what was; the words of one line to choose from."""
    with context.engine.connect() as db:
        row = access.get(db, principal, session_id, "correct")
        conv = corrections.shown(db, session_id)
        card = exports.stored_card(db, session_id)
        made = corrections.listed(db, session_id)
    shown = scorecard(card, conv)
    return page(
        "corrections.html",
        principal,
        item=access.described(context, row, principal),
        conv=conv,
        card=card,
        lines=shown.lines,
        events=shown.events,
        acts=ACTS,
        overlaps=OVERLAPS,
        opened=line,
        words_of=partial(_words_of, conv),
        made=made,
        who={speaker.id: _called(speaker.id, conv) for speaker in conv.speakers},
        sound=f"/v1/sessions/{session_id}/audio" if row.blob_key else "",
    )


@dataclass(frozen=True, slots=True)
class Filled:
    """What the forms of the page have as fields; each form has some of them."""

    kind: Short
    speaker: Short = ""
    to: Short = ""
    name: Short = field(default="", repr=False)
    text: Annotated[str, Form(max_length=5000)] = field(default="", repr=False)
    start: Moment = None
    end: Moment = None
    label: Short = ""
    back: Short = ""

    def change(self) -> Change:
        """The change that is described.

        Raises
        ------
        Problem : if none is.
        """
        span = {"start": self.start, "end": self.end} if self.start is not None else None
        fields = _FIELDS.get(self.kind)
        described = {"kind": self.kind, **(fields(self) if fields else {})}
        try:
            return corrections.CHANGE.validate_python(described | ({"span": span} if span else {}))
        except ValidationError:
            raise Problem(
                "invalid-request",
                "The form does not describe a correction. Fill it in and try again.",
            ) from None


_FIELDS: Mapping[str, Callable[[Filled], dict[str, Any]]] = MappingProxyType(
    {
        "rename": lambda form: {"speaker": form.speaker, "name": form.name},
        "set_mentor": lambda form: {"speaker": form.speaker},
        "swap": lambda form: {"first": form.speaker, "second": form.to},
        "merge": lambda form: {"speaker": form.speaker, "into": form.to},
        "reattribute": lambda form: {"speaker": form.speaker, "to": form.to},
        "edit_text": lambda form: {"speaker": form.speaker, "text": form.text},
        "relabel": lambda form: {"speaker": form.speaker, "acts": {"act": form.label}},
        "overrule": lambda form: {"overlap": form.label},
    }
)


@router.post("")
def correct(
    session_id: SessionId, context: Ctx, principal: Sender, form: Annotated[Filled, Depends()]
) -> Response:
    """Make one correction."""
    change = form.change()
    with context.engine.connect() as db:
        access.get(db, principal, session_id, "correct")
        change = _completed(change, corrections.shown(db, session_id))
    corrections.add(context, principal, session_id, change)
    return RedirectResponse(_after(session_id, form.back), 303)


def _completed(change: Change, conv: Conversation) -> Change:
    """The form names the act alone: what else the sentence does stays, as far as it fits."""
    if not isinstance(change, Relabel):
        return change
    middle, act = change.span.middle, change.acts.act
    for said in conv.sentences:
        if said.speaker == change.speaker and said.span.contains(middle):
            kinds = () if act == "other" else said.acts.kinds
            if act == "open_question":
                kinds = tuple(kind for kind in kinds if kind not in _CLOSED_ALONE)
            return replace(change, acts=Acts(act, kinds=kinds, listening=said.acts.listening))
    return change


def _after(session_id: str, back: str) -> str:
    """Where to go on: the scorecard, or the place on the page that the form was in."""
    if back == "scorecard":
        return f"/sessions/{session_id}"
    place = f"#{back}" if _PLACE.fullmatch(back) else ""
    return f"/sessions/{session_id}/corrections{place}"


@router.post("/{correction_id}/undo")
def undo(
    session_id: SessionId, correction_id: ObjectId, context: Ctx, principal: Sender
) -> Response:
    """Undo one correction."""
    with context.engine.connect() as db:
        access.get(db, principal, session_id, "correct")
    corrections.undo(context, principal, session_id, correction_id)
    return RedirectResponse(_after(session_id, "made"), 303)


def _words_of(conv: Conversation, line: Line) -> list[Word]:
    return [
        word
        for word in conv.words
        if word.speaker == line.speaker and word.span.overlaps(line.span)
    ]


def _called(speaker_id: str, conv: Conversation) -> str:
    speaker = next(each for each in conv.speakers if each.id == speaker_id)
    role = f" ({speaker.role})" if speaker.role != "other" else ""
    return (speaker.name or f"Speaker {speaker.id}") + role
