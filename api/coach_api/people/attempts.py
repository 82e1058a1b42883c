"""Slow the guessing of passwords down, without letting anybody lock others out.

A guess is counted for the account and the network address together. All guesses at one account,
from anywhere, have a limit of their own, which does not apply to an address that has signed in to
it before: so nobody can keep its owner out. The limit of an address alone is wide, because the
people of a workshop share one.
"""

from __future__ import annotations

import threading

from coach_api.people.accounts import normalise_email
from coach_api.people.limits import RateLimits

_MOST_KNOWN = 10_000


class Attempts:
    """Counts attempts to sign in."""

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits
        self._known: dict[tuple[str, str], None] = {}
        self._lock = threading.Lock()

    def begin(self, email: str, address: str) -> None:
        """Count an attempt, before any password is looked at.

        Parameters
        ----------
        email : as it was typed.
        address : of the network, from which the request came.

        Raises
        ------
        Problem : if there were too many.
        """
        account = normalise_email(email)
        self._limits.spend("door", address)
        self._limits.spend("sign-in", f"{account} {address}")
        if (account, address) not in self._known:
            self._limits.spend("account", account)

    def succeed(self, email: str, address: str) -> None:
        """Take an attempt back after the right password, and remember the address for that account.

        Parameters
        ----------
        email : as it was typed.
        address : of the network, from which the request came.
        """
        account = normalise_email(email)
        self._limits.give_back("sign-in", f"{account} {address}")
        with self._lock:
            if (account, address) not in self._known:
                self._limits.give_back("account", account)
                self._known[account, address] = None
            while len(self._known) > _MOST_KNOWN:
                self._known.pop(next(iter(self._known)))
