"""The caller of a request: read from the bearer token or the browser's cookie, checked once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from coach_api.people import tokens
from coach_api.people.principal import Principal, Scope
from coach_api.people.secrets import is_same, keyed_hash
from coach_api.problems import Problem
from coach_api.sessions.context import Context
from coach_api.web.dependencies import Ctx

COOKIE = "coach_session"
CSRF_HEADER = "X-CSRF-Token"

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_bearer = HTTPBearer(auto_error=False, description="A token from `coach token create`.")
_cookie = APIKeyCookie(
    name=COOKIE, auto_error=False, description="A browser's sign-in; writing needs X-CSRF-Token."
)


def identify(context: Context, bearer: str | None, cookie: str | None) -> Principal | None:
    """The principal of a bearer token or else of a cookie; None when neither is valid.

    Parameters
    ----------
    context : of the service.
    bearer : token of the header; None if there is none.
    cookie : token of the browser; None if there is none.
    """
    principal = _find_principal(context, bearer, cookie)
    if principal is not None and context.touches.is_due(principal.token_id):
        tokens.touch(context.engine, principal.token_id)
    return principal


async def _identify_soon(
    context: Context, bearer: str | None, cookie: str | None
) -> Principal | None:
    """Do as `identify`, for a handler that must not wait."""
    principal = await context.run_read(_find_principal, context, bearer, cookie)
    if principal is not None and context.touches.is_due(principal.token_id):
        await run_in_threadpool(tokens.touch, context.engine, principal.token_id)
    return principal


def _find_principal(context: Context, bearer: str | None, cookie: str | None) -> Principal | None:
    secret = bearer or cookie
    token = tokens.find(context.engine, secret, idle=context.idle) if secret else None
    if token is None or (tokens.BROWSER in token.scopes) != (bearer is None):
        return None
    csrf = "" if bearer else keyed_hash(context.key, "csrf", token.hash)
    return _principal(token, csrf)


def _principal(token: Any, csrf: str) -> Principal:
    return Principal(
        token.user_id, token.role, token.id, frozenset(token.scopes), csrf,
        token.name or token.email,
    )  # fmt: skip


def check_csrf(principal: Principal, given: str | None) -> None:
    """Refuse a write that a foreign page may have caused.

    Parameters
    ----------
    principal : who sends the request.
    given : the token of the form or the header.

    Raises
    ------
    Problem : if a browser's request does not carry the token of its sign-in.
    """
    if principal.csrf and not is_same(principal.csrf, given or ""):
        raise Problem(
            "not-allowed", "The form is out of date. Load the page again, then send it again."
        )


def check_origin(request: Request) -> None:
    """Refuse what the browser itself says another site has caused.

    Raises
    ------
    Problem : if ``Sec-Fetch-Site`` names another site.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Problem("not-allowed", "Another site caused this request. Start from this service.")


def address(request: Request) -> str:
    """The caller's network address, for rate limits."""
    return request.client.host if request.client else "local"


def require(scope: Scope, *, in_browser: bool = False) -> Callable[..., Awaitable[Principal]]:
    """Make a dependency that returns the caller, who must have `scope`.

    Parameters
    ----------
    scope : of the request.
    in_browser : whether a bearer token is refused.
    """

    async def caller(
        request: Request,
        context: Ctx,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
        cookie: Annotated[str | None, Depends(_cookie)],
    ) -> Principal:
        sent = bearer.credentials if bearer else None
        principal = await _identify_soon(context, sent, cookie)
        if principal is None:
            context.limits.spend("refused", address(request))
            raise _unknown()
        safe = request.method in _SAFE
        context.limits.spend("read" if safe else "write", principal.token_id)
        if not safe and principal.csrf:
            check_origin(request)
            check_csrf(principal, request.headers.get(CSRF_HEADER))
        if not principal.may(scope):
            raise Problem("not-allowed", f"This needs the scope {scope}, which you do not have.")
        if in_browser and not principal.is_browser:
            raise Problem("not-allowed", "A token changes no credentials: sign in in a browser.")
        return principal

    return caller


def _unknown() -> Problem:
    return Problem(
        "sign-in-needed",
        "Send 'Authorization: Bearer TOKEN' with a token from 'coach token create --name X'.",
        {"WWW-Authenticate": "Bearer"},
    )


Reader = Annotated[Principal, Depends(require("read"))]
Writer = Annotated[Principal, Depends(require("write"))]
SignedIn = Annotated[Principal, Depends(require("write", in_browser=True))]
Admin = Annotated[Principal, Depends(require("admin"))]
Scraper = Annotated[Principal, Depends(require("metrics"))]
