"""Put a file in its place so that all of it is there or nothing."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from coach.errors import ModelUnavailable
from coach_models.weights.manifest import File


def sha256_of(path: Path) -> str:
    """Hash the contents of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def place(file: File, folder: Path, write: Callable[[File, Path], None], *, origin: str) -> File:
    """Write a file beside its place, compare it with its pins, and move it there.

    Parameters
    ----------
    write : writes the file to the path it is given.
    origin : where it comes from, for the message.

    Returns
    -------
    The file with the size and the hash that it has.

    Raises
    ------
    ModelUnavailable : if size or hash are not those that the manifest pins; nothing is left behind.
    """
    target = folder / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    try:
        write(file, part)
        got = File(file.path, part.stat().st_size, sha256_of(part))
        _compare(file, got, origin)
        flush(part)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return got


def _compare(pin: File, got: File, origin: str) -> None:
    if pin.size not in (None, got.size) or pin.sha256 not in (None, got.sha256):
        raise ModelUnavailable(
            f"{pin.path} from {origin} has sha256 {got.sha256} ({got.size} bytes), expected "
            f"{pin.sha256 or 'any'} ({pin.size} bytes). It was deleted. Pull again; if it stays "
            "so, the source has changed and must not be trusted: please report it."
        )


def flush(path: Path) -> None:
    """Have the system write a file to the disk."""
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())
