"""What every request needs: built once in `create_app`, never at import."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends, Request

from coach_api.auth.tokens import Touches
from coach_api.jobs import Jobs
from coach_api.limits import RateLimits
from coach_api.metrics import Metrics
from coach_api.recent import Recent
from coach_api.settings import Settings
from coach_api.storage import Storage


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of a running service. `key` signs CSRF tokens and names people in addresses."""

    settings: Settings
    engine: sa.Engine = field(repr=False)
    storage: Storage = field(repr=False)
    jobs: Jobs = field(repr=False)
    limits: RateLimits = field(repr=False)
    metrics: Metrics = field(repr=False)
    key: bytes = field(repr=False)
    touches: Touches = field(repr=False, default_factory=Touches)
    recent: Recent = field(repr=False, default_factory=Recent)

    def forget(self, session_id: str) -> None:
        """Erase a session, here and in the engine of jobs."""
        self.recent.forget(session_id)
        self.jobs.forget(session_id)


async def context_of(request: Request) -> Context:
    """The context of the app that serves this request."""
    context: Context = request.app.state.context
    return context


Ctx = Annotated[Context, Depends(context_of)]
