"""Measures over time. A value over several sessions is pooled from parts, never a mean of rates."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import add
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from pydantic_core import from_json

from coach.measurement import Measurement
from coach.measures.catalogue import CATALOGUE
from coach_api.people.name_keys import fold_name, mentor_key, pair_key
from coach_api.people.principal import Principal
from coach_api.schemas.results import (
    PersonOut,
    PointOut,
    SeriesOut,
)
from coach_api.sessions import access, sharing
from coach_api.sessions.context import Context
from coach_api.store.tables import results, sessions, shares

_log = logging.getLogger(__name__)

HEADLINES = (
    "talk_share", "open_ratio", "reflection_to_question", "interruptions", "response_latency",
    "wait_after_question",
)  # fmt: skip
MOST_SESSIONS = 1_000

# The day of a session as text, which both databases compare alike.
_DAY = sa.cast(sa.func.coalesce(sessions.c.held_on, sa.func.date(sessions.c.created_at)), sa.String)
_MEASUREMENT: TypeAdapter[Measurement] = TypeAdapter(Measurement)


@dataclass(frozen=True, slots=True)
class ScoredSession:
    """The mentor's measurements of one session, by name.

    Parameters
    ----------
    seconds : its length.
    attempt : title of the thing to try on its scorecard; "" when there is none.
    """

    session_id: str
    held_on: date
    owner_id: str
    measured: dict[str, Measurement]
    seconds: float = 0.0
    attempt: str = ""


def people(context: Context, db: sa.Connection, principal: Principal) -> list[PersonOut]:
    """List the mentors and pairs of the sessions that the principal may read.

    The mentor of a session is its owner, whatever name was typed. The principal comes first, with
    the name "".

    Parameters
    ----------
    context : of the service.
    db : an open connection.
    principal : who asks.
    """
    rows = db.execute(_select_readable(principal, sessions)).all()
    owners = {**sharing.owners(db, rows), principal.user_id: ""}
    counts: Counter[tuple[str, str]] = Counter()
    called: dict[tuple[str, str], str] = {}
    for row in rows:
        for key in {(row.owner_id, ""), (row.owner_id, fold_name(row.partner))}:
            counts[key] += 1
            called.setdefault(key, row.partner if key[1] else "")
    listed = sorted(counts, key=lambda key: (owners[key[0]], key[1] != "", -counts[key], key))
    return [
        PersonOut(
            key=_key(context, owner_id, called[owner_id, partner]),
            mentor=owners[owner_id],
            partner=called[owner_id, partner] or None,
            sessions=counts[owner_id, partner],
        )
        for owner_id, partner in listed
    ]


def _key(context: Context, owner_id: str, partner: str) -> str:
    """The key of a pair, or of the mentor with everybody."""
    if partner:
        return pair_key(context.key, owner_id, partner)
    return mentor_key(context.key, owner_id)


def trend_of(
    context: Context, db: sa.Connection, principal: Principal, key: str, names: Sequence[str]
) -> list[SeriesOut]:
    """Return the measures of a mentor or pair over time; empty series when there are none.

    Parameters
    ----------
    context : of the service.
    db : an open connection.
    principal : who asks; only what they may read counts.
    key : of a mentor or a pair, from `people`.
    names : of the measures.
    """
    found = list_scored(context, db, principal, key, names)
    return [_series(name, found) for name in names]


def list_scored(
    context: Context, db: sa.Connection, principal: Principal, key: str, names: Sequence[str]
) -> list[ScoredSession]:
    """Read the measures of the sessions of a mentor or pair, in the order of time.

    Parameters
    ----------
    context : of the service.
    db : an open connection.
    principal : who asks; only what they may read counts.
    key : of a mentor or a pair, from `people`.
    names : of the measures to read.
    """
    rows = db.execute(_select_readable(principal, sessions, results.c.scorecard).join(results))
    mine = [
        row for row in rows
        if key in (_key(context, row.owner_id, ""), _key(context, row.owner_id, row.partner))
    ]  # fmt: skip
    return sorted(read_rows(reversed(mine), names), key=lambda each: each.held_on)


def scored_around(
    db: sa.Connection,
    user_id: str,
    moment: datetime,
    names: Sequence[str],
    *,
    most: int,
    until: tuple[date, datetime] | None = None,
) -> tuple[list[ScoredSession], list[ScoredSession]]:
    """Read the measures of a user's own sessions before and after a moment.

    Parameters
    ----------
    most : sessions of each side, the newest of it.
    until : day and upload of the last session that counts; None for all.
    """
    mine = sessions.c.owner_id == user_id, sessions.c.deleted_at.is_(None)
    wanted = sa.select(sessions, results.c.scorecard).join(results).where(*mine)
    newest = wanted.order_by(_DAY.desc(), sessions.c.created_at.desc()).limit(most)
    is_after = _is_after(moment)
    before, after = newest.where(sa.not_(is_after)), newest.where(is_after)
    if until is not None:
        last, uploaded = until
        same = sa.and_(_DAY == last.isoformat(), sessions.c.created_at <= uploaded)
        after = after.where(sa.or_(_DAY < last.isoformat(), same))
    return read_rows(db.execute(before), names), read_rows(db.execute(after), names)


def newest_ids(db: sa.Connection, user_id: str, most: int) -> list[str]:
    """List the ids of a user's newest sessions with a scorecard, the newest first.

    Parameters
    ----------
    db : an open connection.
    user_id : of the owner.
    most : sessions at most.
    """
    mine = sessions.c.owner_id == user_id, sessions.c.deleted_at.is_(None)
    wanted = sa.select(sessions.c.id).join(results).where(*mine)
    return list(db.scalars(wanted.order_by(_DAY.desc(), sessions.c.created_at.desc()).limit(most)))


def _is_after(moment: datetime) -> sa.ColumnElement[bool]:
    """Held on a later day; on the same day, uploaded later."""
    day = moment.date().isoformat()
    return sa.or_(_DAY > day, sa.and_(_DAY == day, sessions.c.created_at > moment))


def measurements_of(
    db: sa.Connection, session_ids: Sequence[str], names: Sequence[str]
) -> dict[str, dict[str, Measurement]]:
    """Read the mentor's measures, by session and name; sessions without a scorecard are left out.

    Parameters
    ----------
    db : an open connection.
    session_ids : of the sessions.
    names : of the measures to read.
    """
    wanted = sa.select(sessions, results.c.scorecard).join(results)
    rows = db.execute(wanted.where(sessions.c.id.in_(session_ids)))
    return {row.id: _read_row(row, names).measured for row in rows}


def has_content(measured: Measurement) -> bool:
    """Whether there was anything to measure."""
    return measured.value is not None or measured.count > 0


def _select_readable(principal: Principal, *columns: Any) -> sa.Select[Any]:
    """The newest sessions that are the principal's own or shared with them."""
    shared = sa.select(shares.c.session_id).where(shares.c.user_id == principal.user_id)
    return (
        sa.select(*columns)
        .where(
            sessions.c.deleted_at.is_(None),
            sa.or_(sessions.c.owner_id == principal.user_id, sessions.c.id.in_(shared)),
        )
        .order_by(sessions.c.created_at.desc())
        .limit(MOST_SESSIONS)
    )


