"""Files and folders for this user alone, and folders for what must not outlive its process.

Private files have mode 0600 and lie in folders of mode 0700, whatever the umask says, also where a
folder was made before. Decoded sound lies in scratch folders: each is locked by the process that
made it, goes with it when it ends or is told to, and is swept at the next start when it was killed.
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
    """Make a folder that only this user may enter; one that is there is made so.

    A folder of another user's stays as it is.

    Raises
    ------
    OSError : if it cannot be made.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    _close_to_others(path, 0o700)
    return path


def private_file(path: Path) -> Path:
    """Make an empty file that only this user may read; one that is there keeps its content.

    Raises
    ------
    OSError : if it cannot be made.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    _close_to_others(path, 0o600)
    return path


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user may read; a reader sees all of it or nothing.

    Raises
    ------
    OSError : if it cannot be written.
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
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, which ends with the process; waits for another that has it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def remove_unless_locked(folder: Path) -> None:
    """Remove a folder whose lock nobody holds."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(handle)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder of this process's own in the temporary folder, removed with all that it holds.

    It gets its name when it has its lock: what has the name and no lock is nobody's.

    Raises
    ------
    InputError : if it cannot be made.
    """
    try:
        made = Path(tempfile.mkdtemp(prefix=_UNLOCKED))
    except OSError as error:
        raise InputError(
            f"Cannot make a temporary folder: {error.strerror}. Expected a folder of yours with "
            "room: choose one with TMPDIR."
        ) from error
    with locked(made):
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
    """Have SIGTERM and SIGHUP end this process in good order, as Ctrl+C does: nothing is left."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _end)


def _end(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)
