"""Forms of pages: read, and refused unless they carry the token of the browser's sign-in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Form, Request

from coach_api.people.principal import Principal
from coach_api.problems import Problem
from coach_api.web.callers import address, check_csrf, check_origin
from coach_api.web.cookies import find_user
from coach_api.web.dependencies import Ctx


def _reader(request: Request, context: Ctx) -> Principal:
    principal = find_user(context, request)
    if principal is None:
        context.limits.spend("refused", address(request))
        raise Problem("sign-in-needed", "Please sign in.")
    context.limits.spend("read", principal.token_id)
    return principal


def _sender(
    request: Request,
    context: Ctx,
    principal: Annotated[Principal, Depends(_reader)],
    csrf: Annotated[str, Form(max_length=64)] = "",
) -> Principal:
    check_origin(request)
    check_csrf(principal, csrf)
    context.limits.spend("write", principal.token_id)
    return principal


Visitor = Annotated[Principal, Depends(_reader)]
"""Somebody signed in who looks at a page."""

Sender = Annotated[Principal, Depends(_sender)]
"""Somebody signed in who sends a form of ours."""
