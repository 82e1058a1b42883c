"""Documents of Word (.docx), as Teams and transcription services export them."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from coach.errors import InputError, MissingDependency
from coach.interchange.records import known

_LARGEST = 200_000_000
"""Bytes of a document when it is unpacked: a book has a few millions."""


def text_of(path: Path) -> str:
    """The text of a document, a line a paragraph; a table of a transcript becomes one in CSV.

    Raises
    ------
    MissingDependency : if python-docx is not installed.
    InputError : if it is no document of Word.
    """
    try:
        import docx
    except ImportError as error:
        raise MissingDependency(
            "Reading .docx needs python-docx: pip install 'listening-coach[docx]'. Or save the "
            "document as plain text."
        ) from error
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > _LARGEST:
            raise InputError(f"A document of {size} bytes: expected a transcript.")
        document = docx.Document(str(path))
        blocks = list(document.iter_inner_content())
    except OSError as error:
        raise InputError(f"Cannot be read: {error.strerror}.") from error
    except InputError:
        raise
    except Exception as error:  # of the archive, of its XML, of python-docx: none are declared
        raise InputError(
            "Not a readable document of Word. Save it again as .docx or as plain text."
        ) from error
    return "\n".join(line for block in blocks for line in _lines(block))


def _lines(block: Any) -> Iterator[str]:
    if hasattr(block, "rows"):
        rows = [[cell.text for cell in row.cells] for row in block.rows]
        yield from _table(rows)
    else:
        yield from block.text.split("\n")


def _table(rows: list[list[str]]) -> Iterator[str]:
    """A table with a header as CSV, any other as a line a row."""
    is_transcript = bool(rows) and "text" in known(rows[0])
    for row in rows:
        if is_transcript:
            out = StringIO()
            csv.writer(out, lineterminator="").writerow(" ".join(cell.split()) for cell in row)
            yield out.getvalue()
        else:
            yield from "\t".join(cell for cell in row if cell.strip()).split("\n")
