"""A session in the formats of other software."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, get_args

import sqlalchemy as sa

from coach.conversation import Conversation
from coach.formats import chat, csv, eaf, html, jsonl, rttm, seglst, srt, textgrid, vtt
from coach.formats.json import dump, load
from coach.scorecard import Scorecard
from coach_api.corrections import not_ready
from coach_api.tables import results

FormatName = Literal[
    "html", "json", "vtt", "srt", "rttm", "csv", "jsonl", "seglst", "textgrid", "eaf", "chat",
]  # fmt: skip
FORMATS: tuple[FormatName, ...] = get_args(FormatName)


@dataclass(frozen=True, slots=True)
class Export:
    """A written file."""

    text: str = field(repr=False)
    suffix: str
    media_type: str


_OF_CONVERSATION: dict[FormatName, tuple[Callable[[Conversation], str], str, str]] = {
    "vtt": (vtt.write, ".vtt", "text/vtt"),
    "srt": (srt.write, ".srt", "application/x-subrip"),
    "rttm": (rttm.write, ".rttm", "text/plain"),
    "csv": (csv.write, ".csv", "text/csv"),
    "jsonl": (jsonl.write, ".jsonl", "application/jsonl"),
    "seglst": (seglst.write, ".seglst.json", "application/json"),
    "textgrid": (textgrid.write, ".TextGrid", "text/plain"),
    "eaf": (eaf.write, ".eaf", "application/xml"),
    "chat": (chat.write, ".cha", "text/plain"),
    "json": (dump, ".json", "application/json"),
}


MEDIA_TYPES = tuple(dict.fromkeys(("text/html", *(each[2] for each in _OF_CONVERSATION.values()))))


def write(name: FormatName, conv: Conversation, card: Scorecard) -> Export:
    """Write a session in a format."""
    if name == "html":
        return Export(html.render(card, conv), ".html", "text/html")
    writer, suffix, media_type = _OF_CONVERSATION[name]
    return Export(writer(conv), suffix, media_type)


def stored_card(db: sa.Connection, session_id: str) -> Scorecard:
    """The scorecard as stored.

    Raises
    ------
    Problem : if there is none yet.
    """
    wanted = sa.select(results.c.scorecard).where(results.c.session_id == session_id)
    text = db.execute(wanted).scalar_one_or_none()
    if text is None:
        raise not_ready()
    return load(Scorecard, text)
