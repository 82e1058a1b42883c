"""Signing in: with a link, a password or a provider; and out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from coach_api.people import accounts, links, oidc, passwords, second_factor
from coach_api.people.principal import Principal
from coach_api.problems import Problem
from coach_api.schemas.lengths import EMAIL
from coach_api.sessions.context import Context
from coach_api.web import cookies
from coach_api.web.callers import address, check_origin
from coach_api.web.dependencies import Ctx
from coach_api.web.pages.forms import Sender
from coach_api.web.render import page, sign_in_form

router = APIRouter(include_in_schema=False)
_WRONG = "That address and password do not belong together."
_CODE = "Type the code of your app, too, and your password again."
_WRONG_CODE = "That code is wrong, too old or was used already."
_USED = (
    "This link was used or is too old. Sign in with your password, or ask the person who runs this "
    "service for a new link. On your own computer: coach user link EMAIL."
)


@router.get("/sign-in")
def sign_in_page(request: Request, context: Ctx) -> Response:
    """Show how to sign in."""
    if cookies.find_user(context, request) is not None:
        return _home()
    return _form(context)


@router.post("/sign-in")
def sign_in(
    request: Request,
    context: Ctx,
    email: Annotated[str, Form(max_length=EMAIL)],
    password: Annotated[str, Form(max_length=1000)],
    code: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Sign in with a password."""
    check_origin(request)
    context.attempts.begin(email, address(request))
    with context.engine.begin() as db:
        user_id = passwords.user_with(db, email, password)
        if not user_id:
            return _form(context, _WRONG, email)
        if not second_factor.passes(db, user_id, code):
            return _form(context, _WRONG_CODE if code else _CODE, email, with_code=True)
        context.attempts.succeed(email, address(request))
        return _enter(context, db, user_id)


@router.get("/sign-in/oidc")
async def leave_for_provider(request: Request, context: Ctx) -> Response:
    """Go to the provider."""
    back = context.settings.public_url or str(request.base_url).rstrip("/")
    return await oidc.leave_for(_provider(context), request, f"{back}/sign-in/oidc/back")


@router.get("/sign-in/oidc/back")
async def return_from_provider(request: Request, context: Ctx) -> Response:
    """Come back from the provider."""
    email = await oidc.address_of(_provider(context), request)
    return await run_in_threadpool(_enter_by_address, context, email)


@router.get("/sign-in/{secret}")
def show_link(secret: str, request: Request, context: Ctx) -> Response:
    """Show whom a one-time link signs in, and use nothing up: programs look at links, too."""
    context.limits.spend("door", address(request))
    present = cookies.find_user(context, request)
    with context.engine.connect() as db:
        user_id = links.peek(db, secret)
        if user_id is None:
            return _home() if present else _form(context, _USED)
        if present is not None and present.user_id == user_id:
            return _home()
        return _link(db, user_id, present)


@router.post("/sign-in/{secret}")
def use_link(
    secret: str, request: Request, context: Ctx, code: Annotated[str, Form(max_length=40)] = ""
) -> Response:
    """Sign in with a one-time link."""
    check_origin(request)
    context.limits.spend("door", address(request))
    with context.engine.begin() as db:
        user_id = links.peek(db, secret)
        if user_id and not second_factor.passes(db, user_id, code):
            context.limits.spend("sign-in", user_id)
            return _link(db, user_id, cookies.find_user(context, request), _WRONG_CODE)
        if user_id and links.redeem(db, secret):
            return _enter(context, db, user_id, by_link=True)
    return _form(context, _USED)


def _link(db: Any, user_id: str, present: Principal | None, message: str = "") -> Response:
    return page(
        "link.html", None, status=401 if message else 200, message=message, present=present,
        email=accounts.read_user(db, user_id).email, with_code=second_factor.is_on(db, user_id),
    )  # fmt: skip


@router.post("/sign-out")
def sign_out(context: Ctx, principal: Sender) -> Response:
    """Sign this browser out."""
    answer = RedirectResponse("/sign-in", 303)
    cookies.sign_out(context, principal, answer)
    return answer


def _provider(context: Context) -> Any:
    provider = oidc.client(context.settings)
    if provider is None:
        raise Problem("not-found", "Signing in with a provider is not set up here.")
    return provider


def _enter_by_address(context: Context, email: str) -> Response:
    with context.engine.begin() as db:
        return _enter(context, db, oidc.user_of(db, email))


def _enter(context: Context, db: Any, user_id: str, *, by_link: bool = False) -> Response:
    answer = _home()
    cookies.sign_in(context, db, user_id, answer, by_link=by_link)
    return answer


def _home() -> Response:
    return RedirectResponse("/", 303)


def _form(
    context: Context, message: str = "", email: str = "", *, with_code: bool = False
) -> Response:
    has_provider = oidc.client(context.settings) is not None
    status = 401 if message else 200
    return sign_in_form(
        status, oidc=has_provider, message=message, email=email, with_code=with_code
    )
