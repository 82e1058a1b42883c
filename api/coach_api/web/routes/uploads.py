"""Uploads in pieces, by the tus protocol 1.0: create, send from where it stands, and a session."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.concurrency import run_in_threadpool

from coach_api.intake import resumable, tus
from coach_api.intake.resumable import Standing
from coach_api.problems import Problem
from coach_api.schemas.base import COMMON, problems
from coach_api.sessions.context import Context
from coach_api.web.callers import Writer
from coach_api.web.dependencies import Ctx
from coach_api.web.routes.parameters import ObjectId

PATH = "/v1/uploads"
SESSION = "Content-Location"
"""The header that says which session an upload has become."""
IS_NEW = "Session-Is-New"
"""The header that says "false" when that recording was there before."""


_SHORT, _LONG = 200, 20_000  # characters of a header


def _check_version(
    tus_resumable: Annotated[
        str | None, Header(max_length=_SHORT, description=f"Always {tus.VERSION}.")
    ] = None,
) -> None:
    tus.check_version(tus_resumable)


greeter = APIRouter(prefix=PATH, tags=["uploads"])
"""For those who do not yet know which version is spoken."""
router = APIRouter(
    prefix=PATH,
    tags=["uploads"],
    dependencies=[Depends(_check_version)],
    responses={**COMMON, **problems("wrong-version")},
)
_BYTES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {tus.BYTES: {"schema": {"type": "string", "format": "binary"}}},
    }
}
_MOST = 2**62
_Length = Annotated[int | None, Header(ge=0, le=_MOST, description="Bytes of the whole recording.")]
_DeferLength = Annotated[
    Literal["1"] | None, Header(description="The length is told with the last piece.")
]
_Metadata = Annotated[
    str,
    Header(
        max_length=_LONG,
        description="The fields of the form of `POST /v1/sessions`, and `filename`: each a key and "
        "its value in base64, separated by commas.",
    ),
]
_Offset = Annotated[int, Header(ge=0, le=_MOST, description="Where these bytes begin.")]
_Checksum = Annotated[
    str | None,
    Header(
        max_length=_SHORT,
        description=f"One of {', '.join(tus.ALGORITHMS)}, and the hash of the body in base64.",
    ),
]


@greeter.options("", status_code=204)
def describe_uploads(context: Ctx) -> Response:
    """Say which version and extensions of tus are spoken, and how large a recording may be."""
    headers = {
        "Tus-Version": tus.VERSION,
        "Tus-Extension": ",".join(tus.EXTENSIONS),
        "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
        "Tus-Max-Size": str(context.settings.max_upload_bytes),
    }
    return Response(status_code=204, headers=headers)


@router.post(
    "", status_code=201, responses=problems("consent-missing", "too-large", "storage-full")
)
def create_upload(
    context: Ctx,
    principal: Writer,
    upload_length: _Length = None,
    upload_defer_length: _DeferLength = None,
    upload_metadata: _Metadata = "",
) -> Response:
    """Announce a recording to be sent in pieces; `Location` says where to.

    Its length may be told with the last piece: a recording can be sent while it is made.
    """
    context.limits.spend("upload", principal.user_id)
    if (upload_length is None) == (upload_defer_length is None):
        raise Problem(
            "invalid-request", "Expected one of Upload-Length and Upload-Defer-Length: 1."
        )
    fields = tus.read_metadata(upload_metadata)
    upload = resumable.create(context, principal, upload_length, fields)
    headers = {
        "Location": f"{PATH}/{upload.id}",
        "Upload-Expires": tus.write_moment(resumable.expiry(context, upload)),
    }
    return Response(status_code=201, headers=headers)


@router.head("/{upload_id}")
def find_offset(upload_id: ObjectId, context: Ctx, principal: Writer) -> Response:
    """Ask how much has arrived, in `Upload-Offset`; a whole upload names its session."""
    upload = resumable.find(context, principal, upload_id)
    headers = _standing(context, upload, resumable.standing_of(context, principal, upload))
    headers["Cache-Control"] = "no-store"
    if upload.size == resumable.UNTOLD:
        headers["Upload-Defer-Length"] = "1"
    else:
        headers["Upload-Length"] = str(upload.size)
    if upload.meta:
        headers["Upload-Metadata"] = tus.write_metadata(upload.meta)
    return Response(headers=headers)


@router.patch(
    "/{upload_id}",
    status_code=204,
    responses=problems(
        "conflict", "too-large", "not-a-recording", "wrong-content-type", "checksum-mismatch",
        "unavailable", "storage-full",
    ),
    openapi_extra=_BYTES,
)  # fmt: skip
async def continue_upload(
    upload_id: ObjectId,
    request: Request,
    context: Ctx,
    principal: Writer,
    upload_offset: _Offset,
    upload_checksum: _Checksum = None,
    upload_length: _Length = None,
) -> Response:
    """Send the next bytes. The last ones make a session, which `Content-Location` names.

    What has arrived counts even if the connection breaks: ask for the offset and go on there.
    """
    if request.headers.get("content-type") != tus.BYTES:
        raise Problem("wrong-content-type", f"Expected the content type {tus.BYTES}.")
    checksum = tus.read_checksum(upload_checksum) if upload_checksum is not None else None
    upload = await run_in_threadpool(resumable.find, context, principal, upload_id)
    standing = await resumable.append(
        context, principal, upload, upload_offset, request.stream(), checksum, upload_length
    )
    return Response(status_code=204, headers=_standing(context, upload, standing))


@router.delete("/{upload_id}", status_code=204)
def discard_upload(upload_id: ObjectId, context: Ctx, principal: Writer) -> None:
    """Give an upload up. A session that it has become stays."""
    resumable.discard(context, resumable.find(context, principal, upload_id))


def _standing(context: Context, upload: Any, standing: Standing) -> dict[str, str]:
    headers = {"Upload-Offset": str(standing.offset)}
    if standing.session_id:
        headers[SESSION] = f"/v1/sessions/{standing.session_id}"
        headers[IS_NEW] = str(standing.is_new).lower()
    return headers | {"Upload-Expires": tus.write_moment(resumable.expiry(context, upload))}
