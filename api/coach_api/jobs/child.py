"""Run one stage in a child process without waiting for it in a thread.

The child is the same as that of ``coach analyse``. It is killed, with everything that it started,
when the stage is cancelled; it asks Linux to be killed when this process dies.
"""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import IO

from coach.errors import CoachError
from coach.pipeline.child import parse_line
from coach.ports import Progress

Follow = Callable[[Progress], Awaitable[None]]


class StageDied(Exception):
    """A stage ended without a result and without saying why; it is worth trying again."""


async def run_child(argv: list[str], *, env: Mapping[str, str], follow: Follow) -> None:
    """Run a stage's command to its end.

    Raises
    ------
    CoachError : what the stage said went wrong; trying again would not help.
    StageDied : if it was killed, ran out of memory or room, or crashed.
    """
    with tempfile.TemporaryFile() as noise:
        child = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=noise,
            env=dict(env),
            start_new_session=True,
        )
        try:
            failure = await _listen(child, follow)
            code = await child.wait()
        finally:
            await _kill(child)
        if failure is not None:
            raise failure
        if code != 0:
            raise StageDied(_epitaph(code, noise))


async def _listen(child: asyncio.subprocess.Process, follow: Follow) -> CoachError | None:
    failure = None
    while child.stdout and (line := await child.stdout.readline()):
        said = parse_line(line.decode(errors="replace"))
        if isinstance(said, Progress):
            await follow(said)
        elif said is not None:
            failure = said
    return failure


async def _kill(child: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    # The kill is done; being cancelled while the body is collected must not leave a zombie.
    await asyncio.shield(child.wait())


def _epitaph(code: int, noise: IO[bytes]) -> str:
    noise.seek(0)
    last = noise.read().decode(errors="replace").strip().splitlines()[-1:]
    if code == -signal.SIGKILL:
        return "It was killed; there may not be enough memory."
    why = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    return f"It ended with {why}. {' '.join(last)}".strip()
