"""Retention: delete expired sound, unfinished uploads, old links and workspaces."""

from __future__ import annotations

import shutil
import time
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine

from coach_api.engine.book import JobBook
from coach_api.sessions.erasure import erase_files
from coach_api.sessions.job_records import ACTIVE, job_prefix, mark_sound_gone
from coach_api.settings import Settings
from coach_api.store.locks import UPLOAD, Locks, take_with_workspace
from coach_api.store.objects import Storage, is_older
from coach_api.store.tables import now, sessions, sign_in_links, uploads


def purge_audio(engine: Engine, storage: Storage, book: JobBook) -> int:
    """Erase sound, results of stages and job of sessions whose time is up; return their number.

    The scorecard stays until the session is deleted. The row is changed first: from then on a retry
    is refused, and the sweep removes what an interrupted purge leaves.

    Parameters
    ----------
    engine, storage, book : of the deployment.
    """
    due = _is_due()
    with engine.connect() as connection:
        ids = connection.scalars(sa.select(sessions.c.id).where(due)).all()
    gone = [session_id for session_id in ids if mark_sound_gone(engine, session_id, due)]
    for session_id in gone:
        erase_files(storage, session_id)
        book.erase(*book.names(job_prefix(session_id)))
    return len(gone)


def count_due(engine: Engine) -> int:
    """Count the sessions whose sound the next purge erases."""
    with engine.connect() as connection:
        query = sa.select(sa.func.count()).select_from(sessions).where(_is_due())
        return int(connection.execute(query).scalar_one())


def _is_due() -> sa.ColumnElement[bool]:
    return sa.and_(
        sessions.c.audio_until < now(),
        sessions.c.blob_key != "",
        sessions.c.status.not_in(ACTIVE),
    )


def purge_uploads(settings: Settings, engine: Engine) -> int:
    """Drop expired uploads, and files without an upload; return the number of files.

    Parameters
    ----------
    settings : of the deployment.
    engine : of the database.
    """
    limit = timedelta(hours=settings.upload_hours)
    with engine.begin() as tx:
        tx.execute(sa.delete(uploads).where(uploads.c.created_at < now() - limit))
        wanted = set(tx.scalars(sa.select(uploads.c.part)))
    oldest = time.time() - limit.total_seconds()
    old = [
        path
        for path in settings.uploads_dir.iterdir()
        if path.name not in wanted and is_older(path, oldest)
    ]
    old += [p for p in settings.locks_dir.glob(f"{UPLOAD}*.lock") if is_older(p, oldest)]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def purge_links(engine: Engine) -> None:
    """Drop sign-in links that are over."""
    with engine.begin() as tx:
        tx.execute(sa.delete(sign_in_links).where(sign_in_links.c.expires_at < now()))


def sweep_workspaces(settings: Settings, locks: Locks) -> None:
    """Clear the workspaces of workers that are gone."""
    for workspace in _folders(settings.work_dir):
        held = take_with_workspace(settings, locks, workspace.name)
        if held is not None:
            shutil.rmtree(workspace, ignore_errors=True)
            held.release()


def _folders(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()] if folder.exists() else []
