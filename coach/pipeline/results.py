"""The files that a reader gets for one recording."""

from __future__ import annotations

from pathlib import Path

from coach.conversation import Conversation
from coach.formats import html, rttm, vtt
from coach.formats.json import dump, load
from coach.pipeline.stages import write_atomically
from coach.pipeline.work import Encoded
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
    """
    page = folder / "scorecard.html"
    write_atomically(folder / "conversation.json", dump(conv))
    write_atomically(folder / "scorecard.json", dump(card))
    write_atomically(folder / "speech.rttm", rttm.write(conv))
    write_atomically(folder / "transcript.vtt", vtt.write(conv))
    write_atomically(page, html.render(card, conv, audio_src=audio_src))
    return page
