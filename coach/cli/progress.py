"""Progress on standard error: a bar and an estimate per stage; plain lines without a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars

from coach.analysis.stages import label_of
from coach.ports import Progress, Report


@contextmanager
def bars(console: Console) -> Iterator[Report]:
    """Show stages as bars while the context is open; yields the progress callback."""
    if not console.is_terminal:
        yield _lines(console)
        return
    columns = (
        TextColumn("{task.description:<32}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=console) as shown:
        tasks: dict[str, TaskID] = {}

        def report(progress: Progress) -> None:
            if progress.stage not in tasks:
                tasks[progress.stage] = shown.add_task(
                    label_of(progress.stage), total=progress.total
                )
            shown.update(tasks[progress.stage], completed=progress.done, total=progress.total)

        yield report


def _lines(console: Console) -> Report:
    begun: set[str] = set()

    def report(progress: Progress) -> None:
        if progress.stage not in begun:
            begun.add(progress.stage)
            console.print(f"{label_of(progress.stage)} ...", highlight=False)

    return report
