"""Locks that end with the process that holds them: OS file locks, or Postgres advisory locks.

They say who is alive. A worker holds the lock of its slot; a slot that has jobs and whose lock is
free belongs to a dead worker. With SQLite all processes are on one machine and the operating system
keeps the locks; with Postgres the server does, for every machine.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import psycopg

from coach_api.settings import Settings

_KEEPALIVE: dict[str, Any] = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
# The server, too, must notice a machine that lost its power, or its locks stay for hours.
_SERVER_KEEPALIVE = (
    "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
)


UPLOAD = "upload-"
"""How the names of locks begin that let one request at a time write an upload in pieces."""

_POLL = 0.1
_ASKED = 4


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
    return ServerLocks(settings.database)


@contextmanager
def holding(locks: Locks, name: str) -> Iterator[None]:
    """Wait for a lock and hold it while the context is open."""
    held = locks.wait(name)
    try:
        yield
    finally:
        held.release()


def take_with_bench(settings: Settings, locks: Locks, name: str) -> Held | None:
    """Take the lock of a slot together with its bench; None when another process has either.

    A server that restarts forgets who had its locks, and a worker that listens takes its own again
    a moment later. Till then only this machine knows that the bench is in use.
    """
    bench = FileLocks(settings.locks_dir).take(f"bench-{name}")
    if bench is None:
        return None
    held = locks.take(name)
    if held is None:
        bench.release()
        return None
    return _HeldWithBench(held, bench)


class _HeldWithBench:
    def __init__(self, held: Held, bench: Held) -> None:
        self._held, self._bench = held, bench

    def renew(self) -> bool:
        return self._held.renew()

    def release(self) -> None:
        self._held.release()
        self._bench.release()


class FileLocks:
    """Locks on files; all processes are on this machine."""

    patience = 2

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, name: str) -> Held | None:
        """Take a lock at once; None when another process has it."""
        return self._lock(name, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def wait(self, name: str) -> Held:
        """Take a lock as soon as it is free."""
        held = self._lock(name, fcntl.LOCK_EX)
        if held is None:
            raise BlockingIOError(name)
        return held

    def is_free(self, name: str) -> bool:
        """Whether nobody has the lock just now."""
        held = self.take(name)
        if held is not None:
            held.release()
        return held is not None

    def close(self) -> None:
        """Nothing is kept open."""

    def _lock(self, name: str, how: int) -> _HeldFile | None:
        handle = os.open(self._folder / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, how)
        except BlockingIOError:
            os.close(handle)
            return None
        return _HeldFile(handle)


class _HeldFile:
    def __init__(self, handle: int) -> None:
        self._handle = handle

    def renew(self) -> bool:
        return True  # the operating system keeps it as long as the process lives

    def release(self) -> None:
        os.close(self._handle)


class ServerLocks:
    """Advisory locks of a Postgres session. They need a direct connection, not a pooler's."""

    patience = 4  # after a restart of the server every worker must take its lock again

    def __init__(self, url: str) -> None:
        self._url = url
        self._asking: psycopg.Connection | None = None

    def take(self, name: str) -> Held | None:
        """Take a lock at once; None when another process has it."""
        connection = self.connect()
        if _take(connection, name):
            return _HeldOnServer(self, connection, name)
        connection.close()
        return None

    def wait(self, name: str) -> Held:
        """Take a lock as soon as it is free."""
        # Asking again, not waiting in the server: there a waiting statement is a transaction, for
        # which CREATE INDEX CONCURRENTLY of the lock's holder would wait in turn.
        while (held := self.take(name)) is None:
            time.sleep(_POLL)
        return held

    def is_free(self, name: str) -> bool:
        """Whether nobody has the lock just now; all such questions go over one connection."""
        if self._asking is None or self._asking.closed:
            self._asking = self.connect()
        is_free = _take(self._asking, name)
        if is_free:
            self._asking.execute("SELECT pg_advisory_unlock(%s)", (_number(name),))
        return is_free

    def close(self) -> None:
        """Give back the connection that asks."""
        if self._asking is not None:
            self._asking.close()

    def connect(self) -> psycopg.Connection:
        """Open a session of its own: the lock lives as long as it does."""
        return psycopg.connect(
            self._url.replace("postgresql+psycopg://", "postgresql://"),
            autocommit=True,
            connect_timeout=5,
            options=_SERVER_KEEPALIVE,
            **_KEEPALIVE,
        )


class _HeldOnServer:
    def __init__(self, locks: ServerLocks, connection: psycopg.Connection, name: str) -> None:
        self._locks, self._connection, self._name = locks, connection, name

    def renew(self) -> bool:
        try:
            self._connection.execute("SELECT 1")
            return True
        except psycopg.OperationalError:
            self._connection.close()
        self._connection = self._locks.connect()
        for _ in range(_ASKED):  # whoever only asks whether it is free has it for a moment
            if _take(self._connection, self._name):
                return True
            time.sleep(_POLL)
        return False

    def release(self) -> None:
        # The server ends a closed session a little later; saying so frees the lock now.
        with suppress(psycopg.OperationalError):
            self._connection.execute("SELECT pg_advisory_unlock(%s)", (_number(self._name),))
        self._connection.close()


def _take(connection: psycopg.Connection, name: str) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (_number(name),)).fetchone()
    return bool(row and row[0])


def _number(name: str) -> int:
    digest = hashlib.blake2b(f"coach:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
