"""Watches a command and all of its children for attempts to reach anything beyond loopback."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_GUARD = Path(__file__).parent / "outbound_guard"
_STRACE = ("strace", "-f", "-qq", "--seccomp-bpf", "-e", "signal=none")
_CALLS = "trace=connect,sendto,sendmsg,sendmmsg"
_ADDRESS = re.compile(
    r'sin6?_port=htons\((?P<port>\d+)\).*?(?:inet_addr\(|inet_pton\(AF_INET6, )"(?P<host>[^"]+)"'
)
_RESOLVER_PORTS = {53, 853}
_RESOLVER_SOCKET = "io.systemd.Resolve"


@dataclass(frozen=True)
class Watch:
    """How to start a command that is watched: put `prefix` before it, give it `environment`.

    Its children inherit both. strace sees every call of every library, where it may trace; a hook
    in each Python process sees Python's own everywhere.
    """

    folder: Path

    @property
    def prefix(self) -> tuple[str, ...]:
        """What stands before the command."""
        if not can_trace():
            return ()
        return (*_STRACE, "-e", _CALLS, "-o", str(self.folder / "calls.txt"))

    def environment(self, **more: str) -> dict[str, str]:
        """The command's variables; telemetry keeps its files, if any, in the watch's folder."""
        paths = (str(_GUARD), more.pop("PYTHONPATH", os.environ.get("PYTHONPATH", "")))
        return {
            **os.environ,
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "OUTBOUND_LOG": str(self.folder / "python.txt"),
            **more,
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        }

    def attempts(self) -> list[str]:
        """What was tried: names looked up, hosts connected to, and files of telemetry."""
        queued = (self.folder / "cache" / "Microsoft").rglob("*")
        return [
            *filter(goes_out, _lines(self.folder / "calls.txt")),
            *_lines(self.folder / "python.txt"),
            *(f"file {path.name}" for path in queued if path.is_file()),
        ]


def goes_out(line: str) -> bool:
    """Whether a line of strace's is an attempt to resolve a name or to leave this machine."""
    if _RESOLVER_SOCKET in line:
        return True
    return any(
        int(found["port"]) in _RESOLVER_PORTS or not _is_loopback(found["host"])
        for found in _ADDRESS.finditer(line)
    )


def _is_loopback(host: str) -> bool:
    return host.startswith(("127.", "::ffff:127.")) or host == "::1"


@cache
def can_trace() -> bool:
    """Whether strace is here and allowed to trace."""
    if shutil.which("strace") is None:
        return False
    command = [*_STRACE, "-e", _CALLS, "-o", os.devnull, "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _lines(path: Path) -> list[str]:
    return path.read_text(errors="replace").splitlines() if path.exists() else []
