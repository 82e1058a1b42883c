"""A file while it arrives: written in pieces, hashed on the way, synced to disk at the end."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from coach.analysis.bundle import bundle
from coach.analysis.stages import sha256_of
from coach.errors import NoRoom
from coach_api.intake.sniff import BUNDLE, HEAD_BYTES, media_type
from coach_api.problems import Problem
from coach_api.settings import Settings
from coach_api.store.objects import StorageFull, disk_full_guard, sync


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has arrived whole and is synced to disk."""

    path: Path
    sha256: str
    size: int
    media_type: str


def new_part(settings: Settings) -> Path:
    """Make a path for a new file; the name that the user gives it is not used."""
    return settings.uploads_dir / f"{uuid.uuid4().hex}.part"


def check_size(settings: Settings, size: int) -> None:
    """Refuse a file that is too large, or would leave too little free space.

    Parameters
    ----------
    settings : of the deployment.
    size : bytes.

    Raises
    ------
    Problem : if so.
    """
    check_length(settings, size)
    check_room(settings, size)


def check_length(settings: Settings, size: int) -> None:
    """Refuse a file that is too large.

    Parameters
    ----------
    settings : of the deployment.
    size : bytes.

    Raises
    ------
    Problem : if so.
    """
    if size > settings.max_upload_bytes:
        gib = settings.max_upload_bytes / 1024**3
        raise Problem(
            "too-large", f"A recording is limited to {gib:.3g} GiB. Send a compressed one."
        )


def check_room(settings: Settings, more: int) -> None:
    """Refuse bytes that would leave too little free space.

    Parameters
    ----------
    settings : of the deployment.
    more : bytes that would be written.

    Raises
    ------
    Problem : if so.
    """
    free = shutil.disk_usage(settings.uploads_dir).free
    if free - more < settings.min_free_bytes:
        raise Problem(
            "storage-full",
            "There is no room for this recording. Ask the person who runs the service.",
        )


class PartFile:
    """Receives one file. Call `write` for each piece, then `finish`; `discard` removes it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._path = new_part(settings)
        self._file = open(self._path, "xb", opener=_private)
        self._hash = hashlib.sha256()
        self._head = b""
        self._size = 0

    def write(self, data: bytes) -> None:
        """Write the next piece.

        Raises
        ------
        Problem : if the file is too large, or does not begin like a recording.
        StorageFull : if there is no room.
        """
        self._size += len(data)
        check_length(self._settings, self._size)
        check_room(self._settings, len(data))
        if len(self._head) < HEAD_BYTES:
            self._head += data[: HEAD_BYTES - len(self._head)]
            if len(self._head) == HEAD_BYTES:
                media_type(self._head)
        self._hash.update(data)
        with disk_full_guard():
            self._file.write(data)

    def finish(self) -> Received:
        """Sync the file to disk.

        Raises
        ------
        Problem : if it is empty or no recording.
        StorageFull : if there is no room.
        """
        if not self._size:
            raise Problem("invalid-request", "The recording is empty: it has 0 bytes.")
        kind = media_type(self._head)
        with disk_full_guard():
            self._file.flush()
            os.fsync(self._file.fileno())
        self._file.close()
        return Received(self._path, self._hash.hexdigest(), self._size, kind)

    def discard(self) -> None:
        """Remove the file, unless it has been moved away."""
        with suppress(OSError):  # it writes what is left, for which there may be no room
            self._file.close()
        self._path.unlink(missing_ok=True)


def join(settings: Settings, received: Sequence[Received], suffixes: Sequence[str]) -> Received:
    """Put recordings of one conversation into one file.

    Parameters
    ----------
    received : the recordings, at least two.
    suffixes : of the names that they came with.

    Raises
    ------
    Problem : if this would leave too little free space.
    StorageFull : if there is no room.
    """
    check_room(settings, sum(each.size for each in received))
    path = new_part(settings)
    path.touch(mode=0o600)
    try:
        bundle([each.path for each in received], path, suffixes)
        with disk_full_guard():
            sync(path)
        return Received(path, sha256_of(path), path.stat().st_size, BUNDLE)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, NoRoom):
            raise StorageFull(str(error)) from error
        raise


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)
