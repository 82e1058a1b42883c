"""Stages in child processes: side by side, what they say, and that none is left behind."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from coach.analysis import Job, stage_process
from coach.analysis.stage_process import run_in_children
from coach.analysis.stages import DIARIZE, TRANSCRIBE
from coach.config import Config
from coach.errors import AnalysisError, ModelUnavailable
from coach.ports import Progress, silent

SAYS = """
import json, pathlib, time
print(json.dumps({"stage": STAGE, "done": 1, "total": 2}), flush=True)
pathlib.Path(RESULT).with_suffix(".began").touch()
while not all(pathlib.Path(other).exists() for other in OTHERS):
    time.sleep(0.01)
pathlib.Path(RESULT).write_text("found")
"""
FAILS = """
import json
print("a library talks")
print(json.dumps({"error": "ModelUnavailable", "message": "no weights"}), flush=True)
raise SystemExit(1)
"""
SLEEPS = "import os, pathlib, time; pathlib.Path(PID).write_text(str(os.getpid())); time.sleep(60)"
DIES = "import os, sys; print('out of luck', file=sys.stderr, flush=True); os.kill(os.getpid(), 9)"


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path / "session.wav", "0" * 64, tmp_path, tmp_path, Config())


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the children of each stage run."""
    found: dict[str, str] = {}
    monkeypatch.setattr(
        stage_process, "command", lambda stage, job: [sys.executable, "-S", "-c", found[stage]]
    )
    return found


def test_stages_run_side_by_side_and_all_are_heard(job: Job, programs: dict[str, str]) -> None:
    pair = (TRANSCRIBE, DIARIZE)
    began = [str(stage.result(job).with_suffix(".began")) for stage in pair]
    for stage in pair:  # each goes on only when the other has begun
        told = f"STAGE, RESULT, OTHERS = {stage.name!r}, {str(stage.result(job))!r}, {began!r}"
        programs[stage.name] = told + SAYS
    heard: list[Progress] = []
    run_in_children(pair, job, heard.append)
    assert {each.stage for each in heard} == {stage.name for stage in pair}
    assert all(stage.result(job).exists() for stage in pair)


def test_when_one_fails_the_others_are_stopped_at_once(job: Job, programs: dict[str, str]) -> None:
    pid = job.scratch / "pid"
    programs["transcribe"] = f"PID = {str(pid)!r}; " + SLEEPS
    programs["diarize"] = FAILS
    began = time.monotonic()
    with pytest.raises(ModelUnavailable, match="no weights"):
        run_in_children((TRANSCRIBE, DIARIZE), job, silent)
    assert time.monotonic() - began < 20
    assert not pid.exists() or not Path(f"/proc/{pid.read_text()}").exists()


def test_a_child_that_is_killed_says_so(job: Job, programs: dict[str, str]) -> None:
    programs["diarize"] = DIES
    with pytest.raises(AnalysisError, match=r"diarize .*SIGKILL.*memory.*out of luck"):
        run_in_children((DIARIZE,), job, silent)
