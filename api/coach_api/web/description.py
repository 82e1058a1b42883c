"""The parts of the OpenAPI document that do not come from the routes."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from coach_api.schemas.base import ProblemOut

DESCRIPTION = """\
A recorded mentoring conversation becomes a listening scorecard.

Upload with `POST /v1/sessions`, follow `GET /v1/sessions/{id}/events`, read
`GET /v1/sessions/{id}/scorecard`. Send `Authorization: Bearer TOKEN`; make a token with
`coach token create --name X`. Every refusal is a document of type `application/problem+json`
that says what was found, what was expected and what to do.
"""
TAGS = [
    {"name": "sessions", "description": "A session is one recording and what is made of it."},
    {"name": "results", "description": "Scorecard, conversation, sound, other formats."},
    {"name": "corrections", "description": "Values that change what is shown; all undoable."},
    {"name": "uploads", "description": "Recordings in pieces, over connections that break."},
    {"name": "trends", "description": "Measures over time: of a mentor, a pair, a programme."},
    {
        "name": "goals",
        "description": "What a mentor practises, and private notes.",
    },
    {"name": "people", "description": "Users, tokens, voices, and everything about a person."},
    {"name": "webhooks", "description": "Signed calls when a scorecard is ready."},
    {"name": "service", "description": "Health and metrics."},
]


def openapi(app: FastAPI) -> None:
    """Let the app describe itself, the refusals included."""
    describe = app.openapi

    def describe_all() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = describe()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas["ProblemOut"] = ProblemOut.model_json_schema()
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = describe_all  # type: ignore[method-assign]
