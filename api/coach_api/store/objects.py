"""The object store of recordings and results of stages: a folder or S3, behind one class.

Keys begin with what they belong to (`recordings/SESSION/`, `stages/SESSION/`), so that erasing a
session is erasing two prefixes. A key is written at once and durably, or not at all.
"""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.exceptions import NotFoundError as ObjectNotFound
from obstore.store import LocalStore, from_url

from coach.errors import DISK_FULL, InputError, NoRoom
from coach.private import private_folder
from coach_api.store import remote_recordings

ELSEWHERE = ".url"
"""Ends the key of a recording of which only the URL lies here."""

AREAS = ("recordings", "stages")
QUARANTINE = "quarantine"
"""Files of sessions that the database does not know lie below this, for a while."""

NOT_FOUND = (ObjectNotFound, FileNotFoundError)
"""What stores say of a key that is not there."""

_INCOMING = ".incoming"
_FULL = {*DISK_FULL, errno.EFBIG}
CHUNK = 1 << 20


class StorageFull(NoRoom):
    """There is no room for what was to be stored; nothing of it was kept."""


class StoredAnew(Exception):
    """An object was stored anew while it was read."""


def recording_key(session_id: str, sha256: str) -> str:
    """Name a session's recording.

    Parameters
    ----------
    session_id : of the recording.
    sha256 : of its content.
    """
    return f"recordings/{session_id}/{sha256}"


def stage_key(session_id: str, name: str) -> str:
    """Name a result of a stage of a session.

    Parameters
    ----------
    session_id : of the recording.
    name : of the file of the stage.
    """
    return f"stages/{session_id}/{name}"


def session_of(key: str) -> str:
    """Name the session that a key belongs to.

    Examples
    --------
    >>> session_of(recording_key("5e55", "0a0b"))
    '5e55'
    """
    return key.split("/")[1]


