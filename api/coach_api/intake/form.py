"""The upload form: what it looks like, and reading it into an offer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from coach_api.intake.accept import Offer
from coach_api.intake.multipart import Form, read_form
from coach_api.intake.parts import PartFile, check_size
from coach_api.people.consent import required
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
                            "type": "string",
                            "format": "binary",
                            "description": "Any sound or video file with speech.",
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

    Raises
    ------
    Problem : if it is refused.
    """
    async with stream_form(request, context) as (form, part):
        about = about_of(form.fields)
        required(about.consent)
        received = await run_in_threadpool(part.finish)
        yield Offer(received, about, form.filename, idempotency_key)


@asynccontextmanager
async def stream_form(request: Request, context: Context) -> AsyncIterator[tuple[Form, PartFile]]:
    """Stream a form in; its file is removed after the context unless it was moved away."""
    _check_announced(request, context)
    part = PartFile(context.settings)
    try:
        form = await read_form(request, FILE, part)
        if not form.has_file:
            raise Problem(
                "invalid-request", "The form has no recording: send the file as 'recording'."
            )
        yield form, part
    finally:
        part.discard()


def _check_announced(request: Request, context: Context) -> None:
    """Refuse a request by its announced length, before it is read."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal():
        check_size(context.settings, max(0, int(announced) - _FORM_OVERHEAD))


def about_of(fields: Mapping[str, str]) -> About:
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
