"""Corrections of a session: stored one by one, undone by leaving one out, scored at once."""

from __future__ import annotations

import time
from dataclasses import fields, replace
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from coach.conversation import Acts, Conversation
from coach.corrections import Change
from coach.interchange.json import dump, load
from coach.page.view import Page
from coach.scorecard import Scorecard
from coach_api.people import audit
from coach_api.people.principal import Principal
from coach_api.problems import Problem, not_found
from coach_api.schemas.lengths import NAME, SAID
from coach_api.sessions.context import Context
from coach_api.sessions.scoring import Given, as_shown, scored, untitled
from coach_api.store.tables import corrections, new_id, now, results, sessions

CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
ACTS: TypeAdapter[Acts] = TypeAdapter(Acts)
MOST = 2_000
_ORIGINAL = 0  # the revision of a conversation, which has but one


def listed(db: sa.Connection, session_id: str) -> list[sa.Row[Any]]:
    """All corrections of a session in order, undone ones too."""
    wanted = sa.select(corrections).where(corrections.c.session_id == session_id)
    return list(db.execute(wanted.order_by(corrections.c.number)))


def in_force(db: sa.Connection, session_id: str) -> list[Change]:
    """The changes that count, in order."""
    rows = listed(db, session_id)
    return [CHANGE.validate_python(row.change) for row in rows if row.undone_at is None]


def add(context: Context, principal: Principal, session_id: str, change: Change) -> sa.Row[Any]:
    """Store a correction and score again.

    Raises
    ------
    InputError : if it does not fit the conversation; then nothing is stored.
    Problem : if there is no scorecard yet, or a text is too long.
    """
    _check_lengths(change)
    correction_id = new_id()
    with context.engine.begin() as db:
        _take_turn(db, session_id)
        number = len(listed(db, session_id)) + 1
        if number > MOST:
            raise Problem("conflict", f"There are {MOST} corrections already. Undo some first.")
        values = {"id": correction_id, "session_id": session_id, "number": number}
        said = CHANGE.dump_python(change, mode="json")
        db.execute(corrections.insert().values(**values, author_id=principal.user_id, change=said))
        made = rescore(context, db, session_id)
        audit.note(db, principal.user_id, f"correction.{change.kind}", session_id)
        row, revision = _one(db, session_id, correction_id), _revision(db, session_id)
    context.pages.get(session_id, revision, lambda: made)
    return row


def _check_lengths(change: Change) -> None:
    """Refuse a text that no form of ours would send.

    Raises
    ------
    Problem : if so.
    """
    for field in fields(change):
        value, most = getattr(change, field.name), SAID if field.name == "text" else NAME
        if isinstance(value, str) and len(value) > most:
            raise Problem(
                "invalid-request", f"At {field.name}: a text of at most {most} characters."
            )


def undo(
    context: Context, principal: Principal, session_id: str, correction_id: str
) -> sa.Row[Any]:
    """Leave a correction out from now on and score again; undoing twice is undoing once.

    Raises
    ------
    Problem : if there is no such correction, or a later one builds on it.
    """
    with context.engine.begin() as db:
        _take_turn(db, session_id)
        row = _one(db, session_id, correction_id)
        if row.undone_at is not None:
            return row
        mine = corrections.c.id == correction_id
        db.execute(corrections.update().where(mine).values(undone_at=now()))
        made = rescore(context, db, session_id)
        audit.note(db, principal.user_id, "correction.undone", session_id)
        row, revision = _one(db, session_id, correction_id), _revision(db, session_id)
    context.pages.get(session_id, revision, lambda: made)
    return row


def _revision(db: sa.Connection, session_id: str) -> int:
    wanted = sa.select(results.c.revision).where(results.c.session_id == session_id)
    found: int = db.execute(wanted).scalar_one()
    return found


def _one(db: sa.Connection, session_id: str, correction_id: str) -> sa.Row[Any]:
    wanted = sa.select(corrections).where(
        corrections.c.id == correction_id, corrections.c.session_id == session_id
    )
    row = db.execute(wanted).one_or_none()
    if row is None:
        raise not_found("correction")
    return row


