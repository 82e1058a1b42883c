"""Read and change sessions, always with the permissions of the user who asks."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from coach_api.people.name_keys import fold_name, mentor_key, pair_key
from coach_api.people.policy import Action, Relation, allowed_actions
from coach_api.people.principal import Principal
from coach_api.problems import Problem, not_found
from coach_api.schemas.sessions import FailureOut, ProgressOut, SessionOut
from coach_api.sessions.context import Context
from coach_api.store.tables import now, results, sessions, shares

_ADVICE: dict[Action, str] = {
    "read": "Reading it is for its owner and those it was shared with: ask the owner to share it.",
    "correct": "Only the owner corrects a session.",
    "run": "Only the owner or an admin may cancel or retry it.",
    "delete": "Only the owner or an admin may delete it.",
    "share": "Only the owner shares a session.",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """Which sessions to list."""

    status: str | None = None
    pair: str | None = None
    mine: bool = False
    ids: tuple[str, ...] | None = None


_IS_SHARED = sa.exists(
    sa.select(shares.c.session_id).where(
        shares.c.session_id == sessions.c.id, shares.c.user_id == sa.bindparam("asker")
    )
).label("is_shared")
_MINE = sessions.c.id == sa.bindparam("session_id"), sessions.c.deleted_at.is_(None)
_SESSION = sa.select(sessions, _IS_SHARED).where(*_MINE)
_REVISION = (
    sa.select(sessions.c.owner_id, results.c.revision, _IS_SHARED)
    .outerjoin_from(sessions, results)
    .where(*_MINE)
)
"""Asked at almost every request, hence built once."""


def get(db: sa.Connection, principal: Principal, session_id: str, action: Action) -> sa.Row[Any]:
    """The session, if the principal may do `action` with it.

    Parameters
    ----------
    db : an open connection.
    principal : who asks.
    session_id : as it was sent.
    action : what they want to do.

    Raises
    ------
    Problem : not found if they may not know of it, not allowed if they may only see its status.
    """
    return _read_permitted(db, principal, _SESSION, session_id, action)


def revision(db: sa.Connection, principal: Principal, session_id: str) -> int | None:
    """The revision of the scorecard that the principal may read; None before there is one.

    Parameters
    ----------
    db : an open connection.
    principal : who asks.
    session_id : as it was sent.

    Raises
    ------
    Problem : as `get`.
    """
    found: int | None = _read_permitted(db, principal, _REVISION, session_id, "read").revision
    return found


def _read_permitted(
    db: sa.Connection,
    principal: Principal,
    wanted: sa.Select[Any],
    session_id: str,
    action: Action,
) -> sa.Row[Any]:
    asked = {"session_id": session_id, "asker": principal.user_id}
    row = db.execute(wanted, asked).one_or_none()
    may = (
        allowed_actions(principal.power, relation_of(row, principal))
        if row is not None
        else frozenset()
    )
    if row is None or not may:
        raise not_found()
    if action not in may:
        raise Problem("not-allowed", _ADVICE[action])
    return row


def relation_of(row: sa.Row[Any], principal: Principal) -> Relation:
    """Return the relation of a session to a user."""
    if row.owner_id == principal.user_id:
        return "own"
    return "shared" if row.is_shared else "other"


def day_of(row: sa.Row[Any]) -> date:
    """The day of a session: as somebody said, or the recording, or else that of the upload."""
    held_on: date | None = row.held_on
    created_at: datetime = row.created_at
    return held_on or created_at.date()


def page(
    context: Context,
    db: sa.Connection,
    principal: Principal,
    filters: Filters,
    *,
    limit: int,
    cursor: str | None,
) -> tuple[list[sa.Row[Any]], str | None]:
    """List some of the sessions that the principal may know of, newest first.

    Parameters
    ----------
    context : of the service.
    db : an open connection.
    principal : who asks.
    filters : which sessions to list.
    limit : sessions at most.
    cursor : from the page before; None for the first page.

    Returns
    -------
    The rows, and the cursor of the next page, None after the last.
    """
    wanted = sa.select(sessions, _IS_SHARED).where(sessions.c.deleted_at.is_(None))
    if principal.power != "admin" or filters.mine:
        own = sessions.c.owner_id == principal.user_id
        wanted = wanted.where(own if filters.mine else sa.or_(own, _IS_SHARED.element))
    if filters.status:
        wanted = wanted.where(sessions.c.status == filters.status)
    if filters.pair:
        wanted = wanted.where(_is_of_pair(context, db, filters.pair))
    if filters.ids is not None:
        wanted = wanted.where(sessions.c.id.in_(filters.ids))
    if cursor:
        wanted = wanted.where(
            sa.tuple_(sessions.c.created_at, sessions.c.id) < _read_cursor(cursor)
        )
    newest = wanted.order_by(sessions.c.created_at.desc(), sessions.c.id.desc())
    rows = list(db.execute(newest.limit(limit + 1), {"asker": principal.user_id}))
    return rows[:limit], _cursor(rows[limit - 1]) if len(rows) > limit else None


def search(db: sa.Connection, principal: Principal, words: str) -> tuple[str, ...]:
    """Find sessions by their titles and names, among those that the principal may read.

    Parameters
    ----------
    words : compared without regard to case, accents' form and spaces.
    """
    own = sessions.c.owner_id == principal.user_id
    texts = sa.select(sessions.c.id, sessions.c.title, sessions.c.mentor, sessions.c.partner).where(
        sessions.c.deleted_at.is_(None), sa.or_(own, _IS_SHARED.element)
    )
    wanted = fold_name(words)
    rows = db.execute(texts.order_by(sessions.c.created_at.desc()), {"asker": principal.user_id})
    return tuple(row.id for row in rows if wanted in fold_name(" ".join(row[1:])))


def _is_of_pair(context: Context, db: sa.Connection, key: str) -> sa.ColumnElement[bool]:
    """The sessions of the pair with that key."""
    pairs = db.execute(sa.select(sessions.c.owner_id, sessions.c.partner).distinct())
    fitting = [each for each in pairs if pair_key(context.key, *each) == key]
    return sa.or_(
        sa.false(),
        *(sa.and_(sessions.c.owner_id == o, sessions.c.partner == p) for o, p in fitting),
    )


def _cursor(row: sa.Row[Any]) -> str:
    return base64.urlsafe_b64encode(f"{row.created_at.isoformat()} {row.id}".encode()).decode()


def _read_cursor(cursor: str) -> Any:
    try:
        moment, last = base64.urlsafe_b64decode(cursor.encode()).decode().split(" ")
        created = datetime.fromisoformat(moment).astimezone(UTC)
    except (ValueError, OverflowError, binascii.Error):
        raise Problem(
            "invalid-request", "The cursor is not one of ours: send 'next' of the page before."
        ) from None
    return sa.tuple_(sa.literal(created, sessions.c.created_at.type), sa.literal(last, sa.String))


def describe_session(context: Context, row: sa.Row[Any], principal: Principal) -> SessionOut:
    """Describe a session; only those who may read it get its names and title.

    Parameters
    ----------
    context : of the service.
    row : of the session.
    principal : who asks.
    """
    stands = relation_of(row, principal)
    readable = "read" in allowed_actions(principal.power, stands)
    return SessionOut(
        id=row.id,
        status=row.status,
        progress=_progress(context, row),
        failure=_failure(row),
        title=row.title if readable else "",
        mentor=row.mentor if readable else "",
        partner=row.partner if readable else "",
        mentor_key=mentor_key(context.key, row.owner_id) if readable else "",
        pair_key=pair_key(context.key, row.owner_id, row.partner) if readable else "",
        created_at=row.created_at,
        held_on=day_of(row),
        size=row.size,
        has_audio=bool(row.blob_key),
        audio_until=row.audio_until,
        access=stands,
    )


def _progress(context: Context, row: sa.Row[Any]) -> ProgressOut | None:
    if row.status not in ("queued", "running"):
        return None
    found = context.jobs.progress(row.id)
    if found is None:
        return ProgressOut(stage=row.stage, fraction=row.fraction)
    return ProgressOut(stage=found.stage, fraction=found.fraction, seconds_left=found.seconds_left)


def _failure(row: sa.Row[Any]) -> FailureOut | None:
    if row.status != "failed":
        return None
    return FailureOut(type=row.error_type, detail=row.error_detail)


def change(db: sa.Connection, row: sa.Row[Any], values: Mapping[str, Any]) -> None:
    """Change title, names, day or how long the sound is kept.

    Parameters
    ----------
    db : an open transaction.
    row : of the session as it is.
    values : new values by column.

    Raises
    ------
    Problem : if the sound is to be kept longer than the service keeps sound.
    """
    until, latest = values.get("audio_until"), row.audio_until
    if until is not None and latest is not None and until > latest:
        raise Problem(
            "invalid-request", f"The sound is kept until {latest:%Y-%m-%d}: choose an earlier day."
        )
    mine = sessions.c.id == row.id
    db.execute(sessions.update().where(mine).values(**values, updated_at=now()))
