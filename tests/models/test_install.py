"""What is installed is what was pinned: every package, every file of it, or nothing."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from install import EXAMPLES, LOCK, ROOT, locked, requirements
from lock import BUILDERS
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS = list(PROJECT["project"]["optional-dependencies"])
PROBE = """\
[build-system]
requires = []
[project]
name = "probe"
dependencies = ["click>=8"]
[project.optional-dependencies]
more = ["anyio"]
"""


def versions() -> dict[str, str]:
    """The version of each package in the lock."""
    text = (ROOT / LOCK).read_text("utf-8")
    return {
        name: version for name, version in re.findall(r"^([\w.-]+)==([^ ;]+)", text, re.MULTILINE)
    }


def test_every_package_that_we_name_is_locked() -> None:
    found = versions()
    needs = [Requirement(each) for each in (*requirements(PROJECT, EXTRAS), *EXAMPLES, *BUILDERS)]
    assert [each.name for each in needs if canonicalize_name(each.name) not in found] == []
    wrong = {
        str(each): found[canonicalize_name(each.name)] for each in needs
        if not each.specifier.contains(found[canonicalize_name(each.name)])
    }  # fmt: skip
    assert wrong == {}


def test_every_package_that_is_locked_has_hashes() -> None:
    lock = ROOT / LOCK
    assert all("--hash=sha256:" in locked(re.escape(name), lock) for name in versions())


def test_an_extra_that_is_not_there_is_named() -> None:
    with pytest.raises(SystemExit, match="no extra modles: expected some of small"):
        requirements(PROJECT, ["modles"])


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an empty environment."""
    folder = tmp_path_factory.mktemp("empty")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return folder / "bin" / "python"


@pytest.mark.parametrize(("name", "extras", "said"), [
    ("pip", [], "DO NOT MATCH THE HASHES"),
    ("anyio", ["more"], "must have their versions pinned"),
    ("click", [], "DO NOT MATCH THE HASHES"),
])  # fmt: skip
def test_what_is_not_as_it_was_locked_is_not_installed(
    python: Path, tmp_path: Path, name: str, extras: list[str], said: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(PROBE)
    text, own = (ROOT / LOCK).read_text("utf-8"), locked(name, ROOT / LOCK)
    other = "" if name == "anyio" else re.sub("sha256:.{8}", "sha256:00000000", own)
    (tmp_path / LOCK).write_text(text.replace(own, other))
    done = subprocess.run(
        [python, ROOT / "docs" / "deploy" / "install.py", *extras, "--root", tmp_path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert said in done.stderr
    listed = subprocess.run([python, "-m", "pip", "list"], capture_output=True, text=True)
    assert not re.search(r"^(click|anyio|probe) ", listed.stdout, re.MULTILINE)
