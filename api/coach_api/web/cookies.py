"""The browser's sign-in: a token in a cookie that scripts cannot read."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import Request, Response

from coach_api.people import audit, tokens
from coach_api.people.principal import Principal
from coach_api.sessions.context import Context
from coach_api.web.callers import COOKIE, identify


def find_user(context: Context, request: Request) -> Principal | None:
    """Find the user of this browser; None when nobody is signed in."""
    return identify(context, None, request.cookies.get(COOKIE))


def sign_in(
    context: Context, db: sa.Connection, user_id: str, response: Response, *, by_link: bool = False
) -> None:
    """Sign a user in with this answer.

    Parameters
    ----------
    context : of the service.
    db : an open transaction.
    user_id : of the user.
    response : gets the cookie.
    by_link : whether a link signed them in, and no password.
    """
    scopes = [tokens.BROWSER, tokens.LINK] if by_link else [tokens.BROWSER]
    token_id, secret = tokens.issue(db, user_id, "browser", scopes)
    audit.note(db, user_id, "user.signed_in", token_id)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(tokens.BROWSER_LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=context.settings.public_url.startswith("https://"),
    )


def sign_out(context: Context, principal: Principal, response: Response) -> None:
    """Sign this browser out, here and in the database."""
    with context.engine.begin() as db:
        tokens.revoke(db, principal.user_id, principal.token_id)
    response.delete_cookie(COOKIE)
