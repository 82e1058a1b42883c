"""The files that a reader gets for one recording."""

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
"""Names the scorecard's page among the formats."""

PAGE_FILE = "scorecard.html"

FOR_READERS = {"speech.rttm": "rttm", "transcript.vtt": "vtt", PAGE_FILE: PAGE}
"""Files of a recording beside the two documents, and the format of each."""


def kept_sound(page: Path, sha256: str) -> str | None:
    """The sound of a recording, out of a scorecard's page that has it; None when it has not."""
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
    folder : made if it is not there.
    audio_src : sound to put into the page, mostly a ``data:`` URI.

    Returns
    -------
    The path of ``scorecard.html``.

    Raises
    ------
    InputError : if the folder cannot be written.
    """
    folder = Path(folder)
    with writing(folder):
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

    Whoever scores the written conversation comes to the written scorecard: it keeps the rules that
    the scorecard was computed with.

    Parameters
    ----------
    formats : by the name of a file its format, one of `coach.interchange.FORMATS` or ``html``.

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
    """Remove what earlier versions left beside the results: voice prints, and sound."""
    stages = folder / ".stages"
    if stages.exists():
        shutil.rmtree(stages)


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Say it when the user's own file or folder cannot be written."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"Cannot write {place}: {error.strerror}. Expected a folder of yours with room on its "
            "disk: choose another with -o."
        ) from error
