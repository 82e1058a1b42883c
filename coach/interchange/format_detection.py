"""Detect the format of a file from its content, or else from its suffix."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from coach.errors import InputError
from coach.interchange import csv, noscribe, plain_text, recognisers
from coach.interchange.text import name_file_in_errors, read_text
from coach.interchange.unreadable import advice

_CLEAR = (
    ("vtt", re.compile(r"WEBVTT\b")),
    ("textgrid", re.compile(r'File type\s*=\s*"ooTextFile')),
    ("eaf", re.compile(r"(?:<\?xml[^<>]*>\s*)?(?:<!--[^>]*-->\s*)?<ANNOTATION_DOCUMENT")),
    ("exmaralda", re.compile(r"(?:<\?xml[^<>]*>\s*)?(?:<!--[^>]*-->\s*)?<basic-transcription")),
    ("chat", re.compile(r"@(?:UTF8|Begin|Loc|PID|Font|Window|ColorWords)\b")),
    ("rttm", re.compile(r"(?:(?:;|SPKR-INFO ).*\n+)*SPEAKER\s+\S+\s+\S+\s+[\d.]+\s")),
    ("json", re.compile(r'\{\s*"schema"')),
    ("recogniser", re.compile(r'\[\s*\{[^{}\[\]]{0,500}"timestamp"\s*:\s*\[')),
    ("seglst", re.compile(r"\[\s*[{\]]")),
    ("srt", re.compile(r"\[\s*\d[\d:.]*\s*-->")),
)
"""First characters that only one format has."""

_LIKELY = (
    ("srt", re.compile(r"(?:\d+[^\S\n]*\n\s*+)?[\d:.,]+\s*-->\s*[\d:.,]")),
    ("srt", re.compile(r"\d{1,3}:\d\d:\d\d\.\d{3},\d{1,3}:\d\d:\d\d\.\d{3}\s*\n")),
    ("stm", re.compile(r"(?:;;.*\n+)*\S+[ \t]+\S+[ \t]+\S+[ \t]+\d+\.\d+[ \t]+\d+\.\d+[ \t]")),
)
"""First characters that count less than the suffix."""

_SUFFIXES = {
    ".rttm": "rttm", ".vtt": "vtt", ".srt": "srt", ".sbv": "srt", ".jsonl": "jsonl",
    ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv", ".textgrid": "textgrid", ".eaf": "eaf",
    ".cha": "chat", ".seglst.json": "seglst", ".stm": "stm", ".exb": "exmaralda",
}  # fmt: skip
_KINDS = (
    "json, rttm, vtt, srt, jsonl, csv, TextGrid, eaf, chat (.cha), seglst, stm, exb, docx, the "
    "JSON of a recogniser, or text with times before its lines, as 0:12"
)
_HEAD = 4096  # bytes


def detect_format(path: Path) -> str:
    """Detect the format of a file or folder; returns its name.

    Raises
    ------
    InputError : if the format is unknown; the message says what to do.
    """
    if path.is_dir():
        return "convokit"
    with name_file_in_errors(path):
        start = _head(path)
        if start.startswith(b"PK") and path.suffix.lower() == ".docx":
            return "docx"
        if start.startswith(_NO_TEXT) and (instead := advice(path, start)) is not None:
            raise InputError(instead)
        text = read_text(path)
        found = _kind(text, path.name.lower())
        if found is None:
            instead = advice(path, start)
            raise InputError(instead or _UNKNOWN)
    return found


_UNKNOWN = f"The format of this transcript is unknown: expected one of {_KINDS}."
_NO_TEXT = (b"PK", b"%PDF", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"SQLite")


def detect_text_format(text: str) -> str:
    """Detect the format of a text from its content alone; returns its name.

    Raises
    ------
    InputError : if the format is unknown.
    """
    found = _kind(text, "")
    if found is None:
        raise InputError(_UNKNOWN)
    return found


def _kind(text: str, name: str) -> str | None:
    text = text.lstrip()
    if not text:
        raise InputError("The file is empty: expected a transcript. Export it again.")
    found = _match_sign(_CLEAR, text) or _suffix(name)
    if found is not None:
        return found
    if text.startswith("{") or name.endswith(".json"):
        return _kind_of_json(text, name)
    found = _match_sign(_LIKELY, text)
    if found is not None:
        return found
    if csv.is_table(text):
        return "csv"
    if noscribe.is_noscribe(text):
        return "noscribe"
    return "text" if plain_text.has_marks(text) else None


def _kind_of_json(text: str, name: str) -> str:
    """`recogniser` for one JSON document, `jsonl` for one object per line."""
    is_one = name.endswith(".json") or recognisers.is_recognised(text)
    return "recogniser" if is_one else "jsonl"


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return b""  # the reader reports the error


def _match_sign(signs: Iterable[tuple[str, re.Pattern[str]]], text: str) -> str | None:
    return next((name for name, sign in signs if sign.match(text)), None)


def _suffix(name: str) -> str | None:
    known = sorted(_SUFFIXES, key=len, reverse=True)
    return next((_SUFFIXES[each] for each in known if name.endswith(each)), None)
