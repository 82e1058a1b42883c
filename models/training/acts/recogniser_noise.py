"""The changes that a recogniser makes to text, so that the classifier learns from them."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import numpy as np

from acts.examples import Example, Vector
from coach_models.annotation.calibration import REFLECTIONS
from coach_models.annotation.encoding import ACTS, KINDS, strip_marks

_FILLED = re.compile(r"\b(?:um+|uh+|er+|mm|you know|I mean|like|sort of|kind of)\b,? ?", re.I)
_OPENERS = ("So", "Okay", "And", "Yeah", "Um", "Right", "Well", "But", "Okay so", "Mm", "Alright")

BARE, UNMARKED, FILLERS, OPENED = 0.5, 0.12, 0.3, 0.08
# A reflection stays one with a question mark: it is `checking` then. Coders see few of them.
RAISED = 0.2
# Where the marks are lost, ends are found late, early or not at all; with them, rarely.
JOINED = {True: 0.2, False: 0.05}
LATE = 0.1
_LATE_WORDS = 3
_OTHER, _CHECKING = ACTS.index("other"), KINDS.index("checking")
# Meetings have several partners, so that the last words before are often no context at all.
LONELY = {"mentoring": 0.1, "spontaneous": 0.1, "meetings": 0.5, "classrooms": 0.7}


def recognise(example: Example, draw: random.Random) -> Example:
    """One of the ways in which the sentence might come out of a recogniser.

    Parameters
    ----------
    example : as it was written.
    draw : chooses the change.
    """
    if draw.random() < RAISED:
        example = find_raised(example)
    unpunctuated = draw.random() < BARE
    if example.previous is not None:
        if draw.random() < JOINED[unpunctuated]:
            example = join(example.previous, example)
        elif unpunctuated and draw.random() < LATE:
            tail = example.previous.text.split()[-draw.randint(1, _LATE_WORDS) :]
            example = replace(example, text=" ".join((*tail, example.text)))
    text = example.text
    around = (example.before, example.earlier, example.later)
    if draw.random() < FILLERS:
        text = _FILLED.sub("", text).strip() or text
    if draw.random() < OPENED:
        text = f"{draw.choice(_OPENERS)}{draw.choice((',', '', '.'))} {text}"
    if draw.random() < LONELY[example.source]:
        around = ("", "", "")
    if unpunctuated:
        text, around = strip_marks(text) or text, tuple(strip_marks(each) for each in around)
    elif draw.random() < UNMARKED:
        text = remove_marks(text, draw)
    before, earlier, later = around
    return replace(example, text=text, before=before, earlier=earlier, later=later)


def find_raised(example: Example) -> Example:
    """A reflection with its full stop turned into a question mark; anything else as it is."""
    reflects = example.act == _OTHER and example.listening[REFLECTIONS].any()
    if not reflects or not example.text.endswith("."):
        return example
    kinds = example.kinds.copy()
    kinds[_CHECKING] = 1
    return replace(example, text=example.text[:-1] + "?", kinds=kinds)


def join(first: Example, second: Example) -> Example:
    """Join two sentences into one, with the acts of both; open goes before closed."""
    return replace(
        second,
        text=f"{first.text} {second.text}",
        before=first.before,
        earlier=first.earlier,
        act=min(first.act, second.act),  # in the order of ACTS
        kinds=_merge_labels(first.kinds, second.kinds),
        listening=_merge_labels(first.listening, second.listening),
    )


def _merge_labels(first: Vector, second: Vector) -> Vector:
    """1 where one has the label; unknown where it is not there but unknown in one."""
    both = first + second
    return np.where((first == 1) | (second == 1), np.float32(1), both)


def remove_marks(text: str, draw: random.Random) -> str:
    """Remove or change the final mark, and perhaps the capitals.

    Parameters
    ----------
    text : as it was written.
    draw : chooses the change.
    """
    body = text.rstrip(".?! ")
    text = body + draw.choice(("", ".", ","))
    return text.lower() if draw.random() < 0.5 else text
