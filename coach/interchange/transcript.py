"""Read any transcript or annotation."""

from __future__ import annotations

from pathlib import Path

from coach.conversation import Conversation
from coach.interchange import read
from coach.interchange.format_detection import detect_format


def read_transcript(path: Path, *, recordings: tuple[str, ...] = ()) -> Conversation:
    """Read a conversation from a file in any of the formats.

    `Conversation.provenance.source` says how far to trust the times: in a ``transcript`` they are
    times of lines, so its overlaps mean nothing; by ``hand`` they are times of speech.

    Parameters
    ----------
    recordings : names that choose one recording from a file of several, the best first.

    Raises
    ------
    InputError : if the file cannot be read; the message names the file and the place in it.
    """
    return read(path, detect_format(path), recordings=recordings)
