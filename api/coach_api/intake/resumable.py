"""Uploads in pieces: the row says how much lies durably in the file; a client goes on there."""

from __future__ import annotations

import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from coach.analysis.stages import sha256_of
from coach_api.intake.accept import Offer, accept
from coach_api.intake.parts import Received, check_room, check_size, new_part
from coach_api.intake.sniff import HEAD_BYTES, media_type
from coach_api.people import consent
from coach_api.people.principal import Principal
from coach_api.problems import Problem, not_found
from coach_api.schemas.uploads import About, UploadIn
from coach_api.sessions.context import Context
from coach_api.store.objects import room
from coach_api.store.tables import new_id, sessions, uploads

_PIECE = 1 << 20


def begin(context: Context, principal: Principal, wish: UploadIn) -> sa.Row[Any]:
    """Announce an upload.

    Raises
    ------
    Problem : if it would be too large, or consent is missing.
    """
    consent.required(wish.consent)
    check_size(context.settings, wish.size)
    part = new_part(context.settings)
    part.touch(mode=0o600)
    upload_id = new_id()
    with context.engine.begin() as db:
        db.execute(
            uploads.insert().values(
                id=upload_id,
                owner_id=principal.user_id,
                size=wish.size,
                part=part.name,
                meta=wish.model_dump(exclude={"size"}),
            )
        )
    return find(context, principal, upload_id)


def find(context: Context, principal: Principal, upload_id: str) -> sa.Row[Any]:
    """An upload of this principal.

    Raises
    ------
    Problem : if there is none.
    """
    wanted = sa.select(uploads).where(
        uploads.c.id == upload_id, uploads.c.owner_id == principal.user_id
    )
    with context.engine.connect() as db:
        row = db.execute(wanted).one_or_none()
    if row is None:
        raise not_found("upload")
    return row


async def append(
    context: Context, upload: sa.Row[Any], offset: int, body: AsyncIterator[bytes]
) -> int:
    """Take bytes from `offset` on; what has arrived counts even if the connection breaks.

    Returns
    -------
    How many bytes have arrived in all.

    Raises
    ------
    Problem : if `offset` is not where the upload stands, or more comes than was announced.
    StorageFull : if there is no room; what was noted before counts.
    """
    with _alone(context, upload) as file:
        if file is None:
            raise not_found("upload")
        received = await run_in_threadpool(_standing, context, upload.id, offset)
        file.truncate(received)
        file.seek(received)
        try:
            async for piece in _gathered(body):
                _check_length(upload.size, received + len(piece))
                check_room(context.settings, len(piece))
                await run_in_threadpool(_write, file, piece)
                received += len(piece)
        except ClientDisconnect:
            pass  # the client will ask where to go on
        finally:
            await run_in_threadpool(_keep, context, upload.id, file, received)
    return received


async def _gathered(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    gathered = bytearray()
    try:
        async for chunk in body:
            gathered += chunk
            if len(gathered) >= _PIECE:
                yield bytes(gathered)
                gathered.clear()
    except ClientDisconnect:
        pass
    if gathered:
        yield bytes(gathered)


@contextmanager
def _alone(context: Context, upload: sa.Row[Any]) -> Iterator[IO[bytes] | None]:
    """The part's file, while nobody else writes or completes it; None if it is gone."""
    try:
        file = _path(context, upload).open("r+b")
    except FileNotFoundError:
        yield None
        return
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(
                "conflict", "Another request is at work on this upload. Wait, then ask again."
            ) from None
        yield file
    finally:
        with suppress(OSError):  # it writes what is left, for which there may be no room
            file.close()


def _path(context: Context, upload: sa.Row[Any]) -> Path:
    return context.settings.uploads_dir / str(upload.part)


def _standing(context: Context, upload_id: str, offset: int) -> int:
    wanted = sa.select(uploads.c.received).where(uploads.c.id == upload_id)
    with context.engine.connect() as db:
        received: int | None = db.execute(wanted).scalar_one_or_none()
    if received is None:
        raise not_found("upload")
    if received != offset:
        raise Problem("conflict", f"The upload stands at byte {received}: go on there.")
    return received


def _check_length(size: int, received: int) -> None:
    if received > size:
        raise Problem(
            "too-large", f"More came than the {size} bytes announced. Begin a new upload."
        )


def _write(file: IO[bytes], piece: bytes) -> None:
    with room():
        file.write(piece)


def _keep(context: Context, upload_id: str, file: IO[bytes], received: int) -> None:
    with room():
        file.flush()
        os.fsync(file.fileno())
    with context.engine.begin() as db:
        db.execute(uploads.update().where(uploads.c.id == upload_id).values(received=received))


def finish(context: Context, principal: Principal, upload: sa.Row[Any]) -> tuple[sa.Row[Any], bool]:
    """Turn a whole upload into a session; asked again, the answer is the same session.

    Raises
    ------
    Problem : if it is not whole, or no recording.
    """
    with _alone(context, upload) as file:
        known = _finished(context, principal, upload.id)
        if known is not None:
            accepted = known, False
        elif file is None:
            raise Problem("conflict", "The bytes of this upload got lost: begin a new upload.")
        else:
            accepted = accept(context, principal, _whole(context, upload))
    discard(context, upload)
    return accepted


def _finished(context: Context, principal: Principal, upload_id: str) -> sa.Row[Any] | None:
    wanted = sa.select(sessions).where(
        sessions.c.owner_id == principal.user_id, sessions.c.idempotency_key == upload_id
    )
    with context.engine.connect() as db:
        return db.execute(wanted).one_or_none()


def _whole(context: Context, upload: sa.Row[Any]) -> Offer:
    if upload.received != upload.size:
        raise Problem(
            "conflict", f"{upload.received} of {upload.size} bytes have arrived: send the rest."
        )
    path = _path(context, upload)
    with path.open("rb") as file:
        kind = media_type(file.read(HEAD_BYTES))
    said = dict(upload.meta)
    filename = said.pop("filename", "")
    received = Received(path, sha256_of(path), upload.size, kind)
    return Offer(received, About(**said), filename, upload.id)


def discard(context: Context, upload: sa.Row[Any]) -> None:
    """Forget an upload and remove its file."""
    with context.engine.begin() as db:
        db.execute(uploads.delete().where(uploads.c.id == upload.id))
    _path(context, upload).unlink(missing_ok=True)
