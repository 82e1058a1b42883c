"""Uptake: whether a reply picks up what the other has just said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coach.conversation import Sentence
from coach.lexicon import content
from coach.measurement import Measurement
from coach.measures.gates import english_missing, sentences_missing
from coach.measures.parts import rate, withhold_if
from coach.measures.sentences import group_by_turn
from coach.turns import Floor


def uptake(floor: Floor) -> tuple[Measurement, ...]:
    """Share of replies whose first sentence with content repeats a content word of the other's.

    Replies and turns without content words ("Okay.") say nothing about uptake and do not count.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> told = floor(talk("B 0-3 My manager cancelled it.", "A 3.5-6 Okay, your manager did that."))
    >>> uptake(told)[1].value
    1.0
    """
    return tuple(_uptake(floor, who) for who in floor.speakers)


def _uptake(floor: Floor, who: str) -> Measurement:
    reason = sentences_missing(floor, who)
    for other in _addressees(floor, who):
        reason = reason or english_missing(floor, other)
    replies = list(_replies(floor, who))
    taken = [sentence.span for sentence, picked_up in replies if picked_up]
    parts = (len(taken), len(replies))
    return withhold_if(reason, rate("uptake", who, parts, count=len(replies), evidence=taken))


def _addressees(floor: Floor, who: str) -> list[str]:
    """Return those to whom `who` replies; all others, if nobody."""
    answered = {each.before.speaker for each in floor.transitions if each.after.speaker == who}
    others = [other for other in floor.speakers if other != who]
    return [other for other in others if other in answered] or others


def _replies(floor: Floor, who: str) -> Iterator[tuple[Sentence, bool]]:
    """The first sentence with content of each reply, and whether it picks anything up."""
    said = {each: group_by_turn(floor, each) for each in floor.speakers}
    for passing in floor.transitions:
        if passing.after.speaker == who:
            told = _contents(said[passing.before.speaker].get(passing.before.span, ()))
            replies = ((s, _contents([s])) for s in said[who].get(passing.after.span, ()))
            reply = next(((s, words) for s, words in replies if words), None)
            if told and reply is not None:
                yield reply[0], bool(told & reply[1])


def _contents(sentences: Sequence[Sentence]) -> frozenset[str]:
    words = (content(word) for sentence in sentences for word in sentence.text.split())
    return frozenset(word for word in words if word is not None)
