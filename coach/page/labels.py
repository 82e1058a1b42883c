"""The acts of a sentence as labels, which a reader sees, filters by and corrects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from coach.conversation import Acts
from coach.scorecard import Scorecard

Group = Literal["question", "listening", "feeling", "overlap"]
"""What a label can be changed to; each group has its own choices."""

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "why": "why", "feeling_probe": "feelings", "view_probe": "views", "possibility": "what if",
        "follow_up": "follow-up", "alternative": "either-or", "tag": "isn't it?",
        "leading": "leading", "rhetorical": "rhetorical", "fact": "fact",
        "logistics": "about the meeting",
    }
)  # fmt: skip
UNCOUNTED = frozenset({"logistics", "rhetorical"})
"""Kinds of questions that no share counts."""

_ACTS = {
    "open_question": ("open", "open question"),
    "closed_question": ("closed", "closed question"),
}
_LISTENING = {
    "reflection_simple": ("reflection", "reflection"),
    "reflection_complex": ("reflection", "reflection, adds meaning"),
    "summary": ("reflection", "summary"),
    "affirmation": ("affirmation", "affirmation"),
    "repair": ("affirmation", "repair"),
    "minimising": ("passed", "plays down"),
    "advice_with_permission": ("advice", "advice, asked for"),
    "advice_without_permission": ("advice", "advice, not asked for"),
}
_FEELINGS = {
    "feeling": ("feeling", "feeling, picked up", "picked_up"),
    "feeling_passed": ("passed", "feeling, not picked up", "passed"),
}
_SURE, _FAIRLY = 0.9, 0.7


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a sentence.

    Parameters
    ----------
    group : what it belongs to.
    css : its class in the stylesheet, also the key of the filter.
    text : for the reader.
    value : the current choice of its group.
    more : details, in the reader's words.
    """

    group: Group
    css: str
    text: str
    value: str
    more: tuple[str, ...] = ()


def certainty(probability: float | None) -> str:
    """Say how sure the annotator is; "" if it does not tell.

    Examples
    --------
    >>> certainty(0.97), certainty(0.55), certainty(None)
    ('sure', 'unsure', '')
    """
    if probability is None:
        return ""
    return "sure" if probability >= _SURE else "fairly sure" if probability >= _FAIRLY else "unsure"


def is_counted(acts: Acts) -> bool:
    """Whether the shares of questions count a question."""
    return not UNCOUNTED & {*acts.kinds}


def labels_of(acts: Acts, listening: Iterable[str]) -> Iterable[Label]:
    """The labels of a sentence: the kind of question, and those of its listening acts to name.

    Parameters
    ----------
    acts : of the sentence.
    listening : its listening acts to name.
    """
    if acts.act in _ACTS:
        css, text = _ACTS[acts.act]
        counted = () if is_counted(acts) else ("not counted",)
        more = (*(KINDS[kind] for kind in acts.kinds), *counted)
        sure = certainty(acts.probability)
        yield Label("question", css, text, acts.act, (*more, sure) if sure == "unsure" else more)
    for act in listening:
        if act in _LISTENING:
            css, text = _LISTENING[act]
            yield Label("listening", css, text, act)


def feelings(card: Scorecard) -> dict[tuple[str, float], Label]:
    """The named feelings, by speaker and start of the sentence."""
    return {
        (moment.speaker, moment.span.start): Label(
            "feeling", *_FEELINGS[moment.kind], (f"“{moment.note}”",)
        )
        for moment in card.moments
        if moment.kind in _FEELINGS
    }
