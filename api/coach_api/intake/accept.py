"""Accept a received file as a session: store it, then write row, consents and job at once.

After the answer 201 nothing can be lost: the sound is synced to the store and the job is committed
to the database. Before it nothing is visible: a worker removes files without a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from coach_api.intake.parts import Received
from coach_api.people import audit, consent
from coach_api.people.principal import Principal
from coach_api.problems import Problem
from coach_api.schemas.uploads import About
from coach_api.sessions import edits
from coach_api.sessions.context import Context
from coach_api.sessions.job_records import ACTIVE
from coach_api.settings import Settings
from coach_api.store.database import hold
from coach_api.store.objects import recording_key
from coach_api.store.pairing import pair
from coach_api.store.tables import INTERACTIVE, new_id, now, sessions, uploads, users

_MAX_SUFFIX = 8
_MAX_TITLE = 300
_NO_PAIR = (
    "The service's database and store do not belong together, so the recording was not kept. Keep "
    "it, and tell the person who runs this service: 'coach doctor' says what is wrong."
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A received file and what is said about it."""

    received: Received
    about: About
    filename: str = ""
    idempotency_key: str | None = None


def accept(context: Context, principal: Principal, offer: Offer) -> tuple[sa.Row[Any], bool]:
    """Accept a recording.

    Parameters
    ----------
    context : of the service.
    principal : the owner.
    offer : the recording, and what was said about it.

    Returns
    -------
    The session's row and whether it is new: the same content of the same owner is the same
    session, and so is the same idempotency key.

    Raises
    ------
    Problem : if consent is missing, the key was used for another recording, or the store is not
        the one that belongs to the database.
    StorageFull : if there is no room.
    """
    consent.require_consent(offer.about.consent)
    known = _find_earlier(context, principal, offer)
    if known is not None:
        return _update_names(context, known, offer.about), False
    with context.engine.connect() as db:
        _check_offer(db, context, principal, offer)
    if pair(context.engine, context.storage) is not None:
        raise Problem("unavailable", _NO_PAIR)
    session_id = new_id()
    key = recording_key(session_id, offer.received.sha256)
    context.storage.adopt(offer.received.path, key)
    try:
        return _create_session(context, principal, offer, session_id), True
    except IntegrityError:  # the same recording came twice at the same time
        context.storage.erase(f"recordings/{session_id}/")
        known = _find_earlier(context, principal, offer)
        if known is None:
            raise
        return _update_names(context, known, offer.about), False
    except Exception:  # mostly of the database: the file is kept for another try
        context.storage.give_back(key, offer.received.path)
        raise


def hold_quota(db: sa.Connection, principal: Principal) -> None:
    """Let nobody else use up the share of an account until this transaction ends.

    Parameters
    ----------
    db : a transaction that has done nothing yet.
    principal : whose account it is.
    """
    hold(db)
    db.execute(sa.select(users.c.id).where(users.c.id == principal.user_id).with_for_update())


def check_quota(
    db: sa.Connection,
    settings: Settings,
    principal: Principal,
    size: int,
    *,
    besides: str | None = None,
) -> None:
    """Refuse a recording that is more than an account may have here.

    Uploads that have begun count as what they are announced with, or what has come of them. Only
    after `hold_quota`, in the transaction that notes the recording, the answer stays true.

    Parameters
    ----------
    size : of the recording, in bytes.
    besides : id of the upload that the recording comes by.

    Raises
    ------
    Problem : if so.
    """
    if size > quota_left(db, settings, principal, besides=besides):
        gib = settings.account_bytes / 1024**3
        raise Problem(
            "quota-reached",
            f"An account may keep {gib:.3g} GiB of recordings here, uploads that have begun "
            "included. Delete a session, or the sound of one, or ask the person who runs this "
            "service.",
        )
    waiting = sa.select(sa.func.count()).where(*_own(principal), sessions.c.status.in_(ACTIVE))
    queued = db.execute(waiting).scalar_one()
    if queued >= settings.account_queue:
        raise Problem(
            "quota-reached",
            f"{queued} of your recordings wait for their analysis, the most that may. Send more "
            "when some of them are done.",
        )


def quota_left(
    db: sa.Connection, settings: Settings, principal: Principal, *, besides: str | None = None
) -> int:
    """Bytes that an account may still keep here.

    Parameters
    ----------
    besides : id of an upload that is not counted.
    """
    kept = sa.select(sa.func.coalesce(sa.func.sum(sessions.c.size), 0)).where(
        *_own(principal), sessions.c.blob_key != ""
    )
    held = db.execute(kept).scalar_one()
    begun = db.execute(_unfinished_bytes(principal, besides)).scalar_one()
    return int(settings.account_bytes - held - begun)


