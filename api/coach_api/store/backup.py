"""A backup of the whole deployment in a folder, made while it runs, and its way back.

``backup.json`` says what belongs to the backup and is replaced last, in one step: a backup that was
interrupted leaves the one before. Recordings and results of stages never change under a key, so the
next backup into the same folder copies only what is new, and drops what was erased. Encrypted files
are copied as they are; their key is not in the backup.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from coach import __version__
from coach.analysis.stages import sha256_of
from coach.errors import InputError
from coach.private import private_file, private_folder
from coach_api.settings import Settings
from coach_api.store.database import file_of, sound_file
from coach_api.store.migrate import check_revision
from coach_api.store.objects import AREAS, CHUNK, NOT_FOUND, QUARANTINE, Storage, sync
from coach_api.store.pairing import MARK
from coach_api.store.sealing import HEADER, SEAL
from coach_api.store.tables import new_id, now

_LIST = "backup.json"
_FORMAT = 1
_KEY = "secret.key"
_STORE = "store"
_DATABASE = re.compile(r"coach-[0-9a-f]{32}\.db(-journal|-wal|-shm)?")


@dataclass(frozen=True, slots=True)
class Backup:
    """The contents of a backup, as its list says.

    Parameters
    ----------
    database, sha256, revision : file, content and version of the tables; empty for a server, which
        has tools of its own.
    has_key : whether the key that names people in addresses is in it.
    files : of the store, with their sizes in bytes.
    """

    made_at: str
    coach_version: str
    database: str
    sha256: str
    revision: str
    has_key: bool
    files: dict[str, int] = field(repr=False)
    format: int = _FORMAT


def back_up(settings: Settings, storage: Storage, folder: Path) -> Backup:
    """Back the deployment up, running or not.

    The database is copied first, at one moment. What is uploaded later belongs to the next backup.

    Parameters
    ----------
    settings : of the deployment.
    storage : of the deployment; its files are copied as they are, sealed or not.
    folder : of the backup; files that are there are not copied again.

    Raises
    ------
    InputError : if the database is damaged, or `folder` holds something else.
    """
    _check_folder(folder)
    private_folder(folder)
    database, revision = _copy_database(settings, folder)
    has_key = (settings.data_dir / _KEY).exists()
    if has_key:
        _copy(settings.data_dir / _KEY, folder / _KEY)
    backup = Backup(
        made_at=now().isoformat(timespec="seconds"),
        coach_version=__version__,
        database=database,
        sha256=sha256_of(folder / database) if database else "",
        revision=revision,
        has_key=has_key,
        files=_copy_store(storage, folder / _STORE),
    )
    _write(folder / _LIST, [json.dumps(asdict(backup), indent=1).encode()])
    _drop_others(folder, backup)
    return backup


def restore(settings: Settings, storage: Storage, folder: Path) -> Backup:
    """Bring a backup back into a deployment that is not running and has no database.

    The store's mark comes first and the database last: whatever starts in between finds a marked
    store and no database of it, and deletes nothing. Interrupted, it goes on when begun again.

    Parameters
    ----------
    settings : of the deployment, which must not run.
    storage : of the deployment.
    folder : of the backup.

    Raises
    ------
    InputError : if the backup is not whole or of a newer version, or something is in the way.
    """
    backup = _read(folder)
    file = _check(settings, storage, folder, backup)
    settings.prepare()
    for key in sorted(backup.files, key=lambda key: key != MARK):
        if storage.size(key) != backup.files[key]:
            part = settings.uploads_dir / f"{new_id()}.part"
            _copy(folder / _STORE / key, part)
            storage.adopt(part, key)
    if backup.has_key:
        _copy(folder / _KEY, settings.data_dir / _KEY)
    if file is not None:
        _copy(folder / backup.database, file)
    return backup


def _check(settings: Settings, storage: Storage, folder: Path, backup: Backup) -> Path | None:
    """Look for everything that stands against restoring; gives the database's file."""
    missing = sum(_size(folder / _STORE / key) != size for key, size in backup.files.items())
    if missing:
        raise InputError(
            f"{folder} is not whole: {missing} of {len(backup.files)} files of its store are "
            "missing or cut. Copy it again, or make it again with 'coach backup'."
        )
    theirs, mark = storage.read(MARK), folder / _STORE / MARK
    if theirs is not None and (not mark.exists() or mark.read_bytes() != theirs):
        raise InputError(
            "The store belongs to another service than the backup. Expected an empty store, or the "
            "one that was backed up: check COACH_STORAGE_URL."
        )
    file = file_of(settings)
    if (file is None) != (not backup.database):
        raise InputError(
            "The backup is of another kind of database than COACH_DATABASE_URL names. Expected "
            "SQLite for one of SQLite, Postgres for one of Postgres."
        )
    if file is not None and _size(file) and sha256_of(file) != backup.sha256:
        raise InputError(
            f"There is a database already: {file}. Stop the service and put that file aside, with "
            "those beside it whose names begin alike; then restore again."
        )
    if file is not None and sha256_of(folder / backup.database) != backup.sha256:
        raise InputError(f"{folder / backup.database} is damaged. Use another copy of the backup.")
    return file


