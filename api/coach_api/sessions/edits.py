"""Edits of a session: a correction, its undoing, another title, other names.

The scorecard is computed while others can read and write the database. Edit and scorecard are then
stored together if the session has not changed since it was read; if it has, the edit is made again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import sqlalchemy as sa

from coach.conversation import Conversation
from coach.corrections import Change
from coach.interchange.json import dump
from coach.page.view import Page
from coach.scorecard import score
from coach_api.people import audit
from coach_api.people.principal import Principal
from coach_api.problems import Problem, not_found
from coach_api.schemas.lengths import NAME, SAID
from coach_api.sessions import access, corrections
from coach_api.sessions.context import Context
from coach_api.sessions.corrections import CHANGE
from coach_api.sessions.scoring import SessionDetails, SessionView, Step, steps_to
from coach_api.store import tables
from coach_api.store.tables import new_id, now, results, sessions

MOST = 2_000
_TRIES = 20
_NAMED = frozenset({"title", "mentor", "partner"})  # what a scorecard says of its session

Answer = TypeVar("Answer")
Write = Callable[[sa.Connection], None]


class _Outdated(Exception):
    """Somebody else has edited the session since it was read."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A session as it was read: its revision, and all that its scorecard is made from."""

    session_id: str
    revision: int
    rows: Sequence[sa.Row[Any]]
    given: SessionDetails
    heard: Conversation
    steps: Sequence[Step]


def add_correction(
    context: Context, principal: Principal, session_id: str, change: Change
) -> sa.Row[Any]:
    """Store a correction and score again.

    Parameters
    ----------
    context : of the service.
    principal : who corrects; the caller has checked that they may.
    session_id : of the session.
    change : the correction.

    Raises
    ------
    InputError : if it does not fit the conversation; then nothing is stored.
    Problem : if there is no scorecard yet, a text is too long, or too many edit at once.
    """
    _check_lengths(change)
    made = _retry_until_current(lambda: _add(context, principal, session_id, change))
    return _find_correction(context, session_id, made)


def undo_correction(
    context: Context, principal: Principal, session_id: str, correction_id: str
) -> sa.Row[Any]:
    """Undo a correction and score again; undoing twice is undoing once.

    Parameters
    ----------
    context : of the service.
    principal : who undoes it; the caller has checked that they may.
    session_id : of the session.
    correction_id : as it was sent.

    Raises
    ------
    InputError : if a later one builds on it; then nothing is stored.
    Problem : if there is no such correction, or too many edit at once.
    """
    _retry_until_current(lambda: _undo(context, principal, session_id, correction_id))
    return _find_correction(context, session_id, correction_id)


def change_session(context: Context, row: sa.Row[Any], values: Mapping[str, Any]) -> None:
    """Change title, names, day or how long the sound is kept, and score again where that matters.

    Parameters
    ----------
    row : of the session.
    values : by column.

    Raises
    ------
    Problem : as `access.change`, or if too many edit at once.
    """
    _retry_until_current(lambda: _change(context, row, values))


def _add(context: Context, principal: Principal, session_id: str, change: Change) -> str:
    """Add a correction once; its id."""
    known = _read(context, session_id)
    number = len(known.rows) + 1
    if number > MOST:
        raise Problem("conflict", f"There are {MOST} corrections already. Undo some first.")
    made, author = new_id(), principal.user_id

    def write(db: sa.Connection) -> None:
        row = {"id": made, "session_id": session_id, "number": number}
        said = CHANGE.dump_python(change, mode="json")
        db.execute(tables.corrections.insert().values(**row, author_id=author, change=said))
        audit.note(db, author, f"correction.{change.kind}", session_id)

    changes = [*corrections.effective(known.rows), change]
    _score_and_store(context, known, changes, known.given, write)
    return made


def _undo(context: Context, principal: Principal, session_id: str, correction_id: str) -> None:
    known = _read(context, session_id)
    row = next((row for row in known.rows if row.id == correction_id), None)
    if row is None:
        raise not_found("correction")
    if row.undone_at is not None:
        return

    def write(db: sa.Connection) -> None:
        mine = tables.corrections.c.id == correction_id
        db.execute(tables.corrections.update().where(mine).values(undone_at=now()))
        audit.note(db, principal.user_id, "correction.undone", session_id)

    changes = corrections.effective(each for each in known.rows if each.id != correction_id)
    _score_and_store(context, known, changes, known.given, write)


def _change(context: Context, row: sa.Row[Any], values: Mapping[str, Any]) -> None:
    def write(db: sa.Connection) -> None:
        access.change(db, row, values)

    with context.engine.connect() as db:
        was_scored = corrections.revision(db, row.id) is not None
        told = corrections.read_details(db, row.id, values)
    if was_scored and _NAMED & values.keys():
        known = _read(context, row.id)
        _score_and_store(context, known, corrections.effective(known.rows), told, write)
        return
    with context.engine.begin() as db:
        write(db)
        if not was_scored and corrections.revision(db, row.id) is not None:
            raise _Outdated  # a scorecard has come that does not know of the change


def _read(context: Context, session_id: str) -> _Known:
    """Read a session, its revision first: what changes while this reads makes it outdated.

    Raises
    ------
    Problem : if there is no scorecard yet.
    """
    with context.engine.connect() as db:
        revision = corrections.revision(db, session_id)
        if revision is None:
            raise corrections.not_ready()
        rows = corrections.list_corrections(db, session_id)
        told = corrections.read_details(db, session_id)
        conv = corrections.recall_original(context, db, session_id)
        steps = corrections.view_of(context, db, session_id).steps
    return _Known(session_id, revision, rows, told, conv, steps)


def _score_and_store(
    context: Context, known: _Known, changes: Sequence[Change], told: SessionDetails, write: Write
) -> None:
    """Score what is shown from now on, then store the scorecard and the edit.

    Raises
    ------
    InputError : if a change does not fit the conversation.
    _Outdated : if the session is no longer as it was read; then nothing is stored.
    """
    began = time.perf_counter()
    steps = steps_to(known.heard, changes, told, known.steps)
    conv, session_id, is_corrected = steps[-1].conv, known.session_id, bool(changes)
    card = score(conv, corrected=is_corrected)
    document, following = dump(card, indent=None), known.revision + 1
    context.metrics.rescored.observe(time.perf_counter() - began)
    as_read = results.c.session_id == session_id, results.c.revision == known.revision
    values = {"revision": following, "scorecard": document, "corrected": is_corrected}

    def store() -> SessionView:
        with context.engine.begin() as db:
            # A server locks the session first, as erasing does, so that neither waits for both.
            mine = sa.select(sessions.c.id).where(sessions.c.id == session_id)
            db.execute(mine.with_for_update())
            if not db.execute(results.update().where(*as_read).values(values)).rowcount:
                raise _Outdated
            write(db)
        return SessionView(Page(card, conv, corrections.address(session_id)), steps)

    context.shown.renew(session_id, following, store)


def _retry_until_current(edit: Callable[[], Answer]) -> Answer:
    """Make an edit, again if others were faster; each time one of theirs has been stored.

    Raises
    ------
    Problem : if they were faster too often.
    """
    for _ in range(_TRIES):
        try:
            return edit()
        except _Outdated:
            continue
    raise Problem("conflict", "Too many change this session at the same moment. Send it again.")


def _find_correction(context: Context, session_id: str, correction_id: str) -> sa.Row[Any]:
    with context.engine.connect() as db:
        return corrections.find_correction(db, session_id, correction_id)


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
