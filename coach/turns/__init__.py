"""From speech to turns: who holds the floor, who listens, where two people speak at once.

`floor` reads everything from the overlap-preserving speech of a conversation. Words and sentence
acts, where there are any, only refine what a stretch of speech was (a continuer, an answer, the end
of a clause); no time is ever read from them. The terms are those of `docs/glossary.md`.

::

    ipus             speech → inter-pausal units, ghost labels
    word_lookup      the words around a moment
    competition      two people speak over each other, until one is left
    floor_tracking   who has the floor, unit by unit
    overlaps         the one class of every overlap
    rulings          a reader's own judgement of an overlap
"""

from __future__ import annotations

from itertools import pairwise

from coach.conversation import Conversation, OverlapKind
from coach.rules import Rules
from coach.turns.competition import Hearing, following
from coach.turns.floor_tracking import follow
from coach.turns.ipus import ghosts, inter_pausal_units, voices
from coach.turns.overlaps import classify
from coach.turns.rulings import apply_rulings
from coach.turns.values import (
    Backchannel,
    Floor,
    Ipu,
    Overlap,
    Transition,
    Turn,
    Voice,
)
from coach.turns.word_lookup import index_words, is_english

__all__ = [
    "Backchannel",
    "Floor",
    "Ipu",
    "Overlap",
    "OverlapKind",
    "Transition",
    "Turn",
    "Voice",
    "floor",
]


def floor(conv: Conversation, rules: Rules = Rules()) -> Floor:  # noqa: B008 - frozen
    """Turn-taking of a conversation: units, turns, backchannels, transitions and overlaps.

    Works without words, in any language and with any number of speakers; takes time in proportion
    to the number of speech spans.

    Parameters
    ----------
    conv : its `speech` keeps overlaps; from a merged transcript no overlap can be seen.
    rules : thresholds, in seconds.

    References
    ----------
    .. [1] Heldner & Edlund (2010), Pauses, gaps and overlaps in conversations.
    .. [2] Gravano & Hirschberg (2012), A corpus-based study of interruptions in spoken dialogue.

    Examples
    --------
    >>> from coach.talk import talk
    >>> taken = floor(talk("A 0-6 I think that we", "B 2-2.4 Mm-hm.", "B 4.5-9 No, listen to me."))
    >>> [(turn.speaker, turn.span.end) for turn in taken.turns]
    [('A', 6.0), ('B', 9.0)]
    >>> [(overlap.kind, overlap.second) for overlap in taken.overlaps]
    [('backchannel', 'B'), ('interruption', 'B')]
    >>> taken.transitions[0].fto
    -1.5
    """
    heard = voices(conv)
    noise = ghosts(heard, rules)
    people = {who: voice for who, voice in heard.items() if who not in noise}
    units = inter_pausal_units(people, rules.min_pause)
    hearing = Hearing(following(units), index_words(people, rules, english=is_english(conv)), rules)
    course = follow(units, hearing)
    return Floor(
        conversation=conv,
        rules=rules,
        voices=people,
        ipus=units,
        turns=course.turns,
        backchannels=course.backchannels,
        transitions=tuple(Transition(a, b) for a, b in pairwise(course.turns)),
        overlaps=apply_rulings(classify(course, units, hearing), conv.rulings),
        ghosts=noise,
    )
