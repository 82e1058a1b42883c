"""From the conversation as heard to the scorecard as shown: names, corrections, then measuring.

The conversation as heard is stored once and never changed; this takes milliseconds and no models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from coach.conversation import Conversation
from coach.corrections import Change, Rename, corrected
from coach.rules import Rules
from coach.scorecard import Scorecard, score

UNTITLED = "Your session"


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
    """
    titled = replace(conv, recording=replace(conv.recording, id=given.title or UNTITLED))
    return corrected(corrected(titled, _names(conv, given)), changes)


def scored(conv: Conversation, changes: Sequence[Change], given: Given) -> Scorecard:
    """The scorecard of `as_shown`, measured with the rules that the conversation was heard with."""
    rules = Rules(**conv.provenance.config.get("rules", {}))
    return score(as_shown(conv, changes, given), rules=rules, corrected=bool(changes))


def _names(conv: Conversation, given: Given) -> list[Rename]:
    if conv.mentor is None:
        return []
    others = [speaker.id for speaker in conv.speakers if speaker.id != conv.mentor.id]
    named = [Rename(conv.mentor.id, given.mentor)] if given.mentor else []
    if given.partner and len(others) == 1:
        named.append(Rename(others[0], given.partner))
    return named
