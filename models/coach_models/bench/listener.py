"""Listeners: our pipeline, and the reference itself."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from coach.analysis import Job
from coach.analysis import listen as hear
from coach.analysis.interpret import interpret
from coach.analysis.stage_process import run_in_children
from coach.analysis.stages import ANALYSIS, Stage, sha256_of, write_atomically
from coach.config import Config
from coach.interchange.json import dump, load
from coach.ports import Report, silent
from coach.private import scratch_folder
from coach_models.bench.cost import Cost, cost_of
from coach_models.bench.pair import ListenerResult
from coach_models.bench.reference import ReferenceRecording


class Listener(Protocol):
    """Listens to the recording of a reference, without reading the reference."""

    @property
    def name(self) -> str: ...  # noqa: D102 - as it is

    def __call__(self, reference: ReferenceRecording) -> ListenerResult: ...  # noqa: D102 - as it is


@dataclass(frozen=True, slots=True)
class Coach:
    """The pipeline as users run it, with a child process for each stage.

    Parameters
    ----------
    results : keeps the stages' results and what they cost; a second run only scores.
    """

    config: Config
    results: Path
    name: str = "coach"

    def __call__(self, reference: ReferenceRecording) -> ListenerResult:
        """Analyse the recording, or read what an earlier run left."""
        folder = self.results / self.name / reference.group / reference.name
        return listen(reference.recording, folder, self.config)


def listen(recording: Path, folder: Path, config: Config) -> ListenerResult:
    """Analyse a recording with its results and costs in `folder`.

    Parameters
    ----------
    recording : the file.
    folder : for the values of the stages; values that are there are read.
    config : options of the analysis.
    """
    with scratch_folder() as scratch:
        job = Job(recording, sha256_of(recording), folder, scratch, config)
        conv = interpret(hear(job, run=measure_stages), config)
        return ListenerResult(
            conv, tuple(load(Cost, _cost(job, each).read_text()) for each in ANALYSIS)
        )


def measure_stages(stages: Sequence[Stage[Any]], job: Job, report: Report) -> None:
    """Run stages in parallel child processes and write the cost of each beside its result.

    Parameters
    ----------
    stages : that are run at the same time.
    job : of one recording.
    report : not used; the child processes report nothing.
    """
    with ThreadPoolExecutor(len(stages)) as pool:
        costs = pool.map(
            lambda stage: cost_of(stage.name, run_in_children, (stage,), job, silent), stages
        )
        for stage, cost in zip(stages, costs, strict=True):
            beside = stages[0].name if stage is not stages[0] else None
            write_atomically(_cost(job, stage), dump(replace(cost, beside=beside)))


def _cost(job: Job, stage: Stage[Any]) -> Path:
    return stage.result(job).with_suffix(".cost.json")


@dataclass(frozen=True, slots=True)
class Oracle:
    """Hears the reference itself: how far the rules for turns and overlaps are from its labels.

    It hears every speaker in a channel of their own, so that simultaneous words are not mixed.
    """

    name: str = "oracle"

    def __call__(self, reference: ReferenceRecording) -> ListenerResult:
        """The truth."""
        conv = reference.conversation
        apart = replace(conv.recording, channels=max(1, len(conv.speakers)))
        return ListenerResult(replace(conv, recording=apart), has_words=bool(reference.turns))
