"""Confine this process: few files and few system calls, where the system can do that.

The Linux kernel keeps both, for as long as the process lives: Landlock what it may open, seccomp
what it may call. Elsewhere, and without the packages, a process goes on as it is.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any


def _find_package(name: str) -> Any:
    """A package of the extra, which only Linux has; None without it."""
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return None


landlockpy, seccompy = _find_package("landlockpy"), _find_package("seccompy")

# What reading a file, decoding it and writing samples calls, with another libc or another Python
# too. All else is answered as by a kernel that has no such call: a libc then takes an older one.
_CALLS = (
    # files: which ones, is Landlock's
    "read", "pread64", "readv", "write", "writev", "lseek", "close", "open", "openat", "stat",
    "lstat", "fstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "readlink",
    "readlinkat", "getcwd", "getdents64", "fcntl",
    # memory
    "brk", "mmap", "munmap", "mremap", "mprotect", "madvise",
    # threads of this process, and its end
    "futex", "set_robust_list", "rseq", "set_tid_address", "sched_yield", "sched_getaffinity",
    "gettid", "getpid", "exit", "exit_group",
    # signals to itself
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall",
    # time, chance, what the machine is
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "getrandom",
    "uname", "sysinfo", "getrusage",
)  # fmt: skip
_CLONE_THREAD = 0x10000  # of linux/sched.h
_ASK_TERMINAL = (0x5401, 0x802C542A)  # TCGETS, TCGETS2: asked of every file that Python opens

_SYSTEM_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")


def confine(*, reads: Iterable[Path], writes: Path) -> tuple[str, ...]:
    """Confine this process from now on.

    It cannot open other files than those, but libraries; nor sockets, nor start programs.

    Parameters
    ----------
    reads : files that it may read.
    writes : a folder in which it may make, write and read files.

    Returns
    -------
    What is in force: "Landlock" for files, "seccomp" for system calls.
    """
    # Both are asked first, which looks for the C library: later that is no longer possible.
    has_landlock, has_seccomp = _is_supported(landlockpy), _is_supported(seccompy)
    found = []
    if has_landlock and _confine_files(reads, writes):
        found.append("Landlock")
    if has_seccomp and _confine_calls():
        found.append("seccomp")
    return tuple(found)


def _is_supported(package: Any) -> bool:
    """Whether a package is there, and this kernel has and allows what it asks for."""
    with suppress(OSError):
        return package is not None and bool(package.supported())
    return False


def _confine_files(reads: Iterable[Path], writes: Path) -> bool:
    access = landlockpy.AccessFS
    look = access.READ_FILE | access.READ_DIR
    scopes = landlockpy.Scope.SIGNAL | landlockpy.Scope.ABSTRACT_UNIX_SOCKET
    with suppress(OSError), landlockpy.Ruleset(scoped=scopes) as rules:
        for path in (*reads, *_libraries()):
            rules.allow_path(path, look if path.is_dir() else access.READ_FILE)
        make = access.MAKE_REG | access.WRITE_FILE | access.TRUNCATE
        rules.allow_path(writes, look | make)
        rules.restrict()
        return True
    return False


def _libraries() -> list[Path]:
    """Where the code of this process is, as some of it is loaded late."""
    packages = (
        folder
        for name, module in [*sys.modules.items()]
        if "." not in name
        for folder in getattr(module, "__path__", ())
    )
    named = {*packages, os.path.dirname(os.__file__), *_SYSTEM_LIBRARIES}
    return [path for path in map(Path, named) if path.exists()]


def _confine_calls() -> bool:
    with suppress(OSError):
        rules = seccompy.Filter(seccompy.Action.ERRNO | errno.ENOSYS)
        for call in _CALLS:
            with suppress(ValueError):  # not a call of this kind of processor
                rules.allow(call)
        is_thread = seccompy.ArgCmp(0, seccompy.CmpOp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD)
        rules.allow("clone", args=[is_thread])
        for question in _ASK_TERMINAL:
            rules.allow("ioctl", args={1: question})
        rules.allow("tgkill", args={0: os.getpid()})
        rules.allow("prlimit64", args={0: 0, 2: 0})  # to read a limit of its own, not to set one
        rules.load()
        return True
    return False


def main(folder: str) -> None:
    """Confine this process, which has nothing to read, and write what is in force, as JSON."""
    sys.stdout.write(json.dumps(confine(reads=(), writes=Path(folder))))


if __name__ == "__main__":
    main(sys.argv[1])
