"""Users, for admins."""

from __future__ import annotations

from fastapi import APIRouter, Request

from coach_api.people import accounts, audit, links, tokens
from coach_api.people.principal import Principal
from coach_api.problems import Problem
from coach_api.schemas.base import COMMON, problems
from coach_api.schemas.people import InvitedOut, UserChange, UserIn, UserOut
from coach_api.sessions import dossier
from coach_api.web.callers import Admin
from coach_api.web.dependencies import Ctx
from coach_api.web.routes.parameters import ObjectId

router = APIRouter(prefix="/v1/users", tags=["people"], responses=COMMON)


@router.get("")
def list_users(context: Ctx, principal: Admin) -> list[UserOut]:
    """List all users."""
    with context.engine.connect() as db:
        return [UserOut.model_validate(row, extra="ignore") for row in accounts.list_users(db)]


@router.post("", status_code=201, responses=problems("conflict"))
def invite_user(wish: UserIn, request: Request, context: Ctx, principal: Admin) -> InvitedOut:
    """Make a user; hand them the link, with which they sign in the first time."""
    _no_admin_by_token(principal, wish.role)
    base = context.settings.public_url or str(request.base_url)
    with context.engine.begin() as db:
        user_id = accounts.create(db, wish.email, name=wish.name, role=wish.role)
        link = links.link_url(base, links.issue(db, user_id))
        audit.note(db, principal.user_id, "user.created", user_id)
        user = UserOut.model_validate(accounts.read_user(db, user_id), extra="ignore")
    return InvitedOut(**user.model_dump(), sign_in_link=link)


@router.patch("/{user_id}", responses=problems("conflict"))
def change_user(user_id: ObjectId, change: UserChange, context: Ctx, principal: Admin) -> UserOut:
    """Give a user another role, or stop or let them sign in."""
    _no_admin_by_token(principal, change.role)
    with context.engine.begin() as db:
        accounts.read_user(db, user_id)
        accounts.change(db, user_id, role=change.role, disabled=change.disabled)
        if change.disabled:
            tokens.revoke_all(db, user_id)
            links.revoke_all(db, user_id)
        audit.note(db, principal.user_id, "user.changed", user_id)
        return UserOut.model_validate(accounts.read_user(db, user_id), extra="ignore")


@router.delete("/{user_id}", status_code=204, responses=problems("conflict"))
def erase_user(user_id: ObjectId, context: Ctx, principal: Admin) -> None:
    """Erase a user with all sessions, tokens and voices."""
    with context.engine.begin() as db:
        accounts.read_user(db, user_id)
        accounts.change(db, user_id, disabled=True)
        audit.note(db, principal.user_id, "user.deleted", user_id)
    dossier.erase_user(context, user_id)


def _no_admin_by_token(principal: Principal, role: str | None) -> None:
    """Let no token make an admin, as whom somebody could then sign in."""
    if role == "admin" and not principal.is_browser:
        raise Problem("not-allowed", "A token makes no admins: sign in in a browser.")
