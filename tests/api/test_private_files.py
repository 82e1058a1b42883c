"""Everything that the service keeps is for its user alone, also in a folder made before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from service import Service, service_on

from coach_api.settings import Settings


@pytest.fixture
def careless_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def service(careless_umask: None, sqlite_settings: Settings) -> Iterator[Service]:
    """A service whose folders were made by somebody who gave everybody access."""
    data = sqlite_settings.data_dir
    for folder in (data, data / "uploads", data / "work", data / "store"):
        folder.mkdir(mode=0o755)
    (data / "coach.db").touch(mode=0o644)
    with service_on(replace(sqlite_settings)) as running:
        yield running


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


def test_what_workers_leave_is_private(service: Service) -> None:
    session_id = service.upload("one")
    with service.workers():
        service.wait(session_id, "done")
    stages = service.settings.data_dir / "store" / "stages" / session_id
    assert any("diarize" in path.name for path in stages.iterdir())
    assert open_to_others(stages) == []


def test_folders_made_before_are_closed(service: Service) -> None:
    data = service.settings.data_dir
    found = {path for path in open_to_others(data) if "store/recordings" not in path}
    assert found == set()
