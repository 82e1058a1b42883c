"""Documents made of blocks: a text to read, and a Word document."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator

from coach.errors import MissingDependency
from coach.page.outline import Block

# What XML cannot hold; a recogniser's or a reader's words may.
_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_text(blocks: Iterable[Block]) -> str:
    """Render blocks as a text with a line for each moment.

    Examples
    --------
    >>> print(render_text([Block("heading", "Transcript"), Block("moment", "Hi.", "0:01", "You")]))
    <BLANKLINE>
    Transcript
    ----------
    0:01  You: Hi.
    <BLANKLINE>
    """
    return "\n".join(line for block in blocks for line in _lines(block)) + "\n"


def _lines(block: Block) -> Iterator[str]:
    if block.kind == "moment":
        found = f"  [{block.found}]" if block.found else ""
        yield f"{block.time}  {block.who}: {block.text}{found}"
    elif block.kind == "text":
        yield block.text
    else:
        underline = {"title": "=", "heading": "-", "subheading": ""}[block.kind]
        yield from ("", block.text, *([underline * len(block.text)] if underline else []))


def render_word(blocks: Iterable[Block]) -> bytes:
    """Render blocks as a Word document; moments that follow each other stand in one table.

    Raises
    ------
    MissingDependency : if python-docx is not installed.
    """
    try:
        import docx
    except ImportError as error:
        raise MissingDependency(
            "Writing .docx needs python-docx: pip install 'listening-coach[docx]'. The text has "
            "the same words."
        ) from error
    document, table = docx.Document(), None
    for block in blocks:
        text = _UNPRINTABLE.sub("", block.text)
        if block.kind != "moment":
            table = None
        if block.kind == "text":
            document.add_paragraph(text)
        elif block.kind != "moment":
            level = {"title": 0, "heading": 1, "subheading": 2}[block.kind]
            document.add_heading(text, level)
            document.core_properties.title = document.core_properties.title or text[:255]
        else:
            if table is None:
                table = document.add_table(rows=1, cols=3, style="Light Grid")
                for cell, name in zip(table.rows[0].cells, ("Time", "Said", "Found"), strict=True):
                    cell.text = name
            who = _UNPRINTABLE.sub("", block.who)
            cells = table.add_row().cells
            for cell, value in zip(cells, (block.time, f"{who}: {text}", block.found), strict=True):
                cell.text = value
    document.core_properties.author = "listening-coach"
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()
