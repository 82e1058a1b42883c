from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from coach.cli import main
from coach.config import Config
from coach.interchange.json import dump
from coach_models.bench import run
from coach_models.bench.cli import bench
from coach_models.bench.run import ORACLE

DEMO = Path(__file__).parents[2] / "docs" / "demo"


@pytest.fixture
def oracle_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "gather", lambda *_: ([ORACLE], ()))


def test_the_rules_are_scored_without_listening(tmp_path: Path) -> None:
    found = CliRunner().invoke(bench, [str(DEMO), "--oracle", "-o", str(tmp_path)])
    assert found.exit_code == 0, found.output
    report = json.loads((tmp_path / "bench.json").read_text())
    assert [row["listener"] for row in report["rows"]] == ["oracle"]


@pytest.mark.usefixtures("oracle_only")
def test_a_run_leaves_a_document_and_a_page(tmp_path: Path) -> None:
    found = CliRunner().invoke(bench, [str(DEMO), "-o", str(tmp_path)])
    assert found.exit_code == 0, found.output
    report = json.loads((tmp_path / "bench.json").read_text())
    assert report["schema"] == "listening-coach/bench-report"
    assert report["rows"][0]["values"]["interruption_f1"] == 1.0
    assert (tmp_path / "bench.html").read_text().startswith("<!doctype html>")


@pytest.mark.usefixtures("oracle_only")
def test_a_run_that_is_the_same_differs_in_nothing(tmp_path: Path) -> None:
    CliRunner().invoke(bench, [str(DEMO), "-o", str(tmp_path)])
    run_file = str(tmp_path / "bench.json")
    found = CliRunner().invoke(bench, ["--compare", run_file, run_file])
    assert (found.exit_code, found.output) == (0, "Nothing differs.\n")


def test_another_document_is_refused_by_name(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(dump(Config()))
    found = CliRunner().invoke(main, ["bench", "--compare", str(other), str(other)])
    assert found.exit_code == 1
    assert "other.json" in found.output and "bench-report" in found.output


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "name a folder"),
        (["{empty}"], 1, "no reference"),
        (["{empty}", "--lengths", "ten"], 1, "expected minutes"),
        (["{empty}", "--speakers", "some"], 1, "expected auto or a number"),
    ],
)
def test_a_wrong_command_line_is_explained(
    arguments: list[str], code: int, says: str, tmp_path: Path
) -> None:
    given = [each.format(empty=tmp_path) for each in arguments]
    found = CliRunner().invoke(main, ["bench", *given])
    assert found.exit_code == code
    assert says in found.output


def test_the_other_commands_do_not_load_what_measures() -> None:
    check = "import sys, coach_models.bench.cli; print('pyannote.core' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.models
def test_the_demo_recording_is_heard_well(tmp_path: Path) -> None:
    found = CliRunner().invoke(
        bench, [str(DEMO), "-o", str(tmp_path), "--language", "en", "--reuse", str(tmp_path / "k")]
    )
    assert found.exit_code == 0, found.output
    report = json.loads((tmp_path / "bench.json").read_text())
    value = report["rows"][0]["values"]
    assert value["der_025"] < 0.1
    assert value["share_error_worst"] < 0.04
    assert value["wer"] < 0.4  # how well it hears is for the transcriber's own tests
    assert value["speakers_right"] == 1.0
    assert 0 < value["rtf_transcribe"] < value["rtf"]
    assert value["peak_mb"] < 2048