class Storage:
    """A store of files.

    Parameters
    ----------
    url : ``file:///path``, or ``s3://bucket/prefix`` with the usual AWS_* variables.

    Raises
    ------
    InputError : if the URL is of no kind that we know.
    """

    def __init__(self, url: str) -> None:
        self._root = _folder(url)
        try:
            self._store = LocalStore(private_folder(self._root)) if self._root else from_url(url)
        except (BaseError, OSError, ValueError) as error:
            kind = urlsplit(url).scheme
            raise InputError(
                f"COACH_STORAGE_URL ({kind}:...) cannot be used. Expected file:///path or "
                "s3://bucket/prefix with AWS_ACCESS_KEY_ID and its fellows in the environment."
            ) from error

    def adopt(self, part: Path, key: str) -> None:
        """Move a finished file in under `key`, durably; the file is gone from where it was.

        Parameters
        ----------
        part : a finished file, on the store's file system or not.
        key : of the object.

        Raises
        ------
        StorageFull : if there is no room; the file is still where it was.
        """
        with disk_full_guard():
            if self._root is None:
                obstore.put(self._store, key, part)
                part.unlink()
            else:
                _move(part, self._root, key)

    def give_back(self, key: str, part: Path) -> None:
        """Undo `adopt`: the file is where it was.

        Parameters
        ----------
        key : of the object.
        part : where the file was before `adopt`.
        """
        if self._root is not None:
            shutil.move(self._root / key, part)
        else:
            self.fetch(key, part)
        self.erase(f"recordings/{session_of(key)}")

    def put_once(self, key: str, data: bytes) -> bytes:
        """Store `data` unless the key is taken; the first one wins.

        Parameters
        ----------
        key : of the object.
        data : its content.

        Returns
        -------
        What is now stored under `key`.
        """
        with disk_full_guard():
            try:
                if self._root is None:
                    obstore.put(self._store, key, data, mode="create")
                else:
                    _create(data, self._root, key)
            except (AlreadyExistsError, FileExistsError):
                return self.read(key) or data
        return data

    def replace(self, key: str, data: bytes) -> None:
        """Store `data` under `key`, whatever was there.

        Parameters
        ----------
        key : of the object.
        data : its new content.
        """
        with disk_full_guard():
            obstore.put(self._store, key, data)

    def move(self, key: str, to: str) -> None:
        """Give an object another key, if it is still there; it counts as written now.

        Parameters
        ----------
        key : of the object.
        to : its new key.
        """
        if self._root is None:
            with suppress(ObjectNotFound):
                obstore.rename(self._store, key, to)
            return
        source, target = self._root / key, self._root / to
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            source.replace(target)
            os.utime(target, follow_symlinks=False)
            _sync_folders(target.parent, self._root)
        with suppress(OSError):  # others of the session are still there
            source.parent.rmdir()

    def read(self, key: str) -> bytes | None:
        """Read all of a small object; None when there is no such key."""
        try:
            return bytes(obstore.get(self._store, key).bytes())
        except NOT_FOUND:
            return None

    def size(self, key: str) -> int | None:
        """Measure an object in bytes; None when there is no such key."""
        try:
            return int(obstore.head(self._store, key)["size"])
        except NOT_FOUND:
            return None

    def stream(self, key: str, start: int, end: int) -> Iterator[bytes]:
        """Read the bytes of [start, end) in pieces.

        Parameters
        ----------
        key : of the object.
        start, end : bytes.
        """
        for begin in range(start, end, CHUNK):
            stop = min(end, begin + CHUNK)
            yield bytes(obstore.get_range(self._store, key, start=begin, end=stop))

    def version(self, key: str) -> tuple[int, str | None]:
        """Measure an object in bytes, and name what is there now.

        Parameters
        ----------
        key : of the object; one of `NOT_FOUND` is raised when nothing is there.
        """
        found = obstore.head(self._store, key)
        return int(found["size"]), found["e_tag"]

    def read_version(self, key: str, tag: str | None, start: int, end: int) -> bytes:
        """Read the bytes [start, end) of what `version` named, at once.

        Parameters
        ----------
        key : of the object.
        tag : as `version` gave it.
        start, end : bytes.

        Raises
        ------
        StoredAnew : if something else is there by now.
        """
        if start >= end:
            return b""
        try:
            found = obstore.get(self._store, key, options={"range": (start, end), "if_match": tag})
        except PreconditionError as error:
            raise StoredAnew(key) from error
        return bytes(found.bytes())

    def fetch(self, key: str, to: Path) -> bool:
        """Make an object readable at the path `to`, all of it; False when there is no such key.

        Parameters
        ----------
        key : of the object.
        to : the path; its folder must exist.

        Raises
        ------
        InputError : if it lies elsewhere and cannot be read there.
        """
        if key.endswith(ELSEWHERE):
            url = self.read(key)
            if url is not None:
                remote_recordings.fetch(url.decode(), to)
            return url is not None
        if self._root is not None:
            source = self._root / key
            if source.exists() and not to.is_symlink():
                to.symlink_to(source)
            return source.exists()
        size = self.size(key)
        if size is not None:
            part = to.with_name(to.name + ".part")
            with part.open("wb") as file:
                file.writelines(self.stream(key, 0, size))
            part.replace(to)
        return size is not None

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """List the keys below a prefix with the time of writing."""
        for batch in obstore.list(self._store, prefix=prefix):
            for entry in batch:
                yield entry["path"], entry["last_modified"]

    def erase(self, prefix: str) -> None:
        """Erase everything below a prefix; nothing there is fine."""
        for key, _ in list(self.keys(prefix)):
            try:
                obstore.delete(self._store, key)
            except NOT_FOUND:
                continue
        if self._root is not None:
            shutil.rmtree(self._root / prefix, ignore_errors=True)

    def tidy(self, before: datetime) -> None:
        """Remove what a killed process began to write before that time."""
        if self._root is not None:
            for path in (self._root / _INCOMING).glob("*"):
                if is_older(path, before.timestamp()):
                    path.unlink(missing_ok=True)

    def free_bytes(self) -> int | None:
        """Measure the room that is left; None where a store does not say."""
        return shutil.disk_usage(self._root).free if self._root else None


def is_older(path: Path, than: float) -> bool:
    """Whether a file was last written before a time; False if it has just gone.

    Parameters
    ----------
    path : of the file.
    than : seconds since the epoch.
    """
    try:
        return path.stat().st_mtime < than
    except FileNotFoundError:
        return False


def _folder(url: str) -> Path | None:
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


@contextmanager
def disk_full_guard() -> Iterator[None]:
    """Turn the errors of a full disk into one that says what to do.

    Raises
    ------
    StorageFull : if the disk is full.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise StorageFull(
            "The store is full: the recording was not kept. Free some space, then try again."
        ) from error


def _move(part: Path, root: Path, key: str) -> None:
    part.touch()  # it is new here, however long ago its last bytes came: see `survey`
    sync(part)
    target = root / key
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        part.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy_across(part, root, target)
    _sync_folders(target.parent, root)


def _copy_across(part: Path, root: Path, target: Path) -> None:
    """Move a file to another file system: only there does renaming make it appear at once."""
    with _incoming(root) as copy:
        shutil.copyfile(part, copy)
        sync(copy)
        copy.replace(target)
    part.unlink()


def _create(data: bytes, root: Path, key: str) -> None:
    target = root / key
    target.parent.mkdir(parents=True, exist_ok=True)
    with _incoming(root) as copy:
        with copy.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(copy, target)
    _sync_folders(target.parent, root)


@contextmanager
def _incoming(root: Path) -> Iterator[Path]:
    """Give a path to write to, on the store's file system; gone afterwards."""
    folder = root / _INCOMING
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / uuid.uuid4().hex
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Make what was written to a file, or the entries of a folder, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folders(folder: Path, root: Path) -> None:
    """Make new entries durable, up to the root of the store."""
    while True:
        sync(folder)
        if folder == root:
            return
        folder = folder.parent
