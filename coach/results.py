"""The files that a reader gets for one recording."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coach.analysis.stages import write_atomically
from coach.analysis.work import Encoded
from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange import rttm, vtt
from coach.interchange.json import dump, load
from coach.page import html
from coach.scorecard import Scorecard

STAGES = ".stages"
"""Folder, beside the results, that keeps what the stages found."""


def kept_sound(stages: Path, sha256: str) -> str | None:
    """The sound that an earlier analysis was asked to put into the page, if it did."""
    for path in sorted(stages.glob("encode-*.json")):
        kept = load(Encoded, path.read_text(encoding="utf-8"))
        if kept.sha256 == sha256:
            return kept.src
    return None


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
    page = folder / "scorecard.html"
    with writing(folder):
        write_atomically(folder / "conversation.json", dump(conv))
        write_atomically(folder / "scorecard.json", dump(card))
        write_atomically(folder / "speech.rttm", rttm.write(conv))
        write_atomically(folder / "transcript.vtt", vtt.write(conv))
        write_atomically(page, html.render(card, conv, audio_src=audio_src))
    return page


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
