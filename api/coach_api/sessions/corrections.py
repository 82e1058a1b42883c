"""Read sessions with their corrections applied; `edits` makes the corrections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from coach.conversation import Acts, Conversation
from coach.corrections import Change
from coach.interchange.json import load
from coach.page.view import Page
from coach.scorecard import Scorecard
from coach_api.problems import Problem, not_found
from coach_api.sessions.context import Context
from coach_api.sessions.scoring import (
    SessionDetails,
    SessionView,
    apply_corrections,
    steps_to,
    title_by_date,
)
from coach_api.store.tables import corrections, results, sessions

CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
ACTS: TypeAdapter[Acts] = TypeAdapter(Acts)
_ORIGINAL = 0  # the revision of a conversation, which has but one


def list_corrections(db: sa.Connection, session_id: str) -> list[sa.Row[Any]]:
    """List all corrections of a session in order, undone ones too."""
    wanted = sa.select(corrections).where(corrections.c.session_id == session_id)
    return list(db.execute(wanted.order_by(corrections.c.number)))


def effective(rows: Iterable[sa.Row[Any]]) -> list[Change]:
    """Return the changes of the corrections that are not undone, in order."""
    return [CHANGE.validate_python(row.change) for row in rows if row.undone_at is None]


def current_changes(db: sa.Connection, session_id: str) -> list[Change]:
    """Read the changes of the corrections that are not undone, in order."""
    return effective(list_corrections(db, session_id))


def find_correction(db: sa.Connection, session_id: str, correction_id: str) -> sa.Row[Any]:
    """Read one correction of a session.

    Parameters
    ----------
    db : an open connection.
    session_id : to which it must belong.
    correction_id : as it was sent.

    Raises
    ------
    Problem : if there is no such correction.
    """
    wanted = sa.select(corrections).where(
        corrections.c.id == correction_id, corrections.c.session_id == session_id
    )
    row = db.execute(wanted).one_or_none()
    if row is None:
        raise not_found("correction")
    return row


def revision(db: sa.Connection, session_id: str) -> int | None:
    """Return how often the scorecard was computed again; None before there is one."""
    wanted = sa.select(results.c.revision).where(results.c.session_id == session_id)
    found: int | None = db.execute(wanted).scalar_one_or_none()
    return found


def not_ready() -> Problem:
    """Make the answer for a session that has no scorecard yet."""
    return Problem("not-ready", "The session has no scorecard yet. Wait until its status is done.")


def read_original(db: sa.Connection, session_id: str) -> Conversation:
    """Read the conversation as heard, without corrections.

    Raises
    ------
    Problem : if the session is not done.
    """
    wanted = sa.select(results.c.conversation).where(results.c.session_id == session_id)
    text = db.execute(wanted).scalar_one_or_none()
    if text is None:
        raise not_ready()
    return load(Conversation, text)


def recall_original(context: Context, db: sa.Connection, session_id: str) -> Conversation:
    """Return the conversation as heard, from memory if possible; raises as `read_original`."""
    return context.heard.get(session_id, _ORIGINAL, lambda: read_original(db, session_id))


def read_details(
    db: sa.Connection, session_id: str, changed: Mapping[str, Any] = MappingProxyType({})
) -> SessionDetails:
    """Read the title and the names of a session.

    Parameters
    ----------
    db : an open connection.
    session_id : of the session.
    changed : columns that are about to change, with their new values.
    """
    wanted = sa.select(
        sessions.c.title, sessions.c.mentor, sessions.c.partner, sessions.c.created_at
    )
    row = db.execute(wanted.where(sessions.c.id == session_id)).one()
    said = {**row._mapping, **changed}
    return SessionDetails(
        said["title"] or title_by_date(row.created_at), said["mentor"], said["partner"]
    )


def scorecard(db: sa.Connection, session_id: str) -> str:
    """Read the scorecard's document as stored.

    Raises
    ------
    Problem : if there is none yet.
    """
    wanted = sa.select(results.c.scorecard).where(results.c.session_id == session_id)
    found: str | None = db.execute(wanted).scalar_one_or_none()
    if found is None:
        raise not_ready()
    return found


def read_corrected(db: sa.Connection, session_id: str) -> Conversation:
    """Read the conversation with the current names and corrections."""
    conv = read_original(db, session_id)
    return apply_corrections(conv, current_changes(db, session_id), read_details(db, session_id))


def page_of(context: Context, db: sa.Connection, session_id: str) -> Page:
    """Make the page of a session; raises as `view_of`."""
    return view_of(context, db, session_id).page


def view_of(context: Context, db: sa.Connection, session_id: str) -> SessionView:
    """Return the page of a session and the steps that lead to it.

    Parameters
    ----------
    context : whose memory keeps the view while the session does not change.
    db : an open connection.
    session_id : of the session.

    Raises
    ------
    Problem : if there is no scorecard yet.
    """
    current = revision(db, session_id)
    if current is None:
        raise not_ready()

    def read() -> SessionView:
        card = load(Scorecard, scorecard(db, session_id))
        conv = recall_original(context, db, session_id)
        steps = steps_to(conv, current_changes(db, session_id), read_details(db, session_id))
        # The title as it is given now: a card without one was written before it had one.
        titled = replace(card, recording=steps[-1].conv.recording)
        return SessionView(Page(titled, steps[-1].conv, address(session_id)), steps)

    return context.shown.get(session_id, current, read)


def address(session_id: str) -> str:
    """Return the address of a session's page."""
    return f"/sessions/{session_id}"
