"""The sound, with ranges for players, and other formats."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Request, Response
from fastapi.responses import StreamingResponse

from coach.errors import MissingDependency
from coach_api.people.principal import Principal
from coach_api.problems import Problem
from coach_api.schemas.base import COMMON, problems
from coach_api.sessions import access, corrections, exports
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
    row, size = _kept(context, principal, session_id)
    part = ranges.asked(range, size)
    start, end = part or (0, size)
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    status, media = (206 if part else 200), row.media_type or "application/octet-stream"
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=media)
    body = context.storage.stream(row.blob_key, start, end)
    return StreamingResponse(body, status, headers, media)


def _kept(context: Context, principal: Principal, session_id: str) -> tuple[Any, int]:
    with context.engine.connect() as db:
        row = access.get(db, principal, session_id, "read")
    size = context.storage.size(row.blob_key) if row.blob_key else None
    if size is None:
        raise Problem("sound-gone", "The sound was erased at the end of its time; results stay.")
    return row, size


@router.get(
    "/{session_id}/exports/{format}",
    response_class=Response,
    responses=_FILE | problems("not-ready", "unavailable"),
)
def export_session(
    session_id: SessionId, format: FormatName, context: Ctx, principal: Reader
) -> Response:
    """Write the session in another format, corrections included."""
    with context.engine.connect() as db:
        access.get(db, principal, session_id, "read")
        conv = corrections.shown(db, session_id)
        card = exports.stored_card(db, session_id)
    try:
        made = exports.write(format, conv, card)
    except MissingDependency as error:
        raise Problem("unavailable", str(error)) from error
    filename = f"session-{session_id[:8]}{made.suffix}"  # no names: it ends up in a download list
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(made.content, media_type=made.media_type, headers=headers)
