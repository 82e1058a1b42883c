"""The app for one person: a window that is signed in, one instance, a button that stops it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
from click.testing import CliRunner
from service import PATIENCE, wait_for

from coach.cli import main
from coach_api.cli.app import open_window, shortcut_for
from coach_api.settings import Settings
from coach_api.store.migrate import migrate

LINK = re.compile(r"Open (http://127\.0\.0\.1:\d+)(/sign-in/[\w-]+)#enter")


def start(folder: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"COACH_DATA_DIR": str(folder / "data")}
    return subprocess.Popen(
        [sys.executable, "-m", "coach", "app", "--no-browser"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def link_of(process: subprocess.Popen[str]) -> tuple[str, str]:
    """The address and the path with which the app signs in."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := LINK.search(line):
            return found[1], found[2]
        if "It runs until" in line:
            break
    raise AssertionError("it ended without a link")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    with start(tmp_path) as process:
        yield process, *link_of(process)
        process.terminate()


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz", timeout=PATIENCE).status_code == 200
    except httpx.HTTPError:
        return False


def test_it_signs_in_runs_once_and_is_stopped_in_the_page(
    running: tuple[subprocess.Popen[str], str, str], tmp_path: Path
) -> None:
    process, address, path = running
    wait_for(lambda: answers(address))
    with start(tmp_path) as again:
        second, other_path = link_of(again)
        assert again.wait(PATIENCE) == 0 and second == address and other_path != path
    with httpx.Client(base_url=address, follow_redirects=True, timeout=PATIENCE) as client:
        assert client.post(path).status_code == 200
        account = client.get("/account").text
        csrf = re.search(r'name="csrf" value="(\w+)"', account)
        assert csrf is not None and "Stop the listening coach" in account
        assert "has stopped" in client.post("/account/stop", data={"csrf": csrf[1]}).text
    assert process.wait(PATIENCE) == 0
    assert not answers(address)
    assert not list((tmp_path / "data").glob("app.address"))


@pytest.mark.parametrize(
    ("system", "name", "start"),
    [
        ("linux", "listening-coach.desktop", 'Exec="/opt/my python/bin/python" -m coach app'),
        ("darwin", "Listening coach.command", "exec '/opt/my python/bin/python' -m coach app"),
        ("win32", "Listening coach.cmd", '"/opt/my python/bin/python" -m coach app'),
    ],
)
def test_a_shortcut_starts_it(tmp_path: Path, system: str, name: str, start: str) -> None:
    made = shortcut_for(system, tmp_path, "/opt/my python/bin/python")
    assert made.path.name == name and made.path.is_relative_to(tmp_path)
    made.write()
    assert start in made.path.read_text() and made.path.stat().st_mode & 0o100


def test_the_command_makes_the_shortcut_of_this_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    result = CliRunner().invoke(main, ["app", "--shortcut"])
    assert result.exit_code == 0
    assert any(path.is_file() for path in tmp_path.rglob("*"))


def test_no_other_user_sees_the_link_in_the_browsers_command_line(
    sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_settings.prepare()
    migrate(sqlite_settings)
    opened: list[str] = []

    def note(address: str) -> bool:
        opened.append(address)
        return True

    monkeypatch.setattr("webbrowser.open", note)
    open_window(sqlite_settings, "http://127.0.0.1:1", opens=True)
    page = sqlite_settings.data_dir / "open.html"
    assert opened == [page.resolve().as_uri()]
    assert page.stat().st_mode & 0o077 == 0
    assert re.search(r"url=http://127\.0\.0\.1:1/sign-in/[\w-]+#enter", page.read_text())
