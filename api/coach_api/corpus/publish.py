"""Make the tables of a corpus from the parts of its recordings."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from coach import __version__
from coach.analysis.stages import write_atomically
from coach.measurement import Measurement
from coach.private import write_private
from coach.tables.catalogue import TABLES
from coach.tables.columns import RECORDING_ID, Column, Row, Table, text
from coach.tables.dictionary import HEADER, entries
from coach_api.corpus import groups
from coach_api.corpus.groups import Observed
from coach_api.corpus.outcome import NOTE, Folder
from coach_api.corpus.parquet import table_of, write_whole
from coach_api.corpus.redaction import WITHHELD
from coach_api.corpus.run import Failure

DICTIONARY = "dictionary"
_ERRORS = (
    RECORDING_ID,
    text("path", "The file."),
    text("error", "Class of the error."),
    text("message", "What was found, what was expected, what to do."),
)
_NEEDED = (
    "speaker", "role", "measure", "unit", "statistic", "scale", "numerator", "denominator",
    "count", "samples",
)  # fmt: skip


def publish(
    folder: Folder, ids: Sequence[str], failures: Sequence[Failure], about: Mapping[str, str]
) -> bool:
    """Make all tables, unless they are up to date; return whether they were made.

    Parameters
    ----------
    folder : of the corpus.
    ids : the finished recordings.
    failures : of the others.
    about : further facts for the metadata of every table.
    """
    about = {"coach_version": __version__, **about}
    errors: list[Row] = [(f.entry.id, _first_source(f), f.error, f.message) for f in failures]
    is_redacted = folder.output.redact is not None
    if is_redacted:
        _write_private_errors(folder, errors)
        errors = [(name, None, error, WITHHELD) for name, _, error, _ in errors]
    state = {
        "stamps": folder.stamps(ids), "errors": errors, "about": about, "redacted": is_redacted,
    }  # fmt: skip
    note = folder.inner / NOTE
    text = json.dumps(state, sort_keys=True)
    if _read(note) == text and folder.tables.exists():
        return False
    note.unlink(missing_ok=True)
    folder.compact(ids, about)
    _write_table(folder, "errors", _ERRORS, errors, about)
    names = folder.output.groups
    rows = groups.summarise(_read_measures(folder.tables, names), names)
    _write_table(folder, "groups", groups.columns(names), rows, about)
    rows_of_dictionary = list(entries(_tables_to_describe(folder)))
    columns = tuple(Column(name, "text", "") for name in HEADER)
    _write_table(folder, DICTIONARY, columns, rows_of_dictionary, about)
    write_atomically(note, text)
    return True


def all_tables(names: Sequence[str] = ()) -> tuple[Table, ...]:
    """List the tables of a corpus, with the groups of the manifest's columns `names`."""
    more = (
        Table("groups", "One row a group, role and measure, of pooled parts.",
              groups.columns(names), _no_rows),
        Table("errors", "One row a recording without a result.", _ERRORS, _no_rows),
    )  # fmt: skip
    return (*TABLES, *more)


def names_of_tables() -> tuple[str, ...]:
    """List the names of the files in the folder of tables, before the dot."""
    return (*(table.name for table in all_tables()), DICTIONARY)


def _tables_to_describe(folder: Folder) -> Iterator[Table]:
    for table in all_tables(folder.output.groups):
        is_session = table in TABLES
        columns = folder.columns(table) if is_session else table.columns
        yield Table(table.name, table.description, columns, table.rows)


def _no_rows(_: object) -> tuple[Row, ...]:
    return ()


def _write_table(
    folder: Folder, name: str, columns: Sequence[Column], rows: Sequence[Row],
    about: Mapping[str, str],
) -> None:  # fmt: skip
    write_whole(table_of(columns, rows, about), folder.tables, name)


def _read_measures(tables: Path, names: Sequence[str]) -> Iterator[Observed]:
    """Read the measures of all sessions."""
    file = pq.ParquetFile(tables / "measurements.parquet")
    for batch in file.iter_batches(columns=[*_NEEDED, *names]):
        for row in batch.to_pylist():
            yield Observed(
                {name: row[name] or "" for name in names}, row["role"], _measurement(row)
            )


def _measurement(row: Mapping[str, object]) -> Measurement:
    return Measurement(
        str(row["measure"]), None,
        row["unit"], row["statistic"],  # type: ignore[arg-type]
        row["numerator"], row["denominator"],  # type: ignore[arg-type]
        tuple(row["samples"] or ()), row["scale"], row["count"],  # type: ignore[arg-type]
    )  # fmt: skip


def _write_private_errors(folder: Folder, errors: Sequence[Row]) -> None:
    """Write the errors with names and words into the inner folder, which is not shared."""
    text = io.StringIO()
    csv.writer(text).writerows([[column.name for column in _ERRORS], *errors])
    write_private(folder.inner / "errors.csv", text.getvalue())


def _first_source(failure: Failure) -> str | None:
    entry = failure.entry
    return next((str(path) for path in entry.files), entry.url or None)


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return None
