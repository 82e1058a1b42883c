"""Attacks before anybody is known: silent, endless and huge requests, on a real socket."""

from __future__ import annotations

import asyncio
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import uvicorn

from coach_api.web.bodies import MOST_BYTES, LimitedBodies
from coach_api.web.connections import Limits, with_limits

from .conftest import Person, Service, wav

_LIMITS = Limits(connections=20, head_bytes=8192, head_seconds=1.0, body_seconds=1.0)
_PATIENCE = 60.0  # seconds for what comes at once where nobody else is at work


@pytest.fixture
def port(service: Service) -> Iterator[int]:
    """The port of the service behind the protocol with limits."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        config = uvicorn.Config(
            service.app, http=with_limits(_LIMITS), log_level="critical", lifespan="off"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(_PATIENCE)


def _open(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)


def _answer(caller: socket.socket) -> bytes:
    """All that comes until the service closes the connection."""
    found = b""
    with suppress(ConnectionError):
        while piece := caller.recv(65536):
            found += piece
    return found


def _flood(caller: socket.socket, head: bytes, piece: bytes) -> bytes:
    """What the service answers to a request that does not end."""
    caller.settimeout(0.01)
    sent, found = 0, b""
    with suppress(ConnectionError):
        caller.sendall(head)
        while not found and sent < 64 * 1024**2:
            with suppress(TimeoutError):
                sent += caller.send(piece)
            with suppress(TimeoutError):
                piece_of_answer = caller.recv(65536)
                if not piece_of_answer:
                    break
                found += piece_of_answer
    assert sent < 64 * 1024**2, "the service read on and on"
    return found


def test_a_silent_connection_is_closed(port: int) -> None:
    with _open(port) as caller:
        assert _answer(caller) == b""


def test_headers_that_drip_are_not_waited_for(port: int) -> None:
    with _open(port) as caller, pytest.raises(ConnectionError):
        caller.sendall(b"GET /healthz HTTP/1.1\r\n")
        while True:
            caller.sendall(b"X")
            time.sleep(0.05)


def test_one_header_without_an_end_is_refused(port: int) -> None:
    with _open(port) as caller:
        found = _flood(caller, b"GET /healthz HTTP/1.1\r\nX: ", b"x" * 4096)
    assert b" 400 " in found or not found


def test_headers_without_an_end_are_refused(port: int) -> None:
    with _open(port) as caller:
        found = _flood(caller, b"GET /healthz HTTP/1.1\r\n", b"X: x\r\n" * 500)
    assert b" 400 " in found or not found


@pytest.mark.parametrize(
    ("head", "piece"),
    [(b"1;", b"x" * 4096), (b"1\r\nx\r\n0\r\n", b"X: x\r\n" * 500)],
    ids=["chunk extension", "trailers"],
)
def test_what_is_neither_header_nor_body_is_refused(port: int, head: bytes, piece: bytes) -> None:
    asked = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + head
    with _open(port) as caller:
        found = _flood(caller, asked, piece)
    assert b" 400 " in found or not found


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=b"])
@pytest.mark.parametrize("path", ["/sign-in", "/v1/tokens", "/v1/uploads/x", "/nowhere"])
def test_a_body_in_chunks_without_an_end_is_refused(port: int, path: str, kind: str) -> None:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    with _open(port) as caller:
        found = _flood(caller, head.encode(), b"1000\r\n" + b"[" * 4096 + b"\r\n")
    assert found.startswith((b"HTTP/1.1 413", b"HTTP/1.1 401", b"HTTP/1.1 405", b"HTTP/1.1 404"))


def test_a_body_that_stops_is_not_waited_for(port: int) -> None:
    with _open(port) as caller:
        caller.sendall(b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx")
        assert _answer(caller) == b""


def test_idle_connections_leave_room_for_others(port: int) -> None:
    with ExitStack() as held:
        for _ in range(3 * _LIMITS.connections):
            held.enter_context(_open(port))
        with _open(port) as caller:
            caller.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert b" 200 " in _answer(caller)


def test_a_form_at_the_door_writes_nothing_to_the_disk(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir(mode=0o500)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    written: list[object] = []
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", written.append)
    large = {"email": ("x", b"x" * (MOST_BYTES + 1))}
    assert service.client().post("/sign-in", files=large).status_code == 413
    small = {"email": ("x", b"x" * (MOST_BYTES // 2))}
    assert service.client().post("/sign-in", files=small).status_code == 422
    assert not written


def test_a_recording_may_be_larger_and_is_asked_who_sends_it_first(
    service: Service, mentor: Person
) -> None:
    recording = {"recording": ("x.wav", wav(seconds=20.0), "audio/wav")}
    assert len(wav(seconds=20.0)) > MOST_BYTES
    sent = mentor.client.post("/v1/sessions", data={"consent": "true"}, files=recording)
    assert sent.status_code == 201
    assert service.client().post("/v1/sessions", files=recording).status_code == 401


def test_a_body_that_drips_is_answered_in_time() -> None:
    async def app(*_: object) -> None:
        raise AssertionError("nothing is parsed")

    async def receive() -> dict[str, object]:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/sign-in", "query_string": b"",
        "headers": [(b"transfer-encoding", b"chunked")],
    }  # fmt: skip
    asyncio.run(LimitedBodies(app, "/v1/uploads", seconds=0.1)(scope, receive, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 408
