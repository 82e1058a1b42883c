"""The store of the service: files are encrypted when there is a key, and read either way.

The key lies in a file outside of the data folder. Its first line is the key in use; older ones
below it still open what they sealed, until `seal_all` has sealed it anew.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from coach.errors import InputError
from coach_api.settings import Settings
from coach_api.store.objects import (
    AREAS,
    CHUNK,
    ELSEWHERE,
    NOT_FOUND,
    QUARANTINE,
    Storage,
    StoredAnew,
    disk_full_guard,
    session_of,
    sync,
)
from coach_api.store.pairing import MARK
from coach_api.store.sealing import (
    HEADER,
    KEY_BYTES,
    SEAL,
    Key,
    SealBroken,
    content_size,
    is_sealed,
    is_sealed_with,
    open_range,
    seal,
)

_CONTENT = b"listening-coach"
_OTHERS = 0o077


class Vault(Storage):
    """A store whose files are sealed with a key, when there is one.

    Parameters
    ----------
    url : of the store.
    keys : the first one seals, all of them open.
    """

    def __init__(self, url: str, keys: Sequence[Key] = ()) -> None:
        super().__init__(url)
        self._keys = tuple(keys)

    def adopt(self, part: Path, key: str) -> None:
        """Seal a finished file and move it in; raises the errors of `Storage.adopt`.

        Parameters
        ----------
        part : a finished file.
        key : of the object.
        """
        if not self._seals(key):
            super().adopt(part, key)
            return
        sealed = part.with_name(f"{part.name}.sealed")
        try:
            with disk_full_guard(), part.open("rb") as source:
                _write(sealed, seal(self._keys[0], _name(key), _pieces(source)))
            super().adopt(sealed, key)
        finally:
            sealed.unlink(missing_ok=True)
        part.unlink()

    def give_back(self, key: str, part: Path) -> None:
        """Undo `adopt`."""
        if self._sealed_size(key) is None:
            super().give_back(key, part)
            return
        self.fetch(key, part)
        self.erase(f"recordings/{session_of(key)}")

    def put_once(self, key: str, data: bytes) -> bytes:
        """Seal and store `data` unless the key is taken; gives the content that is there now."""
        sealed = self._seal(key, data)
        stored = super().put_once(key, sealed)  # what was there before comes opened, by `read`
        return data if stored == sealed else stored

    def replace(self, key: str, data: bytes) -> None:
        """Seal and store `data`, whatever was there."""
        super().replace(key, self._seal(key, data))

    def read(self, key: str) -> bytes | None:
        """Read all of a small object; None when there is no such key.

        Raises
        ------
        SealBroken : if it cannot be opened.
        """
        found = super().read(key)
        return None if found is None else self._open(key, found)

    def size(self, key: str) -> int | None:
        """Measure the content of an object in bytes; None when there is no such key."""
        with suppress(*NOT_FOUND):
            sealed, size = self._look(key)
            return content_size(size) if sealed else size
        return None

    def stream(self, key: str, start: int, end: int) -> Iterator[bytes]:
        """Read the content [start, end) in pieces.

        Parameters
        ----------
        key : of the object.
        start, end : bytes of the content.

        Raises
        ------
        SealBroken : if it cannot be opened.
        """
        is_read = False
        while not is_read:
            with suppress(StoredAnew):  # by `seal_all`, which leaves the content as it is
                for piece in self._stream_version(key, start, end):
                    yield piece
                    start += len(piece)
                is_read = True

    def _stream_version(self, key: str, start: int, end: int) -> Iterator[bytes]:
        """Read the content [start, end) of what is there now."""
        size, tag = self.version(key)

        def read(begin: int, stop: int) -> bytes:
            return self.read_version(key, tag, begin, stop)

        if is_sealed(read(0, min(size, HEADER))):
            yield from open_range(self._keys, _name(key), size, read, start, end)
            return
        for begin in range(start, min(end, size), CHUNK):
            yield read(begin, min(end, size, begin + CHUNK))

    def fetch(self, key: str, to: Path) -> bool:
        """Make an object readable at a path, all of it; False when there is no such key.

        Parameters
        ----------
        key : of the object.
        to : the path; its folder must exist.

        Raises
        ------
        InputError : as `Storage.fetch`.
        SealBroken : if it cannot be opened.
        """
        if key.endswith(ELSEWHERE) or not (self._keys or self._sealed_size(key)):
            return super().fetch(key, to)
        # With a key, a plain file is copied too: behind a link, `seal_all` would change it.
        size = self.size(key)
        if size is None:
            return False
        part = to.with_name(f"{to.name}.part")
        _write(part, self.stream(key, 0, size))
        part.replace(to)
        return True

    def is_current(self, key: str) -> bool:
        """Whether an object is as it would be stored today."""
        header = self._header(key)
        if not header:  # it was erased just now, or is empty and needs no key to be read
            return not self._keys or super().size(key) is None
        return is_sealed_with(header, self._keys[0]) if self._keys else not is_sealed(header)

    def seal_anew(self, key: str, through: Path) -> bool:
        """Store an object as it would be stored today; says whether it was there.

        Parameters
        ----------
        through : a path for its content meanwhile.
        """
        size = self.size(key)
        if size is None:
            return False
        try:
            _write(through, self.stream(key, 0, size))
            self.adopt(through, key)
        except NOT_FOUND:  # it was erased meanwhile
            return False
        finally:
            through.unlink(missing_ok=True)
        return True

    def _seals(self, key: str) -> bool:
        return bool(self._keys) and key != MARK

    def _seal(self, key: str, data: bytes) -> bytes:
        if not self._seals(key):
            return data
        return b"".join(seal(self._keys[0], _name(key), (data,)))

    def _open(self, key: str, found: bytes) -> bytes:
        if not is_sealed(found[:HEADER]):
            return found

        def read(begin: int, stop: int) -> bytes:
            return found[begin:stop]

        end = content_size(len(found))
        return b"".join(open_range(self._keys, _name(key), len(found), read, 0, end))

    def _header(self, key: str) -> bytes:
        size = super().size(key)
        with suppress(*NOT_FOUND):  # it may be erased just now
            return b"".join(super().stream(key, 0, min(size or 0, HEADER)))
        return b""

    def _sealed_size(self, key: str) -> int | None:
        """Bytes of a sealed object; None when it is not sealed, or not there."""
        with suppress(*NOT_FOUND):
            sealed, size = self._look(key)
            return size if sealed else None
        return None

    def _look(self, key: str) -> tuple[bool, int]:
        """Whether an object is sealed, and its bytes as they are stored."""
        while True:
            size, tag = self.version(key)
            with suppress(StoredAnew):
                return is_sealed(self.read_version(key, tag, 0, min(size, HEADER))), size


def open_store(settings: Settings) -> Vault:
    """Open the store of a service, and see that its key is the right one.

    Raises
    ------
    InputError : if the store or the file of keys cannot be used.
    SealBroken : if the store is encrypted with another key, or there is none.
    """
    keys = read_keys(settings)
    store = Vault(settings.storage, keys)
    try:
        found = store.read(SEAL)
    except SealBroken as error:
        raise SealBroken(
            f"The store is encrypted, and {'its key is not in' if keys else 'there is no key:'} "
            f"COACH_STORE_KEY_FILE{'' if keys else ' is not set'}. Expected the file with the key "
            "that it was encrypted with. Without that key nothing in it can be read."
        ) from error
    if keys and found != _CONTENT:
        store.put_once(SEAL, _CONTENT)
    return store


def read_keys(settings: Settings) -> tuple[Key, ...]:
    """Read the keys of the store; none when no file of keys is set.

    Raises
    ------
    InputError : if the file is in the data folder, readable by others, or holds no keys.
    """
    if not settings.store_key_file:
        return ()
    path = Path(settings.store_key_file).resolve()
    told = f"COACH_STORE_KEY_FILE ({path})"
    if path.is_relative_to(settings.data_dir.resolve()):
        raise InputError(
            f"{told} is in the data folder, where it would protect nothing. Put it elsewhere, for "
            "example on another disk, and make a copy."
        )
    try:
        mode, lines = path.stat().st_mode, path.read_text(encoding="ascii").split()
    except (OSError, UnicodeError) as error:
        raise InputError(
            f"{told} cannot be read. Expected a file that 'coach key create' made."
        ) from error
    if mode & _OTHERS and os.name == "posix":
        raise InputError(f"{told} can be read by others. Run: chmod 600 {path}")
    keys = tuple(_key(told, line) for line in lines)
    if not keys:
        raise InputError(f"{told} is empty. Expected a file that 'coach key create' made.")
    return keys


def add_key(path: Path) -> None:
    """Write a new key as the first line of a file, which only this user may read.

    Raises
    ------
    InputError : if the file cannot be written.
    """
    line = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    part = path.with_name(f"{path.name}.part")
    try:
        older = path.read_text(encoding="ascii", errors="replace") if path.exists() else ""
        for each in older.split():
            _key(str(path), each)  # a file of something else stays as it is
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{line}\n{older}")
        sync(part)
        part.replace(path)
        sync(path.parent)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror}). Expected a file in a folder of yours."
        ) from error


def seal_all(settings: Settings, store: Vault) -> int:
    """Seal everything with the key in use; says how many files were stored anew.

    It can be interrupted, and goes on when begun again.
    """
    return sum(
        store.seal_anew(key, settings.uploads_dir / f"{secrets.token_hex(16)}.part")
        for key in find_older(store)
    )


def find_older(store: Vault) -> list[str]:
    """Find what is not stored as it would be stored today, in quarantine too."""
    areas = (*AREAS, *(f"{QUARANTINE}/{area}" for area in AREAS))
    keys = [*(key for area in areas for key, _ in store.keys(area)), SEAL]
    return [key for key in keys if not key.endswith(ELSEWHERE) and not store.is_current(key)]


def _key(told: str, line: str) -> Key:
    try:
        return Key(base64.b64decode(line, validate=True))
    except (ValueError, InputError) as error:
        raise InputError(
            f"{told} holds a line that is no key. Expected lines that 'coach key create' wrote."
        ) from error


def _name(key: str) -> str:
    """The name that a file is sealed for: in quarantine it is the same."""
    return key.removeprefix(f"{QUARANTINE}/")


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: source.read(CHUNK), b"")


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    with disk_full_guard(), open(path, "wb", opener=_private) as file:
        file.writelines(pieces)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)
