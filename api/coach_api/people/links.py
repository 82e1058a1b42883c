"""One-time sign-in links: printed at the start of a local service, or handed to a new user."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from coach_api.people.accounts import first_user
from coach_api.people.secrets import hash_secret, new_secret
from coach_api.store.tables import now, sign_in_links

LIFE = timedelta(hours=24)


def issue(db: sa.Connection, user_id: str, *, life: timedelta = LIFE) -> str:
    """Make a link's secret for a user; it signs in once.

    Parameters
    ----------
    db : an open transaction.
    user_id : of the user who may sign in.
    life : how long the link works.

    Returns
    -------
    The secret, which is stored as a hash only.
    """
    secret = new_secret()
    db.execute(
        sign_in_links.insert().values(
            hash=hash_secret(secret), user_id=user_id, expires_at=now() + life
        )
    )
    return secret


def peek(db: sa.Connection, secret: str) -> str | None:
    """Find the user whom a link would sign in; the link can still be used.

    Parameters
    ----------
    db : an open connection.
    secret : of the link.

    Returns
    -------
    The user's id; None if the link is unknown, used or too old.
    """
    found: str | None = db.execute(
        sa.select(sign_in_links.c.user_id).where(*_validity(secret))
    ).scalar_one_or_none()
    return found


def redeem(db: sa.Connection, secret: str) -> str | None:
    """Use a link.

    Parameters
    ----------
    db : an open transaction.
    secret : of the link.

    Returns
    -------
    The user's id; None if the link is unknown, used or too old.
    """
    used = db.execute(
        sign_in_links.update()
        .where(*_validity(secret))
        .values(used_at=now())
        .returning(sign_in_links.c.user_id)
    )
    return used.scalar_one_or_none()


def revoke_all(db: sa.Connection, user_id: str) -> None:
    """Revoke all links of a user."""
    db.execute(sign_in_links.delete().where(sign_in_links.c.user_id == user_id))


def _validity(secret: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        sign_in_links.c.hash == hash_secret(secret),
        sign_in_links.c.used_at.is_(None),
        sign_in_links.c.expires_at > now(),
    )


def local_link(engine: sa.Engine, base_url: str, *, life: timedelta = LIFE) -> str:
    """Make a link that signs in the owner of a local service, and the owner, if there is none yet.

    Parameters
    ----------
    engine : of the database.
    base_url : of the service.
    life : how long it signs in.
    """
    with engine.begin() as db:
        secret = issue(db, first_user(db), life=life)
    return link_url(base_url, secret)


def link_url(base_url: str, secret: str) -> str:
    """The address that a browser opens to sign in.

    Parameters
    ----------
    base_url : of the service, with or without a slash at its end.
    secret : of the link.
    """
    return f"{base_url.rstrip('/')}/sign-in/{secret}"