def _check_offer(db: sa.Connection, context: Context, principal: Principal, offer: Offer) -> None:
    size, besides = offer.received.size, offer.idempotency_key
    check_quota(db, context.settings, principal, size, besides=besides)


def _own(principal: Principal) -> tuple[sa.ColumnElement[bool], ...]:
    return sessions.c.owner_id == principal.user_id, sessions.c.deleted_at.is_(None)


def _unfinished_bytes(principal: Principal, besides: str | None) -> sa.Select[tuple[int]]:
    """Bytes of the unfinished uploads of an account."""
    known = sa.case((uploads.c.size > uploads.c.received, uploads.c.size), else_=uploads.c.received)
    return sa.select(sa.func.coalesce(sa.func.sum(known), 0)).where(
        uploads.c.owner_id == principal.user_id,
        uploads.c.session_id.is_(None),
        uploads.c.id != (besides or ""),
    )


def _create_session(
    context: Context, principal: Principal, offer: Offer, session_id: str
) -> sa.Row[Any]:
    about = offer.about
    with context.engine.begin() as db:
        hold_quota(db, principal)
        _check_offer(db, context, principal, offer)  # others may have come since the first look
        db.execute(sessions.insert().values(_row(context, principal, offer, session_id)))
        participants = (about.mentor_name, about.partner)
        consent.record(db, session_id, by=principal.user_id, participants=participants)
        audit.note(db, principal.user_id, "session.created", session_id)
        context.jobs.enqueue(db, session_id, priority=INTERACTIVE)
        row = db.execute(sa.select(sessions).where(sessions.c.id == session_id)).one()
    context.metrics.uploaded.inc(offer.received.size)
    return row


def _update_names(context: Context, row: sa.Row[Any], about: About) -> sa.Row[Any]:
    """The known session with the title, names and day that came with the recording this time."""
    given = {
        "title": about.title,
        "mentor": about.mentor_name,
        "partner": about.partner,
        "held_on": about.held_on,
    }
    new = {name: told for name, told in given.items() if told and told != getattr(row, name)}
    if not new:
        return row
    edits.change_session(context, row, new)
    with context.engine.connect() as db:
        return db.execute(sa.select(sessions).where(sessions.c.id == row.id)).one()


def _row(context: Context, principal: Principal, offer: Offer, session_id: str) -> dict[str, Any]:
    about, received = offer.about, offer.received
    return {
        "id": session_id,
        "owner_id": principal.user_id,
        "title": about.title or title_of(offer.filename),
        "held_on": about.held_on,
        "mentor": about.mentor_name,
        "partner": about.partner,
        "sha256": received.sha256,
        "size": received.size,
        "media_type": received.media_type,
        "suffix": suffix(offer.filename),
        "blob_key": recording_key(session_id, received.sha256),
        "audio_until": now() + timedelta(days=context.settings.audio_days),
        "idempotency_key": offer.idempotency_key,
        "config": about.options,
    }


def _find_earlier(context: Context, principal: Principal, offer: Offer) -> sa.Row[Any] | None:
    key = offer.idempotency_key
    same = sessions.c.sha256 == offer.received.sha256
    wanted = sa.select(sessions).where(
        sessions.c.owner_id == principal.user_id,
        sessions.c.deleted_at.is_(None),
        sa.or_(same, sessions.c.idempotency_key == key) if key else same,
    )
    with context.engine.connect() as db:
        found = db.execute(wanted).all()
    if any(row.sha256 != offer.received.sha256 for row in found):
        raise Problem(
            "conflict", "This Idempotency-Key came with another recording: use a new key."
        )
    return found[0] if found else None


def title_of(filename: str) -> str:
    r"""Derive the title of a session from the name of its file.

    Examples
    --------
    >>> title_of("C:\\talks\\Monday 3.m4a"), title_of("")
    ('Monday 3', '')
    """
    return PurePosixPath(filename.replace("\\", "/")).stem[:_MAX_TITLE].strip()


def suffix(filename: str) -> str:
    """Return the extension of a file name, if it is harmless.

    Examples
    --------
    >>> suffix("../../x.M4A"), suffix("x.m4a; rm"), suffix("x")
    ('.m4a', '', '')
    """
    found = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    plain = found[1:].isascii() and found[1:].isalnum()
    return found if plain and len(found) <= _MAX_SUFFIX else ""
