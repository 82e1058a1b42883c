"""The dependencies that handlers ask FastAPI for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from coach_api.sessions.context import Context


async def context_of(request: Request) -> Context:
    """The context of the app that serves this request."""
    context: Context = request.app.state.context
    return context


Ctx = Annotated[Context, Depends(context_of)]
