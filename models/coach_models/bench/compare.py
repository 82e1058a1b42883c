"""Compare two runs."""

from __future__ import annotations

from collections.abc import Iterator

from coach_models.bench.columns import COLUMNS, Metric
from coach_models.bench.report import BenchReport, SetResult
from coach_models.bench.table import Cells, align

SAME = 1e-9


def compare(before: BenchReport, after: BenchReport) -> str:
    """List every value that differs between both runs, and its direction.

    Rows of the same set and listener are compared, with a warning where the files differ.

    Parameters
    ----------
    before, after : the reports of two runs.

    Returns
    -------
    Lines of text.
    """
    earlier = {(row.group, row.listener): row for row in before.rows}
    both = [
        (earlier[r.group, r.listener], r) for r in after.rows if (r.group, r.listener) in earlier
    ]
    lines = [line for old, new in both for line in _lines(old, new)]
    warnings = [
        f"{new.group}, {new.listener}: {old.files} files before, {new.files} after."
        for old, new in both
        if (old.files, round(old.minutes, 1)) != (new.files, round(new.minutes, 1))
    ]
    head: Cells = ("set", "listener", "measure", "before", "after", "")
    found = align([head, *lines]) if lines else "Nothing differs."
    return "\n".join([found, *warnings]) + "\n"


def _lines(old: SetResult, new: SetResult) -> Iterator[Cells]:
    for column in COLUMNS:
        left, right = old.values.get(column.key), new.values.get(column.key)
        if left is not None and right is not None and abs(left - right) > SAME:
            yield (
                new.group, new.listener, column.what,
                column.text(left), column.text(right), _verdict(column, right - left),
            )  # fmt: skip


def _verdict(column: Metric, change: float) -> str:
    return "better" if (change < 0) == (column.better == "lower") else "worse"
