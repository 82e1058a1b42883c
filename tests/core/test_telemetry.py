"""Telemetry is off in whatever imports us, whatever the environment says."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from coach.telemetry import SWITCHES, discard_queued, switch_off

PRIVACY = Path(__file__).parents[2] / "docs" / "privacy.md"


@pytest.mark.parametrize("package", ["coach", "coach_models", "coach_api"])
def test_a_wish_for_telemetry_does_not_count(package: str) -> None:
    code = f"import {package}, json, os; print(json.dumps(dict(os.environ)))"
    wishes = {name: "true" for name in SWITCHES}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **wishes}, capture_output=True, check=True
    )
    found = json.loads(done.stdout)
    assert {name: found[name] for name in SWITCHES} == SWITCHES


def test_who_imported_onnxruntime_first_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[bool] = []
    onnxruntime = SimpleNamespace(disable_telemetry_events=lambda: stopped.append(True))
    monkeypatch.setitem(sys.modules, "onnxruntime", onnxruntime)
    with pytest.warns(UserWarning, match="imported before coach"):
        switch_off()
    assert stopped


def test_every_switch_is_explained() -> None:
    page = PRIVACY.read_text()
    assert [name for name in SWITCHES if f"`{name}" not in page] == []


def queue(cache: Path, *programs: str) -> Path:
    """A queue of events as onnxruntime keeps it, with its other files."""
    folder = cache / "Microsoft" / "DeveloperTools" / ".onnxruntime"
    folder.mkdir(parents=True)
    (folder / "deviceid").write_text("00000000-0000-0000-0000-000000000000")
    with closing(sqlite3.connect(folder / "onnxruntime.db")) as db, db:
        db.execute("create table events (record_id text, payload blob)")
        rows = [(str(i), b"\x03 " + program.encode()) for i, program in enumerate(programs)]
        db.executemany("insert into events values (?, ?)", rows)
    return folder


def test_what_we_queued_is_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = queue(tmp_path, sys.executable, sys.executable)
    discard_queued()
    assert list(folder.iterdir()) == []


def test_what_others_queued_is_theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = queue(tmp_path, sys.executable, "/usr/bin/another")
    discard_queued()
    with closing(sqlite3.connect(folder / "onnxruntime.db")) as db:
        (left,) = db.execute("select payload from events").fetchall()
    assert b"/usr/bin/another" in left[0]
    assert (folder / "deviceid").exists()


def test_a_queue_that_cannot_be_read_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = queue(tmp_path)
    (folder / "onnxruntime.db").write_text("no database")
    discard_queued()
