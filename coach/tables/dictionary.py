"""The data dictionary, made from the code: every column of every table, as rows and as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from coach.tables.columns import Column, Table

HEADER = ("table", "column", "kind", "unit", "description")


def entries(tables: Iterable[Table]) -> Iterator[tuple[str, str, str, str, str]]:
    """One row per column, with the fields of `HEADER`.

    Examples
    --------
    >>> from coach.tables.catalogue import TABLES
    >>> next(row for row in entries(TABLES) if row[1] == "fto")[2:4]
    ('number', 'seconds')
    """
    for table in tables:
        for column in table.columns:
            yield table.name, column.name, column.kind, column.unit, column.description


def page(tables: Iterable[Table]) -> str:
    """The dictionary as Markdown; it describes the five further columns of a measure once."""
    return "\n\n".join((_TOP, *map(_section, tables))) + "\n"


_TOP = """# Data dictionary

Every table of `coach batch`, as Parquet and CSV; made from the code. The dictionary as a table is
`tables/dictionary.csv`. Times are seconds from the start of the recording, to the millisecond;
an empty cell means unknown, undefined or withheld, never 0. `recording_id` joins all tables. In
CSV, a
text that begins like a formula (`=`, `+`, `-`, `@`) has an apostrophe before it.
In `sessions` every measure has five further columns: `_numerator`, `_denominator`, `_count`, and
`_low` and `_high`, its 95 % limits."""

_FURTHER = ("_numerator", "_denominator", "_count", "_low", "_high")


def _section(table: Table) -> str:
    names = {column.name for column in table.columns}
    shown = [column for column in table.columns if not _is_part(column, names)]
    rows = "\n".join(f"| `{c.name}` | {c.kind} | {c.unit} | {c.description} |" for c in shown)
    head = "| column | kind | unit | what |\n|---|---|---|---|"
    return f"## {table.name}\n\n{table.description}\n\n{head}\n{rows}"


def _is_part(column: Column, names: set[str]) -> bool:
    return any(
        column.name.endswith(end) and column.name.removesuffix(end) in names for end in _FURTHER
    )
