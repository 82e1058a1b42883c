"""The upload form: its description, and how it is read into an offer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from coach_api.intake.accept import Offer, suffix
from coach_api.intake.multipart import MAX_FILES, UploadForm, read_form
from coach_api.intake.parts import PartFile, Received, check_length, check_size, join
from coach_api.people.consent import require_consent
from coach_api.problems import Problem
from coach_api.schemas.uploads import About
from coach_api.sessions.context import Context

FILE = "recording"
_PAGE_FIELDS = frozenset({"csrf"})
_FORM_OVERHEAD = 1 << 16

FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FILE, "consent"],
                    "properties": {
                        FILE: {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                            "minItems": 1,
                            "maxItems": MAX_FILES,
                            "description": "Any sound or video file with speech. Several are "
                            "recordings of one conversation, such as one for each microphone; "
                            "they are aligned by their sound.",
                        },
                        **About.model_json_schema()["properties"],
                    },
                }
            }
        },
    }
}


@asynccontextmanager
async def receive(
    request: Request, context: Context, idempotency_key: str | None = None
) -> AsyncIterator[Offer]:
    """Receive an uploaded form; its file is removed after the context unless it was accepted.

    Parameters
    ----------
    request : of which nothing is read yet.
    context : of the service.
    idempotency_key : of the header; None if there is none.

    Raises
    ------
    Problem : if it is refused.
    """
    async with stream_form(request, context) as form:
        about = read_about(form.fields)
        require_consent(about.consent)
        async with finish(form, context) as received:
            yield Offer(received, about, form.filenames[0], idempotency_key)


@asynccontextmanager
async def stream_form(request: Request, context: Context) -> AsyncIterator[UploadForm]:
    """Stream a form in; its files are removed after the context unless they were moved away."""
    _check_announced(request, context)
    parts: list[PartFile] = []

    def begin_file() -> PartFile:
        parts.append(PartFile(context.settings))
        return parts[-1]

    try:
        form = await read_form(request, FILE, begin_file)
        if not form.files:
            raise Problem(
                "invalid-request", "The form has no recording: send the file as 'recording'."
            )
        yield form
    finally:
        for part in parts:
            part.discard()


@asynccontextmanager
async def finish(form: UploadForm, context: Context) -> AsyncIterator[Received]:
    """Finish the files of a form as one recording; it is removed afterwards unless moved away.

    Raises
    ------
    Problem : if a file is empty, no recording or there twice, or all together are too large.
    StorageFull : if there is no room.
    """
    received = [await run_in_threadpool(part.finish) for part in form.files]
    check_length(context.settings, sum(each.size for each in received))
    if len(received) == 1:
        yield received[0]
        return
    if len({each.sha256 for each in received}) < len(received):
        raise Problem("invalid-request", "The form has a recording twice: send each once.")
    endings = [suffix(name) for name in form.filenames]
    made = await run_in_threadpool(join, context.settings, received, endings)
    try:
        yield made
    finally:
        made.path.unlink(missing_ok=True)


def _check_announced(request: Request, context: Context) -> None:
    """Refuse a request by its announced length, before it is read."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal():
        check_size(context.settings, max(0, int(announced) - _FORM_OVERHEAD))


def read_about(fields: Mapping[str, str]) -> About:
    """Read what the fields of the form say about the recording.

    Raises
    ------
    Problem : if a field is unknown or wrong; it names the field, not what was in it.
    """
    try:
        return About.model_validate(
            {name: text for name, text in fields.items() if name not in _PAGE_FIELDS}
        )
    except ValidationError as error:
        places = tuple(
            {"place": ".".join(map(str, each["loc"])), "message": each["msg"]}
            for each in error.errors(include_url=False, include_input=False)
        )
        raise Problem(
            "invalid-request", f"Field {places[0]['place']}: {places[0]['message']}.", {}, places
        ) from None
