"""The files that a reader gets for one recording."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coach.analysis.stages import write_atomically
from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange import rttm, vtt
from coach.interchange.json import dump
from coach.page import html
from coach.scorecard import Scorecard

PAGE = "scorecard.html"
_SOUND = re.compile(
    r'<audio controls preload="metadata"(?: data-recording="([0-9a-f]+)")? src="(data:[^"]+)"'
)


def kept_sound(page: Path, sha256: str) -> str | None:
    """The sound of a recording, out of a scorecard's page that has it; None when it has not."""
    if not page.is_file():
        return None
    found = _SOUND.search(page.read_text(encoding="utf-8"))
    return found[2] if found and found[1] in (None, sha256) else None


def write_results(
    conv: Conversation, card: Scorecard, folder: Path, *, audio_src: str | None = None
) -> Path:
    """Write the conversation, the scorecard and their interchange forms into `folder`.

    Returns
    -------
    The path of ``scorecard.html``.

    Raises
    ------
    InputError : if the folder cannot be written.
    """
    page = folder / PAGE
    with writing(folder):
        _remove_stages(folder)
        write_atomically(folder / "conversation.json", dump(conv))
        write_atomically(folder / "scorecard.json", dump(card))
        write_atomically(folder / "speech.rttm", rttm.write(conv))
        write_atomically(folder / "transcript.vtt", vtt.write(conv))
        write_atomically(page, html.render(card, conv, audio_src=audio_src))
    return page


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
