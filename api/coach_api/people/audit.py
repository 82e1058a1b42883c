"""The audit: which user did what to which object. It keeps ids only, and outlives the objects."""

from __future__ import annotations

import sqlalchemy as sa

from coach_api.store.tables import audit


def note(db: sa.Connection, actor: str, action: str, about: str = "") -> None:
    """Write down an action of a user.

    Parameters
    ----------
    db : an open transaction, so that the note and the action are stored together.
    actor : id of the user.
    action : such as "session.deleted".
    about : id of the object; never a name.
    """
    db.execute(audit.insert().values(actor=actor, action=action, object=about))
