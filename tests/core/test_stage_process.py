"""The process that stages are forked from has done what every stage would have to do again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from coach.analysis import stage_process
from coach.analysis.facts import Annotated, DecodedFile
from coach.errors import NoRoom
from coach.interchange import json
from coach.interchange.json import dump, load
from coach.talk import talk


def test_a_stage_that_is_forked_need_not_learn_the_documents() -> None:
    json._adapter.cache_clear()  # type: ignore[attr-defined]
    stage_process.prepare()
    learnt = json._adapter.cache_info().misses  # type: ignore[attr-defined]
    assert load(DecodedFile, dump(DecodedFile(9.0, 1))).duration == 9.0
    assert load(Annotated, dump(Annotated(talk("A 0-3 hello").words))).words
    assert json._adapter.cache_info().misses == learnt  # type: ignore[attr-defined]


FULL = """
import errno, os, sys
from dataclasses import replace
from coach.analysis import stage_process, stages
from coach.analysis.job import Job
from coach.config import Config
from pathlib import Path

def decode(job, *, report):
    with open("/dev/full", "w") as file:
        file.write("sound")

stages.STAGES["decode"] = replace(stages.DECODE, work=decode)
here = Path(sys.argv[1])
job = Job(here / "talk.wav", "0" * 64, here, here, Config())
sys.exit(stage_process.main("decode", stage_process.to_json(job)))
"""


def test_a_full_disk_is_not_the_recordings_fault(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    error = stage_process.parse_line(done.stdout)
    assert isinstance(error, NoRoom)
    assert "Free some space" in str(error)
