"""Sign-in by OpenID Connect, with Authlib: a user that exists here, known by a verified address."""

from __future__ import annotations

import logging
from typing import Any

import sqlalchemy as sa
from authlib.integrations.starlette_client import OAuth
from fastapi import Request, Response

from coach_api.people.accounts import find_by_email
from coach_api.problems import Problem
from coach_api.settings import Settings

_log = logging.getLogger(__name__)

COOKIE = "coach_oidc"  # only between leaving for the provider and coming back
COOKIE_SECONDS = 600


def client(settings: Settings) -> Any:
    """The client for the configured provider; None when there is none."""
    if not (settings.oidc_issuer and settings.oidc_client_id):
        return None
    oauth = OAuth()
    return oauth.register(
        name="provider",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email", "code_challenge_method": "S256"},
    )


async def leave_for(provider: Any, request: Request, back: str) -> Response:
    """Send the browser to the provider, to come back to the address `back`.

    Parameters
    ----------
    provider : the client of the identity provider.
    request : of the browser.
    back : the address of our own to which the provider sends the browser.

    Raises
    ------
    Problem : if the provider does not answer.
    """
    try:
        answer: Response = await provider.authorize_redirect(request, back)
    except Exception as error:  # of the network, or of what stands where the provider stood
        _log.warning("the provider cannot be used (%s)", type(error).__name__)
        raise Problem("unavailable", "The provider does not answer. Try again later.") from None
    return answer


async def address_of(provider: Any, request: Request) -> str:
    """The verified e-mail address that the provider vouches for.

    Parameters
    ----------
    provider : the client of the identity provider.
    request : with which the browser came back.

    Raises
    ------
    Problem : if the provider refused, or does not vouch for an address.
    """
    try:
        token = await provider.authorize_access_token(request)
    except Exception as error:  # refused, away, or a token that is too old or for somebody else
        _log.warning("a provider's answer was refused (%s)", type(error).__name__)
        raise Problem("not-allowed", "The provider did not sign you in. Try again.") from None
    said = token.get("userinfo") or {}
    if not said.get("email") or said.get("email_verified") is not True:
        raise Problem("not-allowed", "The provider names no verified e-mail address of yours.")
    return str(said["email"])


def user_of(db: sa.Connection, email: str) -> str:
    """Find the user with an address; signing in makes no users.

    Parameters
    ----------
    db : an open connection.
    email : that the provider verified.

    Returns
    -------
    The id of the user.

    Raises
    ------
    Problem : if nobody here has it.
    """
    user = find_by_email(db, email)
    if user is None or user.disabled_at is not None:
        raise Problem("not-allowed", "You have no account here: ask an admin to invite you.")
    return str(user.id)
