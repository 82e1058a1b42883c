"""Database and store belong together: an id that is written to both says so.

Whatever deletes by itself asks here first. A database that was mistyped, moved away or mixed up
knows nothing of the store's recordings, and would take all of them for rubbish.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy import Engine

from coach_api.store.objects import AREAS, Storage, session_of
from coach_api.store.tables import deployment, new_id, now, sessions

MARK = "store-id"
"""The key of the store's side of the pair."""

HANDFUL = 5
"""More differences than these are no accident of a killed process."""

Reason = Literal["pair", "clock", "strays", "lost"]


@dataclass(frozen=True, slots=True)
class Stop:
    """Why the cleanup deletes nothing until an admin has looked.

    Parameters
    ----------
    reason : what was found.
    said : the same in words, with what to do; counts only, no names.
    """

    reason: Reason
    said: str


def pair(engine: Engine, storage: Storage) -> Stop | None:
    """Check that database and store belong together; bind them at the first start.

    A database and a store without marks are bound if both are new, or if the database knows what
    the store holds.

    Parameters
    ----------
    engine : of the database.
    storage : of the deployment.

    Returns
    -------
    Why they do not belong together; None when they do.
    """
    ours, is_bound = _read_own_mark(engine)
    theirs = _read_store_mark(storage)
    if theirs is not None and theirs == ours:
        if not is_bound:
            _bind(engine, theirs)
        return None
    if is_bound:
        return Stop("pair", _NO_MARK if theirs is None else _ANOTHER)
    found = compare(engine, storage)
    if theirs is not None:
        if not found.known or found.unknown or found.lost:
            return Stop("pair", _UNKNOWN_DATABASE)
        _bind(engine, theirs)
        return None
    if max(found.unknown, found.lost) > min(HANDFUL, found.known):
        return Stop("pair", f"{found} {_LOOK}")
    return _write_both(engine, storage)


def is_pair(engine: Engine, storage: Storage) -> bool:
    """Whether database and store bear the same mark; reads one row and one object.

    Parameters
    ----------
    engine : of the database.
    storage : of the deployment.
    """
    ours, _ = _read_own_mark(engine)
    return ours is not None and ours == _read_store_mark(storage)


def bind_anew(engine: Engine, storage: Storage) -> None:
    """Make database and store a pair, whatever they belonged to before.

    Parameters
    ----------
    engine : of the database.
    storage : of the deployment.
    """
    mark = new_id()
    with engine.begin() as tx:
        tx.execute(sa.update(deployment).values(store_id=mark, seen_at=now(), stopped=""))
    storage.replace(MARK, mark.encode())


@dataclass(frozen=True, slots=True)
class Difference:
    """How many sessions both know, only the store has files of, and only the database has."""

    known: int
    unknown: int
    lost: int

    def __str__(self) -> str:
        return (
            f"The store has files of {self.unknown} sessions that the database does not know, and "
            f"lacks the recordings of {self.lost} that it knows; {self.known} are in both."
        )


def compare(engine: Engine, storage: Storage) -> Difference:
    """Compare the sessions of the store with those of the database."""
    stored = {area: {session_of(key) for key, _ in storage.keys(area)} for area in AREAS}
    with engine.connect() as connection:
        rows = connection.execute(sa.select(sessions.c.id, sessions.c.blob_key)).all()
    names, files = {row.id for row in rows}, set().union(*stored.values())
    with_sound = {row.id for row in rows if row.blob_key}
    lost = with_sound - stored["recordings"]
    return Difference(len(files & names), len(files - names), len(lost))


def _write_both(engine: Engine, storage: Storage) -> Stop | None:
    """Note the mark here, put it there, then say that both have it: each step may be the last."""
    with engine.begin() as tx:
        nobody = deployment.c.store_id.is_(None)
        tx.execute(sa.update(deployment).where(nobody).values(store_id=new_id()))
        mark = tx.execute(sa.select(deployment.c.store_id)).scalar_one()
    if storage.put_once(MARK, mark.encode()) != mark.encode():
        return Stop("pair", _UNKNOWN_DATABASE)  # another service took the store just now
    _bind(engine, mark)
    return None


def _read_own_mark(engine: Engine) -> tuple[str | None, bool]:
    """The database's mark, and whether a store was seen to bear it."""
    with engine.connect() as connection:
        row = connection.execute(sa.select(deployment)).one()
    return row.store_id, row.seen_at is not None


def _read_store_mark(storage: Storage) -> str | None:
    kept = storage.read(MARK)
    return None if kept is None else kept.decode(errors="replace").strip()


def _bind(engine: Engine, mark: str) -> None:
    """Note that the store was seen to bear the mark; from now on it must."""
    with engine.begin() as tx:
        new = deployment.c.seen_at.is_(None)
        tx.execute(sa.update(deployment).where(new).values(store_id=mark, seen_at=now()))


_LOOK = (
    "Nothing is deleted and no recording is accepted. Check COACH_DATABASE_URL, COACH_STORAGE_URL "
    "and COACH_DATA_DIR; if they are right, 'coach cleanup' says how to go on."
)
_NO_MARK = (
    "The store lacks the mark of this database: it is another store, or an empty folder where it "
    f"should be. {_LOOK}"
)
_ANOTHER = f"Database and store belong to different services. {_LOOK}"
_UNKNOWN_DATABASE = f"The store belongs to another database than this one. {_LOOK}"
