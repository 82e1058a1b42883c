"""Resumable uploads: the row says how many bytes are synced to disk, and a client continues there.

The last bytes count only together with the session that they complete. A client that got no answer
asks how far the upload is, sends the rest again and gets the session.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from coach.analysis.stages import sha256_of
from coach_api.intake.accept import Offer, accept, check_quota, hold_quota, quota_left
from coach_api.intake.form import read_about
from coach_api.intake.parts import Received, check_room, check_size, new_part
from coach_api.intake.sniff import HEAD_BYTES, media_type
from coach_api.intake.tus import Checksum
from coach_api.people import consent
from coach_api.people.principal import Principal
from coach_api.problems import Problem, not_found
from coach_api.sessions.context import Context
from coach_api.store.locks import UPLOAD, FileLocks
from coach_api.store.objects import disk_full_guard
from coach_api.store.tables import new_id, now, sessions, uploads

_PIECE = 1 << 20
UNTOLD = 0
"""The size of an upload whose length is told at its end."""
_NOT_FIELDS = ("filename", "filetype")
"""What clients of tus say about the file beside the fields of our form."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an upload is.

    Parameters
    ----------
    offset : bytes that have arrived; a client goes on there.
    session_id : what the upload has become; "" while it is not whole.
    is_new : false when the session was there before, with the same recording.
    """

    offset: int
    session_id: str = ""
    is_new: bool = True


def create(
    context: Context, principal: Principal, size: int | None, fields: dict[str, str]
) -> sa.Row[Any]:
    """Announce an upload.

    Parameters
    ----------
    size : bytes of the whole recording; None when its length is told at its end.
    fields : of the upload form, and the name of the file as `filename`.

    Raises
    ------
    Problem : if it is empty or too large, a field is wrong, or consent is missing.
    """
    if size == 0:
        raise _empty()
    consent.require_consent(read_about(_rename_fields(fields)).consent)
    check_size(context.settings, size or 0)
    part = new_part(context.settings)
    upload_id = new_id()
    with context.engine.begin() as db:
        hold_quota(db, principal)
        check_quota(db, context.settings, principal, size or 0)
        part.touch(mode=0o600)
        db.execute(
            uploads.insert().values(
                id=upload_id,
                owner_id=principal.user_id,
                size=size or UNTOLD,
                part=part.name,
                meta=fields,
            )
        )
    return find(context, principal, upload_id)


def find(context: Context, principal: Principal, upload_id: str) -> sa.Row[Any]:
    """Find an upload of this principal.

    Parameters
    ----------
    context : of the service.
    principal : whose upload it must be.
    upload_id : as it was sent.

    Raises
    ------
    Problem : if there is none, or its time is up.
    """
    wanted = sa.select(uploads).where(
        uploads.c.id == upload_id, uploads.c.owner_id == principal.user_id
    )
    with context.engine.connect() as db:
        row = db.execute(wanted).one_or_none()
    if row is None or expiry(context, row) < now():
        raise not_found("upload")
    return row


def expiry(context: Context, upload: sa.Row[Any]) -> datetime:
    """Return the time until which an upload may be resumed."""
    made: datetime = upload.created_at
    return made + timedelta(hours=context.settings.upload_hours)


def standing_of(context: Context, principal: Principal, upload: sa.Row[Any]) -> Standing:
    """Return how far an upload is.

    Parameters
    ----------
    context : of the service.
    principal : whose upload it is.
    upload : the row.
    """
    session_id = _session_of(context, principal, upload)
    return Standing(upload.size if session_id else upload.received, session_id)


async def append(
    context: Context,
    principal: Principal,
    upload: sa.Row[Any],
    offset: int,
    body: AsyncIterator[bytes],
    checksum: Checksum | None = None,
    size: int | None = None,
) -> Standing:
    """Take bytes from `offset` on, and turn the upload into a session when it is whole.

    What has arrived counts even if the connection breaks; with a checksum, all of it or nothing.

    Parameters
    ----------
    offset : where the bytes begin.
    body : the bytes; there may be none.
    checksum : of the body.
    size : of the whole recording, where it was not told at the beginning.

    Raises
    ------
    Problem : if `offset` is not where the upload stands, more comes than was announced, the bytes
        do not fit the checksum, or they are no recording, which ends the upload.
    StorageFull : if there is no room; what was noted before counts.
    """
    with _exclusive(context, upload):
        upload = await run_in_threadpool(find, context, principal, upload.id)
        now_at = await run_in_threadpool(standing_of, context, principal, upload)
        if now_at.offset != offset:
            raise Problem("conflict", f"The upload stands at byte {now_at.offset}: go on there.")
        if now_at.session_id:
            return now_at
        if size is not None:
            upload = await run_in_threadpool(_tell_size, context, principal, upload, size)
        most = await run_in_threadpool(_most, context, principal, upload)
        received = await _receive(context, upload, body, most, checksum)
        try:
            if offset < HEAD_BYTES <= received:
                await run_in_threadpool(_check_kind, context, upload)
            if upload.size == UNTOLD or received < upload.size:
                return Standing(received)
            session_id, is_new = await run_in_threadpool(_complete, context, principal, upload)
        except Problem as problem:
            if problem.kind == "not-a-recording":
                await run_in_threadpool(discard, context, upload)
            raise
    return Standing(upload.size, session_id, is_new)


def discard(context: Context, upload: sa.Row[Any]) -> None:
    """Forget an upload and remove its file."""
    with context.engine.begin() as db:
        db.execute(uploads.delete().where(uploads.c.id == upload.id))
    _remove(context, upload)


async def _receive(
    context: Context,
    upload: sa.Row[Any],
    body: AsyncIterator[bytes],
    most: int,
    checksum: Checksum | None,
) -> int:
    """Write what comes; says how much lies in the file, of which the last piece may not count."""
    received: int = upload.received
    counts = received
    untold = upload.size == UNTOLD
    digest = checksum.begin() if checksum else None
    with _open(context, upload) as file:
        file.truncate(received)
        file.seek(received)
        try:
            async for piece in _gather(body):
                _check_length(most, received + len(piece))
                check_room(context.settings, len(piece))
                await run_in_threadpool(_write, file, piece)
                if digest is not None:
                    digest.update(piece)
                received += len(piece)
                if digest is None and (untold or received < upload.size):
                    counts = received
        except ClientDisconnect:  # the client will ask where to go on
            return counts
        else:
            if checksum is not None and digest is not None:
                if digest.digest() != checksum.digest:
                    raise Problem(
                        "checksum-mismatch",
                        f"The bytes from {upload.received} on changed on their way. Send them "
                        "again.",
                    )
                counts = received if untold or received < upload.size else counts
        finally:
            await run_in_threadpool(_record_offset, context, upload.id, file, counts)
    return received


async def _gather(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Gather what comes into larger pieces; what came before a connection broke is one too."""
    gathered = bytearray()
    broken: ClientDisconnect | None = None
    try:
        async for chunk in body:
            gathered += chunk
            if len(gathered) >= _PIECE:
                yield bytes(gathered)
                gathered.clear()
    except ClientDisconnect as error:
        broken = error
    if gathered:
        yield bytes(gathered)
    if broken is not None:
        raise broken


