"""The table of the stages, and that it is all that a new stage needs."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass, fields, replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from coach.analysis import Job, stages
from coach.analysis.run import pending_stages, read, run_here
from coach.analysis.stages import (
    ANALYSIS,
    ANNOTATE,
    DECODE,
    DIARIZE,
    ENCODE,
    STAGES,
    TRANSCRIBE,
    Stage,
    fraction_of,
    label_of,
    waves,
)
from coach.cli.progress import bars
from coach.config import Config
from coach.ports import Progress, Report, SpeakerCount, silent


@dataclass(frozen=True, slots=True)
class Counted:
    """What a stage of this test finds."""

    letters: int


def count(job: Job, *, report: Report) -> Counted:
    report(Progress("count", 1, 2))
    return Counted(len(job.recording.read_text()))


def double(job: Job, counted: Counted, *, report: Report) -> Counted:
    return Counted(2 * counted.letters)


COUNT = Stage("count", "counting letters", Counted, count, options=("device",))
DOUBLE = Stage("double", "doubling", Counted, double, needs=(COUNT,))


@pytest.fixture
def job(tmp_path: Path) -> Job:
    path = tmp_path / "talk.txt"
    path.write_text("four")
    return Job(path, "0a", tmp_path / "results", tmp_path, Config())


def test_a_stage_is_a_row_and_a_function(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(stages.STAGES, "count", COUNT)
    run_here((COUNT, DOUBLE), job, silent)
    assert read(job, DOUBLE) == Counted(8)
    assert pending_stages(job, (COUNT, DOUBLE)) == ()
    other = replace(job, config=Config(device="cuda"))
    assert pending_stages(other, (COUNT, DOUBLE)) == (COUNT, DOUBLE)
    assert label_of("count") == "counting letters"
    said = StringIO()
    with bars(Console(file=said)) as report:
        report(Progress("count", 0, 2))
    assert said.getvalue() == "counting letters ...\n"


def test_the_rows_fit_together() -> None:
    assert sum(stage.share for stage in ANALYSIS) == pytest.approx(1)
    options = {field.name for field in fields(Config)}
    for at, stage in enumerate(ANALYSIS):
        assert set(stage.options) <= options
        assert set(stage.needs) <= set(ANALYSIS[:at])
    assert list(STAGES) == [stage.name for stage in (*ANALYSIS, ENCODE)]
    assert list(waves(ANALYSIS)) == [(DECODE,), (TRANSCRIBE, DIARIZE), (ANNOTATE,)]


@pytest.mark.parametrize(
    ("config", "changed"),
    [
        (Config(mentor="B"), set()),
        (Config(annotator="rules"), {"annotate"}),
        (Config(model="small"), {"transcribe", "annotate"}),
        (Config(speakers=SpeakerCount(1, 3)), {"diarize", "annotate"}),
        (Config(channels="mixed"), {"decode", "transcribe", "diarize", "annotate", "encode"}),
    ],
)
def test_a_key_depends_on_what_matters(job: Job, config: Config, changed: set[str]) -> None:
    other = replace(job, config=config)
    assert {s.name for s in STAGES.values() if s.key(job) != s.key(other)} == changed
    another = replace(job, sha256="0b")
    assert all(stage.key(job) != stage.key(another) for stage in STAGES.values())


def test_a_revision_changes_the_keys_of_all_that_is_built_on_it(job: Job) -> None:
    newer = replace(COUNT, revision=2)
    assert newer.key(job) != COUNT.key(job)
    assert replace(DOUBLE, needs=(newer,)).key(job) != DOUBLE.key(job)


def test_progress_grows_from_stage_to_stage() -> None:
    fractions = [
        fraction_of(Progress(stage.name, done, 4)) for stage in ANALYSIS for done in (0, 2, 4)
    ]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0 and fractions[-1] == pytest.approx(1)
    assert fraction_of(Progress("transcribe", 1, 4)) == pytest.approx(0.19)
    assert fraction_of(Progress("transcribe", 0.5, 1)) == pytest.approx(0.34)
    assert fraction_of(Progress("transcribe", 9, 4)) == pytest.approx(0.64)
    assert fraction_of(Progress("transcribe", 1, 0)) == pytest.approx(0.04)
    assert fraction_of(Progress("a plug-in's own", 1, 2)) == 0


def test_a_stage_travels_to_another_process_by_name() -> None:
    assert pickle.loads(pickle.dumps(DIARIZE)) is DIARIZE


def test_a_stage_is_told_what_it_is_by_its_file(job: Job) -> None:
    run_here((COUNT,), job, silent)
    (path,) = job.results.iterdir()
    assert path == COUNT.result(job) and path.name.startswith("count-")
    assert json.loads(path.read_text())["letters"] == 4
