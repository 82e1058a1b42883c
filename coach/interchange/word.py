"""Word documents (.docx), as exported by Teams and transcription services."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from coach.errors import InputError, MissingDependency
from coach.extras import install_line
from coach.interchange.records import match_fields

_LARGEST = 200_000_000
"""The largest unpacked size of a document in bytes; a book has a few million."""


def text_of(path: Path) -> str:
    """The text of a document, one line per paragraph; a transcript in a table becomes CSV.

    Raises
    ------
    MissingDependency : if python-docx is not installed.
    InputError : if the file is not a Word document.
    """
    try:
        import docx
    except ImportError as error:
        raise MissingDependency(
            "Reading .docx needs python-docx. Save the document as plain text, or install it with: "
            f"{install_line('docx')}"
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
    """A table with a header as CSV, any other table as one line per row."""
    is_transcript = bool(rows) and "text" in match_fields(rows[0])
    for row in rows:
        if is_transcript:
            out = StringIO()
            csv.writer(out, lineterminator="").writerow(" ".join(cell.split()) for cell in row)
            yield out.getvalue()
        else:
            yield from "\t".join(cell for cell in row if cell.strip()).split("\n")
