"""What the stages are, which options each depends on, and where their results lie."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal

from coach.config import Config
from coach.ports import Report

StageName = Literal["decode", "transcribe", "diarize", "assemble", "encode"]

# Raise a number when a stage's code changes what it finds, so that old results are not reused.
_REVISION: dict[StageName, int] = {
    "decode": 2,
    "transcribe": 4,
    "diarize": 5,
    "assemble": 4,
    "encode": 1,
}
_NEEDS: dict[StageName, tuple[StageName, ...]] = {
    "decode": (),
    "transcribe": ("decode",),
    "diarize": ("decode",),
    "assemble": ("decode", "transcribe", "diarize"),
    "encode": ("decode",),
}
_OPTIONS: dict[StageName, tuple[str, ...]] = {
    "decode": ("channels",),
    "transcribe": ("transcriber", "model", "language", "device"),
    "diarize": ("diarizer", "speakers", "device"),
    "assemble": ("annotator", "mentor"),
    "encode": (),
}


@dataclass(frozen=True, slots=True)
class Job:
    """One recording to analyse.

    Parameters
    ----------
    recording : the file as given.
    sha256 : of its content.
    results : folder that keeps the results of the stages.
    scratch : folder for decoded sound, thrown away afterwards.
    config : the options.
    """

    recording: Path
    sha256: str
    results: Path
    scratch: Path
    config: Config

    def key(self, stage: StageName) -> str:
        """Hash over the content, the stage's options and everything it is built on."""
        parts = {
            "sha256": self.sha256,
            "stage": stage,
            "revision": _REVISION[stage],
            "options": {name: getattr(self.config, name) for name in _OPTIONS[stage]},
            "needs": [self.key(need) for need in _NEEDS[stage]],
        }
        return hashlib.sha256(
            json.dumps(parts, sort_keys=True, default=asdict).encode()
        ).hexdigest()[:16]

    def result(self, stage: StageName) -> Path:
        """The file that holds, or will hold, the stage's result."""
        return self.results / f"{stage}-{self.key(stage)}.json"

    @property
    def sound(self) -> Path:
        """The decoded samples."""
        return self.scratch / f"sound-{self.key('decode')}.npy"


Runner = Callable[[Sequence[StageName], Job, Report], None]
"""Runs stages of a job that do not need each other to their end: in turn, or side by side."""


def waves(stages: Iterable[StageName]) -> Iterator[tuple[StageName, ...]]:
    """Group stages so that none needs another of its group, in the order in which they can run.

    Examples
    --------
    >>> list(waves(("decode", "transcribe", "diarize", "assemble")))
    [('decode',), ('transcribe', 'diarize'), ('assemble',)]
    """
    for _, wave in groupby(sorted(stages, key=_depth), key=_depth):
        yield tuple(wave)


def _depth(stage: StageName) -> int:
    return max((1 + _depth(need) for need in _NEEDS[stage]), default=0)


def sha256_of(path: Path) -> str:
    """Hash a file's content without holding it in memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_atomically(path: Path, text: str) -> None:
    """Write so that a reader sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
