"""Limits on connections, before a request is known: their number, headers, and time.

Uvicorn limits only the time between two requests. Without more limits a connection that never asks,
a header without an end and a reader who stops reading would be kept for ever.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


@dataclass(frozen=True, slots=True)
class Limits:
    """Of connections.

    Parameters
    ----------
    connections : how many there are at once; the one that waits longest for a request makes room.
    head_bytes : of a request's line and headers, and of anything else between pieces of its body.
    head_seconds : until a request's headers are there.
    body_seconds : between two pieces of a body, and after an answer that did not wait for it.
    read_seconds : between two pieces of an answer that are read.
    """

    connections: int = 500
    head_bytes: int = 64 * 1024
    head_seconds: float = 15.0
    body_seconds: float = 30.0
    read_seconds: float = 300.0


class LimitedProtocol(HttpToolsProtocol):
    """Uvicorn's protocol, with limits; `with_limits` gives it some."""

    limits = Limits()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        self._unknown = 0
        self._timer: asyncio.TimerHandle | None = None
        self._read_timer: asyncio.TimerHandle | None = None
        self._has_head = False
        super().connection_made(transport)
        self._began = self.loop.time()
        self._wait(self.limits.head_seconds)
        if len(self.connections) > self.limits.connections:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._cancel()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take some bytes, unless too many come that are neither headers nor body."""
        self._unknown += len(data)
        if not self._has_head and self._timer is None:
            self._began = self.loop.time()
            self._wait(self.limits.head_seconds)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._unknown > self.limits.head_bytes:
            self.send_400_response("Headers too large.")
        elif self._has_head and not self.cycle.response_complete:
            self._wait(self.limits.body_seconds)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or a trailer."""
        if sum(len(n) + len(v) for n, v in self.headers) + len(value) > self.limits.head_bytes:
            raise ValueError("headers too large")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Wait for the body."""
        self._unknown, self._has_head = 0, True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._unknown = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait for nothing while the request is answered."""
        self._unknown, self._has_head = 0, False
        self._cancel()
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Wait until the answer is read."""
        super().pause_writing()
        self._read_timer = self.loop.call_later(self.limits.read_seconds, self._close)

    def resume_writing(self) -> None:
        """Go on with the answer."""
        if self._read_timer is not None:
            self._read_timer.cancel()
            self._read_timer = None
        super().resume_writing()

    @property
    def waits_since(self) -> float | None:
        """Since when a request is waited for; None while one is answered."""
        is_idle = self.cycle is None or self.cycle.response_complete
        return self._began if is_idle else None

    def _make_room(self) -> None:
        others = [each for each in self.connections if each is not self]
        idle = [each for each in others if isinstance(each, LimitedProtocol)]
        waiting = [(since, each) for each in idle if (since := each.waits_since) is not None]
        if waiting:
            min(waiting, key=lambda pair: pair[0])[1]._close()
        else:
            self._close()

    def _wait(self, seconds: float) -> None:
        self._cancel()
        self._timer = self.loop.call_later(seconds, self._late)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        self._timer = None
        if self._has_head and self.flow.read_paused:  # it is we who do not read
            self._wait(self.limits.body_seconds)
        else:
            self._close()

    def _close(self) -> None:
        self.transport.abort()


def with_limits(limits: Limits) -> type[LimitedProtocol]:
    """Make the protocol class with these limits."""
    namespace: dict[str, Any] = {"limits": limits}
    return type("LimitedProtocol", (LimitedProtocol,), namespace)
