"""The sound, with ranges for players, and other formats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from coach.errors import MissingDependency
from coach_api.people.principal import Principal
from coach_api.problems import Problem
from coach_api.schemas.base import COMMON, problems
from coach_api.sessions import access, corrections, exports, sounds
from coach_api.sessions.context import Context
from coach_api.web import ranges
from coach_api.web.callers import Reader
from coach_api.web.dependencies import Ctx
from coach_api.web.routes.parameters import SessionId

router = APIRouter(prefix="/v1/sessions", tags=["results"], responses=COMMON)
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_SOUND: dict[int | str, dict[str, Any]] = {
    200: {"content": {"audio/*": _BINARY, "video/*": _BINARY}},
    206: {"description": "The range asked for", "content": {"audio/*": _BINARY}},
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": dict.fromkeys((*exports.MEDIA_TYPES.values(), exports.OTHER), _BINARY)}
}
_REFUSED = problems("sound-gone", "range-not-satisfiable")
FormatName = Annotated[str, Path(json_schema_extra={"enum": list(exports.NAMES)})]
Range = Annotated[str | None, Header(max_length=200)]


@router.get("/{session_id}/audio", response_class=StreamingResponse, responses=_SOUND | _REFUSED)
@router.head("/{session_id}/audio", include_in_schema=False)
def get_audio(
    session_id: SessionId,
    request: Request,
    context: Ctx,
    principal: Reader,
    range: Range = None,  # the header's name
) -> Response:
    """Read the recording as it was uploaded, or one range of its bytes."""
    row = _with_sound(context, principal, session_id)
    media = row.media_type or "application/octet-stream"
    return _send(request, context, row.blob_key, media, range)


@router.get(
    "/{session_id}/audio/copy", response_class=StreamingResponse, responses=_SOUND | _REFUSED
)
@router.head("/{session_id}/audio/copy", include_in_schema=False)
def get_audio_copy(
    session_id: SessionId,
    request: Request,
    context: Ctx,
    principal: Reader,
    range: Range = None,  # the header's name
) -> Response:
    """Read the small copy of a recording that browsers cannot play, or one range of its bytes."""
    row = _with_sound(context, principal, session_id)
    key = sounds.copy_key(row.id, row.sha256)
    return _send(request, context, key, sounds.COPY_TYPE, range)


def _send(request: Request, context: Context, key: str, media: str, wanted: str | None) -> Response:
    """Send an object of the store, or one range of its bytes."""
    size = context.storage.size(key)
    if size is None:
        raise _sound_gone()
    part = ranges.parse_range(wanted, size)
    start, end = part or (0, size)
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    status = 206 if part else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=media)
    body = context.storage.stream(key, start, end)
    return StreamingResponse(body, status, headers, media)


def _with_sound(context: Context, principal: Principal, session_id: str) -> sa.Row[Any]:
    with context.engine.connect() as db:
        row = access.get(db, principal, session_id, "read")
    if not row.blob_key:
        raise _sound_gone()
    return row


def _sound_gone() -> Problem:
    return Problem("sound-gone", "The sound was erased at the end of its time; results stay.")


@router.get(
    "/{session_id}/exports/{format}",
    response_class=Response,
    responses=_FILE | problems("not-ready", "unavailable", "sound-gone", "too-large"),
)
def export_session(
    session_id: SessionId,
    format: FormatName,
    context: Ctx,
    principal: Reader,
    sound: Annotated[bool, Query(description="With the sound in the page: only of html.")] = False,
) -> Response:
    """Write the session in another format, corrections included."""
    with context.engine.connect() as db:
        row = access.get(db, principal, session_id, "read")
        conv = corrections.read_corrected(db, session_id)
        card = exports.read_scorecard(db, session_id)
    if sound:
        media, pieces = _sound_to_embed(context, row, format)
        body = exports.page_with_sound(card, conv, media, pieces)
        return StreamingResponse(
            body, headers=_download_headers(row, ".html"), media_type="text/html"
        )
    try:
        made = exports.write(format, conv, card)
    except MissingDependency as error:
        raise Problem("unavailable", str(error)) from error
    return Response(
        made.content, media_type=made.media_type, headers=_download_headers(row, made.suffix)
    )


def _download_headers(row: sa.Row[Any], suffix: str) -> dict[str, str]:
    """Make the headers that name a file; lists of downloads show it, so no person is in it."""
    return {"Content-Disposition": f'attachment; filename="session-{row.id[:8]}{suffix}"'}


def _sound_to_embed(context: Context, row: sa.Row[Any], format: str) -> tuple[str, Iterator[bytes]]:
    """Return the media type of the sound for a page that holds it, and its bytes in pieces.

    Raises
    ------
    Problem : if there is none, it is too much, or another format was asked for.
    """
    if format != exports.PAGE:
        raise Problem("invalid-request", "Only html can hold the sound: leave out 'sound'.")
    if not row.blob_key:
        raise _sound_gone()
    key, media = sounds.object_of(row)
    size = context.storage.size(key)
    if size is None:
        raise _sound_gone()
    if size > exports.MOST_EMBEDDED:
        raise Problem(
            "too-large",
            f"The sound has {size / 1024**2:.0f} MiB, and a page holds at most "
            f"{exports.MOST_EMBEDDED // 1024**2}. Download the page and the sound one by one.",
        )
    return media, context.storage.stream(key, 0, size)
