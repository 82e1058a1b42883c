"""The common parts of all kinds of sources: the errand of a pull, its failure, the progress."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from coach.errors import ModelUnavailable
from coach.ports import Progress, Report
from coach_models.weights.manifest import Manifest

_EVERY = 0.2


class SourceFailed(ModelUnavailable):
    """A source could not be reached or gave nothing; the next source may."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a pull needs on its way; `downloads` lives as long as the pull."""

    manifest: Manifest
    downloads: Path
    report: Report
    token: str | None = field(default=None, repr=False)


@contextmanager
def watch(folder: Path, stage: str, total: float, report: Report) -> Iterator[None]:
    """Report the bytes in `folder` as progress towards `total` while the context is open.

    Parameters
    ----------
    folder : that grows.
    stage : name of the progress.
    total : bytes that are expected.
    report : gets the progress.
    """
    report(Progress(stage, 0, total))
    finished = threading.Event()

    def watch() -> None:
        while not finished.wait(_EVERY):
            report(Progress(stage, min(total, bytes_in(folder)), total))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        finished.set()
        watcher.join()
    report(Progress(stage, total, total))


def bytes_in(folder: Path) -> int:
    """Add up the sizes of all files under `folder`; one that vanishes meanwhile counts nothing."""
    size = 0
    for at, _, names in os.walk(folder):
        for name in names:
            try:
                size += os.stat(os.path.join(at, name)).st_size
            except FileNotFoundError:
                continue
    return size
