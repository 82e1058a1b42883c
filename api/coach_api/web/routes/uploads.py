"""Uploads in pieces: announce, send from where it stands, complete."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.concurrency import run_in_threadpool

from coach_api.intake import resumable
from coach_api.schemas.base import COMMON, problems
from coach_api.schemas.sessions import CreatedOut
from coach_api.schemas.uploads import UploadIn, UploadOut
from coach_api.web.callers import Writer
from coach_api.web.dependencies import Ctx
from coach_api.web.routes.parameters import ObjectId

router = APIRouter(prefix="/v1/uploads", tags=["uploads"], responses=COMMON)
_BYTES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
Offset = Annotated[int, Header(ge=0, le=2**62, description="Where these bytes begin.")]


@router.post(
    "", status_code=201, responses=problems("consent-missing", "too-large", "storage-full")
)
def begin_upload(wish: UploadIn, context: Ctx, principal: Writer) -> UploadOut:
    """Announce a recording to be sent in pieces."""
    context.limits.spend("upload", principal.user_id)
    return UploadOut.model_validate(resumable.begin(context, principal, wish))


@router.get("/{upload_id}")
def get_upload(upload_id: ObjectId, context: Ctx, principal: Writer) -> UploadOut:
    """Ask how much has arrived."""
    return UploadOut.model_validate(resumable.find(context, principal, upload_id))


@router.patch("/{upload_id}", responses=problems("conflict", "too-large"), openapi_extra=_BYTES)
async def continue_upload(
    upload_id: ObjectId, request: Request, context: Ctx, principal: Writer, upload_offset: Offset
) -> UploadOut:
    """Send the next bytes; what has arrived counts even if the connection breaks."""
    upload = await run_in_threadpool(resumable.find, context, principal, upload_id)
    received = await resumable.append(context, upload, upload_offset, request.stream())
    return UploadOut(id=upload.id, size=upload.size, received=received)


@router.post(
    "/{upload_id}/session", status_code=201, responses=problems("conflict", "not-a-recording")
)
def complete_upload(
    upload_id: ObjectId, response: Response, context: Ctx, principal: Writer
) -> CreatedOut:
    """Turn a whole upload into a session and begin its analysis."""
    upload = resumable.find(context, principal, upload_id)
    row, is_new = resumable.finish(context, principal, upload)
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = f"/v1/sessions/{row.id}"
    return CreatedOut(id=row.id, status=row.status)


@router.delete("/{upload_id}", status_code=204)
def discard_upload(upload_id: ObjectId, context: Ctx, principal: Writer) -> None:
    """Give an upload up."""
    resumable.discard(context, resumable.find(context, principal, upload_id))
