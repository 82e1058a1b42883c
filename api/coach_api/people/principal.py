"""The user behind a request, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from coach_api.people import tokens

Scope = Literal["read", "write", "admin", "metrics"]


@dataclass(frozen=True, slots=True)
class Principal:
    """The user behind a request. `csrf` is what a form of theirs must carry; "" with a token."""

    user_id: str
    role: str
    token_id: str
    scopes: frozenset[str]
    csrf: str = field(default="", repr=False)
    name: str = field(default="", repr=False)

    @property
    def power(self) -> str:
        """The role that this request acts in: without the scope admin, an admin is a mentor."""
        return self.role if self.role != "admin" or self.may("admin") else "mentor"

    @property
    def is_browser(self) -> bool:
        """Whether this is somebody signed in, not a token that was given to a script."""
        return tokens.BROWSER in self.scopes

    def may(self, scope: Scope) -> bool:
        """Whether the token and the role together allow it."""
        if scope in ("admin", "metrics") and self.role != "admin":
            return False
        return self.is_browser or scope in self.scopes
