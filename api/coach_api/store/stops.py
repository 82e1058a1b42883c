"""The stops of the cleanup: a store of others, a clock that leaps, or a finding of the sweep."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from obstore.exceptions import BaseError
from sqlalchemy import Engine

from coach_api.store.objects import Storage
from coach_api.store.pairing import Stop, is_pair, pair
from coach_api.store.tables import audit, deployment, now

_log = logging.getLogger(__name__)

LEAP = timedelta(days=7)
"""A clock that goes on by more than this between two looks may be wrong."""

_BACK = timedelta(hours=1)


def clock(engine: Engine) -> Stop | None:
    """Compare the clock with when the cleanup last saw it, and with the newest row."""
    moment, latest = now(), last_action_at(engine)
    with engine.connect() as connection:
        row = connection.execute(sa.select(deployment)).one()
    is_excused = row.excused_until is not None and latest <= row.excused_until
    times = (row.seen_at, None if is_excused else latest)
    if any(time is not None and moment < time - _BACK for time in times):
        return Stop("clock", _BEHIND)
    if row.seen_at is not None and moment > row.seen_at + LEAP:
        return Stop("clock", _AHEAD.format((moment - row.seen_at).days))
    return None


def current_stop(engine: Engine, storage: Storage) -> Stop | None:
    """Return what stops the cleanup, as far as it is known without looking through the store."""
    with engine.connect() as connection:
        row = connection.execute(sa.select(deployment)).one()
    if not is_pair(engine, storage):
        is_noted = row.seen_at is None and row.stopped
        return Stop("pair", row.stopped) if is_noted else pair(engine, storage)
    return clock(engine) or (Stop("strays", row.stopped) if row.stopped else None)


def check(engine: Engine, storage: Storage) -> None:
    """Bind database and store at the first start, and say in the log what is wrong with them.

    Parameters
    ----------
    engine : of the database.
    storage : of the deployment.
    """
    try:
        stop = pair(engine, storage) or clock(engine)
    except (BaseError, sa.exc.SQLAlchemyError) as error:
        _log.warning("the store cannot be looked at yet (%s)", type(error).__name__)
        return
    if stop is not None:
        _log.error("%s", stop.said)
        note(engine, stop)


def note(engine: Engine, stop: Stop | None, **values: datetime) -> None:
    """Note what stops the cleanup, in the database and in the log when it changes.

    Parameters
    ----------
    engine : of the database.
    stop : what stops the cleanup; None if nothing does.
    values : columns to set besides.
    """
    said = stop.said if stop else ""
    with engine.begin() as tx:
        before = tx.execute(sa.select(deployment.c.stopped)).scalar_one()
        tx.execute(sa.update(deployment).values(stopped=said, **values))
    if said != before:
        _log.error("%s", said) if said else _log.warning("the cleanup goes on")


def last_action_at(engine: Engine) -> datetime:
    """Return when the newest action was noted; long ago if there is none."""
    with engine.connect() as connection:
        found: datetime | None = connection.execute(sa.select(sa.func.max(audit.c.at))).scalar()
    return found or datetime(1970, 1, 1, tzinfo=UTC)


_AHEAD = (
    "The clock of this machine is {} days after the last cleanup: it may be wrong, or the service "
    "was off. Nothing is deleted. Put the clock right; if it is right, 'coach cleanup --accept' "
    "goes on."
)
_BEHIND = (
    "The clock of this machine is behind what the database was last told: it is wrong now, or was "
    "before. Nothing is deleted. Put the clock right; if it is right, 'coach cleanup --accept' "
    "goes on."
)
