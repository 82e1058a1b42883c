"""Who may use the core: one heavy stage at a time, interactive jobs before batch jobs.

A worker takes an interactive job and some batch jobs. Batch jobs have their turn one after another,
so that a job which ends its worker takes down none that has begun. The one whose turn it is waits
at its next stage while an interactive one is under way: somebody is waiting for that, and a stage
of a batch can be an hour.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Gate:
    """The way to the core of one worker. Used from one event loop."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._busy = False
        self._interactive = 0
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def job(self, *, interactive: bool) -> AsyncIterator[None]:
        """Be under way as a job; a batch job waits for its turn."""
        if not interactive:
            async with self._turn:
                yield
            return
        self._interactive += 1
        try:
            yield
        finally:
            self._interactive -= 1
            await self._tell()

    @asynccontextmanager
    async def core(self, *, interactive: bool) -> AsyncIterator[None]:
        """Have the core for a stage, waiting for it."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.is_open(interactive=interactive))
            self._busy = True
        try:
            yield
        finally:
            self._busy = False
            await self._tell()

    def is_open(self, *, interactive: bool) -> bool:
        """Whether a stage could have the core at once."""
        return not self._busy and (interactive or self._interactive == 0)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