def _take_turn(db: sa.Connection, session_id: str) -> None:
    """Count the revision up first: it locks the row, so that corrections come one by one."""
    mine = results.c.session_id == session_id
    counted = db.execute(results.update().where(mine).values(revision=results.c.revision + 1))
    if not counted.rowcount:
        raise not_ready()


def not_ready() -> Problem:
    """There is nothing to read or correct yet."""
    return Problem("not-ready", "The session has no scorecard yet. Wait until its status is done.")


def heard(db: sa.Connection, session_id: str) -> Conversation:
    """The conversation as heard, never corrected.

    Raises
    ------
    Problem : if the session is not done.
    """
    wanted = sa.select(results.c.conversation).where(results.c.session_id == session_id)
    text = db.execute(wanted).scalar_one_or_none()
    if text is None:
        raise not_ready()
    return load(Conversation, text)


def given(db: sa.Connection, session_id: str) -> Given:
    """What was said about a session when it was uploaded, and changed since."""
    wanted = sa.select(
        sessions.c.title, sessions.c.mentor, sessions.c.partner, sessions.c.created_at
    )
    row = db.execute(wanted.where(sessions.c.id == session_id)).one()
    return Given(row.title or untitled(row.created_at), row.mentor, row.partner)


def scorecard(db: sa.Connection, session_id: str) -> str:
    """The scorecard's document as stored.

    Raises
    ------
    Problem : if there is none yet.
    """
    wanted = sa.select(results.c.scorecard).where(results.c.session_id == session_id)
    found: str | None = db.execute(wanted).scalar_one_or_none()
    if found is None:
        raise not_ready()
    return found


def shown(db: sa.Connection, session_id: str) -> Conversation:
    """The conversation with names and corrections in force."""
    conv = heard(db, session_id)
    return as_shown(conv, in_force(db, session_id), given(db, session_id))


def refresh(context: Context, db: sa.Connection, session_id: str) -> None:
    """Score again after a new title or new names; before there is a scorecard, there is no need."""
    mine = results.c.session_id == session_id
    if db.execute(sa.select(results.c.revision).where(mine)).one_or_none() is not None:
        _take_turn(db, session_id)
        rescore(context, db, session_id)


def page_of(context: Context, db: sa.Connection, session_id: str) -> Page:
    """What is shown of a session, kept while it does not change.

    Raises
    ------
    Problem : if there is no scorecard yet.
    """
    wanted = sa.select(results.c.revision).where(results.c.session_id == session_id)
    revision: int | None = db.execute(wanted).scalar_one_or_none()
    if revision is None:
        raise not_ready()

    def read() -> Page:
        card = load(Scorecard, scorecard(db, session_id))
        conv = context.heard.get(session_id, _ORIGINAL, lambda: heard(db, session_id))
        shown_now = as_shown(conv, in_force(db, session_id), given(db, session_id))
        # The title as it is given now: a card without one was written before it had one.
        titled = replace(card, recording=shown_now.recording)
        return Page(titled, shown_now, address(session_id))

    return context.pages.get(session_id, revision, read)


def address(session_id: str) -> str:
    """Where a session's page is."""
    return f"/sessions/{session_id}"


def rescore(context: Context, db: sa.Connection, session_id: str) -> Page:
    """Compute the stored scorecard anew from the conversation as heard; what is shown then.

    Raises
    ------
    InputError : if a correction in force does not fit any more.
    """
    began = time.perf_counter()
    conv = context.heard.get(session_id, _ORIGINAL, lambda: heard(db, session_id))
    changes = in_force(db, session_id)
    told = given(db, session_id)
    card = scored(conv, changes, told)
    db.execute(
        results.update()
        .where(results.c.session_id == session_id)
        .values(scorecard=dump(card, indent=None), corrected=bool(changes))
    )
    context.metrics.rescored.observe(time.perf_counter() - began)
    return Page(card, as_shown(conv, changes, told), address(session_id))
