"""Names of people, turned into keys: an address or a log never has a name in it."""

from __future__ import annotations

import unicodedata

from coach_api.people.secrets import keyed_hash


def fold_name(name: str) -> str:
    """Return a name as names are compared: without regard to case, spaces and its form in Unicode.

    Examples
    --------
    >>> fold_name("  ÉLODIE  Straße ") == fold_name("élodie strasse")
    True
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", plain).split())


def mentor_key(key: bytes, owner_id: str) -> str:
    """A stable key for the mentor of one owner's sessions, who is the owner.

    Parameters
    ----------
    key : the secret of the deployment.
    owner_id : of the sessions.
    """
    return keyed_hash(key, "mentor", owner_id)


def pair_key(key: bytes, owner_id: str, partner: str) -> str:
    """Make a stable key for a mentor and one partner; all partners without a name are one partner.

    Parameters
    ----------
    key : the secret of the deployment.
    owner_id : of the sessions.
    partner : the name as it was typed.
    """
    return keyed_hash(key, "pair", f"{owner_id}\n{fold_name(partner)}")
