"""A session in the formats of other software: all that `coach.interchange` writes, and the page."""

from __future__ import annotations

import io
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

import sqlalchemy as sa

from coach.conversation import Conversation
from coach.interchange import FORMATS, find_format
from coach.interchange.json import load
from coach.page import html, observations
from coach.page.documents import render_text, render_word
from coach.page.outline import outline
from coach.page.view import Page
from coach.private import scratch_folder
from coach.scorecard import Scorecard
from coach_api.sessions.corrections import scorecard

PAGE, TEXT, WORD, OBSERVATIONS = "html", "txt", "docx", "observations"
NAMES = (PAGE, TEXT, WORD, OBSERVATIONS, *(each.name for each in FORMATS))
LABELS: Mapping[str, str] = MappingProxyType(
    {
        PAGE: "Scorecard, as a page", WORD: "Scorecard and transcript (Word)",
        TEXT: "Scorecard and transcript, as text",
        OBSERVATIONS: "Moments for an observation form (Word)",
        "csv": "Transcript, as a table (CSV)",
        "vtt": "Subtitles (WebVTT)", "srt": "Subtitles (SRT)",
        "json": "Conversation (JSON)", "jsonl": "Lines (JSONL)", "rttm": "Who spoke when (RTTM)",
        "textgrid": "Praat (TextGrid)", "eaf": "ELAN (EAF)", "chat": "CLAN (CHAT)",
        "seglst": "Segments (SegLST)", "convokit": "ConvoKit corpus",
    }
)  # fmt: skip
"""What a reader is told of each, the most useful first."""
FOR_READERS = (PAGE, WORD, TEXT, OBSERVATIONS, "csv", "vtt", "srt")
"""What one reads or opens without a tool for research."""
MOST_EMBEDDED = 100 * 1024**2
"""Bytes of sound in a page; browsers play no `data:` address of any length."""
_SOUND_HERE = "the-sound-comes-here"
_BY_WORD = frozenset({WORD, OBSERVATIONS})

MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".html": "text/html", ".json": "application/json", ".vtt": "text/vtt",
        ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".csv": "text/csv", ".eaf": "application/xml", ".zip": "application/zip",
    }
)  # fmt: skip
OTHER = "text/plain"


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A written file."""

    content: bytes = field(repr=False)
    suffix: str

    @property
    def media_type(self) -> str:
        """The media type of the file."""
        return MEDIA_TYPES.get("." + self.suffix.rpartition(".")[2], OTHER)


def list_formats() -> Mapping[str, str]:
    """List the formats that can be written here, each with a description for readers."""
    has_word = find_spec("docx") is not None
    return {name: label for name, label in LABELS.items() if has_word or name not in _BY_WORD}


def write(name: str, conv: Conversation, card: Scorecard) -> WrittenFile:
    """Write a session in a format; a format that is a folder becomes a ZIP archive.

    Parameters
    ----------
    name : of the format, a key of `LABELS`.
    conv, card : of the session, corrected.

    Raises
    ------
    InputError : if there is no such format.
    MissingDependency : if it is one of Word's and python-docx is not installed.
    """
    if name in _DOCUMENTS:
        return _DOCUMENTS[name](card, conv)
    chosen = find_format(name)
    with scratch_folder() as folder:
        path = folder / f"session{chosen.suffix}"
        chosen.write(conv, path)
        if path.is_dir():
            return WrittenFile(_zip_folder(path), f"{chosen.suffix}.zip")
        return WrittenFile(path.read_bytes(), chosen.suffix)


def _page(card: Scorecard, conv: Conversation) -> WrittenFile:
    return WrittenFile(html.render(card, conv).encode(), ".html")


def page_with_sound(
    card: Scorecard, conv: Conversation, media_type: str, sound: Iterable[bytes]
) -> Iterator[bytes]:
    """Write the page with the sound in it, piece by piece: never all of it is in memory.

    Parameters
    ----------
    media_type : of the sound, as a browser plays it.
    sound : its bytes, in pieces of any length.
    """
    page = html.render(card, conv, audio_src=f"data:{media_type};base64,{_SOUND_HERE}")
    before, after = page.split(_SOUND_HERE)
    yield before.encode()
    rest = b""
    for piece in sound:
        known = rest + piece
        whole = len(known) - len(known) % 3  # three bytes are four characters
        yield b64encode(known[:whole])
        rest = known[whole:]
    yield b64encode(rest)
    yield after.encode()


def _text(card: Scorecard, conv: Conversation) -> WrittenFile:
    return WrittenFile(render_text(outline(Page(card, conv))).encode(), ".txt")


def _word(card: Scorecard, conv: Conversation) -> WrittenFile:
    return WrittenFile(render_word(outline(Page(card, conv))), ".docx")


def _observations(card: Scorecard, conv: Conversation) -> WrittenFile:
    return WrittenFile(render_word(observations.blocks(Page(card, conv))), ".observations.docx")


_DOCUMENTS: Mapping[str, Callable[[Scorecard, Conversation], WrittenFile]] = MappingProxyType(
    {PAGE: _page, TEXT: _text, WORD: _word, OBSERVATIONS: _observations}
)


def _zip_folder(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder.parent))
    return buffer.getvalue()


def read_scorecard(db: sa.Connection, session_id: str) -> Scorecard:
    """Read the scorecard as stored.

    Raises
    ------
    Problem : if there is none yet.
    """
    return load(Scorecard, scorecard(db, session_id))
