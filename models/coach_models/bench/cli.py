"""``coach bench``: measure the quality and speed of the pipeline and of other software."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from coach.analysis.stages import write_atomically
from coach.cli.options import analysis_options, config_from
from coach.config import Config
from coach.errors import InputError, MissingDependency
from coach.extras import install_line
from coach.interchange.json import dump, load
from coach.interchange.text import name_file_in_errors, read_text
from coach.private import scratch_folder

_OWN = ("peers", "lengths", "oracle", "sets", "reuse", "share_errors")


@click.command()
@click.argument(
    "folder", required=False, metavar="DIR", type=click.Path(path_type=Path, file_okay=False)
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default="bench",
    show_default=True,
    help="Folder for bench.json and bench.html.",
)
@click.option(
    "--compare",
    "runs",
    nargs=2,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="A.json B.json",
    help="Only show the differences between two runs.",
)
@click.option(
    "--peers",
    default="",
    metavar="NAMES",
    help="Also measure default-pyannote, senko, whisperx, oracle (the reference itself).",
)
@click.option(
    "--lengths",
    default="",
    metavar="MINUTES",
    help="Speed and memory at these lengths, as 1,10,60,180; the longest recording is looped.",
)
@click.option(
    "--oracle",
    is_flag=True,
    help="Listen to nothing: score what the rules make of the references themselves.",
)
@click.option("--sets", default="", metavar="NAMES", help="Only these sets (folders), as hvb,sim.")
@click.option(
    "--reuse",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Keep what was heard in this folder, and only score what is there already. Empty it "
    "after a change of the models or their code.",
)
@click.option(
    "--share-errors",
    is_flag=True,
    help="Also print the errors of talk shares, which the intervals of a scorecard use.",
)
@analysis_options
def bench(
    folder: Path | None,
    output: Path,
    runs: tuple[Path, Path] | None,
    config_file: Path | None,
    **given: Any,
) -> None:
    """Measure the pipeline on every recording in DIR that has a reference (.rttm, .json)."""
    own = {name: given.pop(name) for name in _OWN}
    if runs:
        click.echo(_compare(*runs), nl=False)
    elif folder is None:
        raise click.UsageError("Nothing to measure: name a folder of recordings, or --compare.")
    else:
        _measure(folder, output, config_from(config_file, given), own)


def _measure(folder: Path, output: Path, config: Config, own: dict[str, Any]) -> None:
    run, page, table = _parts()
    from coach_models.bench.reference import find

    minutes = [_parse_minutes(each) for each in _names(own["lengths"])]
    references = find(folder, frozenset(_names(own["sets"])))
    with ExitStack() as stack:
        results = own["reuse"] or stack.enter_context(scratch_folder())
        if own["oracle"]:
            listeners, absent = [run.ORACLE], ()
        else:
            listeners, absent = run.gather(_names(own["peers"]), config, results, _say)
        report = run.bench(references, listeners, config=config, say=_say)
        report = replace(report, absent=absent)
        if minutes:
            report = run.with_lengths(report, references, minutes, results, config)
        errors = run.share_errors(references, config, results) if own["share_errors"] else ()
    write_atomically(output / "bench.json", dump(report))
    write_atomically(output / "bench.html", page.page(report))
    click.echo(table.table(report))
    if errors:
        click.echo(table.share_table(errors))
    click.echo(f"Results: {output / 'bench.json'} and {output / 'bench.html'}")
    if any(score.failure for score in report.scores):
        click.get_current_context().exit(1)


def _compare(before: Path, after: Path) -> str:
    _parts()
    from coach_models.bench.compare import compare
    from coach_models.bench.report import BenchReport

    found = []
    for path in (before, after):
        with name_file_in_errors(path):
            found.append(load(BenchReport, read_text(path)))
    return compare(*found)


def _parts() -> tuple[Any, Any, Any]:
    """Import the benchmark late, so that the other commands start without it."""
    try:
        from coach_models.bench import page, run, table
    except ImportError as error:
        raise MissingDependency(
            f"The benchmark needs the package {error.name!r}, which is not installed. Install it "
            f"with: {install_line('models', 'bench')}"
        ) from error
    return run, page, table


def _names(given: str) -> list[str]:
    return [name.strip() for name in given.split(",") if name.strip()]


def _parse_minutes(given: str) -> float:
    try:
        minutes = float(given)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= 6000:
        raise InputError(f"--lengths {given!r}: expected minutes between 0 and 6000, as 1,10,60.")
    return minutes


def _say(line: str) -> None:
    click.echo(line, err=True)
