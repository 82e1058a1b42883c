"""The list of licences and the bill of materials have everything that is installed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from install import LOCK, ROOT
from licences import PAGE, Package, asks_more, installed, licence
from lock import BUILDERS
from packaging.utils import canonicalize_name

NAMES_OF_OURS = {"listening-coach"}


@pytest.fixture(scope="module")
def listed() -> dict[str, tuple[str, str]]:
    """Version and licence of each package on the page."""
    rows = re.findall(r"^\| ([\w.-]+) \| (\S+) \| (.*?) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    return {name: (version, said) for name, version, said in rows}


def test_every_package_of_the_lock_is_listed(listed: dict[str, tuple[str, str]]) -> None:
    lock = re.findall(r"^([\w.-]+)==([^ ;]+)", (ROOT / LOCK).read_text("utf-8"), re.MULTILINE)
    found = re.search(r"builds need them: (.*)\.", PAGE.read_text("utf-8"))
    assert found is not None
    elsewhere = set(found[1].split(", "))
    wrong = [
        name for name, version in lock
        if name not in {*elsewhere, *BUILDERS} and listed.get(name, ("",))[0] != version
    ]  # fmt: skip
    assert wrong == [], "run 'make licences'"


def test_what_is_installed_has_the_licence_that_is_listed(
    listed: dict[str, tuple[str, str]],
) -> None:
    here = installed()
    same = {name for name, (version, _) in listed.items()
            if name in here and here[name].version == version}  # fmt: skip
    assert len(same) > 100
    wrong = {name: licence(here[name]) for name in same
             if licence(here[name]) != listed[name][1]}  # fmt: skip
    assert wrong == {}, "run 'make licences'"


def test_the_codecs_and_the_driver_are_said_to_ask_more() -> None:
    text = PAGE.read_text("utf-8")
    (codecs,) = re.findall(r"^- \*\*av\*\* .*$", text, re.MULTILINE)
    assert "libx264 (GPL" in codecs
    (driver,) = re.findall(r"^- \*\*psycopg\*\* .*$", text, re.MULTILINE)
    assert "LGPL" in driver


@pytest.mark.parametrize(("said", "inside", "more"), [
    ("MIT", (), False), ("MPL-2.0", (), True), ("not said", (), True),
    ("BSD-3-Clause", ("libx264 (GPL-2.0-or-later)",), True),
])  # fmt: skip
def test_which_licences_ask_more(said: str, inside: tuple[str, ...], more: bool) -> None:
    assert asks_more(Package("a", "1", said, ("small",), inside)) is more


def test_the_bill_of_materials_is_complete(tmp_path: Path) -> None:
    file = tmp_path / "sbom.json"
    subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", "environment", "--no-validate",
         "--pyproject", ROOT / "pyproject.toml", "--output-file", file, sys.executable],
        check=True, capture_output=True,
    )  # fmt: skip
    made = json.loads(file.read_text("utf-8"))
    named = {canonicalize_name(each["name"]) for each in made["components"]}
    assert set(installed()) - NAMES_OF_OURS <= named
    assert made["bomFormat"] == "CycloneDX"
