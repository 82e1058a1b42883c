"""Names of people, turned into keys: an address or a log never has a name in it."""

from __future__ import annotations

from coach_api.people.secrets import keyed


def mentor_key(key: bytes, owner_id: str, mentor: str) -> str:
    """A stable key for a mentor of one owner's sessions; an unnamed mentor is the owner."""
    return keyed(key, "mentor", f"{owner_id}\n{_plain(mentor)}")


def pair_key(key: bytes, owner_id: str, mentor: str, partner: str) -> str:
    """A stable key for two people who talk with each other."""
    return keyed(key, "pair", f"{owner_id}\n{_plain(mentor)}\n{_plain(partner)}")


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
