"""Cards of one's own sessions: say a moment in a better way, and read how that is classified."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Response

from coach.page.labels import certainty
from coach_api.people.principal import Principal
from coach_api.problems import not_found
from coach_api.sessions import corrections, rehearsal
from coach_api.sessions.context import Context
from coach_api.sessions.rehearsal import ClassifiedSentence
from coach_api.web.dependencies import Ctx
from coach_api.web.pages.forms import Sender, Visitor
from coach_api.web.render import page
from coach_api.web.routes.parameters import SessionId

router = APIRouter(prefix="/practice/rehearse", include_in_schema=False)
Moment = Annotated[int, Path(ge=0, le=10**9, description="Milliseconds from the start.")]
_BECAME = {
    "open_question": "an open question", "closed_question": "a closed question",
    "reflection": "a reflection: it gives back what was said", "advice": "advice",
    "affirmation": "an affirmation", "": "neither a question nor a reflection",
}  # fmt: skip


@router.get("")
def first_card(context: Ctx, principal: Visitor) -> Response:
    """Show the first card."""
    return _card(context, principal)


@router.get("/{session_id}/{at}")
def card(session_id: SessionId, at: Moment, context: Ctx, principal: Visitor) -> Response:
    """Show a card."""
    return _card(context, principal, (session_id, at))


@router.post("/{session_id}/{at}")
def check_text(
    session_id: SessionId,
    at: Moment,
    context: Ctx,
    principal: Sender,
    text: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Read what was typed for a card."""
    return _card(context, principal, (session_id, at), text.strip())


def _card(
    context: Context, principal: Principal, which: tuple[str, int] | None = None, text: str = ""
) -> Response:
    with context.engine.connect() as db:
        found = rehearsal.cards(context, db, principal.user_id)
        places = [(each.session_id, each.at) for each in found]
        if which is not None and which not in places:
            raise not_found("card")
        at = places.index(which) if which is not None else 0
        chosen = found[at] if found else None
        moment = ""
        if chosen is not None:
            shown = corrections.page_of(context, db, chosen.session_id)
            moment = shown.places.href(chosen.span)
    is_installed = rehearsal.is_installed()
    became = rehearsal.classify_text(text, chosen.heard) if chosen and text and is_installed else ()
    return page(
        "rehearse.html", principal, card=chosen, number=at + 1, total=len(found), moment=moment,
        following=found[(at + 1) % len(found)] if len(found) > 1 else None, text=text,
        is_installed=is_installed, became=[(each.text, _describe_result(each)) for each in became],
    )  # fmt: skip


def _describe_result(each: ClassifiedSentence) -> str:
    """Describe what a sentence is now, and how sure that is."""
    sure = certainty(each.probability)
    return f"{_BECAME[each.kind]} ({sure})" if sure else _BECAME[each.kind]
