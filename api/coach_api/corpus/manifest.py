"""The recordings of a corpus, from a folder, a pattern, or a manifest as CSV or JSONL."""

from __future__ import annotations

import csv
import glob
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from coach.config import OPTIONS, Config, make_config, sound_options
from coach.errors import InputError
from coach.tables.catalogue import GROUPED

SOUND = frozenset(
    ".aac .aif .aiff .amr .avi .flac .m4a .m4b .mkv .mka .mov .mp2 .mp3 .mp4 .mpg .mpeg .oga .ogg "
    ".opus .wav .weba .webm .wma .wmv .3gp .caf".split()
)
_FILES = ("path", "transcript", "speech")
_NAMES = ("id", *_FILES, *(option.name for option in OPTIONS))
"""Columns that mean something; all others are the user's own."""

_ALIASES = {
    "path": (
        "file", "filename", "file_name", "filepath", "file_path", "audio", "audio_file",
        "audio_path", "recording", "media", "sound", "video",
    ),
    "transcript": ("transcript_file", "transcript_path", "subtitles"),
    "speech": ("rttm", "annotation", "speech_file"),
}  # fmt: skip
"""Other names of our columns, used where ours is missing."""

_DELIMITERS = ",;\t|"
_SHORTEST = 4  # letters of a name of ours that another may be a slip of
_TAKEN = frozenset(column.name for table in GROUPED for column in table.columns)
_ID = re.compile(r"[^\s/\\.][^/\\\0]*(?:/[^\s/\\.][^/\\\0]*)*")
_MANIFESTS = (".csv", ".tsv", ".jsonl")


