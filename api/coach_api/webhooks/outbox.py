"""Webhook calls: planned in the database, and repeated until they succeed or time out.

A worker that finishes a session announces nothing: a session with a scorecard and no delivery is
planned at the next check, so that no call is lost in between.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import sqlalchemy as sa
from fastapi.concurrency import run_in_threadpool

from coach_api.problems import Problem
from coach_api.sessions.context import Context
from coach_api.store.tables import deliveries, now, results, sessions, webhooks
from coach_api.webhooks.signing import signed_headers
from coach_api.webhooks.targets import check_url

_log = logging.getLogger(__name__)

CHECK_SECONDS = 2.0
MOST_ATTEMPTS = 8
_FIRST_WAIT = timedelta(seconds=10)
_LEASE = timedelta(seconds=60)
_TIMEOUT = 10.0
_CALL_SECONDS = 20.0  # for the whole call: an answer may come byte by byte, each in time
_AT_ONCE = 20

Send = Callable[[str, bytes, dict[str, str]], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Call:
    """One call that is due."""

    id: str
    session_id: str
    attempts: int
    url: str = field(repr=False)
    secret: str = field(repr=False)


async def keep_delivering(context: Context) -> None:
    """Make the calls that are due, every two seconds, until cancelled."""
    async with httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False) as client:

        async def send(url: str, body: bytes, headers: dict[str, str]) -> int:
            async with client.stream("POST", url, content=body, headers=headers) as answer:
                return answer.status_code

        while True:
            try:
                await deliver_due(context, send)
            except Exception as error:  # mostly of the database; the next check may succeed
                _log.warning("webhook calls are delayed: %s", type(error).__name__)
            await asyncio.sleep(CHECK_SECONDS)


async def deliver_due(context: Context, send: Send) -> int:
    """Plan and make the calls that are due now.

    Parameters
    ----------
    send : posts a body with headers to a URL; returns the HTTP status of the answer.

    Returns
    -------
    The number of calls that were made.
    """
    calls = await run_in_threadpool(_claim, context.engine)
    await asyncio.gather(*[_deliver(context, send, call) for call in calls])
    return len(calls)


async def _deliver(context: Context, send: Send, call: Call) -> None:
    body = json.dumps(
        {"event": "scorecard.ready", "session_id": call.session_id, "delivery_id": call.id}
    )
    headers = {
        "Content-Type": "application/json",
        **signed_headers(call.secret, call.id, body, now()),
    }
    error = await _attempt(context, send, call, body.encode(), headers)
    context.metrics.delivered.labels("failed" if error else "delivered").inc()
    await run_in_threadpool(_record, context.engine, call, error)


async def _attempt(
    context: Context, send: Send, call: Call, body: bytes, headers: dict[str, str]
) -> str:
    """Call once; return why it failed, "" if it succeeded."""
    private = context.settings.private_webhooks
    try:
        await run_in_threadpool(check_url, call.url, private=private)
        async with asyncio.timeout(_CALL_SECONDS):
            status = await send(call.url, body, headers)
    except Problem as problem:
        return problem.detail
    except Exception as error:  # it concerns this call alone
        return type(error).__name__
    return "" if 200 <= status < 300 else f"answered {status}"


def _claim(engine: sa.Engine) -> list[Call]:
    """Claim the calls that are due: other processes leave them alone for a minute."""
    with engine.connect() as db:
        wanted = db.execute(_select_unplanned()).all()
        due = db.execute(_select_due()).all()
    if not wanted and not due:
        return []
    try:
        with engine.begin() as db:
            for row in wanted:
                _plan(db, row.webhook_id, row.session_id)
            return [_call(row) for row in db.execute(_select_due()).all() if _lease(db, row)]
    except sa.exc.IntegrityError:  # another process has just planned the same calls
        return []


def _plan(db: sa.Connection, webhook_id: str, session_id: str) -> None:
    """Plan a call; its id is a hash, so that it cannot be planned twice."""
    name = hashlib.sha256(f"{webhook_id}:{session_id}".encode()).hexdigest()[:32]
    db.execute(deliveries.insert().values(id=name, webhook_id=webhook_id, session_id=session_id))


def _call(row: sa.Row[Any]) -> Call:
    return Call(row.id, row.session_id, row.attempts, row.url, row.secret)


def _select_unplanned() -> sa.Select[Any]:
    """Select the scorecards that are newer than a webhook and have no delivery to it."""
    planned = sa.select(deliveries.c.id).where(
        deliveries.c.webhook_id == webhooks.c.id, deliveries.c.session_id == sessions.c.id
    )
    return (
        sa.select(webhooks.c.id.label("webhook_id"), sessions.c.id.label("session_id"))
        .join(sessions, sessions.c.owner_id == webhooks.c.owner_id)
        .join(results, results.c.session_id == sessions.c.id)
        .where(
            sessions.c.status == "done",
            sessions.c.deleted_at.is_(None),
            results.c.created_at >= webhooks.c.created_at,
            ~sa.exists(planned),
        )
        .limit(_AT_ONCE)
    )


def _select_due() -> sa.Select[Any]:
    return (
        sa.select(deliveries, webhooks.c.url, webhooks.c.secret)
        .join(webhooks)
        .where(
            deliveries.c.delivered_at.is_(None),
            deliveries.c.next_at <= now(),
            deliveries.c.attempts < MOST_ATTEMPTS,
        )
        .order_by(deliveries.c.next_at)
        .limit(_AT_ONCE)
    )


def _lease(db: sa.Connection, row: sa.Row[Any]) -> bool:
    """Lease a delivery; False if another process has leased it."""
    taken = db.execute(
        deliveries.update()
        .where(deliveries.c.id == row.id, deliveries.c.next_at == row.next_at)
        .values(next_at=now() + _LEASE)
    )
    return taken.rowcount == 1


def _record(engine: sa.Engine, call: Call, error: str) -> None:
    attempts = call.attempts + 1
    wait = _FIRST_WAIT * 3**call.attempts
    values: dict[str, Any] = {"attempts": attempts, "last_error": error, "next_at": now() + wait}
    if not error:
        values["delivered_at"] = now()
    with engine.begin() as db:
        db.execute(deliveries.update().where(deliveries.c.id == call.id).values(**values))
