"""The results of a recording in the folder of a corpus: its conversation, its part of every table.

A stamp is written last. It holds a hash over everything that the result was made from, so that a
finished recording is recognised and left alone.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from coach import __version__
from coach.analysis.recognition import EnrolledVoice
from coach.analysis.stages import sha256_of, write_atomically
from coach.config import Config
from coach.conversation import Conversation
from coach.interchange import find_format
from coach.results import PAGE, write_files
from coach.scorecard import Scorecard, score
from coach.tables.catalogue import GROUPED, TABLES
from coach.tables.columns import Column, Session, Table, text
from coach_api.corpus.manifest import Entry
from coach_api.corpus.parquet import compact, schema_of, table_of, write_part
from coach_api.store import remote_recordings

INNER = ".coach"
_REVISION = 4
"""Raise it when tables are made otherwise, so that old parts are not reused."""

RESULTS = ("conversation", "scorecard")
"""Names of the files of results, before the dot."""

NOTE = "tables.json"
"""In the inner folder: what the tables were made from."""

Redact = Callable[[Conversation], Conversation]


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """What to write for every recording, beside its conversation and its scorecard.

    Parameters
    ----------
    formats : of the conversation, as `coach.interchange.FORMATS` names them; "html" is the page.
    columns : the manifest's columns that go into the tables.
    redact : takes names and personal data out of the text; None leaves it.
    groups : those of `columns` by which to summarise.
    """

    formats: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    redact: Redact | None = field(default=None, repr=False)
    groups: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The options that decide the results of a recording, as plain values."""
        return {"formats": self.formats, "columns": self.columns, "redact": bool(self.redact)}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that a result is made from; unchanged while path, size and time are."""

    path: str
    size: int
    changed: int
    sha256: str


class Folder:
    """The folder of a corpus.

    Parameters
    ----------
    root : OUT of the command line.
    output : what to write for every recording.
    """

    def __init__(self, root: Path, output: OutputOptions) -> None:
        self.root, self.output = root, output
        self.inner = root / INNER
        self.tables = root / "tables"
        self._parts = self.inner / "parts"

    def results(self, name: str) -> Path:
        """The folder of the results of a recording."""
        return self.root / "recordings" / name

    def sources(self, entry: Entry) -> tuple[SourceFile, ...]:
        """Hash the files of a recording, or the object at its URL, unless known and unchanged.

        Raises
        ------
        OSError : if one cannot be read.
        InputError : if the URL cannot be.
        """
        known = {each.path: each for each in self._sources_before(entry.id)}
        found = []
        for path in entry.files:
            there = path.stat()
            old = known.get(str(path))
            if old is None or (old.size, old.changed) != (there.st_size, there.st_mtime_ns):
                old = SourceFile(str(path), there.st_size, there.st_mtime_ns, sha256_of(path))
            found.append(old)
        if entry.url and entry.needs_listening:
            size, changed = remote_recordings.stat(entry.url)
            old = known.get(entry.url)
            if old is None or (old.size, old.changed) != (size, changed):
                old = SourceFile(entry.url, size, changed, remote_recordings.sha256_at(entry.url))
            found.append(old)
        return tuple(found)

    def key(
        self,
        entry: Entry,
        sources: Sequence[SourceFile],
        config: Config,
        voices: Sequence[EnrolledVoice] = (),
    ) -> str:
        """Hash everything that the results of a recording are made from.

        Parameters
        ----------
        entry : of the manifest.
        sources : the files that are read.
        config : the options.
        voices : enrolled voices that are recognised.
        """
        parts = {
            "version": [__version__, _REVISION],
            "content": [source.sha256 for source in sources],
            "config": config.as_dict(),
            "output": self.output.as_dict(),
            "voices": [[voice.name, voice.model, voice.vector] for voice in voices],
            "groups": {name: entry.groups.get(name, "") for name in self.output.columns},
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]

    def is_finished(self, entry: Entry, key: str) -> bool:
        """Whether the results of a recording are there, made from just this.

        Parameters
        ----------
        entry : of the manifest.
        key : from `key`.
        """
        return (
            self._stamp(entry.id).get("key") == key
            and (self.results(entry.id) / "scorecard.json").exists()
        )

    def finish(
        self, entry: Entry, conv: Conversation, stamp: tuple[str, Sequence[SourceFile]]
    ) -> None:
        """Write the results of a recording, then its stamp.

        Parameters
        ----------
        entry : of the manifest.
        conv : the conversation, with names and words.
        stamp : the key of the results, and the files that they are made from.

        Raises
        ------
        CoachError : if the conversation cannot be written in a format.
        """
        key, sources = stamp
        (self._parts / entry.id / "stamp.json").unlink(missing_ok=True)
        if self.output.redact is not None:
            conv = self.output.redact(conv)
        conv = replace(conv, recording=replace(conv.recording, id=entry.id))
        card = score(conv)
        self._write(entry.id, conv, card)
        session = Session(entry.id, conv, card, entry.groups)
        for table in TABLES:
            columns = self.columns(table)
            groups = tuple(entry.groups.get(name) or None for name in self._group_columns(table))
            rows = ((*row, *groups) for row in table.rows(session))
            write_part(table_of(columns, rows, {}), self._part(entry.id, table.name))
        contents = {
            "key": key,
            "sources": [asdict(source) for source in sources],
            "redacted": self.output.redact is not None,
        }
        write_atomically(self._parts / entry.id / "stamp.json", json.dumps(contents))

    def is_redacted(self, name: str) -> bool:
        """Whether the results of a recording are there, and are redacted."""
        return self._stamp(name).get("redacted") is True

    def has_redacted_tables(self) -> bool:
        """Whether the tables were made of redacted results alone."""
        return _read_object(self.inner / NOTE).get("redacted") is True

    def clear(self, name: str) -> None:
        """Remove the results of a recording and its part of the tables."""
        for root in (self._parts, self.results("")):
            _clear(root / name)
            for path in (root / name).glob("*"):
                if not path.is_dir():
                    path.unlink()
            _prune(root / name, root)

    def sources_of(self, name: str) -> tuple[SourceFile, ...]:
        """The files that the results of a recording were made from; none without results."""
        return tuple(self._sources_before(name))

    def finished_ids(self) -> Iterator[str]:
        """Yield the ids of recordings with results, also of those no longer in the manifest."""
        for stamp in sorted(self._parts.rglob("stamp.json")):
            yield stamp.parent.relative_to(self._parts).as_posix()

    def columns(self, table: Table) -> tuple[Column, ...]:
        """The columns of a table of this corpus."""
        return (
            *table.columns,
            *(text(n, "As in the manifest.") for n in self._group_columns(table)),
        )

    def compact(self, ids: Iterable[str], about: Mapping[str, str]) -> dict[str, int]:
        """Make the tables of finished recordings; return the number of rows of each.

        Parameters
        ----------
        ids : of the recordings with results.
        about : metadata of the tables.
        """
        finished = [name for name in sorted(ids) if self._stamp(name)]
        made = {}
        for table in TABLES:
            schema = schema_of(self.columns(table), {"description": table.description, **about})
            parts = [self._part(name, table.name) for name in finished]
            made[table.name] = compact(parts, schema, self.tables, table.name)
        return made

    def stamps(self, ids: Iterable[str]) -> str:
        """Hash the stamps: while the hash is the same, so are the tables."""
        keys = [[name, self._stamp(name).get("key")] for name in sorted(ids)]
        return hashlib.sha256(
            json.dumps([keys, self.output.as_dict(), self.output.groups]).encode()
        ).hexdigest()

    def _group_columns(self, table: Table) -> tuple[str, ...]:
        return self.output.columns if table in GROUPED else ()

    def _part(self, name: str, table: str) -> Path:
        return self._parts / name / f"{table}.arrow"

    def _stamp(self, name: str) -> dict[str, Any]:
        return _read_object(self._parts / name / "stamp.json")

    def _sources_before(self, name: str) -> list[SourceFile]:
        return [SourceFile(**each) for each in self._stamp(name).get("sources", ())]

    def _write(self, name: str, conv: Conversation, card: Scorecard) -> None:
        folder = self.results(name)
        _clear(folder)
        formats = {_file_of(form): form for form in self.output.formats if form != "json"}
        write_files(conv, card, folder, formats)


def _read_object(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _prune(folder: Path, root: Path) -> None:
    """Remove a folder and those above it that are empty, up to `root`."""
    while folder != root:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def _clear(folder: Path) -> None:
    """Remove earlier results; recordings whose ids go on from this one's lie in folders below."""
    for path in (*folder.glob("conversation.*"), *folder.glob("scorecard.*")):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _file_of(form: str) -> str:
    return "scorecard.html" if form == PAGE else f"conversation{find_format(form).suffix}"
