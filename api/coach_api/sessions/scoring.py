"""From the conversation as heard to the scorecard as shown: names, corrections, then measuring.

The conversation as heard is stored once and never changed; this takes milliseconds and no models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from coach.conversation import Conversation
from coach.corrections import Change, Rename, SetMentor, corrected
from coach.scorecard import Scorecard, score

UNTITLED = "Your session"


def untitled(created: datetime) -> str:
    """What a session without a title is called everywhere.

    Examples
    --------
    >>> untitled(datetime(2026, 11, 27, 9, 5))
    'Session of 27 November 2026, 9:05'
    """
    return f"Session of {created:%-d %B %Y, %-H:%M}"


@dataclass(frozen=True, slots=True)
class Given:
    """What was said about a recording when it was uploaded, "" for what was not."""

    title: str = field(default="", repr=False)
    mentor: str = field(default="", repr=False)
    partner: str = field(default="", repr=False)


def as_shown(conv: Conversation, changes: Sequence[Change], given: Given) -> Conversation:
    """The conversation with title and names as given, then a reader's corrections.

    Parameters
    ----------
    conv : as heard.
    changes : corrections that are in force, in order.
    given : title and names.

    Raises
    ------
    InputError : if a change does not fit the conversation.

    Examples
    --------
    >>> from coach.talk import talk
    >>> shown = as_shown(talk("A 0-3", "B 3-4"), [], Given("First talk", "Ada"))
    >>> shown.recording.id, [speaker.name for speaker in shown.speakers]
    ('First talk', ['Ada', None])

    The names were given by role, so they follow it when a reader says who the mentor is:

    >>> shown = as_shown(talk("A 0-3", "B 3-4"), [SetMentor("B")], Given("", "Ada", "Bo"))
    >>> [(speaker.name, speaker.role) for speaker in shown.speakers]
    [('Bo', 'mentee'), ('Ada', 'mentor')]
    """
    titled = replace(conv, recording=replace(conv.recording, id=given.title or UNTITLED))
    return corrected(corrected(titled, _names(conv, changes, given)), changes)


def scored(conv: Conversation, changes: Sequence[Change], given: Given) -> Scorecard:
    """The scorecard of `as_shown`, with the rules that the conversation was analysed with."""
    return score(as_shown(conv, changes, given), corrected=bool(changes))


def _names(conv: Conversation, changes: Sequence[Change], given: Given) -> list[Rename]:
    told = [change.speaker for change in changes if isinstance(change, SetMentor)]
    ids = [speaker.id for speaker in conv.speakers]
    mentor = told[-1] if told else conv.mentor and conv.mentor.id
    if mentor not in ids:
        return []
    others = [speaker for speaker in ids if speaker != mentor]
    named = [Rename(mentor, given.mentor)] if given.mentor else []
    if given.partner and len(others) == 1:
        named.append(Rename(others[0], given.partner))
    return named
