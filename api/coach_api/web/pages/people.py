"""A person without an account, for admins: found by name, then exported or erased."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Response

from coach_api.people import accounts, audit
from coach_api.people.principal import Principal
from coach_api.problems import Problem
from coach_api.schemas.base import GivenId
from coach_api.schemas.lengths import NAME
from coach_api.schemas.people import PersonExport
from coach_api.sessions import person
from coach_api.sessions.context import Context
from coach_api.web.dependencies import Ctx
from coach_api.web.pages.forms import Sender, Visitor
from coach_api.web.render import page
from coach_api.web.routes import people as actions

router = APIRouter(prefix="/people", include_in_schema=False)
_Name = Annotated[str, Form(min_length=1, max_length=NAME, pattern=r"\w")]
_Ids = Annotated[list[GivenId], Form(max_length=10_000)]

KINDS = {
    "sessions": "Sessions",
    "voices": "Enrolled voices",
    "uploads": "Uploads that are not finished",
    "goals": "Goals",
}
PLACES = {
    "mentor": "as the mentor",
    "partner": "as the mentee",
    "title": "in the title",
    "consent": "in the consent",
    "note": "in a note",
    "correction": "in a correction",
    "scorecard": "as a speaker's name",
    "voice": "as the name of the voice",
    "goal": "in the text of the goal",
}


@router.get("")
def people_page(principal: Visitor) -> Response:
    """Show the form that looks for a person."""
    _require_admin(principal)
    return page("people.html", principal, asked="", erased=0)


@router.post("")
def find(context: Ctx, principal: Sender, name: _Name) -> Response:
    """Show where a name was found. It is sent in the body, so that no address has a name in it."""
    _require_admin(principal)
    return _matches_page(context, principal, name)


@router.post("/export")
def export(
    context: Ctx,
    principal: Sender,
    name: _Name,
    consent: Annotated[str, Form(max_length=64)] = "",
    sessions: _Ids = [],  # noqa: B006  a form's default
    voices: _Ids = [],  # noqa: B006
    goals: _Ids = [],  # noqa: B006
) -> Response:
    """Download what was chosen."""
    _require_admin(principal)
    if len(consent.strip()) < 3:
        why = "Say where the person's wish or written consent is kept, without a name."
        return _matches_page(context, principal, name, why)
    if not (sessions or voices or goals):
        return _matches_page(context, principal, name, "Choose what to export.")
    wish = PersonExport(name=name, consent=consent, sessions=sessions, voices=voices, goals=goals)
    return actions.export_person(wish, context, principal)


@router.post("/erase")
def erase(
    context: Ctx,
    principal: Sender,
    name: _Name,
    sure: Annotated[bool, Form()] = False,
    sessions: _Ids = [],  # noqa: B006
    voices: _Ids = [],  # noqa: B006
    uploads: _Ids = [],  # noqa: B006
    goals: _Ids = [],  # noqa: B006
) -> Response:
    """Erase what was chosen."""
    _require_admin(principal)
    chosen = person.PersonChoice(name, *map(frozenset, (sessions, voices, uploads, goals)))
    count = len(sessions) + len(voices) + len(uploads) + len(goals)
    if not count:
        return _matches_page(context, principal, name, "Choose what to erase.")
    if not sure:
        why = "Tick that you want to erase it: it cannot be brought back."
        return _matches_page(context, principal, name, why)
    person.erase(context, principal.user_id, chosen)
    return page("people.html", principal, asked="", erased=count)


def _require_admin(principal: Principal) -> None:
    if not principal.may("admin"):
        raise Problem("not-allowed", "People are looked for by admins.")


def _matches_page(context: Context, principal: Principal, name: str, problem: str = "") -> Response:
    with context.engine.begin() as db:
        audit.note(db, principal.user_id, "person.searched")
        found = person.find(db, name)
        owners = {user.id: user.email for user in accounts.list_users(db)}
    return page(
        "people.html", principal, status=422 if problem else 200, asked=name, problem=problem,
        erased=0,
        found={label: getattr(found, kind) for kind, label in KINDS.items()}, kinds=KINDS,
        owners=owners, places=PLACES,
    )  # fmt: skip
