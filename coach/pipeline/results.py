"""The files that a reader gets for one recording."""

from __future__ import annotations

from pathlib import Path

from coach.conversation import Conversation
from coach.formats import html, rttm, vtt
from coach.formats.json import dump
from coach.pipeline.stages import write_atomically
from coach.scorecard import Scorecard


def write_results(
    conv: Conversation, card: Scorecard, folder: Path, *, audio_src: str | None = None
) -> Path:
    """Write the conversation, the scorecard and their interchange forms into `folder`.

    Returns
    -------
    The path of ``scorecard.html``.
    """
    page = folder / "scorecard.html"
    write_atomically(folder / "conversation.json", dump(conv))
    write_atomically(folder / "scorecard.json", dump(card))
    write_atomically(folder / "speech.rttm", rttm.write(conv))
    write_atomically(folder / "transcript.vtt", vtt.write(conv))
    write_atomically(page, html.render(card, conv, audio_src=audio_src))
    return page
