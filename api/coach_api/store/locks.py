"""Locks that end with the process that holds them: OS file locks, or Postgres advisory locks.

They say who is alive. A worker holds the lock of its slot; a slot that has jobs and whose lock is
free belongs to a dead worker. With SQLite all processes are on one machine and the operating system
keeps the locks; with Postgres the server does, for every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from coach_api.settings import Settings

UPLOAD = "upload-"
"""How the names of locks begin that let one request at a time write an upload in pieces."""


class LocksAway(Exception):
    """The server that keeps the locks does not answer."""


class Held(Protocol):
    """A lock that we hold."""

    def renew(self) -> bool:
        """Check that we still hold it, taking it again if it got lost; False: another has it."""

    def release(self) -> None:
        """Give it up."""


class Locks(Protocol):
    """Named locks; `patience` is how many looks at a free lock prove its holder dead."""

    patience: int

    def take(self, name: str) -> Held | None:
        """Take a lock at once; None when another process has it."""

    def wait(self, name: str) -> Held:
        """Take a lock as soon as it is free."""

    def is_free(self, name: str) -> bool:
        """Whether nobody has the lock just now."""

    def close(self) -> None:
        """Give back what asking needs; held locks stay held."""


def locks_for(settings: Settings) -> Locks:
    """Choose the kind of locks that the database calls for."""
    if settings.is_sqlite:
        return FileLocks(settings.locks_dir)
    from coach_api.store.server_locks import ServerLocks  # its driver is for a server only

    return ServerLocks(settings.database)


@contextmanager
def holding(locks: Locks, name: str) -> Iterator[None]:
    """Wait for a lock and hold it while the context is open.

    Parameters
    ----------
    locks : of the deployment.
    name : of the lock.
    """
    held = locks.wait(name)
    try:
        yield
    finally:
        held.release()


def take_with_workspace(settings: Settings, locks: Locks, name: str) -> Held | None:
    """Take the lock of a slot together with its workspace; None when another process has either.

    A server that restarts forgets who had its locks, and a worker that listens takes its own again
    a moment later. Till then only this machine knows that the workspace is in use.

    Parameters
    ----------
    settings : of the deployment.
    locks : of the deployment.
    name : of the slot.
    """
    workspace = FileLocks(settings.locks_dir).take(f"workspace-{name}")
    if workspace is None:
        return None
    held = locks.take(name)
    if held is None:
        workspace.release()
        return None
    return _HeldWithWorkspace(held, workspace)


class _HeldWithWorkspace:
    def __init__(self, held: Held, workspace: Held) -> None:
        self._held, self._workspace = held, workspace

    def renew(self) -> bool:
        return self._held.renew()

    def release(self) -> None:
        self._held.release()
        self._workspace.release()


class FileLocks:
    """Locks on files; all processes are on this machine."""

    patience = 2

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, name: str) -> Held | None:
        """Take a lock at once; None when another process has it."""
        lock = self._lock(name)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return None
        return _HeldFile(lock)

    def wait(self, name: str) -> Held:
        """Take a lock as soon as it is free."""
        lock = self._lock(name)
        lock.acquire()
        return _HeldFile(lock)

    def is_free(self, name: str) -> bool:
        """Whether nobody has the lock just now."""
        held = self.take(name)
        if held is not None:
            held.release()
        return held is not None

    def close(self) -> None:
        """Nothing is kept open."""

    def _lock(self, name: str) -> FileLock:
        # No soft lock where the file system knows no others: it would outlive its process.
        return FileLock(
            self._folder / f"{name}.lock", mode=0o600, thread_local=False, fallback_to_soft=False
        )


class _HeldFile:
    def __init__(self, lock: FileLock) -> None:
        self._lock = lock

    def renew(self) -> bool:
        return True  # the operating system keeps it as long as the process lives

    def release(self) -> None:
        self._lock.release()
