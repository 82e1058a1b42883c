"""Passwords: argon2id with the library's current parameters."""

from __future__ import annotations

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from coach_api.people.accounts import LOCAL_EMAIL, find_by_email, read_user
from coach_api.problems import Problem
from coach_api.store.tables import users

MIN_LENGTH = 10
MAX_LENGTH = 1_000  # hashing is costly on purpose: nobody may make it costlier
_SAFE = 3  # of zxcvbn's scores 0 to 4: more than 10^8 guesses
_LOOKED_AT = 72  # characters; the time it takes grows with the square of their number
_HASHER = PasswordHasher()
# Checked when nobody has the address, so that the time taken does not tell who is a user.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$Kq4cR62ayzjVt0uB6tS3Ng$"
    "H0DJ0UuptyC7BD669Dr/+yPGXeUCZo6+wIwjHrh8rRc"
)


def check_old(db: sa.Connection, user_id: str, old: str) -> None:
    """Check a user's password before it is changed; one who has none needs none.

    Parameters
    ----------
    db : an open connection.
    user_id : of the user.
    old : as it was typed.

    Raises
    ------
    Problem : if it is wrong.
    """
    kept = read_user(db, user_id).password_hash
    if kept and not _matches(kept, old[:MAX_LENGTH]):
        raise Problem(
            "not-allowed",
            "That is not your present password. If you forgot it, ask the person who runs this "
            "service for a sign-in link.",
        )


def set_password(db: sa.Connection, user_id: str, password: str) -> None:
    """Give a user a password.

    Parameters
    ----------
    db : an open transaction.
    user_id : of the user.
    password : as it was typed.

    Raises
    ------
    Problem : if it is too short, absurdly long or easily guessed.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Problem(
            "invalid-request", f"A password has {MIN_LENGTH} characters or more. Choose another."
        )
    user = read_user(db, user_id)
    _check_strength(password, (user.email, *user.email.split("@"), *user.name.split()))
    _store(db, user_id, password)


def _check_strength(password: str, known: tuple[str, ...]) -> None:
    """Refuse what is in lists of common passwords, or made of it, of a pattern or of one's name."""
    found = zxcvbn(password[:_LOOKED_AT], user_inputs=[*known, "listening", "coach"])
    if found["score"] < _SAFE:
        said = found["feedback"]["warning"]
        raise Problem(
            "invalid-request",
            f"That password is easily guessed. {said} Choose another, such as four words that "
            "have nothing to do with each other.".replace("  ", " "),
        )


def _store(db: sa.Connection, user_id: str, password: str) -> None:
    db.execute(
        users.update().where(users.c.id == user_id).values(password_hash=_HASHER.hash(password))
    )


def is_set(db: sa.Connection, user_id: str) -> bool:
    """Whether a user has a password."""
    return bool(read_user(db, user_id).password_hash)


def is_missing(db: sa.Connection, user_id: str) -> bool:
    """Whether a user has no password yet; the owner of a local service needs none."""
    wanted = sa.select(users.c.password_hash, users.c.email).where(users.c.id == user_id)
    user = db.execute(wanted).one()
    return not user.password_hash and user.email != LOCAL_EMAIL


def user_with(db: sa.Connection, email: str, password: str) -> str | None:
    """The id of the enabled user with that address and password; None when it is wrong.

    Parameters
    ----------
    db : an open connection.
    email, password : as they were typed.
    """
    user = find_by_email(db, email)
    kept = user.password_hash if user is not None and user.password_hash else _NOBODY
    right = _matches(kept, password[:MAX_LENGTH])
    if user is None or user.disabled_at is not None or not right:
        return None
    if _HASHER.check_needs_rehash(kept):
        _store(db, user.id, password)
    return str(user.id)


def _matches(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