@contextmanager
def _exclusive(context: Context, upload: sa.Row[Any]) -> Iterator[None]:
    """Let nobody else write or complete an upload."""
    held = FileLocks(context.settings.locks_dir).take(f"{UPLOAD}{upload.id}")
    if held is None:
        raise Problem(
            "conflict", "Another request is at work on this upload. Wait, then ask again."
        )
    try:
        yield
    finally:
        held.release()


@contextmanager
def _open(context: Context, upload: sa.Row[Any]) -> Iterator[IO[bytes]]:
    try:
        file = _path(context, upload).open("r+b")
    except FileNotFoundError:
        raise not_found("upload") from None
    try:
        yield file
    finally:
        with suppress(OSError):  # it writes what is left, for which there may be no room
            file.close()


def _path(context: Context, upload: sa.Row[Any]) -> Path:
    return context.settings.uploads_dir / str(upload.part)


def _remove(context: Context, upload: sa.Row[Any]) -> None:
    _path(context, upload).unlink(missing_ok=True)


def _tell_size(
    context: Context, principal: Principal, upload: sa.Row[Any], size: int
) -> sa.Row[Any]:
    """Note the size of an upload that was announced without one."""
    if upload.size not in (UNTOLD, size):
        raise Problem("conflict", f"The upload was announced with {upload.size} bytes.")
    if size == 0:
        raise _empty()
    if size < upload.received:
        raise Problem("conflict", f"{upload.received} bytes have come: it has at least as many.")
    check_size(context.settings, size - upload.received)
    with context.engine.begin() as db:
        hold_quota(db, principal)
        check_quota(db, context.settings, principal, size, besides=upload.id)
        db.execute(uploads.update().where(uploads.c.id == upload.id).values(size=size))
    return find(context, principal, upload.id)


def _most(context: Context, principal: Principal, upload: sa.Row[Any]) -> int:
    """Bytes that an upload may have."""
    if upload.size != UNTOLD:
        return int(upload.size)
    with context.engine.connect() as db:
        left = quota_left(db, context.settings, principal, besides=upload.id)
    return min(context.settings.max_upload_bytes, max(left, 0))


def _empty() -> Problem:
    return Problem("invalid-request", "The recording is empty: it has 0 bytes.")


def _check_length(most: int, received: int) -> None:
    if received > most:
        raise Problem("too-large", f"More came than {most} bytes, the most that may come here.")


def _write(file: IO[bytes], piece: bytes) -> None:
    with disk_full_guard():
        file.write(piece)


def _record_offset(context: Context, upload_id: str, file: IO[bytes], received: int) -> None:
    with disk_full_guard():
        file.flush()
        os.fsync(file.fileno())
    with context.engine.begin() as db:
        db.execute(uploads.update().where(uploads.c.id == upload_id).values(received=received))


def _complete(context: Context, principal: Principal, upload: sa.Row[Any]) -> tuple[str, bool]:
    """Turn a whole upload into a session, and keep of the upload only which one.

    Returns
    -------
    The id of the session, and whether it is new.
    """
    path = _path(context, upload)
    about = read_about(_rename_fields(upload.meta))
    received = Received(path, sha256_of(path), upload.size, _check_kind(context, upload))
    offer = Offer(received, about, upload.meta.get("filename", ""), upload.id)
    row, is_new = accept(context, principal, offer)
    with context.engine.begin() as db:
        mine = uploads.c.id == upload.id
        db.execute(uploads.update().where(mine).values(session_id=row.id, meta={}))
    _remove(context, upload)
    return str(row.id), is_new


def _check_kind(context: Context, upload: sa.Row[Any]) -> str:
    with _path(context, upload).open("rb") as file:
        return media_type(file.read(HEAD_BYTES))


def _session_of(context: Context, principal: Principal, upload: sa.Row[Any]) -> str:
    """Name the session that an upload has become, also if we died before we could note it."""
    if upload.session_id:
        return str(upload.session_id)
    wanted = sa.select(sessions.c.id).where(
        sessions.c.owner_id == principal.user_id, sessions.c.idempotency_key == upload.id
    )
    with context.engine.connect() as db:
        return str(db.execute(wanted).scalar_one_or_none() or "")


def _rename_fields(fields: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in fields.items() if name not in _NOT_FIELDS}