def read_rows(rows: Iterable[sa.Row[Any]], names: Sequence[str]) -> list[ScoredSession]:
    """Read the measures of each row; a damaged scorecard is logged and left out.

    Parameters
    ----------
    rows : of sessions, with their scorecards.
    names : of the measures.
    """
    found = []
    for row in rows:
        try:
            found.append(_read_row(row, names))
        except (ValueError, TypeError, LookupError) as error:
            _log.error("the scorecard of session %s is damaged: %s", row.id, type(error).__name__)
    return found


def _read_row(row: sa.Row[Any], names: Sequence[str]) -> ScoredSession:
    card = from_json(row.scorecard)
    mentor = next((s["id"] for s in card["speakers"] if s["role"] == "mentor"), None)
    measured = {
        each["name"]: _measurement(each)
        for each in card["measurements"]
        if each["name"] in names and mentor is not None and each["speaker"] in (mentor, None)
    }
    seconds = float(card["recording"]["duration"])
    attempt = (card["feedback"].get("attempt") or {}).get("title", "")
    return ScoredSession(row.id, access.day_of(row), row.owner_id, measured, seconds, attempt)


def _measurement(plain: dict[str, Any]) -> Measurement:
    """Read a measurement without its moments, which nobody needs over several sessions."""
    kept = {name: value for name, value in plain.items() if name not in ("value", "evidence")}
    return _MEASUREMENT.validate_python(kept)


def _series(name: str, found: Sequence[ScoredSession]) -> SeriesOut:
    whole = pool(found, name)
    return SeriesOut(
        measure=name,
        label=CATALOGUE[name].label,
        unit=CATALOGUE[name].unit,
        pooled=whole.value if whole else None,
        points=[_point(each, each.measured[name]) for each in found if name in each.measured],
    )


def _point(each: ScoredSession, measured: Measurement) -> PointOut:
    return PointOut(
        session_id=each.session_id,
        held_on=each.held_on,
        value=measured.value,
        count=measured.count,
    )


def pool(found: Iterable[ScoredSession], name: str) -> Measurement | None:
    """Pool a measure over sessions from its parts; None when none has it.

    Parameters
    ----------
    found : sessions in any order.
    name : of the measure.
    """
    parts = [each.measured[name] for each in found if name in each.measured]
    return reduce(add, parts) if parts else None
