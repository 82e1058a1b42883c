"""Processes: their command, their limits, and the reason for their end.

Linux, macOS and Windows differ. A limit that the system does not have, or refuses, is left out.
"""

from __future__ import annotations

import ctypes
import signal
import sys
from contextlib import suppress

try:
    import resource
except ModuleNotFoundError:  # Windows
    resource = None  # type: ignore[assignment]

_PR_SET_PDEATHSIG = 1


def limit_process(
    *, memory_mb: int, cpu_seconds: int, file_bytes: int, open_files: int
) -> tuple[str, ...]:
    """Limit this process: memory, processor time, size of written files, open files.

    Parameters
    ----------
    memory_mb : address space, in MiB.
    cpu_seconds : processor time, in seconds.
    file_bytes : size of each file that it writes, in bytes.
    open_files : number of files open at the same time.

    Returns
    -------
    The names of the limits now in force.
    """
    wanted = {
        "RLIMIT_AS": memory_mb * 2**20,
        "RLIMIT_CPU": cpu_seconds,
        "RLIMIT_FSIZE": file_bytes,
        "RLIMIT_NOFILE": open_files,
        "RLIMIT_CORE": 0,
    }
    return tuple(name for name, most in wanted.items() if _limit(name, most))


def _limit(name: str, most: int) -> bool:
    kind = getattr(resource, name, None)
    if kind is None:
        return False
    with suppress(ValueError, OSError):  # macOS refuses a limit of the address space
        resource.setrlimit(kind, (most, most))
        return True
    return False


def module_command(name: str, *arguments: str) -> list[str]:
    """The command line that runs a module of ours, and never one in the folder that we are in.

    Examples
    --------
    >>> module_command("coach", "--version")[1:]
    ['-P', '-m', 'coach', '--version']
    """
    return [sys.executable, "-P", "-m", name, *arguments]


def is_over_limit(code: int) -> bool:
    """Whether a child process with the exit code `code` was ended because of a limit."""
    names = ("SIGKILL", "SIGXCPU", "SIGXFSZ")
    return code in {-getattr(signal, name) for name in names if hasattr(signal, name)}


def describe_exit(code: int) -> str:
    """Describe the end of a child process for people.

    Examples
    --------
    >>> describe_exit(3)
    'exit code 3'
    """
    if code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return f"signal {signal.Signals(-code).name}"
    return f"signal {-code}"


def was_killed(code: int) -> bool:
    """Whether a child process was killed from outside, for example for lack of memory."""
    return hasattr(signal, "SIGKILL") and code == -signal.SIGKILL


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies; other systems cannot do that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
