"""Reading any transcript or annotation: the content tells the format, else the suffix."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange import FORMATS, csv, read
from coach.interchange.text import naming, read_text

_CLEAR = (
    ("vtt", re.compile(r"WEBVTT\b")),
    ("textgrid", re.compile(r'File type\s*=\s*"ooTextFile')),
    ("eaf", re.compile(r"(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)?<ANNOTATION_DOCUMENT")),
    ("chat", re.compile(r"@(?:UTF8|Begin|Loc|PID|Font|Window|ColorWords)\b")),
    ("rttm", re.compile(r"(?:(?:;|SPKR-INFO ).*\n+)*SPEAKER\s+\S+\s+\S+\s+[\d.]+\s")),
    ("json", re.compile(r'\{\s*"schema"')),
    ("seglst", re.compile(r"\[\s*[{\]]")),
)
"""Beginnings that only one format has."""

_LIKELY = (
    ("srt", re.compile(r"(?:\d+\s*\n\s*)?[\d:.,]+\s*-->\s*[\d:.,]")),
    ("jsonl", re.compile(r"\{[^\n]*\}\s*(?:\n|$)")),
)
"""Beginnings that give way to the suffix."""


def read_transcript(path: Path) -> Conversation:
    """Read a conversation from any of the formats.

    `Conversation.provenance.source` says how far to trust the times: in a ``transcript`` they are
    those of lines, so nothing should be read from its overlaps; by ``hand`` they are of speech.

    Raises
    ------
    InputError : if the file cannot be read; the message names the file and the place in it.
    """
    return read(path, recognise(path))


def recognise(path: Path) -> str:
    """The name of the format of a file or folder.

    Raises
    ------
    InputError : if it is none of ours; the message lists them.
    """
    if path.is_dir():
        return "convokit"
    with naming(path):
        text = read_text(path).lstrip()
        if not text:
            raise InputError("The file is empty: expected a transcript. Export it again.")
        found = _told_by(_CLEAR, text) or _suffix(path) or _told_by(_LIKELY, text)
        if found is None and csv.has_header(text):
            found = "csv"
        if found is None:
            names = ", ".join(f"{each.name} ({each.suffix})" for each in FORMATS)
            raise InputError(f"No transcript that we know: expected one of {names}.")
    return found


def _told_by(signs: Iterable[tuple[str, re.Pattern[str]]], text: str) -> str | None:
    return next((name for name, sign in signs if sign.match(text)), None)


def _suffix(path: Path) -> str | None:
    name = path.name.lower()
    return next((each.name for each in FORMATS if name.endswith(each.suffix.lower())), None)
