"""Rephrase a closed question as an open one.

An annotator that parses sentences gives open forms of its own; the patterns here are for sentences
without one. A plain question is better than a broken one: a pattern is used only if it surely fits,
and a question that no pattern fits gets a general opener.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from coach.feedback.patterns import PATTERNS
from coach.measures.forms import bare_question, is_run_on

GENERAL = "What can you tell me about that?"

_LONGEST = 14
_CHAINED = re.compile(r"[,;:.?!…\u2013\u2014]|--| - ")
_OFFER = re.compile(
    r"^(?:(?:can|could|may|shall|should|will|might) (?:i|we)|mind if|do you mind|would you mind|"
    r"let me|(?:do|would) you (?:want|like) me|can you hear|can you see|"
    r"is (?:it|that|this) (?:all right|alright|okay|ok|fine)|"
    r"(?:are|were|will|would) you (?:be )?(?:interested|open|willing)|"
    r"(?:do|would) you (?:like|want) to (?:hear|know|see)|"
    r"does (?:it|that|this) (?:sound|make sense|seem)|do you have (?:any )?questions?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rephrasing:
    """An open way to ask; `close` when it keeps the subject of the original."""

    text: str
    close: bool


def rephrase(question: str, open_form: str = "") -> Rephrasing:
    """Ask an open question in place of a closed one.

    Parameters
    ----------
    question : an English question as it was recognised, with or without punctuation.
    open_form : of the annotator, which reads grammar and comes first; "" where it has none.

    Returns
    -------
    A rephrasing; ``close`` is False when only the general opener is safe.

    Examples
    --------
    >>> rephrase("Did you talk to her?").text
    'What happened when you talked to her?'
    >>> rephrase("And was that hard for you").text
    'What was that like for you?'
    >>> rephrase("Was it the team, or the deadline, or neither?").text
    'What can you tell me about that?'
    """
    if open_form:
        return Rephrasing(open_form, True)
    said = bare_question(question)
    is_plain = len(said.split()) <= _LONGEST and not _CHAINED.search(said)
    if said and is_plain and not is_run_on(question):
        for pattern, build in PATTERNS:
            match = pattern.match(said)
            text = build(match) if match else None
            if text is not None:
                return Rephrasing(_end_with_mark(text), True)
    return Rephrasing(GENERAL, False)


def is_openable(question: str) -> bool:
    """Whether it makes sense to ask this more openly: no offer, no scrap of a sentence.

    Examples
    --------
    >>> is_openable("Did you tell him?"), is_openable("Can I offer a thought?")
    (True, False)
    """
    said = bare_question(question)
    return len(said.split()) > 2 and not _OFFER.match(said)


def _end_with_mark(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    return text[0].upper() + text[1:] + "?"
