"""On a full disk sessions can be read and deleted, and the service says what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from service import HERE

from coach_api.settings import Settings
from coach_api.store.migrate import migrate
from coach_api.store.reserve import RESERVE


def own_mounts() -> list[str] | None:
    """A prefix that lets a command mount a disk that nobody else sees; None where it may not."""
    for prefix in (["unshare", "-m"], ["unshare", "-rm"]):
        tried = [*prefix, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        try:
            if subprocess.run(tried, capture_output=True, check=False).returncode == 0:
                return prefix
        except FileNotFoundError:
            return None
    return None


def test_a_session_is_deleted_on_a_full_disk(tmp_path: Path) -> None:
    prefix = own_mounts()
    if prefix is None:
        pytest.skip("no disk can be mounted here")
    disk = tmp_path / "disk"
    disk.mkdir()
    command = [*prefix, sys.executable, str(HERE / "full_disk.py"), str(disk)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["room before"] == "ok"
    assert "No recordings are accepted" in said["room"]
    assert said["read"] == 200
    assert said["deleted"] == 204
    assert said["read again"] == 404
    assert said["files"] == []


def test_the_reserve_is_kept_where_there_is_room(sqlite_settings: Settings) -> None:
    settings = replace(sqlite_settings, reserve_bytes=1 << 20)
    migrate(settings)
    kept = settings.data_dir / RESERVE
    assert kept.stat().st_blocks * 512 >= 1 << 20
    kept.unlink()
    migrate(replace(settings, min_free_bytes=1 << 60))
    assert not kept.exists()
