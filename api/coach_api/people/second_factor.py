"""A second factor: the codes of an app (TOTP, RFC 6238), and codes on paper for when it is lost."""

from __future__ import annotations

import secrets

import pyotp
import sqlalchemy as sa

from coach_api.people.secrets import hash_secret, is_same
from coach_api.problems import Problem
from coach_api.store.database import hold
from coach_api.store.tables import now, second_factors

_PAPER = 8
_ISSUER = "Listening coach"


def new_secret() -> str:
    """Draw a secret for an app; nothing is kept until `turn_on`."""
    return pyotp.random_base32()


def address(secret: str, email: str) -> str:
    """The address with which an app takes a secret over.

    Parameters
    ----------
    secret : in base32, as the app takes it.
    email : that the app shows.
    """
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=_ISSUER)


def turn_on(db: sa.Connection, user_id: str, secret: str, code: str) -> list[str]:
    """Ask for codes from now on, if the app gives the right one.

    Parameters
    ----------
    db : an open transaction.
    user_id : of the user.
    secret : that the app has taken over.
    code : that the app shows, six digits.

    Returns
    -------
    Codes for paper; each signs in once, and they are not shown again.

    Raises
    ------
    Problem : if the code is wrong, or a second factor is on already.
    """
    counter = _counter(secret, code, after=0)
    if counter is None:
        raise Problem(
            "invalid-request",
            "That code is not of this moment. Check the clock of the app's device, then try again.",
        )
    if is_on(db, user_id):
        raise Problem("conflict", "There is a second factor already: turn it off first.")
    paper = [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(_PAPER)]
    row = {"user_id": user_id, "secret": secret, "counter": counter}
    db.execute(
        second_factors.insert().values(**row, recovery=[hash_secret(each) for each in paper])
    )
    return paper


def is_on(db: sa.Connection, user_id: str) -> bool:
    """Whether a user signs in with a code, too."""
    mine = second_factors.c.user_id == user_id
    return db.execute(sa.select(second_factors.c.user_id).where(mine)).one_or_none() is not None


def passes(db: sa.Connection, user_id: str, code: str) -> bool:
    """Whether a code is right, or none is needed; a code is right once.

    Parameters
    ----------
    db : an open transaction: a code that was right is used up.
    user_id : of the user.
    code : of the app, or one from paper.
    """
    hold(db)
    mine = second_factors.c.user_id == user_id
    row = db.execute(sa.select(second_factors).where(mine).with_for_update()).one_or_none()
    if row is None:
        return True
    code = "".join(code.lower().split())
    counter = _counter(row.secret, code, after=row.counter)
    left = [each for each in row.recovery if not is_same(each, hash_secret(code))]
    if counter is not None:
        db.execute(second_factors.update().where(mine).values(counter=counter))
    elif len(left) < len(row.recovery):
        db.execute(second_factors.update().where(mine).values(recovery=left))
    else:
        return False
    return True


def turn_off(db: sa.Connection, user_id: str) -> None:
    """Ask for no codes any more."""
    db.execute(second_factors.delete().where(second_factors.c.user_id == user_id))


def _counter(secret: str, code: str, *, after: int) -> int | None:
    """The half minute that a code is of: this one, the one before or the next; None: of none."""
    app = pyotp.TOTP(secret)
    current = app.timecode(now())
    for counter in (current - 1, current, current + 1):
        if counter > after and is_same(app.generate_otp(counter), code):
            return counter
    return None
