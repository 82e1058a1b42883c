"""``coach app``: the service for one person on this computer, in a browser window."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import webbrowser
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import click
from filelock import FileLock, Timeout

from coach.errors import InputError
from coach.private import write_private
from coach.system import module_command
from coach_api.cli.serve import listen, run_service
from coach_api.people.links import local_link
from coach_api.settings import Settings, settings_from
from coach_api.store.database import connect
from coach_api.store.migrate import migrate

_NAME = "Listening coach"
_LIFE = timedelta(minutes=5)
ENTER = "#enter"
"""At the end of a link: the page signs in by itself."""


@click.command()
@click.option("--shortcut", is_flag=True, help="Make an icon that starts it, and end.")
@click.option("--browser/--no-browser", default=True, help="Whether to open the browser.")
def app(shortcut: bool, browser: bool) -> None:
    """Open the listening coach in the browser, signed in.

    It listens on this computer only. Started again while it runs, it opens another window. Stop it
    with the button in the page, or with Ctrl+C.
    """
    if shortcut:
        made = shortcut_for(sys.platform, Path.home(), sys.executable)
        made.write()
        click.echo(f"Made {made.path}")
        return
    settings = replace(settings_from(), app=True)
    settings.prepare()
    try:
        with FileLock(settings.data_dir / "app.lock", timeout=0):
            _run(settings, opens=browser)
    except Timeout:
        open_window(settings, _address_of_other(settings), opens=browser)


def _run(settings: Settings, *, opens: bool) -> None:
    _address_file(settings).unlink(missing_ok=True)  # of one that was killed
    subprocess.run(module_command("coach", "models", "pull"), check=False)  # if any are missing
    migrate(settings)
    settings.stop_file.unlink(missing_ok=True)
    with listen("127.0.0.1", 0) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        write_private(_address_file(settings), address)
        open_window(settings, address, opens=opens)
        code = run_service(settings, listener, workers=1)
    for file in (_address_file(settings), settings.stop_file, settings.data_dir / "open.html"):
        file.unlink(missing_ok=True)
    click.echo("Stopped.")
    click.get_current_context().exit(code)


def open_window(settings: Settings, address: str, *, opens: bool) -> None:
    """Open a window that is signed in; where no browser opens, the link is for the reader.

    Other users see the browser's command line, so the link is in a file of ours that leads there.

    Parameters
    ----------
    settings : of the service.
    address : of the service.
    opens : whether to open the browser.
    """
    engine = connect(settings)
    link = local_link(engine, address, life=_LIFE) + ENTER
    engine.dispose()
    page = settings.data_dir / "open.html"
    write_private(page, f'<meta http-equiv="refresh" content="0; url={link}">\n')
    if not (opens and webbrowser.open(page.resolve().as_uri())):
        click.echo(f"Open {link}")
    click.echo("It runs until you stop it: with the button in the page, or with Ctrl+C here.")


def _address_file(settings: Settings) -> Path:
    return settings.data_dir / "app.address"


def _address_of_other(settings: Settings) -> str:
    with suppress(OSError):
        return _address_file(settings).read_text(encoding="utf-8")
    raise InputError("The listening coach is just starting. Wait a moment, then try again.")


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A file that starts the app when it is clicked."""

    path: Path
    content: str
    mode: int = 0o755

    def write(self) -> None:
        """Write the file.

        Raises
        ------
        InputError : if it cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(self.content, encoding="utf-8")
            self.path.chmod(self.mode)
        except OSError as error:
            raise InputError(
                f"Cannot write {self.path} ({error.strerror}). Expected a folder of yours."
            ) from error


def shortcut_for(system: str, home: Path, python: str) -> Shortcut:
    """Describe the shortcut of a system.

    Parameters
    ----------
    system : as `sys.platform`.
    home : folder of the user.
    python : path of the interpreter that has this package.
    """
    if system == "win32":
        programs = home / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs"
        start = f'@start "{_NAME}" /min "{python}" -m coach app\r\n'
        return Shortcut(programs / f"{_NAME}.cmd", start)
    command = f"{shlex.quote(python)} -m coach app"
    if system == "darwin":
        script = f"#!/bin/sh\nexec {command}\n"
        return Shortcut(home / "Applications" / f"{_NAME}.command", script)
    quoted = re.sub(r'(["`$\\])', r"\\\1", python)
    entry = (
        f"[Desktop Entry]\nType=Application\nName={_NAME}\n"
        "Comment=Turns a recorded conversation into a listening scorecard\n"
        f'Exec="{quoted}" -m coach app\nTerminal=false\nCategories=AudioVideo;Education;\n'
    )
    return Shortcut(home / ".local/share/applications/listening-coach.desktop", entry)
