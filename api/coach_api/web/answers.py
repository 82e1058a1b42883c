"""Errors as answers: problem+json for programs, a page for a browser."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from obstore.exceptions import BaseError as StoreError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from coach.errors import AnalysisError, CoachError, InputError
from coach_api.problems import Problem, problem_of_status
from coach_api.store.objects import StorageFull
from coach_api.web.render import error_page, wants_html

_SHOWN = 10
_AWAY = (sa.exc.OperationalError, sa.exc.TimeoutError, StoreError)  # or no free connection


def as_problem(error: Exception) -> Problem:
    """Turn an error of ours, of the framework or of the database into a refusal."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, StorageFull):
        return Problem("storage-full", str(error))
    if isinstance(error, InputError | AnalysisError):
        return Problem("invalid-request", str(error))
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        return problem_of_status(error.status_code, str(error.detail))
    if isinstance(error, _AWAY):
        return Problem(
            "unavailable",
            "The database or the store does not answer. Try again.",
            {"Retry-After": "5"},
        )
    if isinstance(error, sa.exc.IntegrityError):
        return Problem("conflict", "Somebody did the same just now. Look again.")
    return problem_of_status(500)


def _invalid(error: RequestValidationError) -> Problem:
    """Say where, and what was expected; never what was found, which may be somebody's words."""
    places: list[dict[str, str]] = [
        {"place": ".".join(map(str, each["loc"])), "message": each["msg"]}
        for each in error.errors()[:_SHOWN]
    ]
    first = places[0] if places else {"place": "the request", "message": "not valid"}
    if any(each["type"] == "json_invalid" for each in error.errors()):
        return Problem("unreadable-request", "The body is not JSON. Check it.")
    detail = f"At {first['place']}: {first['message']}. See /v1/openapi.json."
    return Problem("invalid-request", detail, errors=tuple(places))


def respond(request: Request, problem: Problem) -> Response:
    """Answer with a refusal, as a page or as a document, as the caller prefers."""
    if wants_html(request):
        return error_page(request, problem)
    return _json(problem)


def _json(problem: Problem) -> Response:
    return JSONResponse(problem.body(), problem.status, problem.headers, "application/problem+json")


def install(app: FastAPI) -> None:
    """Let the app answer every expected error."""
    for kind in (
        CoachError, RequestValidationError, HTTPException, sa.exc.IntegrityError, *_AWAY,
    ):  # fmt: skip
        app.add_exception_handler(kind, _handler)


async def _handler(request: Request, error: Exception) -> Response:
    return respond(request, as_problem(error))
