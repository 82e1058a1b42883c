"""The table of the stages: the name, needs and result of each, and what the result depends on.

To add a stage, write its function in `coach.analysis.work` and its row here. Progress bars, pages,
the service and a corpus read this table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby, takewhile
from pathlib import Path
from typing import Any, Generic, TypeVar

from coach.analysis import work
from coach.analysis.facts import Annotated, DecodedFile, Diarized, Encoded, Transcribed
from coach.analysis.job import Job
from coach.ports import Progress, Report

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, eq=False)
class Stage(Generic[Found]):
    """A step of an analysis; it writes one value to a file.

    Parameters
    ----------
    name : of the stage, in file names, progress and the service's answers.
    label : what it does, for people.
    finds : type of its value.
    work : called with the job, the values of the stages that it `needs`, and `report`.
    needs : stages whose values it uses.
    options : fields of `Config` on which its value depends.
    revision : increase it when the code changes the value, so that old values are not reused.
    share : of the time of a whole analysis, 0 to 1; 0 for a stage outside of it.
    listens : whether it reads the decoded sound, which is not kept.
    """

    name: str
    label: str
    finds: type[Found]
    work: Callable[..., Found] = field(repr=False)
    needs: tuple[Stage[Any], ...] = ()
    options: tuple[str, ...] = ()
    revision: int = 1
    share: float = 0.0
    listens: bool = False

    def key(self, job: Job) -> str:
        """Hash of the content, the options that matter and everything the stage depends on."""
        parts = {
            "sha256": job.sha256,
            "stage": self.name,
            "revision": self.revision,
            "options": {name: getattr(job.config, name) for name in self.options},
            "needs": [need.key(job) for need in self.needs],
        }
        return hashlib.sha256(
            json.dumps(parts, sort_keys=True, default=asdict).encode()
        ).hexdigest()[:16]

    def result(self, job: Job) -> Path:
        """The file for the value of the stage."""
        return job.results / f"{self.name}-{self.key(job)}.json"

    def __reduce__(self) -> tuple[Callable[[str], Stage[Any]], tuple[str]]:
        """Pickle the name only, to travel to another process."""
        return find_stage, (self.name,)

    @property
    def depth(self) -> int:
        """How many stages must run before this one, one after another."""
        return max((1 + need.depth for need in self.needs), default=0)


DECODE = Stage(
    "decode",
    "reading the recording",
    DecodedFile,
    work.decode,
    options=("channels", "tracks"),
    revision=3,
    share=0.04,
)
TRANSCRIBE = Stage(
    "transcribe",
    "writing down the words",
    Transcribed,
    work.transcribe,
    needs=(DECODE,),
    options=("transcriber", "model", "language", "device"),
    revision=5,
    share=0.60,
    listens=True,
)
DIARIZE = Stage(
    "diarize",
    "telling voices apart",
    Diarized,
    work.diarize,
    needs=(DECODE,),
    options=("diarizer", "speakers", "device"),
    revision=6,
    share=0.30,
    listens=True,
)
ANNOTATE = Stage(
    "annotate",
    "finding sentences and questions",
    Annotated,
    work.annotate,
    needs=(DECODE, TRANSCRIBE, DIARIZE),
    options=("annotator",),
    share=0.06,
)
ENCODE = Stage(
    "encode",
    "putting the sound into the page",
    Encoded,
    work.encode,
    needs=(DECODE,),
    listens=True,
)

ANALYSIS: tuple[Stage[Any], ...] = (DECODE, TRANSCRIBE, DIARIZE, ANNOTATE)
"""The stages of every analysis, in order."""

STAGES = {stage.name: stage for stage in (*ANALYSIS, ENCODE)}


def find_stage(name: str) -> Stage[Any]:
    """Find a stage by its name."""
    return STAGES[name]


def label_of(name: str) -> str:
    """The label of the stage of that name; the name itself if there is no such stage."""
    return STAGES[name].label if name in STAGES else name


def fraction_of(progress: Progress) -> float:
    """The share of the time of a whole analysis that has passed, 0 to 1; 0 for an unknown stage.

    Examples
    --------
    >>> fraction_of(Progress("decode", 0, 1)), round(fraction_of(Progress("diarize", 30, 60)), 2)
    (0.0, 0.79)
    """
    stage = STAGES.get(progress.stage)
    if stage is None:
        return 0.0
    within = min(1.0, progress.done / progress.total) if progress.total > 0 else 0.0
    before = sum(each.share for each in takewhile(lambda each: each is not stage, ANALYSIS))
    return before + within * stage.share


def waves(stages: Iterable[Stage[Any]]) -> Iterator[tuple[Stage[Any], ...]]:
    """Group stages so that no stage needs another one of its group; groups are in running order.

    Examples
    --------
    >>> [[stage.name for stage in wave] for wave in waves(ANALYSIS)]
    [['decode'], ['transcribe', 'diarize'], ['annotate']]
    """
    for _, wave in groupby(sorted(stages, key=lambda s: s.depth), key=lambda s: s.depth):
        yield tuple(wave)


Runner = Callable[[Sequence[Stage[Any]], Job, Report], None]
"""Runs stages of a job that do not need each other, in turn or in parallel."""


def sha256_of(path: Path) -> str:
    """Hash a file's content without holding it in memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader sees all of it or nothing.

    Parameters
    ----------
    path : the file; its folder must exist.
    text : written as UTF-8.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
