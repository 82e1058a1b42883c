"""How far the figures can be trusted: uncertain words, and what the reader should know."""

from __future__ import annotations

from coach.measurement import Measurement
from coach.measures.gates import NO_WORDS, english_missing, timing_missing
from coach.measures.parts import rate, withheld
from coach.turns import Floor


def low_confidence_words(floor: Floor) -> tuple[Measurement, ...]:
    """Share of each speaker's words that were recognised with less than `low_probability`.

    None when the recogniser did not say how sure it was, as in a transcript written by hand.
    """
    return tuple(_low_confidence(floor, who) for who in floor.speakers)


def _low_confidence(floor: Floor, who: str) -> Measurement:
    if not floor.conversation.words:
        return withheld("low_confidence_words", who, NO_WORDS)
    known = [word for word in floor.voices[who].words if word.probability is not None]
    limit = floor.rules.low_probability
    unsure = [word.span for word in known if (word.probability or 0.0) < limit]
    parts = (len(unsure), len(known))
    return rate("low_confidence_words", who, parts, count=len(known), evidence=unsure)


def remarks(floor: Floor) -> tuple[str, ...]:
    """What a reader should know about this recording before trusting the figures.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> remarks(floor(talk("A 0-60 Hello.", "B 60-99 Hello.", "X 30-30.5")))
    ('X was heard in scraps of 0.5 s in all, which is probably no person: not measured.',)
    """
    reasons = [timing_missing(floor), *(english_missing(floor, who) for who in floor.speakers)]
    ghosts = [_ghost(floor, who) for who in floor.ghosts]
    return tuple(dict.fromkeys(ghosts + [reason for reason in reasons if reason]))


def _ghost(floor: Floor, who: str) -> str:
    seconds = sum(span.duration for span in floor.conversation.speech_of(who))
    return (
        f"{who} was heard in scraps of {seconds:.1f} s in all, which is probably no person: "
        "not measured."
    )
