"""What a recogniser does to text, so that the classifier learns to live with it."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from acts.examples import Example
from coach_models.annotation.encoding import ACTS, bare

_FILLED = re.compile(r"\b(?:um+|uh+|er+|mm|you know|I mean|like|sort of|kind of)\b,? ?", re.I)
_OPENERS = ("So", "Okay", "And", "Yeah", "Um", "Right", "Well", "But", "Okay so", "Mm", "Alright")
_OTHER = ACTS.index("other")

BARE, UNMARKED, FILLERS, OPENED, JOINED = 0.5, 0.15, 0.3, 0.08, 0.12
# Meetings have several partners, so that the last words before are often no context at all.
LONELY = {"mentoring": 0.15, "meetings": 0.7, "classrooms": 0.7}


def heard(example: Example, draw: random.Random) -> Example:
    """One of the ways in which the sentence might come out of a recogniser."""
    text, before = example.text, example.before
    if draw.random() < FILLERS:
        text = _FILLED.sub("", text).strip() or text
    if draw.random() < OPENED:
        text = f"{draw.choice(_OPENERS)}{draw.choice((',', '', '.'))} {text}"
    if example.previous and example.act != _OTHER and draw.random() < JOINED:
        text = f"{example.previous} {text}"
    if draw.random() < LONELY[example.source]:
        before = ""
    chance = draw.random()
    if chance < BARE:
        text, before = bare(text) or text, bare(before)
    elif chance < BARE + UNMARKED:
        text = unmarked(text, draw)
    return replace(example, text=text, before=before)


def unmarked(text: str, draw: random.Random) -> str:
    """With its final mark lost or mistaken, and perhaps its capitals."""
    body = text.rstrip(".?! ")
    text = body + draw.choice(("", ".", ","))
    return text.lower() if draw.random() < 0.5 else text
