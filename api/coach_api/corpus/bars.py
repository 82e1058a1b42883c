"""The progress of a corpus on standard error: bars in a terminal, lines elsewhere."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from coach.analysis.stages import label_of
from coach.intervals import Seconds
from coach_api.corpus.run import CorpusProgress, Watch

_LINE_EVERY: Seconds = 30.0
_IN_NOTEBOOK = "JPY_PARENT_PID"  # of a notebook's kernel: its terminal cannot draw over a line


@dataclass
class TimeEstimate:
    """Estimates the time left, from the recordings done since this run began."""

    begun: float = field(default_factory=time.monotonic)
    _from: float | None = None

    def seconds_left(self, progress: CorpusProgress) -> Seconds | None:
        """Estimate the seconds left; None before the first progress."""
        if self._from is None:
            self._from = progress.done
        did = progress.done - self._from
        passed = time.monotonic() - self.begun
        return passed / did * (progress.total - progress.done) if did > 0 else None


def describe_time(seconds: Seconds | None) -> str:
    """Describe a time left, for people.

    Examples
    --------
    >>> describe_time(None), describe_time(42), describe_time(5400), describe_time(200000)
    ('', 'about 1 min left', 'about 90 min left', 'about 56 h left')
    """
    if seconds is None:
        return ""
    minutes = max(1, round(seconds / 60))
    return f"about {minutes} min left" if minutes < 120 else f"about {round(minutes / 60)} h left"


@contextmanager
def show_progress(console: Console) -> Iterator[Watch]:
    """Show the progress of a run in this context; yields the function to call with it."""
    estimate = TimeEstimate()
    if not console.is_terminal or _IN_NOTEBOOK in os.environ:
        yield _lines(console, estimate)
        return
    columns = (
        TextColumn("{task.description:<40.40}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
    )  # fmt: skip
    with Progress(*columns, console=console) as display:
        whole = display.add_task("recordings", total=None, note="")
        tasks: dict[str, TaskID] = {}

        def watch(progress: CorpusProgress) -> None:
            note = describe_time(estimate.seconds_left(progress)) + (
                f", {progress.failed} failed" * bool(progress.failed)
            )
            ended = progress.finished + progress.failed
            display.update(whole, total=progress.total, completed=ended, note=note)
            _show_running(display, tasks, progress)

        yield watch


def _show_running(display: Progress, tasks: dict[str, TaskID], progress: CorpusProgress) -> None:
    for name in set(tasks) - set(progress.running):
        display.remove_task(tasks.pop(name))
    for name, state in progress.running.items():
        if name not in tasks:
            tasks[name] = display.add_task(f"  {name}", total=100, note="")
        note = label_of(state.stage)
        display.update(tasks[name], completed=round(100 * state.fraction), note=note)


def _lines(console: Console, estimate: TimeEstimate) -> Watch:
    last, is_end = 0.0, False

    def watch(progress: CorpusProgress) -> None:
        nonlocal last, is_end
        left = estimate.seconds_left(progress)
        if is_end or (not progress.is_over and time.monotonic() - last < _LINE_EVERY):
            return
        is_end = progress.is_over
        last = time.monotonic()
        parts = [f"{progress.finished} of {progress.total} recordings"]
        parts += [f"{progress.failed} failed"] * bool(progress.failed)
        parts += [describe_time(left)] * bool(left and not is_end)
        console.print(", ".join(parts), highlight=False)

    return watch
