"""Everything that the service holds about a person, as a ZIP archive, and its erasure."""

from __future__ import annotations

import json
import logging
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import IO, Any

import sqlalchemy as sa

from coach.errors import CoachError
from coach_api.sessions import access, exports
from coach_api.sessions import corrections as corrections_of
from coach_api.sessions.context import Context
from coach_api.sessions.dossier_page import SessionFiles, dossier_page
from coach_api.sessions.erasure import forget_pages
from coach_api.sessions.scoring import title_by_date
from coach_api.store.objects import disk_full_guard
from coach_api.store.tables import (
    api_tokens,
    audit,
    consents,
    corrections,
    enrolments,
    goals,
    notes,
    results,
    sessions,
    uploads,
    users,
    webhooks,
)

_log = logging.getLogger(__name__)
_SECRETS = frozenset({"hash", "password_hash", "secret", "blob_key", "part"})
_OF_SESSION = (consents, corrections)
_OF_OWNER = (*_OF_SESSION, notes)  # a mentor's private notes are for nobody else
_OF_USER = (api_tokens, enrolments, goals, uploads, webhooks)


def sessions_of_user(db: sa.Connection, user_id: str) -> list[sa.Row[Any]]:
    """The sessions that a user owns."""
    return list(db.execute(sa.select(sessions).where(sessions.c.owner_id == user_id)))


def archive_of_user(context: Context, user_id: str) -> IO[bytes]:
    """Write all that is held about a user, to a file without a name: closed, it is gone.

    Parameters
    ----------
    context : of the service.
    user_id : of the user.

    Returns
    -------
    A file that is deleted when it is closed.
    """
    with context.engine.connect() as db:
        account = {
            "user": _plain_rows(db, users, users.c.id == user_id),
            "actions": _plain_rows(db, audit, audit.c.actor == user_id),
        }
        for table in _OF_USER:
            owner = table.c.user_id if "user_id" in table.c else table.c.owner_id
            account[table.name] = _plain_rows(db, table, owner == user_id)
        return _archive(context, db, account, sessions_of_user(db, user_id), _OF_OWNER)


def archive_of(
    context: Context,
    session_ids: Iterable[str],
    voice_ids: Iterable[str],
    goal_ids: Iterable[str],
) -> IO[bytes]:
    """Write some sessions, enrolled voices and goals, to a file without a name.

    Parameters
    ----------
    context : of the service.
    session_ids, voice_ids, goal_ids : what to write.

    Returns
    -------
    A file that is deleted when it is closed.
    """
    with context.engine.connect() as db:
        about = {
            "enrolments": _plain_rows(db, enrolments, enrolments.c.id.in_(list(voice_ids))),
            "goals": _plain_rows(db, goals, goals.c.id.in_(list(goal_ids))),
        }
        wanted = sa.select(sessions).where(sessions.c.id.in_(list(session_ids)))
        return _archive(context, db, about, db.execute(wanted).all(), _OF_SESSION)


def erase_user(context: Context, user_id: str) -> None:
    """Erase a user with all sessions, unfinished uploads, tokens and voices."""
    with context.engine.connect() as db:
        found = sessions_of_user(db, user_id)
        parts = db.execute(sa.select(uploads.c.part).where(uploads.c.owner_id == user_id))
        files = [context.settings.uploads_dir / part for part in parts.scalars()]
    for row in found:
        context.forget(row.id)
    with context.engine.begin() as db:
        db.execute(users.delete().where(users.c.id == user_id))
    for file in files:
        file.unlink(missing_ok=True)
    forget_pages(context.engine)


def _archive(
    context: Context,
    db: sa.Connection,
    account: dict[str, Any],
    rows: Sequence[sa.Row[Any]],
    tables: Sequence[sa.Table],
) -> IO[bytes]:
    with ExitStack() as unless_whole:
        file = unless_whole.enter_context(tempfile.TemporaryFile(dir=context.settings.work_dir))
        with disk_full_guard(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("account.json", _json(account))
            found = [_add_session(context, db, archive, row, tables) for row in rows]
            archive.writestr("index.html", dossier_page(account, found))
        file.seek(0)
        unless_whole.pop_all()
    return file


def _add_session(
    context: Context,
    db: sa.Connection,
    archive: zipfile.ZipFile,
    row: sa.Row[Any],
    tables: Sequence[sa.Table],
) -> SessionFiles:
    folder = f"sessions/{row.id}"
    held = {table.name: _plain_rows(db, table, table.c.session_id == row.id) for table in tables}
    files = {"For programs": f"{folder}/session.json"}
    archive.writestr(f"{folder}/session.json", _json({"session": _public_columns(row), **held}))
    made = db.execute(sa.select(results).where(results.c.session_id == row.id)).one_or_none()
    if made is not None:
        archive.writestr(f"{folder}/conversation.json", made.conversation)
        archive.writestr(f"{folder}/scorecard.json", made.scorecard)
        page = _render_scorecard(db, row.id)
        if page:
            archive.writestr(f"{folder}/scorecard.html", page)
            files = {"Scorecard and transcript": f"{folder}/scorecard.html", **files}
    size = context.storage.size(row.blob_key) if row.blob_key else None
    if size is not None:
        name = f"{folder}/recording{row.suffix}"
        files = {"Recording": name, **files}
        stored = zipfile.ZipInfo(name)
        with archive.open(stored, "w", force_zip64=True) as target:
            for piece in context.storage.stream(row.blob_key, 0, size):
                target.write(piece)
    title = row.title or title_by_date(row.created_at)
    return SessionFiles(title, access.day_of(row), files, held)


def _render_scorecard(db: sa.Connection, session_id: str) -> bytes:
    """The scorecard as a page; b"" where it is damaged: then it is taken along as stored."""
    try:
        card, conv = (
            exports.read_scorecard(db, session_id),
            corrections_of.read_corrected(db, session_id),
        )
        return exports.write(exports.PAGE, conv, card).content
    except (CoachError, ValueError, TypeError, LookupError) as error:
        _log.error("session %s has no readable page: %s", session_id, type(error).__name__)
        return b""


def _plain_rows(db: sa.Connection, table: sa.Table, where: Any) -> list[dict[str, Any]]:
    return [_public_columns(row) for row in db.execute(sa.select(table).where(where))]


def _public_columns(row: sa.Row[Any]) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name not in _SECRETS}


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, default=str)
