"""One word for one thing: the texts that people read use the words of the glossary."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"
TEXTS = (
    "*.md", "docs/**/*.md", "models/cards/*.md", "coach/**/*.html", "api/coach_api/**/*.html",
    "coach/feedback/*.py", "coach/page/*.py", "coach/measures/*.py", "coach/cli/*.py",
    "api/coach_api/cli/*.py", "api/coach_api/web/**/*.py",
)  # fmt: skip
OTHERS = {
    "backchannel": r"back-channel",
    "talk time": r"(?:talking|speaking) time",
    "talk share": r"talk ratio|speaking share",
    "overlap": r"cross-?talk|over-?talk|double talk",
    "interruption": r"barge-in|cut-ins?\b",
    "lapse": r"long pause between turns",
    "diarizer": r"diaris(?:er|ation)",
    "recogniser": r"recognizer",
    "voice print": r"(?-i:voiceprint)|voice-print|speaker embedding",
    "enrolled": r"registered voice",
    "open question": r"open-ended",
    "reflection": r"mirroring|paraphras(?:e|ing)",
    "scorecard": r"score card|report card|score sheet",
}
"""The word of the glossary, and others that mean the same."""
QUOTES = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”|`[^`\n]*`")
ONE_GENDER = re.compile(r"\b(?:he|she|him|his|hers|himself|herself)\b", re.IGNORECASE)


REFERENCE = re.compile(r"`((?:coach|coach_models|coach_api)(?:\.\w+)+)(?:\(\))?`")
PACKAGES = {"coach": "", "coach_models": "models", "coach_api": "api"}
NO_MODULES = {"coach.commands", "coach.db", "coach.toml", "coach.transcribers"}


def texts() -> dict[str, str]:
    """The files that people read, by their path; a program's own copies of words left out."""
    paths = {path for pattern in TEXTS for path in ROOT.glob(pattern)}
    assert len(paths) > 100
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}


def found(pattern: re.Pattern[str], files: dict[str, str]) -> list[str]:
    """Each line that a pattern is found in: file, number, line."""
    return [
        f"{name}:{number}: {line.strip()}"
        for name, text in sorted(files.items())
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def exists(reference: str) -> bool:
    """Whether a module is there, and has the name that is taken from it."""
    parts = reference.split(".")
    place = ROOT / PACKAGES[parts[0]] / parts[0]
    rest = parts[1:]
    while rest and ((place / rest[0]).is_dir() or (place / f"{rest[0]}.py").is_file()):
        place /= rest.pop(0)
    file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    return not rest or re.search(rf"\b{rest[0]}\b", file.read_text(encoding="utf-8")) is not None


@pytest.mark.parametrize("word", OTHERS)
def test_one_word_stands_for_one_thing(word: str) -> None:
    assert word in GLOSSARY.read_text(encoding="utf-8").lower(), "the glossary defines it"
    assert found(re.compile(rf"\b(?:{OTHERS[word]})", re.IGNORECASE), texts()) == []


def test_people_are_they() -> None:
    documents = {
        name: QUOTES.sub("", text)
        for name, text in texts().items()
        if name.endswith((".md", ".html"))
    }
    assert found(ONE_GENDER, documents) == []


def test_names_in_texts_and_docstrings_exist() -> None:
    sources = {path for where in ("coach", "models/coach_models", "api/coach_api")
               for path in (ROOT / where).rglob("*.py")}  # fmt: skip
    told = {name: text for name, text in texts().items() if name.endswith(".md")}
    told |= {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in sources}
    named = {
        (name, each)
        for name, text in told.items()
        for each in REFERENCE.findall(text)
        if each not in NO_MODULES
    }
    assert len(named) > 50
    assert [each for each in sorted(named) if not exists(each[1])] == []
    assert not exists("coach.feedback.heard") and not exists("coach.turns.shown")


def test_the_search_finds_what_it_looks_for() -> None:
    sample = {"a.md": "The report card\nof a mentor and his mentee"}
    assert found(re.compile(OTHERS["scorecard"]), sample) == ["a.md:1: The report card"]
    assert found(ONE_GENDER, sample) == ["a.md:2: of a mentor and his mentee"]