@dataclass(frozen=True, slots=True)
class Entry:
    """One recording of a corpus.

    Parameters
    ----------
    id : unique in the corpus; may have slashes, as a relative path.
    path : the recording; None when a transcript or annotation stands for it.
    transcript : what was cells, instead of listening.
    speech : who spoke when, by hand (RTTM, TextGrid, EAF); its times count.
    options : some of `coach.config.OPTIONS`, by name.
    groups : all further columns.
    url : of the recording, where it lies in an object store and has no path.
    is_named : whether the manifest gives the id; others are made from the name of the file.
    """

    id: str
    path: Path | None
    transcript: Path | None = None
    speech: Path | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict, repr=False)
    url: str = ""
    is_named: bool = False

    @property
    def needs_listening(self) -> bool:
        """Whether it has neither a transcript nor an annotation, so that we listen to it."""
        return self.transcript is None and self.speech is None

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that the result is made from: annotation and transcript, else the recording."""
        given = tuple(path for path in (self.speech, self.transcript) if path is not None)
        return given or ((self.path,) if self.path is not None else ())

    def config(self, base: Config) -> Config:
        """Combine the options of this recording with those of the corpus.

        Raises
        ------
        InputError : if a column has a value that is not allowed, or is about listening where
            nothing is listened to.
        """
        if not self.needs_listening and (unused := sound_options(self.options)):
            raise InputError(
                f"A transcript or annotation is read, and nothing is listened to: the columns "
                f"{', '.join(unused)} cannot be used. Expected them to be empty here."
            )
        return make_config(dict(self.options), base=base)


def read_entries(source: str) -> tuple[Entry, ...]:
    """Read the recordings that a folder, pattern, manifest or single file names, sorted by id.

    Raises
    ------
    InputError : if there are none, or the manifest cannot be read.
    """
    path = Path(source)
    if path.suffix.lower() in _MANIFESTS and path.is_file():
        entries = _read_manifest(path)
    elif path.is_dir():
        entries = _entries_of_files(path, (p for p in path.rglob("*") if _is_sound(p, path)))
    elif path.is_file():
        entries = _entries_of_files(path.parent, [path])
    else:
        found = (Path(name) for name in glob.iglob(source, recursive=True))
        entries = _entries_of_files(
            _root(source), (p for p in found if _is_sound(p, _root(source)))
        )
    if not entries:
        raise InputError(
            f"No recordings in {source}. Expected a folder or a pattern of audio or video files, "
            "or a manifest (.csv, .tsv, .jsonl) with a column path."
        )
    return tuple(sorted(entries, key=lambda entry: entry.id))


def shard(entries: tuple[Entry, ...], number: int, of: int) -> tuple[Entry, ...]:
    """Select every `of`-th recording, from the `number`-th (from 1).

    Parameters
    ----------
    entries : of the whole manifest.
    number : of the shard, in 1..of.
    of : number of shards.

    Examples
    --------
    >>> [e.id for e in shard(tuple(Entry(c, None) for c in "abcde"), 2, 2)]
    ['b', 'd']
    """
    return entries[number - 1 :: of]


def _is_sound(path: Path, root: Path) -> bool:
    inner = path.relative_to(root) if path.is_relative_to(root) else path
    is_hidden = any(part.startswith(".") for part in inner.parts)
    return path.suffix.lower() in SOUND and not is_hidden and path.is_file()


def _root(pattern: str) -> Path:
    """Return the folder above the first part of a path that is a pattern."""
    parts = Path(pattern).parts
    plain = next((i for i, part in enumerate(parts) if glob.has_magic(part)), len(parts) - 1)
    return Path(*parts[:plain]) if plain else Path(".")


def _entries_of_files(root: Path, paths: Iterable[Path]) -> list[Entry]:
    """Name files by their path without suffix, and with it where two would be the same."""
    found = sorted(set(paths))
    short = Counter(path.with_suffix("") for path in found)
    return [
        Entry((p.with_suffix("") if short[p.with_suffix("")] == 1 else p).relative_to(root)
              .as_posix(), p.absolute())
        for p in found
    ]  # fmt: skip


def _read_manifest(path: Path) -> list[Entry]:
    rows = _lines(path) if path.suffix.lower() == ".jsonl" else _table(path)
    columns = list(dict.fromkeys(key for _, row in rows for key in row if key and key.strip()))
    names = _names_of_columns(columns, path)
    rows = [(n, {names.get(key, key): row[key] for key in row}) for n, row in rows]
    entries = [_entry(row, path, number) for number, row in rows]
    twice = [name for name, times in Counter(entry.id for entry in entries).items() if times > 1]
    if twice:
        raise InputError(
            f"{path} has the id {twice[0]!r} more than once. Every recording needs its own: add a "
            "column id."
        )
    return entries


def _names_of_columns(columns: list[str], path: Path) -> dict[str, str]:
    """Map the columns of a manifest to our names of them.

    Raises
    ------
    InputError : if no column names files, or one differs from a name of ours by a letter.
    """
    plain = {name: re.sub(r"[\s-]+", "_", name.strip().casefold()) for name in columns}
    names = {name: bare for name, bare in plain.items() if bare in _NAMES}
    for ours, aliases in _ALIASES.items():
        if ours not in names.values():
            found = next(
                (n for alias in aliases for n, bare in plain.items() if bare == alias), None
            )
            names.update({} if found is None else {found: ours})
    for name, bare in plain.items():
        near = [each for each in _NAMES if len(each) >= _SHORTEST and _is_slip(bare, each)]
        if name not in names and near:
            raise InputError(
                f"{path} has a column {name.strip()!r}. Did you mean {near[0]!r}? Rename it so; if "
                f"it is a column of your own, give it a name that is less like {near[0]!r}."
            )
    if columns and not set(_FILES) & {*names.values()}:
        have = ", ".join(repr(name.strip()) for name in columns)
        raise InputError(
            f"{path} has the columns {have}: expected 'path', the recording, or 'transcript' or "
            "'speech'. Rename the column that names the files."
        )
    return names


def _is_slip(found: str, wanted: str) -> bool:
    """Whether two words differ by one letter: added, missing, changed, or two swapped.

    Examples
    --------
    >>> _is_slip("mentr", "mentor"), _is_slip("metnor", "mentor"), _is_slip("cohort", "mentor")
    (True, True, False)
    """
    if found == wanted or abs(len(found) - len(wanted)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(found, wanted, strict=False)) if a != b), None)
    if start is None:
        return True
    a, b = found[start:], wanted[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _table(path: Path) -> list[tuple[int, Mapping[str, Any]]]:
    """Read a table; the delimiter is found in the header, or in a line `sep=` of Excel."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            if re.fullmatch(r"sep=.\s*", header):
                header = file.readline()
            rest = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"Cannot read {path}: expected a table in UTF-8 ({error}).") from error
    delimiter = max(_DELIMITERS, key=header.count)
    lines = StringIO(header + rest)
    try:
        reader = csv.DictReader(lines, delimiter=delimiter, restkey="", restval="")
        return [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise InputError(f"Cannot read {path}: expected a table ({error}).") from error


def _lines(path: Path) -> list[tuple[int, Mapping[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [(n, json.loads(line)) for n, line in enumerate(lines, 1) if line.strip()]
    except (OSError, ValueError) as error:
        raise InputError(f"Cannot read {path}: expected an object a line ({error}).") from error
    for number, row in rows:
        if not isinstance(row, dict):
            raise InputError(f"{path}, line {number}: expected an object with a path.")
    return rows


def _entry(row: Mapping[str, Any], manifest: Path, number: int) -> Entry:
    cells = {key.strip(): _as_text(value) for key, value in row.items() if key and key.strip()}
    url = cells.pop("path", "") if "://" in cells.get("path", "") else ""
    files = {name: _file(cells.pop(name, ""), manifest.parent) for name in _FILES}
    there = Path(unquote(urlsplit(url).path)) if url else files["path"]
    named = there or files["speech"] or files["transcript"]
    if named is None:
        raise InputError(
            f"{manifest}, line {number}: expected a path, or a transcript or speech file."
        )
    given = cells.pop("id", "")
    name = given or named.stem
    if not _ID.fullmatch(name) or ".." in name:
        raise InputError(
            f"{manifest}, line {number}: the id {name!r} cannot be a file name. Expected letters, "
            "digits, - and _."
        )
    columns = {option.name: cells.pop(option.name, "") for option in OPTIONS}
    options = {name: value for name, value in columns.items() if value}
    groups = {column_of(key): value for key, value in cells.items()}
    return Entry(
        name, files["path"], files["transcript"], files["speech"], options, groups, url, bool(given)
    )  # fmt: skip


def column_of(name: str) -> str:
    """Name the column of the tables for a column of the manifest.

    Examples
    --------
    >>> column_of("cohort"), column_of("duration")
    ('cohort', 'manifest_duration')
    """
    return f"manifest_{name}" if name in _TAKEN else name


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(value)


def _file(name: str, folder: Path) -> Path | None:
    if not name:
        return None
    if "://" in name:
        raise InputError(
            f"{name.split('://')[0]}://... is not a file. Expected the path of a transcript or "
            "annotation; only recordings may lie in an object store."
        )
    return (folder / Path(name).expanduser()).absolute()