def _read(folder: Path) -> Backup:
    try:
        said = json.loads((folder / _LIST).read_text())
        is_newer = said["format"] > _FORMAT
        backup = None if is_newer else Backup(**said)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{folder} is no whole backup: {_LIST} is missing or cannot be read. Expected a folder "
            "that 'coach backup' has finished."
        ) from error
    if backup is None:
        raise InputError(
            f"The backup is of a newer version of listening-coach ({said.get('coach_version')}) "
            f"than this one ({__version__}): install that one first."
        )
    check_revision(backup.revision or None)
    return backup


def _check_folder(folder: Path) -> None:
    """See that the folder is new, or a backup, whole or begun."""
    names = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if names and _LIST not in names and not any(_is_ours(name) for name in names):
        raise InputError(f"{folder} holds something else. Expected a new folder, or a backup.")


def _is_ours(name: str) -> bool:
    return name.removesuffix(".part") in (_LIST, _KEY, _STORE) or bool(_DATABASE.match(name))


def _copy_database(settings: Settings, folder: Path) -> tuple[str, str]:
    """Copy a database in a file as it is at one moment; gives its name there and its version."""
    file = file_of(settings)
    if file is None:
        return "", ""
    if not _size(file):
        raise InputError(f"There is no database at {file}. Check COACH_DATA_DIR.")
    target = folder / f"coach-{new_id()}.db"
    private_file(target)
    with (
        sound_file(settings),
        closing(sqlite3.connect(file)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        if copy.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            raise InputError(f"{file} is damaged. An earlier backup in {folder} is kept.")
        revision = copy.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    sync(target)
    return target.name, str(revision)


def _copy_store(storage: Storage, folder: Path) -> dict[str, int]:
    """Copy what is new; what is erased meanwhile is not in the backup."""
    areas = (*AREAS, QUARANTINE)
    keys = [MARK, SEAL, *(key for area in areas for key, _ in storage.keys(area))]
    is_sealed = storage.size(SEAL) is not None
    files = {}
    for key in keys:
        size = storage.size(key)
        if size is None:
            continue
        copy = folder / key
        with suppress(*NOT_FOUND):
            if _size(copy) != size or (is_sealed and not _begin_alike(storage, key, copy)):
                _write(copy, storage.stream(key, 0, size))
            files[key] = size
    return files


def _begin_alike(storage: Storage, key: str, copy: Path) -> bool:
    """Whether a copy has the header of that file: it changes when another key seals the file."""
    with copy.open("rb") as file:
        header = file.read(HEADER)
    return header == b"".join(storage.stream(key, 0, len(header)))


def _drop_others(folder: Path, backup: Backup) -> None:
    """Remove what earlier or interrupted backups left: above all, what was erased since."""
    store = folder / _STORE
    for path in store.rglob("*"):
        if path.is_file() and path.relative_to(store).as_posix() not in backup.files:
            path.unlink()
    for path in folder.iterdir():
        if path.name not in (backup.database, _LIST, _KEY, _STORE) and _is_ours(path.name):
            path.unlink()


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        _write(target, iter(lambda: file.read(CHUNK), b""))


def _write(target: Path, pieces: Iterable[bytes]) -> None:
    """Write a file for this user only, durably: all of it or nothing."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = private_file(target.with_name(f"{target.name}.part"))
    with part.open("wb") as file:
        file.writelines(pieces)
    sync(part)
    part.replace(target)
    sync(target.parent)


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None
