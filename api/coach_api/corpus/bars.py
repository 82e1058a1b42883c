"""How far a corpus is, on standard error: bars where somebody watches, lines where nobody does."""

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
from coach_api.corpus.run import Stand, Watch

_LINE_EVERY: Seconds = 30.0
_IN_NOTEBOOK = "JPY_PARENT_PID"  # of a notebook's kernel: its terminal cannot draw over a line


@dataclass
class Estimate:
    """When all will be done, from how it went since this run began."""

    begun: float = field(default_factory=time.monotonic)
    _from: float | None = None

    def left(self, stand: Stand) -> Seconds | None:
        """Seconds left; None while there is nothing to tell from."""
        if self._from is None:
            self._from = stand.done
        did = stand.done - self._from
        passed = time.monotonic() - self.begun
        return passed / did * (stand.total - stand.done) if did > 0 else None


def told(seconds: Seconds | None) -> str:
    """A time as one says it.

    Examples
    --------
    >>> told(None), told(42), told(5400), told(200000)
    ('', 'about 1 min left', 'about 90 min left', 'about 56 h left')
    """
    if seconds is None:
        return ""
    minutes = max(1, round(seconds / 60))
    return f"about {minutes} min left" if minutes < 120 else f"about {round(minutes / 60)} h left"


@contextmanager
def watching(console: Console) -> Iterator[Watch]:
    """Show a run while the context is open; yields whom to tell."""
    estimate = Estimate()
    if not console.is_terminal or _IN_NOTEBOOK in os.environ:
        yield _lines(console, estimate)
        return
    columns = (
        TextColumn("{task.description:<40.40}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
    )  # fmt: skip
    with Progress(*columns, console=console) as shown:
        whole = shown.add_task("recordings", total=None, note="")
        under_way: dict[str, TaskID] = {}

        def watch(stand: Stand) -> None:
            note = told(estimate.left(stand)) + (f", {stand.failed} failed" * bool(stand.failed))
            ended = stand.finished + stand.failed
            shown.update(whole, total=stand.total, completed=ended, note=note)
            _show_running(shown, under_way, stand)

        yield watch


def _show_running(shown: Progress, under_way: dict[str, TaskID], stand: Stand) -> None:
    for name in set(under_way) - set(stand.running):
        shown.remove_task(under_way.pop(name))
    for name, state in stand.running.items():
        if name not in under_way:
            under_way[name] = shown.add_task(f"  {name}", total=100, note="")
        note = label_of(state.stage)
        shown.update(under_way[name], completed=round(100 * state.fraction), note=note)


def _lines(console: Console, estimate: Estimate) -> Watch:
    last, is_end = 0.0, False

    def watch(stand: Stand) -> None:
        nonlocal last, is_end
        left = estimate.left(stand)
        if is_end or (not stand.is_over and time.monotonic() - last < _LINE_EVERY):
            return
        is_end = stand.is_over
        last = time.monotonic()
        parts = [f"{stand.finished} of {stand.total} recordings"]
        parts += [f"{stand.failed} failed"] * bool(stand.failed)
        parts += [told(left)] * bool(left and not is_end)
        console.print(", ".join(parts), highlight=False)

    return watch
