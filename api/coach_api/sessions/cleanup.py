"""The cleanup: what the service deletes by itself, and what stops it.

Expired sound, unfinished uploads and files without a row are deleted only while database and store
are a pair and the clock is in order. The reason of a stop is noted in the database, where `/readyz`
and the doctor find it.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from coach_api.engine.book import JobBook
from coach_api.sessions import retention, sweep
from coach_api.settings import Settings
from coach_api.store.objects import Storage
from coach_api.store.pairing import Stop, bind_anew, compare, pair
from coach_api.store.stops import clock, last_action_at, note
from coach_api.store.tables import now


def clean(
    settings: Settings,
    engine: Engine,
    storage: Storage,
    book: JobBook,
    *,
    grace: timedelta = sweep.GRACE,
) -> Stop | None:
    """Delete what is no longer kept and what belongs to no session, unless something is wrong.

    Parameters
    ----------
    settings, engine, storage, book : of the deployment.
    grace : age from which a file without a row counts as left over.

    Returns
    -------
    What stopped it, or a part of it; None when all was done.
    """
    stop = pair(engine, storage) or clock(engine)
    if stop is not None:
        note(engine, stop)
        return stop
    retention.purge_audio(engine, storage, book)
    retention.purge_uploads(settings, engine)
    retention.purge_links(engine)
    found = sweep.survey(engine, storage, grace=grace)
    if found.stop is None:
        sweep.sweep(storage, found)
        sweep.mark_lost(engine, found.lost)
        storage.tidy(now() - grace)
    note(engine, found.stop, seen_at=now())
    return found.stop


def find_stop(engine: Engine, storage: Storage) -> Stop | None:
    """Find what would stop the cleanup now; looks through the whole store."""
    return pair(engine, storage) or clock(engine) or sweep.survey(engine, storage).stop


def consequence(engine: Engine, storage: Storage, stop: Stop) -> str:
    """Describe what `accept` would do.

    Parameters
    ----------
    engine : of the database.
    storage : of the deployment.
    stop : from `find_stop`.

    Returns
    -------
    A sentence for the admin.
    """
    if stop.reason == "pair":
        return (
            f"{compare(engine, storage)} 'coach cleanup --accept' gives both a new mark: they "
            "belong together from then on, and neither to any other service."
        )
    if stop.reason == "clock":
        due = retention.count_due(engine)
        return f"By this clock the sound of {due} sessions has had its time and will be erased."
    return "Nothing else is changed."


def accept(engine: Engine, storage: Storage, stop: Stop) -> None:
    """Go on after a stop, as an admin decided.

    Parameters
    ----------
    engine : of the database.
    storage : of the deployment.
    stop : from `find_stop`.
    """
    if stop.reason == "pair":
        bind_anew(engine, storage)
    elif stop.reason == "clock":
        note(engine, None, seen_at=now(), excused_until=max(last_action_at(engine), now()))
    elif stop.reason == "strays":
        sweep.put_aside(storage, sweep.survey(engine, storage).strays)
    else:
        sweep.mark_lost(engine, sweep.survey(engine, storage).lost)
    note(engine, find_stop(engine, storage))
