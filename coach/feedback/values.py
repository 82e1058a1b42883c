"""The values of the feedback: findings, quotes and suggestions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from coach.intervals import Span

Skill = Literal["communication", "listening", "empathy"]


@dataclass(frozen=True, slots=True)
class Quote:
    """What was said at a moment; `note` says why it is quoted. `text` is "" without words."""

    span: Span
    speaker: str
    text: str = field(repr=False)
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to say instead of, or after, what was said."""

    lead: str = field(repr=False)
    text: str = field(repr=False)
    said: Quote | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One strength, or the one thing to try.

    Parameters
    ----------
    topic : key of the topic, as in `coach.feedback.topics`.
    skill : the skill of a mentor that it belongs to.
    title, figures : what was found, in a few words and in numbers.
    why : why it matters.
    sure : how far the figures can be trusted.
    norm : where the range comes from that it was held against.
    quotes : two or three moments that show it.
    suggestion : words to try; None for a strength.
    """

    topic: str
    skill: Skill
    title: str = field(repr=False)
    figures: str = field(repr=False)
    why: str
    sure: str
    norm: str
    quotes: tuple[Quote, ...] = ()
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """At most two strengths, then one thing to try; never a grade.

    `stretch` is True when nothing calls for a change and the thing to try is a next step. `notes`
    say what the feedback rests on and what cannot be said.
    """

    strengths: tuple[Finding, ...] = ()
    attempt: Finding | None = None
    stretch: bool = False
    notes: tuple[str, ...] = field(default=(), repr=False)
