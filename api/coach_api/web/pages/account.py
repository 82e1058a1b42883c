"""Your account: password, tokens, signed-in browsers, taking your data along, erasing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse

from coach_api.people import accounts, audit, passwords, second_factor, tokens
from coach_api.people.principal import Principal
from coach_api.problems import Problem
from coach_api.schemas.lengths import NAME
from coach_api.schemas.people import PasswordIn, TokenIn, WebhookIn
from coach_api.sessions import voices
from coach_api.sessions.context import Context
from coach_api.web.cookies import sign_out
from coach_api.web.dependencies import Ctx
from coach_api.web.pages.forms import Sender, Visitor
from coach_api.web.render import page
from coach_api.web.routes import enrolments, people, webhooks
from coach_api.web.routes import tokens as actions
from coach_api.web.routes.parameters import ObjectId

router = APIRouter(prefix="/account", include_in_schema=False)
_NOT_ERASED = "Nothing was erased: type the word erase to confirm."


@router.get("")
def account_page(context: Ctx, principal: Visitor) -> Response:
    """Show the account."""
    return _account(context, principal)


@router.post("/password")
def set_password(
    context: Ctx,
    principal: Sender,
    password: Annotated[str, Form(min_length=10, max_length=1000)],
    old: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Set a password."""
    people.set_password(PasswordIn(old=old, password=password), context, principal)
    return _account(context, principal, said="The password is set. Other browsers are signed out.")


@router.post("/second-factor/begin")
def begin_second_factor(context: Ctx, principal: Sender) -> Response:
    """Show a new key for an app."""
    secret = second_factor.new_secret()
    return _account(context, principal, setting_up=secret)


@router.post("/second-factor")
def turn_on_second_factor(
    context: Ctx,
    principal: Sender,
    secret: Annotated[str, Form(pattern=r"^[A-Z2-7]{32}$")],
    code: Annotated[str, Form(max_length=40)],
) -> Response:
    """Ask for a code at every sign-in from now on; other browsers are signed out."""
    with context.engine.begin() as db:
        paper = second_factor.turn_on(db, principal.user_id, secret, code.replace(" ", ""))
        tokens.sign_out_browsers(db, principal.user_id, but=principal.token_id)
        audit.note(db, principal.user_id, "second_factor.on", principal.user_id)
    return _account(context, principal, paper=paper)


@router.post("/second-factor/off")
def turn_off_second_factor(
    context: Ctx, principal: Sender, code: Annotated[str, Form(max_length=40)]
) -> Response:
    """Ask for no code any more."""
    context.limits.spend("sign-in", principal.user_id)
    with context.engine.begin() as db:
        if not second_factor.passes(db, principal.user_id, code):
            raise Problem("invalid-request", "That code is wrong, too old or was used already.")
        second_factor.turn_off(db, principal.user_id)
        audit.note(db, principal.user_id, "second_factor.off", principal.user_id)
    return _account(context, principal, said="The second factor is off.")


@router.post("/tokens")
def make_token(
    context: Ctx,
    principal: Sender,
    name: Annotated[str, Form(min_length=1, max_length=NAME)],
    days: Annotated[Literal["", "1", "30", "365"], Form()] = "",
) -> Response:
    """Make a token and show it this once."""
    wish = TokenIn(name=name, days=float(days) if days else None)
    made = actions.create_token(wish, context, principal)
    return _account(context, principal, secret=made.token)


@router.post("/tokens/{token_id}/revoke")
def revoke_token(token_id: ObjectId, context: Ctx, principal: Sender) -> Response:
    """Revoke a token or sign a browser out."""
    actions.revoke_token(token_id, context, principal)
    return RedirectResponse("/account", 303)


@router.post("/webhooks")
def add_webhook(
    context: Ctx,
    principal: Sender,
    url: Annotated[str, Form(min_length=1, max_length=2000)],
) -> Response:
    """Add a webhook and show its secret this once."""
    made = webhooks.add_webhook(WebhookIn(url=url), context, principal)
    return _account(context, principal, signing=made.secret)


@router.post("/webhooks/{webhook_id}/delete")
def delete_webhook(webhook_id: ObjectId, context: Ctx, principal: Sender) -> Response:
    """Delete a webhook."""
    webhooks.delete_webhook(webhook_id, context, principal)
    return RedirectResponse("/account#webhooks", 303)


@router.post("/voices/{enrolment_id}/forget")
def forget_voice(enrolment_id: ObjectId, context: Ctx, principal: Sender) -> Response:
    """Forget a remembered voice."""
    enrolments.forget_voice(enrolment_id, context, principal)
    return RedirectResponse("/account#voices", 303)


@router.post("/stop")
def stop(context: Ctx, principal: Sender) -> Response:
    """Stop the app on this computer."""
    if not _may_stop(context, principal):
        raise Problem("not-allowed", "Whoever started the service here stops it.")
    context.settings.stop_file.touch(mode=0o600)
    return page("stopped.html", None)


@router.post("/erase")
def erase(
    context: Ctx, principal: Sender, confirm: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    """Erase the account and everything in it."""
    if confirm != "erase":
        return _account(context, principal, not_erased=_NOT_ERASED)
    answer = RedirectResponse("/sign-in", 303)
    sign_out(context, principal, answer)
    people.erase_me(context, principal)
    return answer


def _may_stop(context: Context, principal: Principal) -> bool:
    return context.settings.app and principal.may("admin")


def _account(
    context: Context,
    principal: Principal,
    *,
    said: str = "",
    secret: str = "",
    not_erased: str = "",
    setting_up: str = "",
    signing: str = "",
    paper: Sequence[str] = (),
) -> Response:
    with context.engine.connect() as db:
        email = accounts.read_user(db, principal.user_id).email
        has_second = second_factor.is_on(db, principal.user_id)
        rows = tokens.list_tokens(db, principal.user_id)
        known = voices.list_enrolments(db, principal.user_id)
        needs_old = passwords.is_set(db, principal.user_id) and not tokens.came_by_link(
            db, principal.token_id
        )
    return page(
        "account.html", principal, status=422 if not_erased else 200, tokens=rows, said=said,
        secret=secret, needs_old=needs_old, not_erased=not_erased,
        shortest=passwords.MIN_LENGTH, has_second=has_second, voices=known,
        webhooks=webhooks.list_webhooks(context, principal), signing=signing, paper=paper,
        may_stop=_may_stop(context, principal),
        setting_up=setting_up and {
            "secret": setting_up, "address": second_factor.address(setting_up, email),
        },
    )  # fmt: skip
