"""Run stages in child processes without waiting for them in a thread.

A child is forked by a process that has its imports done, `coach_api.work.fork_server`. It is
killed, with everything that it started, when the stage is cancelled; Linux kills it when this
process dies.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO, BinaryIO

from coach.analysis.stage_process import parse_line
from coach.errors import CoachError
from coach.ports import Progress
from coach.system import module_command

Follow = Callable[[Progress], Awaitable[None]]


class StageDied(Exception):
    """A stage ended without a result and without an error message; it is worth trying again."""


class StageRunner:
    """Runs one stage at a time, each in a process of its own.

    Parameters
    ----------
    program : the module that runs a stage: `prepare` imports, `main` runs.
    env : of the processes.
    """

    def __init__(self, program: str, env: Mapping[str, str]) -> None:
        self._program, self._env = program, dict(env)
        self._fork_server: _ForkServer | None = None

    async def run(self, stage: str, job: str, follow: Follow) -> None:
        """Run a stage to its end.

        Parameters
        ----------
        stage : name of the stage.
        job : the job as JSON, see `coach.analysis.stage_process.to_json`.
        follow : called with every progress that the stage reports.

        Raises
        ------
        CoachError : the error that the stage reported; trying again would not help.
        StageDied : if it was killed, ran out of memory or room, or crashed.
        """
        if self._fork_server is None or self._fork_server.has_ended:
            self._fork_server = _ForkServer(self._program, self._env)
        with tempfile.TemporaryFile() as errors:
            reader, writer = os.pipe()
            with os.fdopen(reader, "rb") as output:
                try:
                    child = await self._fork_server.fork(stage, job, (writer, errors.fileno()))
                finally:
                    os.close(writer)
                failure, code = await child.follow(output, follow)
            if failure is not None:
                raise failure
            if code != 0:
                raise StageDied(_describe_end(code, errors))


class _ForkServer:
    """The process that forks stages; see `coach_api.work.fork_server`."""

    def __init__(self, program: str, env: Mapping[str, str]) -> None:
        self._socket, theirs = socket.socketpair()
        self._socket.setblocking(False)
        self._last: asyncio.Future[int] | None = None
        with theirs:
            number = theirs.fileno()
            ours = str(os.getpid())
            self._process = subprocess.Popen(
                module_command("coach_api.work.fork_server", program, str(number), ours),
                stdin=subprocess.DEVNULL,
                env=env,
                pass_fds=(number,),
                start_new_session=True,
            )

    @property
    def has_ended(self) -> bool:
        """Whether it is of no more use."""
        return self._process.poll() is not None

    async def fork(self, stage: str, job: str, descriptors: Sequence[int]) -> _StageFork:
        """Start a stage, whose output and errors go to the descriptors."""
        if self._last is not None:  # its end may be unseen, after a second cancel
            await asyncio.wait([self._last])
        request = json.dumps([stage, job]).encode() + b"\n"
        try:
            sent = socket.send_fds(self._socket, [request], descriptors)
            await asyncio.get_running_loop().sock_sendall(self._socket, request[sent:])
        except OSError as error:
            raise StageDied("The process that starts stages has ended.") from error
        child = _StageFork(self._read_number)
        self._last = child.ended
        return child

    async def _read_number(self) -> int:
        """Read the next answer."""
        line = b""
        while not line.endswith(b"\n"):
            try:
                byte = await asyncio.get_running_loop().sock_recv(self._socket, 1)
            except ConnectionResetError:  # killed before it had read what we asked
                byte = b""
            if not byte:
                self._socket.close()
                self._process.wait()
                raise StageDied("The process that starts stages was killed.")
            line += byte
        return int(line)


class _StageFork:
    """A stage that was started; `ended` gives its exit code."""

    def __init__(self, read_number: Callable[[], Awaitable[int]]) -> None:
        self._read_number = read_number
        self._pid: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.ended: asyncio.Future[int] = asyncio.ensure_future(self._read_answers())

    async def follow(self, output: BinaryIO, follow: Follow) -> tuple[CoachError | None, int]:
        """Follow it to its end; return the error that it reported, and its exit code."""
        try:
            failure = await _read_output(output, follow)
            return failure, await asyncio.shield(self.ended)
        finally:
            await asyncio.shield(self._kill())

    async def _read_answers(self) -> int:
        self._pid.set_result(await self._read_number())
        return await self._read_number()

    async def _kill(self) -> None:
        """Kill it and what it started, and see that it is gone."""
        await asyncio.wait([self._pid, self.ended], return_when=asyncio.FIRST_COMPLETED)
        if self._pid.done():
            with suppress(ProcessLookupError):
                os.killpg(self._pid.result(), signal.SIGKILL)
            if not self.ended.done():  # it may be so young that it has no group yet
                with suppress(ProcessLookupError):
                    os.kill(self._pid.result(), signal.SIGKILL)
        await asyncio.wait([self.ended])


async def _read_output(output: BinaryIO, follow: Follow) -> CoachError | None:
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), output
    )
    failure = None
    try:
        while line := await reader.readline():
            message = parse_line(line.decode(errors="replace"))
            if isinstance(message, Progress):
                await follow(message)
            elif message is not None:
                failure = message
    finally:
        transport.close()
    return failure


def _describe_end(code: int, errors: IO[bytes]) -> str:
    errors.seek(0)
    last = errors.read().decode(errors="replace").strip().splitlines()[-1:]
    if code == -signal.SIGKILL:
        return "It was killed; there may not be enough memory."
    why = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    return f"It ended with {why}. {' '.join(last)}".strip()
