"""Advisory locks of a Postgres server, which hold for every machine.

This is the only module that speaks to a server without SQLAlchemy: a lock lives as long as its
session.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

from coach_api.store.locks import Held, LocksAway

_KEEPALIVE: dict[str, Any] = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
# The server, too, must notice a machine that lost its power, or its locks stay for hours.
_SERVER_KEEPALIVE = (
    "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
)
_POLL = 0.1
_ASKED = 4


class ServerLocks:
    """Advisory locks of a Postgres session. They need a direct connection, not a pooler's."""

    patience = 4  # after a restart of the server every worker must take its lock again

    def __init__(self, url: str) -> None:
        self._url = url
        self._asking: psycopg.Connection | None = None

    def take(self, name: str) -> Held | None:
        """Take a lock at once; None when another process has it."""
        with _name_errors():
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
        with _name_errors():
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
        with _name_errors():
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


@contextmanager
def _name_errors() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise LocksAway(type(error).__name__) from error


def _take(connection: psycopg.Connection, name: str) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (_number(name),)).fetchone()
    return bool(row and row[0])


def _number(name: str) -> int:
    digest = hashlib.blake2b(f"coach:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
