"""``coach bench-acts``: compare annotators on labelled talk."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import click
import numpy as np

from coach import registry
from coach.errors import InputError
from coach_models.annotation.benchmark import CONDITIONS, Result, compare, read_labelled
from coach_models.annotation.error_counts import count_errors
from coach_models.annotation.page import page
from coach_models.annotation.turns import Annotate, TranscriptTurn

_COLUMNS = (
    "FILE", "CONDITION", "ANNOTATOR", "N", "OPEN", "CLOSED", "MACRO", "KAPPA", "QUEST", "REFL",
    "MAE", "BIAS", "R", "AUC", "ECE", "PER S",
)  # fmt: skip


@click.command("bench-acts")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
)
@click.option(
    "--annotator",
    "names",
    multiple=True,
    metavar="NAME",
    help="Annotators to compare. Default: acts and rules.",
)
@click.option(
    "--condition",
    "conditions",
    multiple=True,
    type=click.Choice([*CONDITIONS]),
    help="Default: all conditions that a file has.",
)
@click.option(
    "--leave-out",
    "rule",
    metavar="FIELD=VALUE",
    help="Lines that are context only, as annotator_id=3.",
)
@click.option(
    "--only",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="LIST",
    help="TOML with a list 'test' of the dialogues to measure on.",
)
@click.option(
    "--json",
    "output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all figures to this file.",
)
@click.option(
    "--page",
    "written",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.html",
    help="Write the table and the reliability plots as a page.",
)
@click.option(
    "--errors",
    is_flag=True,
    help="Print how often the annotators err, per mille, as the intervals of a scorecard use it.",
)
def bench_acts(
    files: tuple[Path, ...],
    names: tuple[str, ...],
    conditions: tuple[str, ...],
    rule: str | None,
    only: Path | None,
    output: Path | None,
    written: Path | None,
    errors: bool,
) -> None:
    """Measure annotators on labelled talk.

    Each FILE is JSON lines, plain or gzipped: text, act (open_question, closed_question, other, or
    null), and optionally conversation_id, speaker, role, listening, mi_quality, recognised.
    """
    loaded = {
        name: registry.load("annotators", name).create(model=None, device="cpu")
        for name in names or ("acts", "rules")
    }
    results = []
    for path in files:
        turns = list(_choose(read_labelled(path), rule, only))
        if errors:
            click.echo("\n".join(_errors(loaded, turns)))
            continue
        for condition in conditions or CONDITIONS:
            for name, annotate in loaded.items():
                result = compare(name, annotate, path.name, turns, condition)
                results += [result] if result is not None else []
    if results:
        click.echo(table(results))
    if output is not None:
        output.write_text(json.dumps([asdict(each) for each in results], indent=1), "utf-8")
    if written is not None:
        written.write_text(page(_COLUMNS, map(_row, results), results), "utf-8")


def _errors(loaded: Mapping[str, Annotate], turns: Sequence[TranscriptTurn]) -> Iterator[str]:
    """Lay out the errors of each annotator, with and without punctuation counting the same."""
    for name, annotate in loaded.items():
        both = [
            count_errors([replace(turn, text=CONDITIONS[each](turn)) for turn in turns], annotate)
            for each in ("text", "no punctuation")
        ]
        for what in both[0]:
            rows = np.round((both[0][what] + both[1][what]) / 2).astype(int).tolist()
            yield f"{name}  {what}  {', '.join(str(tuple(row)) for row in rows)}"


def _choose(
    turns: Iterable[TranscriptTurn], rule: str | None, only: Path | None
) -> Iterator[TranscriptTurn]:
    """Mark turns that are only context, and leave out dialogues that are not listed."""
    field, equals, value = (rule or "").partition("=")
    if rule and not equals:
        raise InputError(f"--leave-out {rule}: expected FIELD=VALUE, as annotator_id=3.")
    listed = _read_list(only)
    for turn in turns:
        if listed is None or turn.conversation in listed:
            hidden = bool(rule) and str(turn.row.get(field)) == value
            yield replace(turn, row={**turn.row, "left_out": hidden})


def _read_list(only: Path | None) -> frozenset[str] | None:
    if only is None:
        return None
    try:
        return frozenset(tomllib.loads(only.read_text("utf-8"))["test"])
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"Cannot read {only}: expected TOML with a list 'test'.") from error


def table(results: Iterable[Result]) -> str:
    """Format the figures, one line for each file, condition and annotator."""
    rows = [_COLUMNS, *map(_row, results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _row(result: Result) -> tuple[str, ...]:
    ratio, reflection = result.ratio, result.reflection
    figures = (
        result.acts["open_question"].f1,
        result.acts["closed_question"].f1,
        result.macro_f1,
        result.kappa,
        result.question.f1,
        reflection.f1 if reflection else None,
        ratio.mean_absolute if ratio else None,
        ratio.bias if ratio else None,
        ratio.r if ratio else None,
        result.reflections_to_questions_auc,
        result.reliability.error if result.reliability else None,
    )
    shown = ("-" if each is None else f"{each:.3f}" for each in figures)
    where = (result.file, result.condition, result.annotator, str(result.units))
    return (*where, *shown, f"{result.sentences_per_second:.0f}")
