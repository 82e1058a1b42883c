"""The results as one self-contained page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup

from coach.page.svg import element, join
from coach_models.bench import plots
from coach_models.bench.columns import (
    COLUMNS,
    HEADLINE,
    Metric,
    format_whole,
    stage_columns,
    three_decimals,
)
from coach_models.bench.lengths import growth_per_hour
from coach_models.bench.report import BenchReport, SetResult
from coach_models.bench.table import pair_with_peers, ratios
from coach_models.figures_page import sheet, table

_STYLE = """
h1, h2, h3 { line-height: 1.2 } h2 { margin-top: 2.5rem }
th, td { text-align: right } th:first-child, td:first-child, .name { text-align: left }
.rule { stroke: #dde2ea } .own { fill: #1f6feb }
.peer { fill: #b7791f; fill-opacity: .6 } .curve { fill: none; stroke: #1f6feb; stroke-width: 2;
  vector-effect: non-scaling-stroke } .plots { display: grid; gap: 1.5rem 2.5rem;
  grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr)) } .quiet { color: #4a5568 }
@media (prefers-color-scheme: dark) { .rule { stroke: #313a48 } .quiet { color: #a0aec0 }
  .own { fill: #79b8ff } .curve { stroke: #79b8ff } }
"""


def page(report: BenchReport) -> str:
    """Write the page."""
    made = f"listening-coach {report.version}, {report.created_at}, {report.machine}"
    body = [
        element("h1", "Benchmark"),
        element("p", made, class_="quiet"),
        *_troubles(report),
        element("h2", "Sets, pooled"),
        _pooled_table(report),
        *_ratios(report),
        *_plots(report),
        *_lengths(report),
        element("h2", "Recordings"),
        _files(report),
        element("h2", "What the short names are"),
        element("ul", *(element("li", f"{c.label}: {c.what}") for c in HEADLINE)),
    ]
    return sheet("Benchmark", *body, style=_STYLE)


def _visible_columns(report: BenchReport) -> tuple[Metric, ...]:
    keys = [key for row in report.rows for key, value in row.values.items() if value is not None]
    return tuple(c for c in COLUMNS if c.key in keys) + stage_columns(keys)


def _pooled_table(report: BenchReport) -> Markup:
    """A row for each measure, a column for each set and listener."""
    head = ["", *(f"{row.group} · {row.listener}" for row in report.rows)]
    files = ["recordings, minutes", *map(_amount, report.rows)]
    lines = [
        [column.what, *(column.text(row.values.get(column.key)) for row in report.rows)]
        for column in _visible_columns(report)
    ]
    return table(head, [files, *lines])


def _amount(row: SetResult) -> str:
    failed = f", {row.failed} failed" if row.failed else ""
    return f"{row.files}{failed}, {row.minutes:.1f}"


def _ratios(report: BenchReport) -> Iterator[Markup]:
    lower = [
        column
        for column in _visible_columns(report)
        if column.better == "lower" and column.headline
    ]
    lines = [
        [f"{theirs.group} · {theirs.listener}", *_format_values(found)]
        for ours, theirs in pair_with_peers(report.rows)
        if any(found := list(ratios(ours, theirs, lower)))
    ]
    if lines:
        yield element("h2", "Ours divided by theirs")
        yield element("p", "Below 1 is less error, less time or less memory.", class_="quiet")
        yield table(["", *(column.label for column in lower)], lines)


def _format_values(values: Iterable[float | None]) -> list[str]:
    return ["-" if value is None else f"{value:.2f}" for value in values]


def _plots(report: BenchReport) -> Iterator[Markup]:
    each = [column for column in HEADLINE if column.key != "share_error_worst"]
    drawn = [(column, plots.dots(report.scores, column)) for column in each]
    figures = [element("div", element("h3", c.what), drawing) for c, drawing in drawn if drawing]
    if figures:
        yield element("h2", "A dot for each recording")
        yield element("div", *figures, class_="plots")


def _lengths(report: BenchReport) -> Iterator[Markup]:
    runs = report.lengths
    if not runs:
        return
    growth = growth_per_hour(runs)
    yield element("h2", "Against the length of a recording")
    if growth is not None:
        yield element("p", f"Memory grows by {growth:.0f} MB for every further hour.")
    figures = [
        element("div", element("h3", what), plots.lines(runs, read, show, what))
        for what, read, show in (
            ("Real-time factor", lambda run: run.rtf, three_decimals),
            ("Seconds of CPU for a second of sound", lambda run: run.cpu, three_decimals),
            ("Peak memory, MB", lambda run: run.peak_mb, format_whole),
        )
    ]
    yield element("div", *figures, class_="plots")


def _files(report: BenchReport) -> Markup:
    good = [score for score in report.scores if score.failure is None]
    shown: Sequence[Metric] = [
        c for c in HEADLINE if any(s.values.get(c.key) is not None for s in good)
    ]
    head = ["recording", "set", "listener", *(column.label for column in shown)]
    lines = [
        [s.name, s.group, s.listener, *(column.text(s.values.get(column.key)) for column in shown)]
        for s in good
    ]
    return table(head, lines)


def _troubles(report: BenchReport) -> Iterator[Markup]:
    lines = [f"{each.listener} was not measured: {each.why}" for each in report.absent]
    lines += [f"{s.name}, {s.listener}: {s.failure}" for s in report.scores if s.failure]
    lines += dict.fromkeys(f"{s.listener}: {note}" for s in report.scores for note in s.notes)
    if lines:
        yield element("ul", join(element("li", line) for line in lines))
