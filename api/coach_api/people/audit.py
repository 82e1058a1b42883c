"""Who did what to which object: ids only, so that the record outlives what was erased."""

from __future__ import annotations

import sqlalchemy as sa

from coach_api.store.tables import audit


def note(db: sa.Connection, actor: str, action: str, about: str = "") -> None:
    """Write down an action of a user."""
    db.execute(audit.insert().values(actor=actor, action=action, object=about))
