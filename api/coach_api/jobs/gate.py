"""Who may use the core: one heavy stage at a time, interactive jobs before batch jobs.

A worker takes one job of each kind. The batch job waits at its next stage while the interactive one
is under way: somebody is waiting for that, and a stage of a batch can be an hour.
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

    @asynccontextmanager
    async def job(self, *, interactive: bool) -> AsyncIterator[None]:
        """Be under way as a job."""
        self._interactive += interactive
        try:
            yield
        finally:
            self._interactive -= interactive
            await self._tell()

    @asynccontextmanager
    async def core(self, *, interactive: bool) -> AsyncIterator[None]:
        """Have the core for a stage, waiting for it."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._is_open(interactive))
            self._busy = True
        try:
            yield
        finally:
            self._busy = False
            await self._tell()

    def _is_open(self, interactive: bool) -> bool:
        return not self._busy and (interactive or self._interactive == 0)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
