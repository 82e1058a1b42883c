"""Words, pace of speaking and fillers."""

from __future__ import annotations

from coach.lexicon import is_filler
from coach.measurement import Measurement
from coach.measures.gates import english_missing, words_missing
from coach.measures.parts import rate, total, withhold_if
from coach.turns import Floor


def words(floor: Floor) -> tuple[Measurement, ...]:
    """Recognised words of each speaker."""
    found = []
    for who, voice in floor.voices.items():
        number = len(voice.words)
        counted = total("words", who, number, count=number, evidence=voice.speech)
        found.append(withhold_if(words_missing(floor, who), counted))
    return tuple(found)


def speech_rate(floor: Floor) -> tuple[Measurement, ...]:
    """Words per minute of each speaker's own talk.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> speech_rate(floor(talk("A 0-2 four words in all")))[0].value
    120.0
    """
    found = []
    for who, voice in floor.voices.items():
        parts = (len(voice.words), voice.talk_time)
        pace = rate("speech_rate", who, parts, count=len(voice.words), evidence=voice.speech)
        found.append(withhold_if(words_missing(floor, who), pace))
    return tuple(found)


def fillers(floor: Floor) -> tuple[Measurement, ...]:
    """Filled pauses per minute of own talk; a lower bound, for recognisers leave most out."""
    found = []
    for who, voice in floor.voices.items():
        spans = [word.span for word in voice.words if is_filler(word.text)]
        parts = (len(spans), voice.talk_time)
        filled = rate("fillers", who, parts, count=len(spans), evidence=spans)
        found.append(withhold_if(english_missing(floor, who), filled))
    return tuple(found)
