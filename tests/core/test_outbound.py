"""The watch that other tests rely on sees what it is there to see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from outbound import Watch, can_trace, goes_out

# Addresses that are reserved for documentation; connecting a datagram socket sends nothing.
BY_PYTHON = "import socket; socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
BY_C = (
    "import ctypes, socket\n"
    "plug = socket.socket(type=socket.SOCK_DGRAM)\n"
    "address = b'\\x02\\x00\\x00\\x09\\xc0\\x00\\x02\\x01' + bytes(8)\n"
    "ctypes.CDLL(None).connect(plug.fileno(), address, len(address))"
)
ON_LOOPBACK = (
    "import socket\n"
    "with socket.create_server(('127.0.0.1', 0)) as server:\n"
    "    socket.create_connection(server.getsockname()).close()"
)


def seen(code: str, folder: Path) -> list[str]:
    watch = Watch(folder)
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}])"
    command = [*watch.prefix, sys.executable, "-c", child]
    subprocess.run(command, env=watch.environment(), check=True)
    return watch.attempts()


def test_a_childs_attempt_is_seen(tmp_path: Path) -> None:
    assert any("192.0.2.1" in line for line in seen(BY_PYTHON, tmp_path))


def test_an_attempt_in_c_is_seen(tmp_path: Path) -> None:
    if not can_trace():
        pytest.skip("strace is not installed, or may not trace here")
    assert any("192.0.2.1" in line for line in seen(BY_C, tmp_path))


def test_loopback_is_no_attempt(tmp_path: Path) -> None:
    assert seen(ON_LOOPBACK, tmp_path) == []


@pytest.mark.parametrize(
    "line",
    [
        '1 connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")})',
        '1 connect(3, {sa_family=AF_UNIX, sun_path="/run/systemd/resolve/io.systemd.Resolve"}, 42)',
        "1 connect(3, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), "
        'inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28)',
    ],
)
def test_a_look_up_at_a_resolver_on_this_machine_is_an_attempt(line: str) -> None:
    assert goes_out(line)
