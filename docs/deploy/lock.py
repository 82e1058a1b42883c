"""Write ``constraints.txt`` anew: one version and all hashes of every package that we may install.

``make lock`` keeps the versions that are there and adds what pyproject.toml now asks for;
``make lock UPGRADE=1`` takes the newest. The file holds for every system and Python that we
support: it has the hashes of all files of a version that the package index lists.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from install import EXAMPLES, LOCK, ROOT

HEADER = """\
# Written by 'make lock'; do not edit. To add a package: name it in pyproject.toml, run 'make lock'
# and 'make licences', commit all. 'make lock UPGRADE=1' takes newer versions.
"""
BUILDERS = ("pip", "setuptools", "wheel", "cython", "hatchling")
"""What installs the others, and builds those that come as sources."""


def main(options: list[str]) -> None:
    """Write the file."""
    lock = ROOT / LOCK
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder) / "before.txt"
        before.write_text(lock.read_text("utf-8") if lock.exists() else "", "utf-8")
        found = resolved(before, ["pyproject.toml", "--all-extras", *options], BUILDERS)
        alone = resolved(before, ["--no-deps", *options], EXAMPLES)
    lock.write_text(f"{HEADER}{found}{alone}", "utf-8")


def resolved(before: Path, options: list[str], names: tuple[str, ...]) -> str:
    """Resolve what the options and names ask for; versions of `before` stay where they can."""
    lowest = "3.11"
    argv = [
        sys.executable, "-m", "uv", "pip", "compile", "-", *options,
        "--universal", "--python-version", lowest, "--generate-hashes", "--no-annotate",
        "--no-header", "--quiet", "--output-file", str(out := before.with_name("after.txt")),
    ]  # fmt: skip
    out.write_text(before.read_text("utf-8"), "utf-8")
    subprocess.run(argv, cwd=ROOT, input="\n".join(names), text=True, check=True)
    return out.read_text("utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
