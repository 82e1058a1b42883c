"""The order of heavy stages in a worker: one at a time, interactive jobs before batch jobs.

A worker takes an interactive job and some batch jobs. Batch jobs run one after another, so a job
that crashes its worker takes down no other that has begun. A batch job waits at its next stage
while an interactive one is running: somebody waits for that, and a stage of a batch can take an
hour.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Scheduler:
    """Schedules the jobs of one worker. Used from one event loop."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._is_busy = False
        self._interactive = 0
        self._batch = asyncio.Lock()

    @asynccontextmanager
    async def job(self, *, interactive: bool) -> AsyncIterator[None]:
        """Run a job in this context; a batch job first waits for the one before it."""
        if not interactive:
            async with self._batch:
                yield
            return
        self._interactive += 1
        try:
            yield
        finally:
            self._interactive -= 1
            await self._notify()

    @asynccontextmanager
    async def core(self, *, interactive: bool) -> AsyncIterator[None]:
        """Wait for the core, and hold it for a stage."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.is_free(interactive=interactive))
            self._is_busy = True
        try:
            yield
        finally:
            self._is_busy = False
            await self._notify()

    def is_free(self, *, interactive: bool) -> bool:
        """Whether a stage could have the core at once."""
        return not self._is_busy and (interactive or self._interactive == 0)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()
