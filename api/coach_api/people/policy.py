"""The table of permissions: which user may do what with which session.

A mentor's sessions are their own. A lead sees the sessions that were shared with them, and totals
of all. An admin can cancel, retry and delete sessions without reading what was said.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Relation = Literal["own", "shared", "other"]
Action = Literal["status", "read", "correct", "run", "delete", "share"]

EVERYTHING: frozenset[Action] = frozenset({"status", "read", "correct", "run", "delete", "share"})
READING: frozenset[Action] = frozenset({"status", "read"})
HOUSEKEEPING: frozenset[Action] = frozenset({"status", "run", "delete"})
NOTHING: frozenset[Action] = frozenset()

ALLOWED: Mapping[tuple[str, Relation], frozenset[Action]] = MappingProxyType(
    {
        ("mentor", "own"): EVERYTHING,
        ("mentor", "shared"): READING,
        ("mentor", "other"): NOTHING,
        ("lead", "own"): EVERYTHING,
        ("lead", "shared"): READING,
        ("lead", "other"): NOTHING,
        ("admin", "own"): EVERYTHING,
        ("admin", "shared"): READING | HOUSEKEEPING,
        ("admin", "other"): HOUSEKEEPING,
    }
)


def allowed_actions(role: str, relation: Relation) -> frozenset[Action]:
    """Return what a user of a role may do with a session.

    Parameters
    ----------
    role : "mentor", "lead" or "admin".
    relation : of the session to the user.

    Examples
    --------
    >>> "read" in allowed_actions("admin", "other"), "delete" in allowed_actions("admin", "other")
    (False, True)
    """
    return ALLOWED[role, relation]
