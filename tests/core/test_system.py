"""What differs between systems: limits that are refused or unknown are left out."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from coach import system

LIMITED = (
    "from coach.system import limit_process\n"
    "print(*limit_process(memory_mb=4096, cpu_seconds=60, file_bytes=1000, open_files=64))\n"
    "try: open({path!r}, 'wb').write(bytes(5000))\n"
    "except OSError as error: print(error.errno)"
)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse some of them")
def test_limits_are_kept(tmp_path: Path) -> None:
    code = LIMITED.format(path=str(tmp_path / "large"))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    names = done.stdout.splitlines()[0].split()
    assert names == ["RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE"]
    assert (tmp_path / "large").stat().st_size <= 1000


def limits() -> tuple[str, ...]:
    return system.limit_process(memory_mb=1, cpu_seconds=1, file_bytes=1, open_files=1)


def test_a_system_without_limits_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "resource", None)
    assert limits() == ()


def test_a_limit_that_the_system_refuses_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing:
        RLIMIT_AS, RLIMIT_CPU = 5, 0

        @staticmethod
        def setrlimit(kind: int, values: tuple[int, int]) -> None:
            if kind == Refusing.RLIMIT_AS:
                raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(system, "resource", Refusing)
    assert limits() == ("RLIMIT_CPU",)


def test_how_a_process_ended_is_said_on_every_system(monkeypatch: pytest.MonkeyPatch) -> None:
    assert system.describe_exit(-9) == "signal SIGKILL" and system.was_killed(-9)
    assert system.describe_exit(-99) == "signal 99" and not system.was_killed(1)
    assert system.is_over_limit(-signal.SIGXCPU) and not system.is_over_limit(1)
    monkeypatch.delattr(signal, "SIGKILL")
    monkeypatch.delattr(signal, "SIGXCPU")
    assert not system.was_killed(-9) and not system.is_over_limit(-24)
