"""From the conversation as heard to the scorecard as shown: names, corrections, then measuring.

The conversation as heard is stored once and never changed; this takes milliseconds and no models.
"""

from __future__ import annotations

from collections.abc import Sequence

from coach.conversation import Conversation
from coach.corrections import Change, Rename, corrected
from coach.rules import Rules
from coach.scorecard import Scorecard, score


def as_shown(
    conv: Conversation, changes: Sequence[Change] = (), *, mentor: str = "", partner: str = ""
) -> Conversation:
    """The conversation with the names given at upload, then a reader's corrections.

    Parameters
    ----------
    conv : as heard.
    changes : corrections that are in force, in order.
    mentor, partner : the names given at upload, "" when none were.

    Raises
    ------
    InputError : if a change does not fit the conversation.
    """
    return corrected(corrected(conv, _names(conv, mentor, partner)), changes)


def scored(
    conv: Conversation, changes: Sequence[Change] = (), *, mentor: str = "", partner: str = ""
) -> Scorecard:
    """The scorecard of `as_shown`, measured with the rules that the conversation was heard with."""
    shown = as_shown(conv, changes, mentor=mentor, partner=partner)
    rules = Rules(**conv.provenance.config.get("rules", {}))
    return score(shown, rules=rules, corrected=bool(changes))


def _names(conv: Conversation, mentor: str, partner: str) -> list[Rename]:
    if conv.mentor is None:
        return []
    others = [speaker.id for speaker in conv.speakers if speaker.id != conv.mentor.id]
    named = [Rename(conv.mentor.id, mentor)] if mentor else []
    return named + ([Rename(others[0], partner)] if partner and len(others) == 1 else [])
