"""A served deployment in a folder of its own, for measuring: the real `coach serve`, no workers."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Service:
    """A running service: where it listens, a token for it, its data and its API process."""

    port: int
    token: str
    data: Path
    process: int


@contextmanager
def run_service(**options: str) -> Iterator[Service]:
    """Start the service, and stop it afterwards."""
    with tempfile.TemporaryDirectory(prefix="coach-bench-") as folder:
        environment = (
            os.environ | {"COACH_DATA_DIR": folder, "COACH_LOG_LEVEL": "WARNING"} | options
        )
        token = _coach(environment, "token", "create", "--name", "bench").splitlines()[-1]
        command = [sys.executable, "-m", "coach", "serve", "--port", "0", "--workers", "0"]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline().rsplit(":", 1)[1])
            yield Service(port, token, Path(folder), _child_of(server.pid))
        finally:
            server.terminate()
            server.wait()


def resident_mb(process: int) -> float:
    """Memory of a process in MB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def processor_seconds(process: int) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _coach(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "coach", *arguments]
    return subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True
    ).stdout


def _child_of(process: int) -> int:
    children = Path(f"/proc/{process}/task/{process}/children")
    while not children.read_text().split():
        pass
    return int(children.read_text().split()[0])
