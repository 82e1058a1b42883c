"""What a newcomer relies on: light imports, true documents."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click import Command, Context, Group

from coach import __version__
from coach.cli import main

ROOT = Path(__file__).parents[2]
DOCS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
HEAVY = ("torch", "pydantic", "jinja2", "spacy", "faster_whisper", "pyannote", "fastapi", "click")


def python(code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_importing_coach_loads_nothing_heavy() -> None:
    loaded = python(f"import coach, sys; print([m for m in {HEAVY} if m in sys.modules])")
    assert loaded.strip() == "[]"


def test_scoring_needs_no_models() -> None:
    code = (
        "import coach, sys; from coach.talk import talk;"
        "coach.score(talk('A 0-3 So how was it?', 'B 3-9 Hard.'));"
        "print([m for m in ('torch', 'spacy', 'pydantic', 'fastapi') if m in sys.modules])"
    )
    assert python(code).strip() == "[]"


def test_it_is_cited_by_the_version_that_it_is() -> None:
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in cited


def commands() -> list[tuple[str, str]]:
    """Every line of a fenced block of the documents that calls `coach` or `make`."""
    found = []
    for path in DOCS:
        for block in re.findall(r"```(?:bash|console|sh)\n(.*?)```", path.read_text(), re.S):
            for line in block.replace("\\\n", " ").splitlines():
                call = re.match(r"(?:\$ )?((?:coach|make) [^#|>;&]*)", line)
                if call:
                    found.append((path.name, call[1].strip()))
    return found


@pytest.mark.parametrize(("document", "line"), commands())
def test_a_documented_command_exists_with_its_options(document: str, line: str) -> None:
    program, *words = line.split()
    if program == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
        assert [w for w in words if "=" not in w and w not in targets] == []
        return
    command: Command | None = main
    context = Context(main)
    while isinstance(command, Group) and words and not words[0].startswith("-"):
        command = command.get_command(context, words.pop(0))
    assert command is not None, f"{document}: {line}"
    known = {name for param in command.params for name in param.opts} | {"--help", "-h"}
    used = {word.split("=")[0] for word in words if word.startswith("-")}
    assert used <= known | {"--version"}, f"{document}: {line}"


def test_what_the_architecture_names_is_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    names = {each.rstrip(".") for each in re.findall(r"`((?:coach|coach_api)[\w./]*)[`:]", text)}
    names |= set(re.findall(r"`((?:models|api)/[\w./]*)`", text))
    assert len(names) > 20
    missing = [name for name in sorted(names) if not _is_there(name)]
    assert missing == []


def _is_there(name: str) -> bool:
    """Whether a path, a module, or a name in a module exists."""
    if "/" in name:
        return (ROOT / name).exists()
    package = {"coach_api": "api/coach_api", "coach_models": "models/coach_models"}
    first, *rest = name.split(".")
    path = ROOT / package.get(first, first)
    module = path.joinpath(*rest)
    if module.is_dir() or module.with_suffix(".py").exists():
        return True
    inside = path.joinpath(*rest[:-1])
    source = inside / "__init__.py" if inside.is_dir() else inside.with_suffix(".py")
    return re.search(rf"\b{rest[-1]}\b", source.read_text(encoding="utf-8")) is not None
