"""Listening in words: reflections, feeling words given back, affirmations and advice."""

from __future__ import annotations

from collections.abc import Callable

from coach.conversation import ListeningAct, Sentence
from coach.intervals import Span
from coach.lexicon import is_feeling
from coach.measurement import Measurement
from coach.measures.gates import sentences_missing
from coach.measures.parts import counted, rate, withheld
from coach.measures.sentences import asks
from coach.turns import Floor

SIMPLE: tuple[ListeningAct, ...] = ("reflection_simple",)
COMPLEX: tuple[ListeningAct, ...] = ("reflection_complex",)
REFLECTION = SIMPLE + COMPLEX

_COUNTED: tuple[tuple[str, tuple[ListeningAct, ...]], ...] = (
    ("reflections", REFLECTION),
    ("reflections_simple", SIMPLE),
    ("reflections_complex", COMPLEX),
    ("affirmations", ("affirmation",)),
    ("advice_with_permission", ("advice_with_permission",)),
    ("advice_without_permission", ("advice_without_permission",)),
)


def listening_acts(floor: Floor) -> tuple[Measurement, ...]:
    """How many reflections, affirmations and pieces of advice each speaker gave.

    Examples
    --------
    >>> from coach.conversation import Acts
    >>> from coach.measurement import find
    >>> from coach.talk import talk, with_acts
    >>> from coach.turns import floor
    >>> told = talk("B 0-4 I had to do it all myself.", "A 4.5-6 You felt alone with it.")
    >>> told = with_acts(told, {1: Acts(listening=("reflection_complex",))})
    >>> find(listening_acts(floor(told)), "reflections", "A").value
    1
    """
    return tuple(
        measurement
        for name, acts in _COUNTED
        for measurement in _for_each(floor, name, _counter(name, acts))
    )


def reflection_to_question(floor: Floor) -> tuple[Measurement, ...]:
    """Reflections of each speaker per question that counts; None without questions."""

    def ratio(who: str, sentences: tuple[Sentence, ...]) -> Measurement:
        given = [sentence.span for sentence in sentences if _does(sentence, REFLECTION)]
        parts = (len(given), sum(asks(sentence) for sentence in sentences))
        return rate("reflection_to_question", who, parts, count=len(given), evidence=given)

    return _for_each(floor, "reflection_to_question", ratio)


def feeling_words(floor: Floor) -> tuple[Measurement, ...]:
    """Words for feelings in the reflections of each speaker: said, never heard in the voice."""
    words = floor.conversation.words

    def named(who: str, sentences: tuple[Sentence, ...]) -> Measurement:
        given = (sentence for sentence in sentences if _does(sentence, REFLECTION))
        spans = [words[i].span for s in given for i in s.words if is_feeling(words[i].text)]
        return counted("feeling_words", who, spans)

    return _for_each(floor, "feeling_words", named)


_Measuring = Callable[[str, tuple[Sentence, ...]], Measurement]


def _for_each(floor: Floor, name: str, measuring: _Measuring) -> tuple[Measurement, ...]:
    found = []
    for who in floor.speakers:
        reason = sentences_missing(floor, who)
        found.append(
            withheld(name, who, reason) if reason else measuring(who, floor.voices[who].sentences)
        )
    return tuple(found)


def _counter(name: str, acts: tuple[ListeningAct, ...]) -> _Measuring:
    def measuring(who: str, sentences: tuple[Sentence, ...]) -> Measurement:
        spans: list[Span] = [s.span for s in sentences if _does(s, acts)]
        return counted(name, who, spans)

    return measuring


def _does(sentence: Sentence, acts: tuple[ListeningAct, ...]) -> bool:
    return any(act in acts for act in sentence.acts.listening)
