"""``coach bench-feedback``: the product's feedback beside that of readers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import click

from coach import registry
from coach.errors import InputError
from coach_models.annotation.benchmark import read_labelled
from coach_models.annotation.turns import TranscriptTurn
from coach_models.judging.agreement import Common, common_of, strengths_denied_by_all
from coach_models.judging.dialogues import dialogues
from coach_models.judging.judgements import TOPICS, Judgements, read_judgements
from coach_models.judging.product import judge

_PRODUCT = "product"
_COLUMNS = ("ONE", "OTHER", "DIALOGUES", "STRENGTHS", "DENIED BY OTHER", "TRY", "MOMENTS")


@click.command("bench-feedback")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--reader",
    "readers",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Judgements of one reader, JSON lines as the rubric has them. Once for each reader.",
)
@click.option("--annotator", default="acts", show_default=True, metavar="NAME")
def bench_feedback(files: tuple[Path, ...], readers: tuple[Path, ...], annotator: str) -> None:
    """Compare the feedback with what readers of the same dialogues wrote down.

    Each FILE holds dialogues as JSON lines, plain or gzipped, as for bench-acts. Judged dialogues
    that no FILE has are left out, of the readers too, and named. Strengths in common are shown with
    how many each of the two has, and so are moments (within a turn).
    """
    judged = {path.stem: read_judgements(path) for path in readers}
    if len(judged) < len(readers):
        raise InputError("Two readers' files of one name: expected a different name for each.")
    names = set.intersection(*(set(each) for each in judged.values()))
    found = _dialogues(files, names)
    if not found:
        raise InputError("No FILE has a dialogue that all readers judged: expected their corpus.")
    ours = _judge_by_product(found, annotator)
    judged = {who: {name: own[name] for name in found} for who, own in judged.items()}
    judges = {_PRODUCT: ours, **judged}
    click.echo(table(_COLUMNS, map(_row, compare_judges(judges))))
    click.echo("\nHow often each topic is a strength, and the one thing to try:\n")
    click.echo(table(("TOPIC", *judges), topics(judges)) + "\n")
    denied = strengths_denied_by_all(ours, [*judged.values()])
    listed = ", ".join(f"{topic} in {name}" for name, topic in denied) or "none"
    click.echo(f"Strengths of the product that every reader denies: {listed}.")
    if missing := sorted(names - set(found)):
        click.echo(f"Left out, in no FILE: {', '.join(missing)}.")


def _dialogues(files: Iterable[Path], names: set[str]) -> dict[str, tuple[TranscriptTurn, ...]]:
    found: dict[str, tuple[TranscriptTurn, ...]] = {}
    for path in files:
        own = dialogues(read_labelled(path))
        found |= {name: turns for name, turns in own.items() if name in names}
    return dict(sorted(found.items()))


def _judge_by_product(found: Mapping[str, Sequence[TranscriptTurn]], annotator: str) -> Judgements:
    adapter = registry.load("annotators", annotator).create(model=None, device="cpu")
    return {name: judge(turns, adapter) for name, turns in found.items()}


def compare_judges(judges: Mapping[str, Judgements]) -> list[Common]:
    """Compare every two of the judges."""
    return [common_of(a, judges[a], b, judges[b]) for a, b in combinations(judges, 2)]


def topics(judges: Mapping[str, Judgements]) -> list[tuple[str, ...]]:
    """Count each topic that somebody names, as strength / thing to try, for each judge."""
    praised = {
        who: Counter(topic for each in own.values() for topic in each.strengths)
        for who, own in judges.items()
    }
    proposed = {who: Counter(each.attempt for each in own.values()) for who, own in judges.items()}
    rows = {
        topic: [f"{praised[who][topic]} / {proposed[who][topic]}" for who in judges]
        for topic in sorted(TOPICS)
    }
    return [(topic, *row) for topic, row in rows.items() if {*row} != {"0 / 0"}]


def table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Lay rows out in columns.

    Parameters
    ----------
    columns : names for the first line.
    rows : as many texts as there are columns.
    """
    shown = [columns, *rows]
    widths = [max(len(row[column]) for row in shown) for column in range(len(columns))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in shown
    )


def _row(common: Common) -> tuple[str, ...]:
    return (
        common.one,
        common.other,
        str(common.dialogues),
        f"{common.strengths} of {common.of_one} and {common.of_other}",
        str(common.denied),
        f"{common.attempts} of {common.proposed}",
        f"{common.moments} of {common.moments_of_one} and {common.moments_of_other}",
    )
