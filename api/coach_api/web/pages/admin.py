"""Users, for admins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from coach_api.people import accounts, audit, links
from coach_api.people.principal import Principal
from coach_api.problems import Problem
from coach_api.schemas.lengths import EMAIL
from coach_api.schemas.people import RoleName, UserChange, UserIn
from coach_api.sessions.context import Context
from coach_api.web.dependencies import Ctx
from coach_api.web.pages.forms import Sender, Visitor
from coach_api.web.render import page
from coach_api.web.routes import users as actions
from coach_api.web.routes.parameters import ObjectId

_NOT_THEIRS = (
    "A link signs in as that person, who has sessions or a password already. Whoever runs this "
    "service can make one for them to use: coach user link EMAIL."
)

router = APIRouter(prefix="/users", include_in_schema=False)


@router.get("")
def users_page(context: Ctx, principal: Visitor) -> Response:
    """Show all users."""
    _admin(principal)
    return _users(context, principal)


@router.post("")
def invite(
    request: Request,
    context: Ctx,
    principal: Sender,
    email: Annotated[str, Form(min_length=3, max_length=EMAIL)],
    role: Annotated[RoleName, Form()] = "mentor",
) -> Response:
    """Make a user and show the link for them."""
    _admin(principal)
    try:
        made = actions.invite_user(UserIn(email=email, role=role), request, context, principal)
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return _users(context, principal, problem=problem, email=email)
    return _users(context, principal, link=made.sign_in_link)


@router.post("/{user_id}/link")
def link(user_id: ObjectId, request: Request, context: Ctx, principal: Sender) -> Response:
    """Show another sign-in link for somebody who let the first one grow too old."""
    _admin(principal)
    base = context.settings.public_url or str(request.base_url)
    with context.engine.begin() as db:
        if user_id not in accounts.newcomers(db):
            raise Problem("not-allowed", _NOT_THEIRS)
        made = links.link_url(base, links.issue(db, user_id))
        audit.note(db, principal.user_id, "user.link", user_id)
    return _users(context, principal, link=made)


@router.post("/{user_id}")
def change(
    user_id: ObjectId,
    context: Ctx,
    principal: Sender,
    role: Annotated[RoleName | None, Form()] = None,
    disabled: Annotated[bool | None, Form()] = None,
) -> Response:
    """Give a user another role, or stop or let them sign in."""
    _admin(principal)
    actions.change_user(user_id, UserChange(role=role, disabled=disabled), context, principal)
    return RedirectResponse("/users", 303)


def _admin(principal: Principal) -> None:
    if not principal.may("admin"):
        raise Problem("not-allowed", "Users are looked after by admins.")


def _users(
    context: Context,
    principal: Principal,
    link: str = "",
    problem: Problem | None = None,
    email: str = "",
) -> Response:
    with context.engine.connect() as db:
        rows, newcomers = accounts.list_users(db), accounts.newcomers(db)
    return page(
        "users.html", principal, status=problem.status if problem else 200, users=rows,
        newcomers=newcomers, link=link, problem=problem.detail if problem else "", email=email,
    )  # fmt: skip
