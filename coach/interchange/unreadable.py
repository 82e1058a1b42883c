"""Kinds of files that cannot be read, each with an alternative."""

from __future__ import annotations

import re
from pathlib import Path

_BYTES = (
    (b"%PDF", "A PDF", "Export the transcript as .docx, .srt or .vtt where it was made"),
    (b"\xd0\xcf\x11\xe0", "A document of an older Office", "Save it as .docx, tables as .csv"),
    (b"{\\rtf", "Rich text", "Save it as .docx or as plain text"),
    (b"SQLite format 3", "A project database", "Export the transcript as .csv, .docx or .txt"),
)
_TEXTS = (
    (re.compile(r"\[Script Info\]", re.I), "Subtitles of Aegisub", "Save them as .srt"),
    (re.compile(r"(?:<\?xml[^<>]*>\s*)?<(?:\w+:)?tt[\s>]"), "TTML subtitles", "Save them as .srt"),
    (re.compile(r"(?:<\?xml[^<>]*>\s*)?(?:<!DOCTYPE[^<>]*>\s*)?<Trans[\s/>]"),
     "A transcript of Transcriber", "Export it as STM"),
    (re.compile(r"(?:<\?xml[^<>]*>\s*)?(?:<!DOCTYPE[^<>]*>\s*)?<html[\s>]", re.I),
     "A web page", "Export the transcript as .docx, .srt or .vtt"),
    (re.compile(r"<\?xml"), "XML of another kind", "Export it as .srt, .eaf, .exb or .TextGrid"),
)  # fmt: skip
_ARCHIVES = {
    ".xlsx": ("A workbook", "Save the sheet as .csv"),
    ".xls": ("A workbook", "Save the sheet as .csv"),
    ".ods": ("A workbook", "Save the sheet as .csv"),
    ".odt": ("An OpenDocument text", "Save it as .docx or as plain text"),
    ".pages": ("A document of Pages", "Export it as .docx"),
    ".numbers": ("A document of Numbers", "Export it as .csv"),
}


def advice(path: Path, start: bytes) -> str | None:
    """The message for a known kind of file that cannot be read; None if the kind is unknown.

    Parameters
    ----------
    start : the first bytes of the file.

    Examples
    --------
    >>> advice(Path("talk.pdf"), b"%PDF-1.7")
    'A PDF is not read. Export the transcript as .docx, .srt or .vtt where it was made.'
    """
    for sign, kind, instead in _BYTES:
        if start.startswith(sign):
            return f"{kind} is not read. {instead}."
    if start.startswith(b"PK"):
        kind, instead = _ARCHIVES.get(
            path.suffix.lower(), ("An archive", "Unpack it and give the transcript inside")
        )
        return f"{kind} is not read. {instead}."
    text = start.decode("utf-8", errors="replace").lstrip("\ufeff \n\r\t")
    for pattern, kind, instead in _TEXTS:
        if pattern.match(text):
            return f"{kind} is not read. {instead}."
    return None
