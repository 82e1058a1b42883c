"""Limits on the bodies of requests, before the caller is known and anything is parsed.

A body that is no recording is read as a whole, within a limit of bytes and of time; only then does
the framework see it. Recordings are streamed by their own routes, which first check the caller.
"""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coach_api.problems import Problem
from coach_api.web.answers import respond

MOST_BYTES = 256 * 1024
"""Of a form or a JSON document; a correction has some kilobytes."""

_MOST_OF_LISTS = 2 * 1024**2
_LISTS = ("/v1/people",)
"""Addresses that take lists of ids."""

_STREAMED = (("POST", "/v1/sessions"), ("POST", "/upload"))
SECONDS = 30.0
"""A body that has not come by then is not waited for."""


class LimitedBodies:
    """Refuses what is too large or too slow.

    Parameters
    ----------
    streams : the address below which recordings come in pieces.
    seconds : how long a body is waited for.
    """

    def __init__(self, app: ASGIApp, streams: str, seconds: float = SECONDS) -> None:
        self._app, self._streams, self._seconds = app, streams, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or self._is_streamed(scope):
            await self._app(scope, receive, send)
            return
        try:
            body = await self._read(scope, receive)
        except Problem as problem:
            await respond(Request(scope), problem)(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)

    def _is_streamed(self, scope: Scope) -> bool:
        method, path = scope["method"], scope["path"]
        return (method, path) in _STREAMED or (
            method in ("POST", "PATCH") and f"{path}/".startswith(f"{self._streams}/")
        )

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        most = _MOST_OF_LISTS if scope["path"].startswith(_LISTS) else MOST_BYTES
        headers = dict(scope["headers"])
        announced = headers.get(b"content-length", b"")
        if announced.isdigit() and (len(announced) > 18 or int(announced) > most):
            raise _too_large(most)
        if not announced and b"transfer-encoding" not in headers:
            return b""
        try:
            async with asyncio.timeout(self._seconds):
                return await _read_whole(receive, most)
        except TimeoutError:
            raise Problem(
                "too-slow", f"The request did not arrive within {self._seconds:.0f} s. Try again."
            ) from None


async def _read_whole(receive: Receive, most: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > most:
            raise _too_large(most)
        if not message.get("more_body", False):
            return bytes(body)


def _too_large(most: int) -> Problem:
    return Problem("too-large", f"A request may have {most // 1024} KiB here. Send less at once.")


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body in one piece, then what comes after it."""
    first = True

    async def receive_again() -> Message:
        nonlocal first
        if first:
            first = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return receive_again
