"""Redacted corpora: with ``--redact``, `tables` and `recordings` hold only redacted text.

The run deletes results and tables of earlier runs without it first, and refuses to start where it
cannot redact something. Ids that were made from names of files become codes.
"""

from __future__ import annotations

import csv
import hmac
import io
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from coach.config import Config
from coach.errors import InputError
from coach.private import private_file, write_private
from coach_api.corpus.manifest import Entry
from coach_api.corpus.outcome import RESULTS, Folder

NAMES = "names.csv"
"""In the inner folder: which recording has which code."""

WITHHELD = "Withheld: it may repeat names and words. .coach/errors.csv has it."

_KEY = "code.key"
_SHOWN = 3
_LABEL = re.compile(r"[A-Z]")


def make_codes(folder: Folder, entries: Sequence[Entry]) -> dict[str, str]:
    """Make a code for each recording without an id in the manifest; the same in every run.

    Parameters
    ----------
    folder : of the corpus.
    entries : of the manifest.

    Returns
    -------
    A code for each id.
    """
    key = _key(folder.inner / _KEY)
    codes = {entry.id: _code(key, entry.id) for entry in entries if not entry.is_named}
    text = io.StringIO()
    csv.writer(text).writerows(
        [("recording_id", "name"), *((c, name) for name, c in codes.items())]
    )
    write_private(folder.inner / NAMES, text.getvalue())
    return codes


def with_codes(entries: Sequence[Entry], codes: Mapping[str, str]) -> tuple[Entry, ...]:
    """Replace the ids of recordings by their codes; sorted by them.

    Parameters
    ----------
    entries : of the manifest.
    codes : from `make_codes`.
    """
    found = (replace(entry, id=codes.get(entry.id, entry.id)) for entry in entries)
    return tuple(sorted(found, key=lambda entry: entry.id))


def _key(path: Path) -> bytes:
    if not path.exists() or not path.read_bytes():
        private_file(path).write_bytes(secrets.token_bytes(16))
    return path.read_bytes()


def _code(key: bytes, name: str) -> str:
    return f"rec-{hmac.digest(key, name.encode(), 'sha256').hex()[:12]}"


def make_shareable(folder: Folder, ids: set[str], tables: Sequence[str]) -> None:
    """Remove unredacted results of these recordings, and unredacted tables.

    Parameters
    ----------
    folder : of the corpus.
    ids : of the recordings of this run, and their codes.
    tables : names of the tables.

    Raises
    ------
    InputError : if there is something else that is not redacted; nothing was removed then.
    """
    _refuse(_strays(folder, ids, tables), folder)
    for name in ids:
        if not folder.is_redacted(name):
            folder.clear(name)
    if not folder.has_redacted_tables():
        for path in _files(folder.tables):
            path.unlink()


def _strays(folder: Folder, ids: set[str], tables: Sequence[str]) -> list[str]:
    recordings = folder.results("")
    names = ids | {name for name in folder.finished_ids() if folder.is_redacted(name)}
    found = []
    for path in _files(recordings):
        inner = path.relative_to(recordings)
        if not _is_result(inner, names):
            found.append(f"recordings/{inner.as_posix()}")
    for path in _files(folder.tables):
        if path.stem not in tables:
            found.append(f"tables/{path.relative_to(folder.tables).as_posix()}")
    return found


def _is_result(path: Path, names: set[str]) -> bool:
    """Whether a file is a result of a recording with one of these names."""
    parts = path.parts
    return any(
        "/".join(parts[:depth]) in names and parts[depth].partition(".")[0] in RESULTS
        for depth in range(1, len(parts))
    )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def _refuse(strays: Sequence[str], folder: Folder) -> None:
    if strays:
        more = f" and {len(strays) - _SHOWN} more" if len(strays) > _SHOWN else ""
        raise InputError(
            f"{folder.root} holds what this run does not redact: {', '.join(strays[:_SHOWN])}"
            f"{more}. Expected results of recordings in the manifest only. Erase those of others "
            "with --forget ID, move files of your own elsewhere, or choose another OUT."
        )


def without_names(config: Config) -> Config:
    """Remove the mentor's name from options, which tables repeat."""
    is_name = config.mentor not in ("first", "guess") and not _LABEL.fullmatch(config.mentor)
    return replace(config, mentor="[PERSON]") if is_name else config
