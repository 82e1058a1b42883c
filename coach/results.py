"""The result files of one recording."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from coach.analysis.stages import write_atomically
from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange import find_format
from coach.interchange.json import dump
from coach.page import html
from coach.scorecard import Scorecard

_SOUND = re.compile(
    r'<audio controls preload="metadata"(?: data-recording="([0-9a-f]+)")? src="(data:[^"]+)"'
)

PAGE = "html"
"""The name of the scorecard's page among the formats."""

PAGE_FILE = "scorecard.html"

FOR_READERS = {"speech.rttm": "rttm", "transcript.vtt": "vtt", PAGE_FILE: PAGE}
"""Files beside the two documents, with the format of each."""


def find_sound(page: Path, sha256: str) -> str | None:
    """Find the sound of a recording inside its page; None if the page has no sound.

    Parameters
    ----------
    page : a ``scorecard.html``.
    sha256 : of the recording; a page of another recording does not count.
    """
    if not page.is_file():
        return None
    found = _SOUND.search(page.read_text(encoding="utf-8"))
    return found[2] if found and found[1] in (None, sha256) else None


def write_results(
    conv: Conversation, card: Scorecard, folder: Path | str, *, audio_src: str | None = None
) -> Path:
    """Write the conversation, the scorecard and their interchange forms into `folder`.

    Parameters
    ----------
    conv, card : a conversation and its scorecard.
    folder : created if it does not exist.
    audio_src : sound to embed in the page, usually a ``data:`` URI.

    Returns
    -------
    The path of ``scorecard.html``.

    Raises
    ------
    InputError : if the folder cannot be written.
    """
    folder = Path(folder)
    with name_write_errors(folder):
        _remove_stages(folder)
        write_files(conv, card, folder, FOR_READERS, audio_src=audio_src)
    return folder / PAGE_FILE


def write_files(
    conv: Conversation,
    card: Scorecard,
    folder: Path,
    formats: Mapping[str, str],
    *,
    audio_src: str | None = None,
) -> None:
    """Write ``conversation.json``, ``scorecard.json`` and the files named by `formats`.

    The written conversation keeps the rules of the scorecard, so scoring it again gives the same
    scorecard.

    Parameters
    ----------
    formats : the format of each file name, one of `coach.interchange.FORMATS` or ``html``.

    Raises
    ------
    OSError : if a file cannot be written.
    """
    conv = replace(conv, provenance=card.provenance)
    write_atomically(folder / "conversation.json", dump(conv))
    write_atomically(folder / "scorecard.json", dump(card))
    for name, form in formats.items():
        if form == PAGE:
            write_atomically(folder / name, html.render(card, conv, audio_src=audio_src))
        else:
            find_format(form).write(conv, folder / name)


def _remove_stages(folder: Path) -> None:
    """Remove the voice prints and sound that earlier versions left beside the results."""
    stages = folder / ".stages"
    if stages.exists():
        shutil.rmtree(stages)


@contextmanager
def name_write_errors(place: Path) -> Iterator[None]:
    """Raise an InputError if the user's file or folder cannot be written."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"Cannot write {place}: {error.strerror}. Expected a writable folder with room on "
            "its disk: choose another with -o."
        ) from error
