"""The results as a table of plain text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from statistics import mean

from coach_models.bench.columns import HEADLINE, Metric
from coach_models.bench.lengths import growth_per_hour
from coach_models.bench.report import BenchReport, SetResult, Values
from coach_models.bench.share_errors import ShareError, fits

Cells = tuple[str, ...]

OWN = "coach"
_SPEECH = (20, 60, 180, 600, 1800)  # seconds of speech that the deviation is shown for


def table(report: BenchReport) -> str:
    """Make the table of pooled results, a line for a set and a listener; then peers as ratios."""
    shown = [c for c in HEADLINE if any(row.values.get(c.key) is not None for row in report.rows)]
    head = ("set", "listener", "files", "min", *(column.label for column in shown))
    lines = [head, *(_cells(row, shown) for row in report.rows)]
    parts = [align(lines), *_ratios(report, shown), *_lengths(report), *_troubles(report)]
    legend = [f"{column.label}: {column.what}" for column in shown]
    return "\n\n".join([*parts, "\n".join(legend)]) + "\n"


def align(lines: Sequence[Cells]) -> str:
    """Align cells in columns, numbers to the right.

    Examples
    --------
    >>> print(align([("set", "WER"), ("calls", "7.1")]))
    set    WER
    calls  7.1
    """
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    texts = (i for i in range(len(widths)))
    left = {i for i in texts if not any(_is_number(line[i]) for line in lines[1:])}
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i in left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _is_number(cell: str) -> bool:
    return bool(cell) and cell[-1].isdigit()


def _cells(row: SetResult, shown: Iterable[Metric]) -> Cells:
    files = f"{row.files}" if not row.failed else f"{row.files}+{row.failed} failed"
    values = (column.text(row.values.get(column.key)) for column in shown)
    return row.group, row.listener, files, f"{row.minutes:.1f}", *values


def _ratios(report: BenchReport, shown: Sequence[Metric]) -> Iterator[str]:
    lower = [column for column in shown if column.better == "lower"]
    lines = []
    for ours, theirs in pair_with_peers(report.rows):
        found = list(ratios(ours, theirs, lower))
        if any(found):
            cells = ("-" if each is None else f"{each:.2f}" for each in found)
            lines.append((theirs.group, f"{OWN} / {theirs.listener}", *cells))
    if lines:
        yield align([("set", "ratio", *(column.label for column in lower)), *lines])


def pair_with_peers(rows: Sequence[SetResult]) -> Iterator[tuple[SetResult, SetResult]]:
    """Pair our row with each peer's row of the same set."""
    own = {row.group: row for row in rows if row.listener == OWN}
    for row in rows:
        if row.listener != OWN and row.group in own:
            yield own[row.group], row


def ratios(ours: SetResult, theirs: SetResult, shown: Iterable[Metric]) -> Iterator[float | None]:
    """Ours divided by theirs; None if there is nothing to divide by.

    Parameters
    ----------
    ours, theirs : the same set, as two listeners heard it.
    shown : the measures, in the order of the result.
    """
    for column in shown:
        yield _ratio(ours.values, theirs.values, column.key)


def _ratio(ours: Values, theirs: Values, key: str) -> float | None:
    left, right = ours.get(key), theirs.get(key)
    return left / right if left is not None and right else None


def _lengths(report: BenchReport) -> Iterator[str]:
    if not report.lengths:
        return
    runs = [
        (f"{run.minutes:g}", f"{run.rtf:.3f}", f"{run.cpu:.3f}", f"{run.peak_mb:.0f}")
        for run in report.lengths
    ]
    yield align([("minutes", "RTF", "CPU", "MB"), *runs])
    growth = growth_per_hour(report.lengths)
    if growth is not None:
        yield f"Memory grows by {growth:.0f} MB for every further hour."


def share_table(errors: Sequence[ShareError]) -> str:
    """How far talk shares lie from the true ones, by kind and window, and the fits to that.

    Errors in points: root of the mean square, and the worst.
    """
    cells: dict[tuple[str, float], list[ShareError]] = {}
    for each in errors:
        cells.setdefault((each.kind, each.window or math.inf), []).append(each)
    lines = [_share_cells(kind, window, found) for (kind, window), found in sorted(cells.items())]
    head = ("kind", "window", "recordings", "windows", "speech s", "error", "worst")
    parts = [
        (kind, f"{100 * fit.lasting:.1f}", f"{100 * fit.moment:.0f}",
         f"{fit.held} of {fit.recordings}", *(f"{100 * fit.deviation(s):.1f}" for s in _SPEECH))
        for kind, fit in fits(errors).items()
    ]  # fmt: skip
    names = ("kind", "lasting", "moment", "held", *(f"{seconds} s" for seconds in _SPEECH))
    return f"{align([head, *lines])}\n\n{align([names, *parts])}"


def _share_cells(kind: str, window: float, found: Sequence[ShareError]) -> Cells:
    sizes = [abs(each.error) for each in found]
    return (
        kind,
        "whole" if math.isinf(window) else f"{window:g} s",
        str(len({each.recording for each in found})),
        str(len(found)),
        f"{mean(each.seconds for each in found):.0f}",
        f"{100 * math.sqrt(mean(size**2 for size in sizes)):.1f}",
        f"{100 * max(sizes):.1f}",
    )


def _troubles(report: BenchReport) -> Iterator[str]:
    absent = [f"{each.listener}: not measured. {each.why}" for each in report.absent]
    failed = [f"{s.name}, {s.listener}: {s.failure}" for s in report.scores if s.failure]
    notes = dict.fromkeys(f"{s.listener}: {note}" for s in report.scores for note in s.notes)
    lines = [*absent, *failed, *notes]
    if lines:
        yield "\n".join(lines)
