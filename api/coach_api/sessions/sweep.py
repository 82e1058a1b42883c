"""Make store and database agree, without losing anything that may belong to somebody.

Files of a session that has a row, or was erased here, are our own. Files of any other session go to
quarantine for some days, and come back if the database knows the session after all.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine

from coach_api.sessions.erasure import erase_files, trace_of
from coach_api.sessions.job_records import ACTIVE, mark_sound_gone
from coach_api.store.objects import AREAS, QUARANTINE, Storage, session_of
from coach_api.store.pairing import HANDFUL, Stop
from coach_api.store.tables import erased_sessions, now, sessions

_log = logging.getLogger(__name__)

GRACE = timedelta(hours=1)
"""A file without a row may be an upload whose row comes in a moment; after this it is not."""

KEPT_ASIDE = timedelta(days=14)
"""How long a stray stays in quarantine."""


@dataclass(frozen=True, slots=True)
class StoreSurvey:
    """Sessions whose files and rows do not agree, by what is to be done about them.

    Parameters
    ----------
    leftovers : our own, to be erased: erased sessions, and sound whose time is up.
    strays : unknown to the database, to be put into quarantine.
    known_again : in quarantine, but known: to be brought back.
    expired : in quarantine for long enough.
    lost : sessions of which the database says that there is a recording, and there is none.
    """

    leftovers: tuple[str, ...]
    strays: tuple[str, ...]
    known_again: tuple[str, ...]
    expired: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def stop(self) -> Stop | None:
        """Why this is too much to be an accident; None if it is not."""
        if len(self.strays) > HANDFUL:
            return Stop("strays", _STRAYS.format(len(self.strays), KEPT_ASIDE.days))
        if len(self.lost) > HANDFUL:
            return Stop("lost", _LOST.format(len(self.lost)))
        return None


def survey(engine: Engine, storage: Storage, *, grace: timedelta = GRACE) -> StoreSurvey:
    """Compare the files of the store with the rows of the database; changes nothing.

    Parameters
    ----------
    engine : of the database.
    storage : of the deployment.
    grace : age from which a recording without a row counts as left over.
    """
    found = _find_stored(storage, now() - grace)
    aside = _find_quarantined(storage)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(*_COLUMNS)).all()
        traces = set(connection.scalars(sa.select(erased_sessions.c.trace)))
    known = {row.id for row in rows}
    erased = {name for name in {*found, *aside} - known if trace_of(name) in traces}
    spent = {row.id for row in rows if _is_spent(row)}
    old = {name for name, is_old in found.items() if is_old}
    ours = (old & (spent | erased)) | (set(aside) & (spent | erased))
    recordings = {key for key, _ in storage.keys("recordings")}
    lost = (row.id for row in rows if _should_have_sound(row) and row.blob_key not in recordings)
    wanted = known - spent
    limit = now() - KEPT_ASIDE
    return StoreSurvey(
        leftovers=_sort(ours),
        strays=_sort(old - known - erased),
        known_again=_sort(set(aside) & wanted),
        expired=_sort(n for n, since in aside.items() if since < limit and n not in wanted),
        lost=_sort(name for name in lost if name not in aside),
    )


def sweep(storage: Storage, found: StoreSurvey) -> None:
    """Make the changes in the store that a survey calls for."""
    for name in found.known_again:
        bring_back(storage, name)
        _log.warning("session %s is known again: its files left the quarantine", name)
    for name in found.leftovers:
        erase_files(storage, name)
    for name in found.expired:
        for area in AREAS:
            storage.erase(f"{QUARANTINE}/{area}/{name}")
        _log.warning("session %s was in quarantine for long enough: its files are erased", name)
    put_aside(storage, found.strays)


def put_aside(storage: Storage, names: Iterable[str]) -> None:
    """Put files of sessions that the database does not know into quarantine."""
    for name in names:
        for area in AREAS:
            for key in _keys(storage, f"{area}/{name}"):
                storage.move(key, f"{QUARANTINE}/{key}")
        _log.warning("session %s has files and no row: they are in quarantine", name)


def bring_back(storage: Storage, name: str) -> None:
    """Bring a session's files back from quarantine."""
    for area in AREAS:
        for key in _keys(storage, f"{QUARANTINE}/{area}/{name}"):
            storage.move(key, key.removeprefix(f"{QUARANTINE}/"))


def mark_lost(engine: Engine, names: Iterable[str]) -> int:
    """Note which sessions have lost their recording; return their number.

    A session that still waits for its analysis keeps the key: its job ends in a clear error.

    Parameters
    ----------
    engine : of the database.
    names : ids of sessions.
    """
    return sum(mark_sound_gone(engine, name, _HAS_SOUND) for name in names)


_COLUMNS = sessions.c.id, sessions.c.blob_key, sessions.c.audio_until, sessions.c.status
_HAS_SOUND = sa.and_(sessions.c.blob_key != "", sessions.c.status.not_in(ACTIVE))


def _is_spent(row: Any) -> bool:
    """Whether the sound's time is up, so that no file may be left."""
    return not row.blob_key and row.audio_until is not None and row.audio_until < now()


def _should_have_sound(row: Any) -> bool:
    return bool(row.blob_key) and row.status not in ACTIVE


def _find_stored(storage: Storage, before: datetime) -> dict[str, bool]:
    """Find the sessions that have files, and whether each is old enough for its row to exist."""
    found: dict[str, bool] = {}
    for area in AREAS:
        for key, written in storage.keys(area):
            name = session_of(key)
            # A recording may come before its row; what a stage found comes long after.
            found[name] = found.get(name, True) and (area == "stages" or written < before)
    return found


def _find_quarantined(storage: Storage) -> dict[str, datetime]:
    """Find the sessions in quarantine, and since when they are there."""
    aside: dict[str, datetime] = {}
    for key, written in storage.keys(QUARANTINE):
        name = session_of(key.removeprefix(f"{QUARANTINE}/"))
        aside[name] = max(written, aside.get(name, written))
    return aside


def _keys(storage: Storage, prefix: str) -> list[str]:
    return [key for key, _ in storage.keys(prefix)]


def _sort(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))


_STRAYS = (
    "The store has files of {} sessions that the database does not know: it may be an older copy, "
    "or another service may use this store. The sweep is stopped. Bring the right database back; "
    "if this is the right one, 'coach cleanup --accept' puts the files into quarantine, where they "
    "are erased after {} days."
)
_LOST = (
    "The recordings of {} sessions are not in the store: it may be an older copy. The sweep is "
    "stopped. Bring the recordings back; if they are gone for good, 'coach cleanup --accept' notes "
    "it on the sessions."
)
