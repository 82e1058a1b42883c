"""Consent and its wording. A new wording gets a new version; the old ones stay on record."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from coach_api.problems import Problem
from coach_api.store.tables import consents

VERSION = "2026-11"
WORDING = (
    "Everybody who is heard in this recording knows that it is analysed by software on this "
    "service, for the mentor's own learning and not for any judgement of work, and has agreed "
    "to it. Everybody may have the recording and everything made from it erased at any time."
)

VOICE_WORDING = (
    "This is my own voice. I agree that a print of it is kept on this service, to recognise me in "
    "my later sessions. I can have it forgotten at any time under Account."
)


def require_consent(given: bool) -> None:
    """Refuse a recording without consent.

    Raises
    ------
    Problem : if consent was not given.
    """
    if not given:
        raise Problem(
            "consent-missing",
            "Send consent=true when everybody who is heard has agreed to the analysis.",
        )


def record(db: sa.Connection, session_id: str, *, by: str, participants: tuple[str, str]) -> None:
    """Write down who agreed, as the user `by` said; a person without a name has only a part.

    Parameters
    ----------
    db : an open transaction.
    session_id : of the recording.
    by : id of the user who uploaded it.
    participants : names of mentor and partner, "" for unknown ones.
    """
    named = zip(participants, ("mentor", "partner"), strict=True)
    common = {"session_id": session_id, "given_by": by, "wording_version": VERSION}
    db.execute(
        consents.insert(), [{**common, "participant": name, "part": part} for name, part in named]
    )


def list_consents(db: sa.Connection, session_id: str) -> list[sa.Row[Any]]:
    """List the consents of a session."""
    wanted = sa.select(consents).where(consents.c.session_id == session_id)
    return list(db.execute(wanted.order_by(consents.c.given_at)))
