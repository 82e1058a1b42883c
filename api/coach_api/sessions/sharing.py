"""Sharing: the other users who may read a session."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from coach_api.people import audit
from coach_api.people.accounts import find_by_email
from coach_api.people.principal import Principal
from coach_api.problems import Problem, not_found
from coach_api.store.tables import shares, users


def list_shares(db: sa.Connection, session_id: str) -> list[sa.Row[Any]]:
    """List the users that a session is shared with."""
    wanted = (
        sa.select(shares.c.user_id, shares.c.created_at, users.c.email, users.c.name)
        .join(users)
        .where(shares.c.session_id == session_id)
    )
    return list(db.execute(wanted.order_by(shares.c.created_at)))


def owners(db: sa.Connection, rows: Iterable[sa.Row[Any]]) -> dict[str, str]:
    """Return the names of the owners of sessions, by their ids."""
    ids = {row.owner_id for row in rows}
    wanted = sa.select(users.c.id, users.c.name, users.c.email).where(users.c.id.in_(ids))
    return {row.id: row.name or row.email for row in db.execute(wanted)}


def is_possible(db: sa.Connection) -> bool:
    """Whether there is anybody to share with."""
    enabled = sa.select(sa.func.count()).where(users.c.disabled_at.is_(None))
    return bool(db.execute(enabled).scalar_one() > 1)


def add(db: sa.Connection, principal: Principal, session_id: str, email: str) -> sa.Row[Any]:
    """Share a session with the user of that address.

    Parameters
    ----------
    db : an open transaction.
    principal : who shares it.
    session_id : of the session.
    email : of the other user, as it was typed.

    Raises
    ------
    Problem : if nobody has that address, or it is the owner.
    """
    user = find_by_email(db, email)
    if user is None or user.disabled_at is not None:
        raise Problem(
            "invalid-request", "No user has that e-mail address: ask an admin to invite them."
        )
    if user.id == principal.user_id:
        raise Problem("invalid-request", "The session is yours already: share it with another.")
    known = [row for row in list_shares(db, session_id) if row.user_id == user.id]
    if not known:
        db.execute(shares.insert().values(session_id=session_id, user_id=user.id))
        audit.note(db, principal.user_id, "session.shared", session_id)
        known = [row for row in list_shares(db, session_id) if row.user_id == user.id]
    return known[0]


def remove(db: sa.Connection, principal: Principal, session_id: str, user_id: str) -> None:
    """Stop sharing a session with a user.

    Parameters
    ----------
    db : an open transaction.
    principal : who takes it back.
    session_id : of the session.
    user_id : of the other user.

    Raises
    ------
    Problem : if there is none.
    """
    gone = db.execute(
        shares.delete().where(shares.c.session_id == session_id, shares.c.user_id == user_id)
    )
    if not gone.rowcount:
        raise not_found("share")
    audit.note(db, principal.user_id, "session.unshared", session_id)
