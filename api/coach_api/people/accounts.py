"""Users and their roles."""

from __future__ import annotations

import unicodedata
from typing import Any, Literal

import sqlalchemy as sa

from coach_api.problems import Problem, not_found
from coach_api.store.database import hold
from coach_api.store.tables import ROLES, new_id, now, sessions, shares, users

Role = Literal["mentor", "lead", "admin"]
LOCAL_EMAIL = "owner@localhost"


def normalise_email(email: str) -> str:
    """Return an e-mail address as it is stored.

    Examples
    --------
    >>> normalise_email(" Ann@Example.org ")
    'ann@example.org'
    """
    return unicodedata.normalize("NFC", email).strip().casefold()


def create(db: sa.Connection, email: str, *, name: str = "", role: str = "mentor") -> str:
    """Make a user; the id.

    Parameters
    ----------
    db : an open transaction.
    email : as it was typed.
    name : shown to others; "" for none.
    role : "mentor", "lead" or "admin".

    Returns
    -------
    The id of the user.

    Raises
    ------
    Problem : if the role is unknown, the address is none, or somebody has it already.
    """
    email = normalise_email(email)
    if role not in ROLES:
        raise Problem("invalid-request", f"There is no role {role}: expected {', '.join(ROLES)}.")
    if email.count("@") != 1 or email.startswith("@") or email.endswith("@"):
        raise Problem("invalid-request", "That is not an e-mail address: expected name@domain.")
    if find_by_email(db, email) is not None:
        raise Problem("conflict", "There is a user with that e-mail address already.")
    user_id = new_id()
    db.execute(users.insert().values(id=user_id, email=email, name=name, role=role))
    return user_id


def find_by_email(db: sa.Connection, email: str) -> sa.Row[Any] | None:
    """Find the user with an address; None when there is none.

    Parameters
    ----------
    db : an open connection.
    email : as it was typed.
    """
    wanted = sa.select(users).where(users.c.email == normalise_email(email))
    return db.execute(wanted).one_or_none()


def read_user(db: sa.Connection, user_id: str) -> sa.Row[Any]:
    """Read the user of an id.

    Raises
    ------
    Problem : if there is none.
    """
    found = db.execute(sa.select(users).where(users.c.id == user_id)).one_or_none()
    if found is None:
        raise not_found("user")
    return found


def list_users(db: sa.Connection) -> list[sa.Row[Any]]:
    """List all users, oldest first."""
    return list(db.execute(sa.select(users).order_by(users.c.created_at, users.c.id)))


def newcomers(db: sa.Connection) -> frozenset[str]:
    """Ids of those who have no password, no session and nothing shared with them yet.

    Only for them may an admin make another sign-in link: with one for anybody else the admin could
    read what is theirs.
    """
    wanted = sa.select(users.c.id).where(
        users.c.password_hash.is_(None),
        users.c.id.not_in(sa.select(sessions.c.owner_id)),
        users.c.id.not_in(sa.select(shares.c.user_id)),
    )
    return frozenset(db.execute(wanted).scalars())


def first_user(db: sa.Connection) -> str:
    """The oldest enabled admin; an owner of the local service is made when there is nobody."""
    wanted = (
        sa.select(users.c.id)
        .where(users.c.role == "admin", users.c.disabled_at.is_(None))
        .order_by(users.c.created_at, users.c.id)
        .limit(1)
    )
    found: str | None = db.execute(wanted).scalar_one_or_none()
    return found or create(db, LOCAL_EMAIL, role="admin")


def has_admin(db: sa.Connection) -> bool:
    """Whether there is an enabled admin."""
    admins = sa.exists().where(users.c.role == "admin", users.c.disabled_at.is_(None))
    return bool(db.execute(sa.select(admins)).scalar_one())


def change(
    db: sa.Connection, user_id: str, *, role: str | None = None, disabled: bool | None = None
) -> None:
    """Give a user another role, or stop or let them sign in.

    Parameters
    ----------
    db : an open transaction.
    user_id : of the user to change.
    role : None keeps it.
    disabled : None keeps it.

    Raises
    ------
    Problem : if that would leave nobody to administer the service.
    """
    _hold_admins(db)
    was_admin = read_user(db, user_id).role == "admin"
    values: dict[str, Any] = {} if role is None else {"role": role}
    if disabled is not None:
        values["disabled_at"] = now() if disabled else None
    if values:
        db.execute(users.update().where(users.c.id == user_id).values(**values))
    if was_admin:
        keep_an_admin(db)


def _hold_admins(db: sa.Connection) -> None:
    """Let nobody change an admin meanwhile: two who step down at once would each see the other."""
    hold(db)
    admins = sa.select(users.c.id).where(users.c.role == "admin").order_by(users.c.id)
    db.execute(admins.with_for_update())


def keep_an_admin(db: sa.Connection) -> None:
    """Refuse a change after which there is no enabled admin left.

    Raises
    ------
    Problem : if so; the caller's transaction rolls back.
    """
    if not has_admin(db):
        raise Problem("conflict", "Nobody could administer the service: keep at least one admin.")
