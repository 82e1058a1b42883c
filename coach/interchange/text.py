"""Read text files with any newline, with or without a byte order mark."""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from coach.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_CONTROL = re.compile("[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that are not text or not allowed in XML, except white space."""

_NO_CHARACTER = re.compile(r"&#\d{8,};?", re.ASCII)
"""A reference to none; Python reads no number of thousands of digits."""


def read_text(path: Path) -> str:
    """Read a text file.

    Raises
    ------
    InputError : if the file cannot be read or is not text.
    """
    try:
        return decode(path.read_bytes())
    except OSError as error:
        raise InputError(
            f"Cannot be read: {error.strerror}. Expected a file that exists and is readable."
        ) from error


@contextmanager
def name_file_in_errors(path: Path) -> Iterator[None]:
    """Put the name of the file in front of an error raised inside."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from error


def decode(raw: bytes) -> str:
    r"""Decode UTF-8, UTF-16 with its mark, or else Windows-1252; newlines become ``\n``.

    A letter and its accent become one character (NFC), so that a name is always the same.

    Raises
    ------
    InputError : if there are zero bytes, as in a recording or an archive.

    Examples
    --------
    >>> decode(b"\xef\xbb\xbfJ\xc3\xbcrg\r\n"), decode(b"J\xfcrg\x85")
    ('Jürg\n', 'Jürg…')
    """
    text = unicodedata.normalize("NFC", _decode_bytes(raw))
    if "\0" in text:
        raise InputError(
            "Found binary data: expected text. Give a transcript, or analyse a recording without "
            "--transcript."
        )
    return re.sub("\r\n?", "\n", text)


def one_line(text: str) -> str:
    r"""Replace all space between words with one space, and remove control characters.

    Examples
    --------
    >>> one_line(" so,\n  how ")
    'so, how'
    """
    return " ".join(_CONTROL.sub("", text).split())


def unescape(text: str) -> str:
    """Text without the character references of HTML.

    Examples
    --------
    >>> unescape("Tom &amp; Ann &#8230;")
    'Tom & Ann …'
    """
    return html.unescape(_NO_CHARACTER.sub("\ufffd", text))


def printable_name(name: str) -> str:
    r"""The name of a file as text; bytes that cannot be decoded become question marks.

    Examples
    --------
    >>> printable_name("caf\udce9.wav")
    'caf?.wav'
    """
    return name.encode(errors="replace").decode()


def _decode_bytes(raw: bytes) -> str:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, errors="replace")
    for encoding in ("utf-8", "windows-1252"):
        with suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return raw.decode("latin-1")
