"""A reserve of disk space for deleting: on a full disk SQLite could not even delete.

A file in the data folder takes the space. A deletion that finds the disk full removes the file and
tries again; the file comes back when there is room again.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar

import sqlalchemy as sa

from coach.errors import DISK_FULL
from coach.private import private_file
from coach_api.settings import Settings

Given = ParamSpec("Given")
Found = TypeVar("Found")

RESERVE = "reserve"
_CODES = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}  # the second when the log cannot grow


def keep_reserve(settings: Settings) -> None:
    """Take the room, unless that would leave too little for everything else."""
    path, size = settings.data_dir / RESERVE, settings.reserve_bytes
    if not (settings.is_sqlite and size) or (path.exists() and path.stat().st_size >= size):
        return
    if shutil.disk_usage(settings.data_dir).free > settings.min_free_bytes + size:
        with suppress(OSError), private_file(path).open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, size)


def with_reserve(
    settings: Settings, delete: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs
) -> Found:
    """Delete something; if the disk is full, free the reserve and try again.

    Parameters
    ----------
    settings : of the deployment.
    delete : is called again without the reserve, if the disk is full.
    args, kwargs : of `delete`.
    """
    try:
        return delete(*args, **kwargs)
    except (OSError, sa.exc.OperationalError) as error:
        if not _is_full(error) or not _give_back(settings):
            raise
    return delete(*args, **kwargs)


def _is_full(error: OSError | sa.exc.OperationalError) -> bool:
    if isinstance(error, OSError):
        return error.errno in DISK_FULL
    code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code & 0xFF in _CODES


def _give_back(settings: Settings) -> bool:
    """Remove the file; says whether there was one."""
    try:
        (settings.data_dir / RESERVE).unlink()
    except OSError:
        return False
    return True
