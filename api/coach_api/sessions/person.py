"""A person without an account who takes part in sessions: found by name, exported, erased.

A search shows all matches, and only chosen ones are exported or erased: two people may have one
name, and one person several.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

import sqlalchemy as sa

from coach_api.people import audit
from coach_api.people.name_keys import fold_name
from coach_api.problems import Problem
from coach_api.sessions import dossier
from coach_api.sessions.context import Context
from coach_api.sessions.erasure import forget_pages
from coach_api.store.tables import (
    consents,
    corrections,
    enrolments,
    goals,
    notes,
    results,
    sessions,
    uploads,
)

_MANY = 100


@dataclass(slots=True)
class NameMatch:
    """An object in which a name was found.

    Parameters
    ----------
    id, owner_id, created_at : of a session, an enrolled voice or an unfinished upload.
    places : where the name is in it.
    is_exact : whether it is the whole name in one of them, not a part of a longer text.
    """

    id: str
    owner_id: str
    created_at: datetime
    places: list[str] = field(default_factory=list)
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class NameMatches:
    """All objects in which a name was found."""

    sessions: tuple[NameMatch, ...]
    voices: tuple[NameMatch, ...]
    uploads: tuple[NameMatch, ...]
    goals: tuple[NameMatch, ...]


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """The matches to export or erase, by id."""

    name: str = field(repr=False)
    sessions: frozenset[str] = frozenset()
    voices: frozenset[str] = frozenset()
    uploads: frozenset[str] = frozenset()
    goals: frozenset[str] = frozenset()


def find(db: sa.Connection, name: str) -> NameMatches:
    """Find a name wherever a name is kept, whatever its case and its form in Unicode.

    That is: what was said of a session, its consents, corrections (undone ones too), notes and
    scorecard, enrolled voices, uploads under way, and goals.

    Parameters
    ----------
    db : an open connection.
    name : as it was typed; a part of a longer text is found too.
    """
    found = _objects(db, sessions)
    for session_id, place, text in _names(db):
        if session_id in found:
            _note_match(found[session_id], place, name, text)
    voices = _objects(db, enrolments)
    for row in db.execute(sa.select(enrolments.c.id, enrolments.c.name)):
        _note_match(voices[row.id], "voice", name, row.name)
    pending = _objects(db, uploads)
    for row in db.execute(sa.select(uploads.c.id, uploads.c.meta)):
        for place in ("mentor", "partner", "title"):
            _note_match(pending[row.id], place, name, row.meta.get(place) or "")
    practised = _objects(db, goals)
    for row in db.execute(sa.select(goals.c.id, goals.c.text)):
        _note_match(practised[row.id], "goal", name, row.text)
    return NameMatches(*map(_list_matches, (found, voices, pending, practised)))


def export(context: Context, actor: str, choice: PersonChoice, consent: str) -> IO[bytes]:
    """Write what was chosen to a file without a name: closed, it is gone.

    Parameters
    ----------
    consent : reference to the wish or the written consent of the person, for the audit.

    Raises
    ------
    Problem : if something was chosen that the name is not found in.
    """
    with context.engine.begin() as db:
        _check(find(db, choice.name), choice)
        audit.note(db, actor, "person.exported", consent)
        for session_id in sorted(choice.sessions):
            audit.note(db, actor, "session.exported", session_id)
    return dossier.archive_of(context, choice.sessions, choice.voices, choice.goals)


def erase(context: Context, actor: str, choice: PersonChoice) -> None:
    """Erase the chosen sessions, voices, uploads and goals.

    Parameters
    ----------
    context : of the service.
    actor : id of the admin.
    choice : from what `find` returned.

    Raises
    ------
    Problem : if something was chosen that the name is not found in.
    """
    with context.engine.begin() as db:
        _check(find(db, choice.name), choice)
        audit.note(db, actor, "person.erased")
        for session_id in sorted(choice.sessions):
            audit.note(db, actor, "session.deleted", session_id)
        for voice in sorted(choice.voices):
            audit.note(db, actor, "voice.forgotten", voice)
        for goal in sorted(choice.goals):
            audit.note(db, actor, "goal.erased", goal)
        parts = db.scalars(sa.select(uploads.c.part).where(uploads.c.id.in_(choice.uploads))).all()
        db.execute(sa.delete(uploads).where(uploads.c.id.in_(choice.uploads)))
        db.execute(sa.delete(enrolments).where(enrolments.c.id.in_(choice.voices)))
        db.execute(sa.delete(goals).where(goals.c.id.in_(choice.goals)))
    for part in parts:
        (context.settings.uploads_dir / part).unlink(missing_ok=True)
    for session_id in choice.sessions:
        context.forget(session_id)
    forget_pages(context.engine)


def compare_name(name: str, text: str) -> bool | None:
    """Compare a name with a text: True if it is the same, False if it is a part of it, else None.

    Parameters
    ----------
    name : as it was typed.
    text : a name or a title.

    Examples
    --------
    >>> compare_name("ÉLODIE  Straße", "élodie strasse"), compare_name("bo", "A talk with Bo")
    (True, False)
    >>> compare_name("bo", "Bob")
    """
    wanted, whole = fold_name(name), fold_name(text)
    if wanted == whole:
        return True
    words = f" {' '.join(_WORDS.findall(whole))} "
    part = " ".join(_WORDS.findall(wanted))
    return False if part and f" {part} " in words else None


_WORDS = re.compile(r"\w+")


def _names(db: sa.Connection) -> Iterator[tuple[str, str, str]]:
    """All names and titles that are kept of sessions: session, place and text."""
    said = sa.select(sessions.c.id, sessions.c.mentor, sessions.c.partner, sessions.c.title)
    for session_id, *texts in db.execute(said):
        yield from ((session_id, *each) for each in zip(_SAID, texts, strict=True))
    for session_id, name in db.execute(sa.select(consents.c.session_id, consents.c.participant)):
        yield session_id, "consent", name
    for session_id, text in db.execute(sa.select(notes.c.session_id, notes.c.text)):
        yield session_id, "note", text
    for session_id, change in db.execute(sa.select(corrections.c.session_id, corrections.c.change)):
        yield session_id, "correction", change.get("name") or ""
    made = sa.select(results.c.session_id, results.c.conversation, results.c.scorecard)
    for session_id, *texts in db.execute(made.execution_options(yield_per=_MANY)):
        yield from ((session_id, "scorecard", name) for text in texts for name in _speakers(text))


_SAID = ("mentor", "partner", "title")


def _speakers(text: str) -> Iterator[str]:
    """The names of speakers in what was heard, or in the conversation within a scorecard."""
    said = json.loads(text)
    for conv in (said, said.get("conversation") or {}):
        yield from (each.get("name") or "" for each in conv.get("speakers") or ())


def _objects(db: sa.Connection, table: sa.Table) -> dict[str, NameMatch]:
    owner = table.c.user_id if "user_id" in table.c else table.c.owner_id
    wanted = sa.select(table.c.id, owner.label("owner_id"), table.c.created_at)
    if "deleted_at" in table.c:
        wanted = wanted.where(table.c.deleted_at.is_(None))
    return {row.id: NameMatch(row.id, row.owner_id, row.created_at) for row in db.execute(wanted)}


def _note_match(match: NameMatch, place: str, name: str, text: str) -> None:
    is_same = compare_name(name, text) if text else None
    if is_same is None:
        return
    match.is_exact |= is_same
    if place not in match.places:
        match.places.append(place)


def _list_matches(found: Mapping[str, NameMatch]) -> tuple[NameMatch, ...]:
    return tuple(sorted((m for m in found.values() if m.places), key=lambda m: m.created_at))


def _check(found: NameMatches, choice: PersonChoice) -> None:
    pairs = (
        (found.sessions, choice.sessions), (found.voices, choice.voices),
        (found.uploads, choice.uploads), (found.goals, choice.goals),
    )  # fmt: skip
    if not all(chosen <= _ids(matches) for matches, chosen in pairs):
        raise Problem(
            "conflict",
            "Something of this is not found under that name, or no longer. Nothing was done: ask "
            "/v1/people/find again, and choose from its answer.",
        )


def _ids(matches: Iterable[NameMatch]) -> set[str]:
    return {match.id for match in matches}
