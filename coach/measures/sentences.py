"""Sentences by turn, for the measures of questions and listening."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict

from coach.conversation import Sentence
from coach.intervals import Span
from coach.turns import Floor


def asks(sentence: Sentence) -> bool:
    """Whether it is a question that counts: not about logistics, and not rhetorical."""
    return sentence.acts.act != "other" and not {"logistics", "rhetorical"} & {*sentence.acts.kinds}


def group_by_turn(floor: Floor, speaker: str) -> dict[Span, list[Sentence]]:
    """Give each turn of a speaker, by its span, its sentences.

    Words and speech are timed by different models, so a sentence belongs to the last turn that
    began before its middle; one before the first turn is left out.

    Parameters
    ----------
    floor : of the conversation.
    speaker : id of the speaker.
    """
    return floor.compute_once(_group_by_turn, speaker)


def _group_by_turn(floor: Floor, speaker: str) -> dict[Span, list[Sentence]]:
    turns = floor.turns_of(speaker)
    starts = [turn.span.start for turn in turns]
    said: dict[Span, list[Sentence]] = defaultdict(list)
    for sentence in floor.voices[speaker].sentences:
        at = bisect_right(starts, sentence.span.middle) - 1
        if at >= 0:
            said[turns[at].span].append(sentence)
    return dict(said)
