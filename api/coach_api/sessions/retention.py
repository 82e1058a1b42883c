"""What is not kept: sound whose time is up, unfinished uploads, files that belong to nothing."""

from __future__ import annotations

import shutil
import time
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from dbos import DBOSClient
from sqlalchemy import ColumnElement, Engine

from coach_api.sessions.erasure import erase_files
from coach_api.sessions.job_records import ACTIVE
from coach_api.settings import Settings
from coach_api.store.locks import Locks, take_with_bench
from coach_api.store.objects import Storage, is_older, session_of
from coach_api.store.tables import now, sessions, sign_in_links, uploads

_GRACE = timedelta(hours=1)
"""A file without a row may be an upload whose row comes in a moment; after this it is not."""


def purge_audio(engine: Engine, storage: Storage, client: DBOSClient) -> int:
    """Erase sound, results of stages and job of sessions whose time is up; says how many.

    The scorecard stays until the session is deleted. The row says first that the sound is gone:
    a retry is refused from then on, and what an interrupted purge leaves is swept up.
    """
    due = sa.and_(
        sessions.c.audio_until < now(),
        sessions.c.blob_key != "",
        sessions.c.status.not_in(ACTIVE),
    )
    with engine.connect() as connection:
        ids = connection.scalars(sa.select(sessions.c.id).where(due)).all()
    gone = [session_id for session_id in ids if _no_longer_has_sound(engine, session_id, due)]
    for session_id in gone:
        erase_files(storage, session_id)
        jobs = client.list_workflows(
            workflow_id_prefix=f"{session_id}:", load_input=False, load_output=False
        )
        client.delete_workflows([job.workflow_id for job in jobs])
    return len(gone)


def _no_longer_has_sound(engine: Engine, session_id: str, if_so: ColumnElement[bool]) -> bool:
    """Note that a session has no sound, if it still is as it was when it was looked at."""
    with engine.begin() as tx:
        change = sa.update(sessions).where(sessions.c.id == session_id, if_so).values(blob_key="")
        return tx.execute(change).rowcount == 1


def purge_uploads(settings: Settings, engine: Engine) -> int:
    """Drop uploads that nobody finished in time, and parts that belong to none; says how many."""
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
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def purge_links(engine: Engine) -> None:
    """Drop sign-in links that are over."""
    with engine.begin() as tx:
        tx.execute(sa.delete(sign_in_links).where(sign_in_links.c.expires_at < now()))


def sweep_store(engine: Engine, storage: Storage, *, grace: timedelta = _GRACE) -> int:
    """Erase files of sessions that do not exist, or whose sound's time is up; says of how many."""
    before = now() - grace
    found: dict[str, bool] = {}
    for area in ("recordings", "stages"):
        for key, written in storage.keys(area):
            name = session_of(key)
            # A recording may come before its row; what a stage found comes long after.
            found[name] = found.get(name, True) and (area == "stages" or written < before)
    may_have_files = sa.or_(
        sessions.c.blob_key != "",
        sessions.c.audio_until.is_(None),
        sessions.c.audio_until >= now(),
    )
    with engine.connect() as connection:
        known = set(connection.scalars(sa.select(sessions.c.id).where(may_have_files)))
    orphans = [name for name, is_old in found.items() if is_old and name not in known]
    for name in orphans:
        erase_files(storage, name)
    storage.tidy(before)
    return len(orphans)


def sweep_benches(settings: Settings, locks: Locks) -> None:
    """Clear the benches of workers that are gone."""
    for bench in _folders(settings.work_dir):
        held = take_with_bench(settings, locks, bench.name)
        if held is not None:
            shutil.rmtree(bench, ignore_errors=True)
            held.release()


def drop_missing(engine: Engine, storage: Storage) -> int:
    """Note which sessions have lost their recording; says how many.

    One that still waits for its analysis keeps the key: its job ends in a clear error.
    """
    kept = sa.and_(sessions.c.blob_key != "", sessions.c.status.not_in(ACTIVE))
    with engine.connect() as connection:
        rows = connection.execute(sa.select(sessions.c.id, sessions.c.blob_key).where(kept)).all()
    there = {key for key, _ in storage.keys("recordings")}
    lost = [row.id for row in rows if row.blob_key not in there]
    return sum(_no_longer_has_sound(engine, session_id, kept) for session_id in lost)


def _folders(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()] if folder.exists() else []
