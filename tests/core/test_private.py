"""Private files are private whatever the umask, and what a killed process left is swept."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.analysis.stage_cache import stage_folder
from coach.errors import InputError
from coach.private import (
    private_file,
    private_folder,
    scratch_folder,
    sweep_scratch,
    write_private,
)

# Tests that run in the background may have these signals ignored, which children inherit.
HOLDS_SOUND = (
    "import signal, sys, time\n"
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
    "from coach.private import end_at_signals, scratch_folder\n"
    "end_at_signals()\n"
    "with scratch_folder() as folder:\n"
    "    (folder / 'sound.npy').write_bytes(b'sound')\n"
    "    print(folder, flush=True)\n"
    "    time.sleep(600)\n"
)


@pytest.fixture(params=[0o000, 0o022])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folders_and_files_are_for_this_user_alone(tmp_path: Path, umask: int) -> None:
    folder = private_folder(tmp_path / "deep" / "folder")
    write_private(folder / "voice.json", "{}")
    write_private(folder / "voice.json", "{1}")
    assert (mode(folder), mode(folder / "voice.json")) == (0o700, 0o600)
    assert (folder / "voice.json").read_text() == "{1}"
    assert mode(private_file(folder / "coach.db")) == 0o600


def test_what_was_made_before_is_closed_too(tmp_path: Path, umask: int) -> None:
    folder, file = tmp_path / "data", tmp_path / "data" / "coach.db"
    folder.mkdir(mode=0o755)
    file.write_text("rows")
    file.chmod(0o644)
    assert mode(private_folder(folder)) == 0o700
    assert mode(private_file(file)) == 0o600
    assert file.read_text() == "rows"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary folder of this test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def holder(temporary: Path) -> Iterator[subprocess.Popen[str]]:
    """A process with sound in its scratch folder."""
    command = [sys.executable, "-c", HOLDS_SOUND]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert Path(process.stdout.readline().strip(), "sound.npy").exists()
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_living_process_keeps_its_sound(holder: subprocess.Popen[str], temporary: Path) -> None:
    sweep_scratch()
    assert list(temporary.rglob("sound.npy"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_who_is_told_to_end_leaves_nothing(
    holder: subprocess.Popen[str], temporary: Path, number: signal.Signals
) -> None:
    holder.send_signal(number)
    assert holder.wait(60) != 0
    assert list(temporary.iterdir()) == []


def test_what_a_killed_process_left_is_swept(
    holder: subprocess.Popen[str], temporary: Path
) -> None:
    holder.kill()
    holder.wait()
    assert list(temporary.rglob("sound.npy"))
    sweep_scratch()
    assert list(temporary.iterdir()) == []


def test_any_command_sweeps(holder: subprocess.Popen[str], temporary: Path) -> None:
    holder.kill()
    holder.wait()
    subprocess.run([sys.executable, "-m", "coach", "enrol", "--list"], check=True)
    assert list(temporary.iterdir()) == []


def test_a_link_and_what_others_called_so_stay(temporary: Path) -> None:
    kept = temporary / "kept"
    kept.mkdir()
    (temporary / "listening-coach-link").symlink_to(kept)
    (temporary / "listening-coach-file").touch()
    sweep_scratch()
    assert {path.name for path in temporary.iterdir()} == {
        "kept", "listening-coach-link", "listening-coach-file",
    }  # fmt: skip


def test_a_temporary_folder_that_cannot_be_used_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/dev/null")
    with pytest.raises(InputError, match="TMPDIR"), scratch_folder():
        pass


def test_a_cache_that_cannot_be_used_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_CACHE_DIR", "/dev/null")
    with pytest.raises(InputError, match="COACH_CACHE_DIR"), stage_folder("0" * 64):
        pass
