"""What every request needs: built once in `create_app`, never at import."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends, Request

from coach.conversation import Conversation
from coach_api.auth.tokens import Touches
from coach_api.jobs import Jobs
from coach_api.limits import RateLimits
from coach_api.metrics import Metrics
from coach_api.recent import Recent
from coach_api.settings import Settings
from coach_api.storage import Storage

_CARD_BYTES = 32 * 1024**2
_CONVERSATIONS = 8


def _cards() -> Recent[bytes]:
    return Recent(_CARD_BYTES, len)


def _conversations() -> Recent[Conversation]:
    return Recent(_CONVERSATIONS, lambda conv: 1)


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
    cards: Recent[bytes] = field(repr=False, default_factory=_cards)
    heard: Recent[Conversation] = field(repr=False, default_factory=_conversations)

    def forget(self, session_id: str) -> None:
        """Erase a session, here and in the engine of jobs."""
        self.cards.forget(session_id)
        self.heard.forget(session_id)
        self.jobs.forget(session_id)


async def context_of(request: Request) -> Context:
    """The context of the app that serves this request."""
    context: Context = request.app.state.context
    return context


Ctx = Annotated[Context, Depends(context_of)]
