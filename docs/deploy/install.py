"""Install this checkout: what it needs, every file checked against its hash, then itself.

``python docs/deploy/install.py small api`` installs the extras ``small`` and ``api`` into the
environment of that Python. ``constraints.txt`` has one version and the hashes of each package; a
package that is not in it, or whose file has another hash, is not installed.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LOCK = "constraints.txt"
EXAMPLES = ("convokit",)
"""Installed for its reader of corpora, without what it computes with."""


def main() -> None:
    """Install what the command line says."""
    told = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    told.add_argument(
        "extras", nargs="*", metavar="EXTRA", help="of pyproject.toml, as small or api"
    )
    told.add_argument("--copy", action="store_true", help="install a copy, not this folder itself")
    told.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    given = told.parse_args()
    install(given.root, given.extras, editable=not given.copy)


def install(root: Path, extras: list[str], *, editable: bool = True) -> None:
    """Install the extras of the project in a folder, and the project.

    Raises
    ------
    SystemExit : if pip refuses; it has said why.
    """
    lock = root / LOCK
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    checked = ("--require-hashes", "--constraint", str(lock))
    own = locked("pip", lock)
    if f"pip=={version('pip')} " not in own:  # older ones do not take hashes from constraints
        pip("--no-deps", "--require-hashes", lines=own)
    needs = requirements(project, extras)
    pip(*checked, "--build-constraint", str(lock), lines="\n".join(needs))
    if "dev" in extras:
        pip(*checked, "--no-deps", lines="\n".join(EXAMPLES))
    where = ["--editable", str(root)] if editable else [str(root)]
    pip("--no-deps", "--no-index", "--no-build-isolation", *where)


def requirements(project: dict[str, Any], extras: list[str]) -> list[str]:
    """What a project needs with some of its extras, and to be built.

    Raises
    ------
    SystemExit : if it has no such extra.
    """
    own = re.escape(project["project"]["name"])
    offered = project["project"]["optional-dependencies"]
    needs = {*project["project"]["dependencies"], *project["build-system"]["requires"]}
    left = list(extras)
    while left:
        extra = left.pop()
        if extra not in offered:
            sys.exit(f"There is no extra {extra}: expected some of {', '.join(offered)}.")
        for need in offered[extra]:
            inner = re.fullmatch(rf"{own}\[(.+)\]", need)
            left += inner[1].split(",") if inner else []
            needs |= set() if inner else {need}
    return sorted(needs)


def locked(name: str, lock: Path) -> str:
    """The lines of one package."""
    found = re.search(rf"^{name}==.*(\n +--hash.*)+", lock.read_text("utf-8"), re.MULTILINE)
    if found is None:
        sys.exit(f"{lock} has no {name} with hashes: 'make lock' writes it anew.")
    return found[0]


def pip(*options: str, lines: str = "") -> None:
    """Run pip's installation of the lines of a requirements file."""
    argv = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    with tempfile.TemporaryDirectory() as folder:
        if lines:
            file = Path(folder) / "requirements.txt"
            file.write_text(lines + "\n", "utf-8")
            options = (*options, "--requirement", str(file))
        code = subprocess.run([*argv, *options], check=False).returncode
    if code:
        sys.exit(code)


if __name__ == "__main__":
    main()
