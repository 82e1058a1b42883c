"""Passwords: argon2id with the library's current parameters."""

from __future__ import annotations

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from coach_api.people.accounts import LOCAL_EMAIL, by_email
from coach_api.problems import Problem
from coach_api.store.tables import users

MIN_LENGTH = 10
MAX_LENGTH = 1_000  # hashing is costly on purpose: nobody may make it costlier
_HASHER = PasswordHasher()
# Checked when nobody has the address, so that the time taken does not tell who is a user.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$Kq4cR62ayzjVt0uB6tS3Ng$"
    "H0DJ0UuptyC7BD669Dr/+yPGXeUCZo6+wIwjHrh8rRc"
)


def set_password(db: sa.Connection, user_id: str, password: str) -> None:
    """Give a user a password.

    Raises
    ------
    Problem : if it is too short or absurdly long.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Problem(
            "invalid-request", f"A password has {MIN_LENGTH} characters or more. Choose another."
        )
    db.execute(
        users.update().where(users.c.id == user_id).values(password_hash=_HASHER.hash(password))
    )


def is_missing(db: sa.Connection, user_id: str) -> bool:
    """Whether a user has no password yet; the owner of a local service needs none."""
    wanted = sa.select(users.c.password_hash, users.c.email).where(users.c.id == user_id)
    user = db.execute(wanted).one()
    return not user.password_hash and user.email != LOCAL_EMAIL


def user_with(db: sa.Connection, email: str, password: str) -> str | None:
    """The id of the enabled user with that address and password; None when it is wrong."""
    user = by_email(db, email)
    kept = user.password_hash if user is not None and user.password_hash else _NOBODY
    right = _matches(kept, password[:MAX_LENGTH])
    if user is None or user.disabled_at is not None or not right:
        return None
    if _HASHER.check_needs_rehash(kept):
        set_password(db, user.id, password)
    return str(user.id)


def _matches(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
