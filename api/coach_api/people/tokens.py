"""API tokens, and browser sign-ins, which are tokens in a cookie: hashed, scoped, revocable."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from coach_api.people.secrets import hash_secret, new_secret
from coach_api.problems import Problem
from coach_api.store.tables import api_tokens, new_id, now, users

SCOPES = ("read", "write", "admin", "metrics")
BROWSER = "browser"
LINK = "link"
"""Marks a browser that was signed in by a link: for a while it may forget the password."""

BROWSER_LIFE = timedelta(days=14)
FRESH = timedelta(hours=1)
_TOUCH_AFTER = timedelta(hours=1)


class Touches:
    """Notes when tokens were last used: once in a while, for a write at every request is costly.

    Parameters
    ----------
    idle : the time after which an unused browser is signed out; what is noted is a quarter of it
        or an hour late.
    """

    def __init__(self, idle: timedelta) -> None:
        self._after = min(_TOUCH_AFTER, idle / 4)
        self._noted: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def is_due(self, token_id: str) -> bool:
        """Whether the use of this token is to be noted now; true for one caller only."""
        moment = now()
        with self._lock:
            noted = self._noted.get(token_id)
            if noted is not None and moment < noted + self._after:
                return False
            self._noted[token_id] = moment
            return True


def issue(
    db: sa.Connection,
    user_id: str,
    name: str,
    scopes: Iterable[str],
    *,
    life: timedelta | None = None,
) -> tuple[str, str]:
    """Make a token.

    Parameters
    ----------
    life : how long it is valid; None: until it is revoked.

    Returns
    -------
    Its id and the secret, which is not kept.

    Raises
    ------
    Problem : if a scope is not known.
    """
    scopes = sorted(set(scopes))
    unknown = [scope for scope in scopes if scope not in (*SCOPES, BROWSER, LINK)]
    if unknown or not scopes:
        raise Problem(
            "invalid-request",
            f"Scopes {', '.join(unknown) or 'missing'}: expected some of {', '.join(SCOPES)}.",
        )
    secret, token_id = new_secret(), new_id()
    row = {"id": token_id, "user_id": user_id, "name": name, "hash": hash_secret(secret)}
    expires_at = now() + life if life else None
    db.execute(api_tokens.insert().values(**row, scopes=scopes, expires_at=expires_at))
    return token_id, secret


_VALID = (
    sa.select(
        api_tokens.c.id, api_tokens.c.hash, api_tokens.c.scopes, api_tokens.c.created_at,
        sa.func.coalesce(
            api_tokens.c.last_used_at, api_tokens.c.created_at
        ).label("used_at"), api_tokens.c.expires_at,
        users.c.id.label("user_id"), users.c.role, users.c.name,
        users.c.email,
    )
    .join(users)
    .where(
        api_tokens.c.hash == sa.bindparam("sent"),
        api_tokens.c.revoked_at.is_(None),
        users.c.disabled_at.is_(None),
    )
)  # fmt: skip
"""Asked at every request, hence built once."""


def find(engine: sa.Engine, secret: str, *, idle: timedelta) -> sa.Row[Any] | None:
    """Find the valid token of a secret, with its user's role and names; None if there is none.

    A browser is signed out after two weeks, or when it was idle for too long.

    Parameters
    ----------
    engine : of the database.
    secret : as it was sent.
    idle : after which a browser is signed out.
    """
    with engine.connect() as db:
        token: sa.Row[Any] | None
        token = db.execute(_VALID, {"sent": hash_secret(secret)}).one_or_none()  # type: ignore[assignment]
    return token if token is not None and _is_alive(token, idle) else None


def _is_alive(token: sa.Row[Any], idle: timedelta) -> bool:
    moment = now()
    if token.expires_at is not None and moment > token.expires_at:
        return False
    if BROWSER not in token.scopes:
        return True
    return bool(moment <= min(token.created_at + BROWSER_LIFE, token.used_at + idle))


def came_by_link(db: sa.Connection, token_id: str) -> bool:
    """Whether a browser was signed in by a link a short while ago.

    Parameters
    ----------
    db : an open connection.
    token_id : of a browser's sign-in.
    """
    wanted = sa.select(api_tokens.c.scopes, api_tokens.c.created_at).where(
        api_tokens.c.id == token_id
    )
    token = db.execute(wanted).one()
    return LINK in token.scopes and now() < token.created_at + FRESH


def is_valid(db: sa.Connection, token_id: str) -> bool:
    """Whether a token that was found a while ago has not ended since."""
    mine = api_tokens.c.id == token_id
    wanted = (
        sa.select(api_tokens)
        .join(users)
        .where(mine, api_tokens.c.revoked_at.is_(None), users.c.disabled_at.is_(None))
    )
    token = db.execute(wanted).one_or_none()
    if token is None or (token.expires_at is not None and now() > token.expires_at):
        return False
    return BROWSER not in token.scopes or now() <= token.created_at + BROWSER_LIFE


def touch(engine: sa.Engine, token_id: str) -> None:
    """Note that a token was used now."""
    with engine.begin() as db:
        db.execute(
            api_tokens.update().where(api_tokens.c.id == token_id).values(last_used_at=now())
        )


def list_tokens(db: sa.Connection, user_id: str) -> list[sa.Row[Any]]:
    """List a user's valid tokens, browser sign-ins among them."""
    wanted = sa.select(api_tokens).where(
        api_tokens.c.user_id == user_id,
        api_tokens.c.revoked_at.is_(None),
        sa.or_(api_tokens.c.expires_at.is_(None), api_tokens.c.expires_at > now()),
    )
    return list(db.execute(wanted.order_by(api_tokens.c.created_at)))


def revoke(db: sa.Connection, user_id: str, token_id: str) -> bool:
    """Revoke one of a user's tokens; False when there is no such token.

    Parameters
    ----------
    db : an open transaction.
    user_id : of the user to whom it must belong.
    token_id : of the token.
    """
    change = (
        api_tokens.update()
        .where(
            api_tokens.c.id == token_id,
            api_tokens.c.user_id == user_id,
            api_tokens.c.revoked_at.is_(None),
        )
        .values(revoked_at=now())
    )
    return db.execute(change).rowcount == 1


def sign_out_browsers(db: sa.Connection, user_id: str, *, but: str) -> None:
    """Sign a user out of every browser but one.

    Parameters
    ----------
    db : an open transaction.
    user_id : of the user.
    but : id of the token that stays.
    """
    for token in list_tokens(db, user_id):
        if BROWSER in token.scopes and token.id != but:
            revoke(db, user_id, token.id)


def revoke_all(db: sa.Connection, user_id: str, *, but: str = "") -> None:
    """Sign a user out everywhere: every token and every browser, `but` one.

    Parameters
    ----------
    db : an open transaction.
    user_id : of the user.
    but : id of the token that stays; "" for none.
    """
    db.execute(
        api_tokens.update()
        .where(
            api_tokens.c.user_id == user_id,
            api_tokens.c.revoked_at.is_(None),
            api_tokens.c.id != but,
        )
        .values(revoked_at=now())
    )
