"""Private files and folders, and scratch folders that do not outlive their process.

Private files have mode 0600 and are in folders of mode 0700, whatever the umask is, also in folders
made before. Decoded sound is in scratch folders. The process that makes one locks it and removes it
when it ends or gets a signal; if the process was killed, the next start removes the folder.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from coach.errors import InputError

_SCRATCH = "listening-coach-"
_UNLOCKED = "unlocked-listening-coach-"
_OTHERS = 0o077


def private_folder(path: Path) -> Path:
    """Create a folder that only this user may enter, or restrict an existing one.

    A folder of another user is not changed.

    Raises
    ------
    OSError : if it cannot be created.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    _close_to_others(path, 0o700)
    return path


def private_file(path: Path) -> Path:
    """Create an empty file that only this user may read; an existing file keeps its content.

    Raises
    ------
    OSError : if it cannot be created.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    _close_to_others(path, 0o600)
    return path


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user may read; a reader sees all of it or nothing.

    Parameters
    ----------
    text : written as UTF-8.

    Raises
    ------
    OSError : if the file cannot be written.
    """
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    part.replace(path)


def _close_to_others(path: Path, mode: int) -> None:
    if path.stat().st_mode & _OTHERS:
        with suppress(PermissionError):
            path.chmod(mode)


@contextmanager
def hold_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, which ends with the process; waits until it is free."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def remove_unless_locked(folder: Path) -> None:
    """Remove a folder that nobody has locked."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(handle)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a folder for this process in the temporary folder; it is removed with its content.

    It is locked before it gets its name, so a folder with the name and no lock has no owner.

    Raises
    ------
    InputError : if the folder cannot be created.
    """
    try:
        made = Path(tempfile.mkdtemp(prefix=_UNLOCKED))
    except OSError as error:
        raise InputError(
            f"Cannot create a temporary folder: {error.strerror}. Expected a writable folder "
            "with room: choose one with TMPDIR."
        ) from error
    with hold_lock(made):
        folder = made.rename(made.with_name(made.name.replace(_UNLOCKED, _SCRATCH)))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def sweep_scratch() -> None:
    """Remove the scratch folders of this user's processes that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_SCRATCH}*"):
        with suppress(OSError):
            if folder.lstat().st_uid == os.geteuid():
                remove_unless_locked(folder)


def end_at_signals() -> None:
    """Make SIGTERM and SIGHUP end this process like Ctrl+C, so that it cleans up."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _end)


def _end(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)
