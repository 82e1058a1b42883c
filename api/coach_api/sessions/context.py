"""The parts that every request needs: built once in `create_app`, never at import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import ParamSpec, TypeVar

import sqlalchemy as sa
from anyio import to_thread

from coach.conversation import Conversation
from coach_api.people.attempts import Attempts
from coach_api.people.limits import RateLimits
from coach_api.people.tokens import Touches
from coach_api.sessions.jobs import Jobs
from coach_api.sessions.metrics import Metrics
from coach_api.sessions.scoring import SessionView
from coach_api.settings import Settings
from coach_api.store.objects import Storage
from coach_api.store.recent import Recent
from coach_api.store.reserve import with_reserve

Given = ParamSpec("Given")
Found = TypeVar("Found")

_CARD_BYTES = 32 * 1024**2
_CONVERSATIONS = 8
_SHOWN = 8


def _cards() -> Recent[bytes]:
    return Recent(_CARD_BYTES, len)


def _conversations() -> Recent[Conversation]:
    return Recent(_CONVERSATIONS, lambda conv: 1)


def _new_views() -> Recent[SessionView]:
    return Recent(_SHOWN, lambda shown: 1)


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of a running service. `key` signs CSRF tokens and names people in addresses."""

    settings: Settings
    engine: sa.Engine = field(repr=False)
    storage: Storage = field(repr=False)
    jobs: Jobs = field(repr=False)
    limits: RateLimits = field(repr=False)
    attempts: Attempts = field(repr=False)
    metrics: Metrics = field(repr=False)
    key: bytes = field(repr=False)
    touches: Touches = field(repr=False)
    cards: Recent[bytes] = field(repr=False, default_factory=_cards)
    heard: Recent[Conversation] = field(repr=False, default_factory=_conversations)
    shown: Recent[SessionView] = field(repr=False, default_factory=_new_views)

    @property
    def idle(self) -> timedelta:
        """How long a browser may be idle before it is signed out."""
        return timedelta(hours=self.settings.idle_hours)

    async def run_read(
        self, read: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs
    ) -> Found:
        """Run a read of some rows, for a handler that must not wait.

        A database in a file has answered before a thread would have begun, and a second thread
        makes the first one wait for the interpreter; a server is waited for in a thread.
        """
        if self.settings.is_sqlite:
            return read(*args, **kwargs)
        return await to_thread.run_sync(partial(read, *args, **kwargs))

    def forget(self, session_id: str) -> None:
        """Erase a session in the engine of jobs, then here: nobody can read it again between."""
        try:
            with_reserve(self.settings, self.jobs.forget, session_id)
        finally:
            self.cards.forget(session_id)
            self.heard.forget(session_id)
            self.shown.forget(session_id)
