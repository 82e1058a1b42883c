"""You, and everything about a person: to take along or to erase."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO, Any

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from coach_api.people import accounts, audit, links, passwords, tokens
from coach_api.schemas.base import COMMON, problems
from coach_api.schemas.people import (
    PasswordIn,
    PersonErase,
    PersonExport,
    PersonFound,
    PersonIn,
    UserOut,
)
from coach_api.sessions import dossier, person
from coach_api.store.objects import CHUNK
from coach_api.web.callers import Admin, Reader, SignedIn, Writer
from coach_api.web.dependencies import Ctx

router = APIRouter(prefix="/v1", tags=["people"], responses=COMMON)
_ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("/me")
def get_me(context: Ctx, principal: Reader) -> UserOut:
    """See who you are here."""
    with context.engine.connect() as db:
        user = accounts.read_user(db, principal.user_id)
    return UserOut.model_validate(user, extra="ignore")


@router.put("/me/password", status_code=204)
def set_password(wish: PasswordIn, context: Ctx, principal: SignedIn) -> None:
    """Set your password; all other browsers, tokens and links end.

    The present one is needed, unless a link has just signed this browser in.
    """
    context.limits.spend("sign-in", principal.user_id)
    with context.engine.begin() as db:
        if not tokens.came_by_link(db, principal.token_id):
            passwords.check_old(db, principal.user_id, wish.old)
        passwords.set_password(db, principal.user_id, wish.password)
        tokens.revoke_all(db, principal.user_id, but=principal.token_id)
        links.revoke_all(db, principal.user_id)
        audit.note(db, principal.user_id, "password.set", principal.user_id)


@router.get("/me/export", response_class=StreamingResponse, responses=_ZIP)
def export_me(context: Ctx, principal: Reader) -> Response:
    """Take along everything that is held about you, recordings included."""
    return _download(dossier.archive_of_user(context, principal.user_id))


@router.delete("/me", status_code=204, responses=problems("conflict"))
def erase_me(context: Ctx, principal: Writer) -> None:
    """Erase your account and everything in it."""
    with context.engine.begin() as db:
        accounts.change(db, principal.user_id, disabled=True)
        audit.note(db, principal.user_id, "user.deleted", principal.user_id)
    dossier.erase_user(context, principal.user_id)


@router.post("/people/find")
def find_person(wish: PersonIn, context: Ctx, principal: Admin) -> PersonFound:
    """Find what a person is named in, to choose from it what to export or erase."""
    with context.engine.begin() as db:
        audit.note(db, principal.user_id, "person.searched")
        found = person.find(db, wish.name)
    return PersonFound.model_validate(found)


@router.post(
    "/people/export", response_class=StreamingResponse, responses=_ZIP | problems("conflict")
)
def export_person(wish: PersonExport, context: Ctx, principal: Admin) -> Response:
    """Write what was chosen of what was found, for the person to take along.

    Only at their wish or with their written consent: its reference goes into the audit, and so does
    every session that was read.
    """
    chosen = person.PersonChoice(
        wish.name,
        frozenset(wish.sessions),
        frozenset(wish.voices),
        goals=frozenset(wish.goals),
    )
    return _download(person.export(context, principal.user_id, chosen, wish.consent))


@router.post("/people/erase", status_code=204, responses=problems("conflict"))
def erase_person(wish: PersonErase, context: Ctx, principal: Admin) -> None:
    """Erase what was chosen of what was found."""
    chosen = person.PersonChoice(
        wish.name,
        frozenset(wish.sessions),
        frozenset(wish.voices),
        frozenset(wish.uploads),
        frozenset(wish.goals),
    )
    person.erase(context, principal.user_id, chosen)


def _download(archive: IO[bytes]) -> Response:
    headers = {
        "Content-Length": str(os.fstat(archive.fileno()).st_size),
        "Content-Disposition": 'attachment; filename="listening-coach-export.zip"',
    }
    return StreamingResponse(_pieces(archive), 200, headers, "application/zip")


def _pieces(archive: IO[bytes]) -> Iterator[bytes]:
    with archive:
        while piece := archive.read(CHUNK):
            yield piece
