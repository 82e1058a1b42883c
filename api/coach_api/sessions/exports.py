"""A session in the formats of other software: all that `coach.interchange` writes, and the page."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import sqlalchemy as sa

from coach.conversation import Conversation
from coach.interchange import FORMATS, find_format
from coach.interchange.json import load
from coach.page import html
from coach.private import scratch_folder
from coach.scorecard import Scorecard
from coach_api.sessions.corrections import scorecard

PAGE = "html"
NAMES = (PAGE, *(each.name for each in FORMATS))
LABELS: Mapping[str, str] = MappingProxyType(
    {
        PAGE: "Scorecard, as a page", "csv": "Transcript, as a table (CSV)",
        "vtt": "Subtitles (WebVTT)", "srt": "Subtitles (SRT)",
        "json": "Conversation (JSON)", "jsonl": "Lines (JSONL)", "rttm": "Who spoke when (RTTM)",
        "textgrid": "Praat (TextGrid)", "eaf": "ELAN (EAF)", "chat": "CLAN (CHAT)",
        "seglst": "Segments (SegLST)", "convokit": "ConvoKit corpus",
    }
)  # fmt: skip
"""What a reader is told of each, the most useful first."""
FOR_READERS = (PAGE, "csv", "vtt", "srt")
"""What one reads or opens without a tool for research."""

MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".html": "text/html", ".json": "application/json", ".vtt": "text/vtt",
        ".csv": "text/csv", ".eaf": "application/xml", ".zip": "application/zip",
    }
)  # fmt: skip
OTHER = "text/plain"


@dataclass(frozen=True, slots=True)
class Export:
    """A written file."""

    content: bytes = field(repr=False)
    suffix: str

    @property
    def media_type(self) -> str:
        """What it is sent as."""
        return MEDIA_TYPES.get("." + self.suffix.rpartition(".")[2], OTHER)


def write(name: str, conv: Conversation, card: Scorecard) -> Export:
    """Write a session in a format; a format that is a folder becomes a ZIP archive.

    Raises
    ------
    InputError : if there is no such format.
    """
    if name == PAGE:
        return Export(html.render(card, conv).encode(), ".html")
    chosen = find_format(name)
    with scratch_folder() as folder:
        path = folder / f"session{chosen.suffix}"
        chosen.write(conv, path)
        if path.is_dir():
            return Export(_zipped(path), f"{chosen.suffix}.zip")
        return Export(path.read_bytes(), chosen.suffix)


def _zipped(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder.parent))
    return buffer.getvalue()


def stored_card(db: sa.Connection, session_id: str) -> Scorecard:
    """The scorecard as stored.

    Raises
    ------
    Problem : if there is none yet.
    """
    return load(Scorecard, scorecard(db, session_id))
