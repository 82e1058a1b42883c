"""Reading any transcript or annotation."""

from __future__ import annotations

from pathlib import Path

from coach.conversation import Conversation
from coach.interchange import read
from coach.interchange.recognition import recognise


def read_transcript(path: Path, *, recordings: tuple[str, ...] = ()) -> Conversation:
    """Read a conversation from any of the formats.

    `Conversation.provenance.source` says how far to trust the times: in a ``transcript`` they are
    those of lines, so nothing should be read from its overlaps; by ``hand`` they are of speech.

    Parameters
    ----------
    recordings : names by which to choose one from a file of several, the best first.

    Raises
    ------
    InputError : if the file cannot be read; the message names the file and the place in it.
    """
    return read(path, recognise(path), recordings=recordings)
