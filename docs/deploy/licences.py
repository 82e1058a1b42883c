"""Write ``docs/licences.md``: the licence of every package that we may install, and who needs it.

``make licences`` installs all extras first. Licences are what the packages say of themselves, in
their metadata or the first lines of their licence files; libraries inside them are found by their
files' names.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

from install import EXAMPLES, LOCK, ROOT, requirements
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PAGE = ROOT / "docs" / "licences.md"
SHIPPED = ("every", "small", "models", "api", "corpus", "docx", "voice")
"""Extras of which a user runs something; the others are for those who develop."""

_WITH_EXCEPTION = "GPL-3.0-or-later with GCC exception"
_DUAL = "LGPL-3.0-or-later or GPL-2.0-or-later"
INSIDE = {
    "libavcodec": "LGPL-3.0-or-later by itself, GPL with x264 and x265",
    "libx264": "GPL-2.0-or-later", "libx265": "GPL-2.0-or-later", "libmp3lame": "LGPL-2.0-or-later",
    "libgnutls": "LGPL-2.1-or-later", "libgmp": _DUAL, "libnettle": _DUAL, "libunistring": _DUAL,
    "libgfortran": _WITH_EXCEPTION, "libgomp": _WITH_EXCEPTION, "libquadmath": "LGPL-2.1-or-later",
    "libkeyutils": "LGPL-2.1-or-later",
}  # fmt: skip
"""Libraries that packages carry and whose licences ask more than to be named."""

PHRASES = {
    "MIT License": "MIT", "MIT": "MIT", "Permission is hereby granted, free of charge": "MIT",
    "Apache License": "Apache-2.0", "BSD 3-Clause": "BSD-3-Clause", "BSD-3-Clause": "BSD-3-Clause",
    "Redistribution and use in source and binary forms": "BSD", "NVIDIA": "NVIDIA, proprietary",
}  # fmt: skip
"""How licence files begin."""


@dataclass(frozen=True, slots=True)
class Package:
    """What is said of one package."""

    name: str
    version: str
    licence: str
    extras: tuple[str, ...]
    inside: tuple[str, ...]


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(packages()), "utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")


def packages() -> list[Package]:
    """All packages of this environment but ourselves, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    own = project["project"]["name"]
    needed = {"every": closure(requirements(project, []))}
    for extra in project["project"]["optional-dependencies"]:
        needs = [*requirements(project, [extra]), *(EXAMPLES if extra == "dev" else ())]
        needed[extra] = closure(needs) - needed["every"]
    found = installed()
    return [
        Package(
            name, each.version, licence(each),
            tuple(extra for extra, names in needed.items() if name in names), inside(each),
        )
        for name, each in sorted(found.items()) if name != own
    ]  # fmt: skip


def installed() -> dict[str, Distribution]:
    """What can be imported here, by name; of two versions the one that is found first."""
    return {canonicalize_name(each.name): each for each in reversed(list(distributions()))}


def closure(needs: list[str]) -> set[str]:
    """The names of what some requirements bring here, and what those bring."""
    names: set[str] = set()
    left = [(Requirement(each), "") for each in needs]
    while left:
        need, extra = left.pop()
        if need.marker and not need.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(need.name)
        if name in names and not need.extras:
            continue
        names.add(name)
        alone = name in EXAMPLES
        brought = [] if alone else [Requirement(each) for each in distribution(name).requires or ()]
        left += [(each, of) for each in brought for of in need.extras or {""}]
    return names


def licence(package: Distribution) -> str:
    """The licence that a package says it has; the most exact place counts."""
    said = package.metadata
    text = said.get("License-Expression") or said.get("License") or ""
    if text and "\n" not in text and len(text) < 40 and text not in ("UNKNOWN", "BSD"):
        return text
    classes = [each.split(" :: ") for each in said.get_all("Classifier", [])]
    names = [each[-1] for each in classes if each[0] == "License" and len(each) > 1]
    return " or ".join(names) or read_from_files(package) or "not said"


def read_from_files(package: Distribution) -> str:
    """The licence by the first words of the licence files."""
    for file in package.files or ():
        if re.match(r"(?i)licen[cs]e|copying", file.name):
            text = " ".join(Path(str(file.locate())).read_text("utf-8", "replace").split())
            for phrase, name in PHRASES.items():
                if phrase in text[:400]:
                    return name
    return ""


def inside(package: Distribution) -> tuple[str, ...]:
    """Libraries that a package carries and whose licences ask more than to be named."""
    stems = {
        re.split(r"[-.]", file.name)[0] for file in package.files or () if is_library(file.name)
    }
    return tuple(sorted(f"{each} ({INSIDE[each]})" for each in stems & set(INSIDE)))


def is_library(name: str) -> bool:
    """Whether a file is a shared library of any system."""
    return bool(re.search(r"\.(so|dll|dylib)\b", name))


def elsewhere(found: list[Package]) -> Iterator[str]:
    """Packages of the lock that other systems and Pythons need."""
    names = {each.name for each in found}
    for name in re.findall(r"^([\w.-]+)==", (ROOT / LOCK).read_text("utf-8"), re.MULTILINE):
        if name not in names:
            yield name


TOP = """\
# Licences of what is installed

Written by `make licences`. listening-coach is under MIT; the models have their own licences,
[listed here](models.md). Nothing of these packages is in our repository or our wheel: pip gets
them from the index. Whoever hands on copies of them, as an image or an installer does, has to keep
their licences. Look at these first:

{asking}

The licence is what the package says of itself in its metadata, or the first words of its licence
file. "Inside" are libraries that its wheel for Linux carries and whose licences ask more than to be
named. "For" is the extra that needs it; `bench`, `train`, `mutants`, `lock` and `dev` are for those
who develop. Not seen here, as only other systems, Pythons or builds need them: {elsewhere}.

| package | version | licence | for | inside |
|---|---|---|---|---|
"""


def page(found: list[Package]) -> str:
    """The page of some packages."""
    asking = "\n".join(
        f"- **{each.name}** ({', '.join(each.extras) or 'pip'}): {each.licence}"
        + (f"; it carries {', '.join(each.inside)}" if each.inside else "")
        for each in found if asks_more(each) and set(each.extras) & set(SHIPPED)
    )  # fmt: skip
    rows = "".join(
        f"| {each.name} | {each.version} | {each.licence} | {', '.join(each.extras)} "
        f"| {', '.join(each.inside)} |\n"
        for each in found
    )
    return TOP.format(asking=asking, elsewhere=", ".join(elsewhere(found))) + rows


def asks_more(package: Package) -> bool:
    """Whether a licence asks more of who hands on copies than to name it."""
    said = " ".join((package.licence, *package.inside))
    return bool(re.search(r"(?i)GPL|General Public|MPL|Mozilla|proprietary|not said", said))


if __name__ == "__main__":
    main()
