"""Private notes of a mentor, of a whole session or of a moment in it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from coach_api.people import audit
from coach_api.people.principal import Principal
from coach_api.problems import Problem, not_found
from coach_api.schemas.notes import NoteIn
from coach_api.store.tables import new_id, notes

MOST = 500


def list_notes(db: sa.Connection, session_id: str) -> list[sa.Row[Any]]:
    """The notes of a session: first those of the whole, then by their moments."""
    mine = sa.select(notes).where(notes.c.session_id == session_id)
    rows = db.execute(mine.order_by(notes.c.created_at))
    return sorted(rows, key=lambda row: -1.0 if row.moment is None else row.moment)


def add(db: sa.Connection, principal: Principal, session_id: str, wish: NoteIn) -> sa.Row[Any]:
    """Keep a note.

    Parameters
    ----------
    db : an open transaction.
    principal : who writes it.
    session_id : of the session.
    wish : the text, and its moment.

    Raises
    ------
    Problem : if the session has too many already.
    """
    if len(list_notes(db, session_id)) >= MOST:
        raise Problem("conflict", f"There are {MOST} notes already. Erase some first.")
    note_id = new_id()
    values = {"id": note_id, "session_id": session_id, "author_id": principal.user_id}
    db.execute(notes.insert().values(**values, **wish.model_dump()))
    audit.note(db, principal.user_id, "note.made", session_id)
    return db.execute(sa.select(notes).where(notes.c.id == note_id)).one()


def forget(db: sa.Connection, principal: Principal, session_id: str, note_id: str) -> None:
    """Erase a note.

    Parameters
    ----------
    db : an open transaction.
    principal : who erases it.
    session_id : to which it must belong.
    note_id : as it was sent.

    Raises
    ------
    Problem : if there is no such note.
    """
    mine = notes.c.id == note_id, notes.c.session_id == session_id
    if not db.execute(notes.delete().where(*mine)).rowcount:
        raise not_found("note")
    audit.note(db, principal.user_id, "note.erased", session_id)
