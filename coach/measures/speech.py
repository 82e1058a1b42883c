"""Words, pace of speaking and fillers."""

from __future__ import annotations

from collections.abc import Callable

from coach.conversation import Word
from coach.lexicon import is_filler
from coach.measurement import Measurement
from coach.measures.gates import english_missing, words_missing
from coach.measures.parts import rate, total, withheld
from coach.turns import Floor


def words(floor: Floor) -> tuple[Measurement, ...]:
    """Recognised words of each speaker."""
    return _read(
        floor,
        "words",
        words_missing,
        lambda who, said: total("words", who, len(said), count=len(said)),
    )


def speech_rate(floor: Floor) -> tuple[Measurement, ...]:
    """Words per minute of each speaker's own talk.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> speech_rate(floor(talk("A 0-2 four words in all")))[0].value
    120.0
    """

    def pace(who: str, said: tuple[Word, ...]) -> Measurement:
        parts = (len(said), floor.talk_time(who))
        return rate("speech_rate", who, parts, count=len(said))

    return _read(floor, "speech_rate", words_missing, pace)


def fillers(floor: Floor) -> tuple[Measurement, ...]:
    """Filled pauses per minute of own talk; a lower bound, for recognisers leave most out."""

    def filled(who: str, said: tuple[Word, ...]) -> Measurement:
        spans = [word.span for word in said if is_filler(word.text)]
        parts = (len(spans), floor.talk_time(who))
        return rate("fillers", who, parts, count=len(spans), evidence=spans)

    return _read(floor, "fillers", english_missing, filled)


def _read(
    floor: Floor,
    name: str,
    missing: Callable[[Floor, str], str | None],
    measuring: Callable[[str, tuple[Word, ...]], Measurement],
) -> tuple[Measurement, ...]:
    found = []
    for who in floor.speakers:
        reason = missing(floor, who)
        said = floor.voices[who].words
        found.append(withheld(name, who, reason) if reason else measuring(who, said))
    return tuple(found)
