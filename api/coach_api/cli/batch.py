"""``coach batch``: a corpus of recordings into tables."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from coach.analysis.stages import write_atomically
from coach.cli.options import (
    analysis_options,
    config_from,
    make_redactor,
    redact_option,
    refuse_unused,
)
from coach.config import Config, as_toml
from coach.errors import InputError
from coach.interchange import find_format
from coach.private import private_folder
from coach.results import PAGE
from coach_api.corpus.bars import show_progress
from coach_api.corpus.manifest import Entry, column_of, read_entries, shard
from coach_api.corpus.outcome import Folder, OutputOptions
from coach_api.corpus.publish import names_of_tables, publish
from coach_api.corpus.redaction import make_codes, make_shareable, with_codes, without_names
from coach_api.corpus.run import CorpusRun
from coach_api.settings import settings_from
from coach_api.store.locks import FileLocks


@click.command()
@click.argument("source", metavar="IN")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="OUT",
    help="Folder of the corpus: results, tables and what is needed to go on.",
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(min=0),
    help="Recordings to listen to at once, about one a core; 0 when 'coach worker' runs elsewhere.",
)
@click.option(
    "--group",
    "groups",
    multiple=True,
    metavar="COLUMN",
    help="Column of the manifest to summarise by; may be given more than once.",
)
@redact_option
@click.option(
    "--forget",
    "forgotten",
    multiple=True,
    metavar="ID",
    help="Erase all of this recording in OUT, and leave it out; may be given more than once.",
)
@click.option(
    "--formats",
    default="",
    metavar="NAME,...",
    help="Files to leave of each recording: html, vtt, textgrid, eaf, rttm ...",
)
@click.option(
    "--shard", "part", metavar="K/N", help="Only every N-th recording, from the K-th: an array job."
)
@analysis_options
def batch(
    source: str,
    output: Path,
    workers: int,
    part: str | None,
    forgotten: tuple[str, ...],
    config_file: Path | None,
    **given: Any,
) -> None:
    """Listen to a corpus and make tables of it. Run the same line again to go on.

    IN is a folder, a pattern in quotes, or a manifest: a CSV or JSONL with a column path, and if
    you like id, transcript, speech, the options below (mentor, speakers, language ...) and columns
    of your own.
    """  # fmt: skip
    entries = _select_shard(read_entries(source), part)
    if not any(entry.needs_listening for entry in entries):
        refuse_unused(given, "Transcripts and annotations are read, and nothing is listened to")
    options = _output_options(
        entries, given.pop("groups"), given.pop("redact"), given.pop("formats")
    )
    config = config_from(config_file, given)
    folder = Folder(output, options)
    run = CorpusRun(folder, config, settings_from(), workers)
    with _disk_full_guard(output):
        finished = _listen(folder, run, entries, config, forgotten)
    _report(folder, finished, run)


def _listen(
    folder: Folder,
    run: CorpusRun,
    entries: tuple[Entry, ...],
    config: Config,
    forgotten: tuple[str, ...],
) -> int:
    """Run the whole corpus; return the number of finished recordings."""
    private_folder(folder.inner)
    shareable_config = config
    with _exclusive(folder), _handle_sigterm():
        codes: dict[str, str] = {}
        if folder.output.redact is not None:
            codes, shareable_config = make_codes(folder, entries), without_names(config)
        as_named, entries = entries, with_codes(entries, codes)
        forgotten = (*forgotten, *(codes[name] for name in forgotten if name in codes))
        run.forget(forgotten, (*as_named, *entries))
        entries = _leave_out(entries, forgotten)
        if folder.output.redact is not None:
            make_shareable(folder, {e.id for e in (*as_named, *entries)}, names_of_tables())
        write_atomically(folder.root / "coach.toml", as_toml(config))
        with show_progress(Console(stderr=True)) as watch:
            finished = run(entries, watch)
        publish(folder, finished, run.failures, {"config": as_toml(shareable_config)})
    return len(finished)


def _leave_out(entries: tuple[Entry, ...], forgotten: tuple[str, ...]) -> tuple[Entry, ...]:
    """Leave out the recordings to forget, and warn about those that IN still has."""
    for name in forgotten:
        again = any(entry.id == name for entry in entries)
        more = " Take it out of IN, or the next run listens to it again." if again else ""
        click.echo(f"Erased: {name}.{more}")
    return tuple(entry for entry in entries if entry.id not in forgotten)


def _select_shard(entries: tuple[Entry, ...], part: str | None) -> tuple[Entry, ...]:
    if part is None:
        return entries
    number, _, of = part.partition("/")
    if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise click.UsageError(f"--shard {part}: expected K/N with K from 1 to N, as 3/10.")
    return shard(entries, int(number), int(of))


def _output_options(
    entries: tuple[Entry, ...], groups: tuple[str, ...], redact: bool, formats: str
) -> OutputOptions:
    wanted = tuple(name for name in formats.replace(" ", "").split(",") if name)
    for name in wanted:
        if name != PAGE:
            find_format(name)
    columns = tuple(sorted({column for entry in entries for column in entry.groups}))
    missing = [name for name in groups if column_of(name) not in columns]
    if missing:
        have = ", ".join(columns) or "none"
        raise InputError(f"The manifest has no column {missing[0]!r} to group by. It has: {have}.")
    groups = tuple(column_of(name) for name in groups)
    return OutputOptions(wanted, columns, make_redactor(redact), groups)


def _report(folder: Folder, finished: int, run: CorpusRun) -> None:
    click.echo(f"Tables of {finished} recordings: {folder.tables}")
    for failure in run.failures[:5]:
        click.echo(f"{failure.entry.id}: {failure.message}", err=True)
    if run.failures:
        click.echo(
            f"{len(run.failures)} recordings have no result: see {folder.tables / 'errors.csv'}.",
            err=True,
        )
        click.get_current_context().exit(1)


@contextmanager
def _disk_full_guard(output: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(
            f"Cannot write in {output}: {error.strerror or error}. Expected a folder of yours with "
            "room; then run the same line again, it goes on."
        ) from error


@contextmanager
def _exclusive(folder: Folder) -> Iterator[None]:
    """Lock the corpus: two runs at once would overwrite each other's files."""
    held = FileLocks(folder.inner).take("batch")
    if held is None:
        raise InputError(
            f"Another coach batch is at work in {folder.root}. Wait for it, or choose another OUT."
        )
    try:
        yield
    finally:
        held.release()


@contextmanager
def _handle_sigterm() -> Iterator[None]:
    """Handle SIGTERM as Ctrl+C: workers are stopped, and the same line goes on later."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
