"""Listening in words: reflections, feeling words given back, affirmations and advice."""

from __future__ import annotations

from coach.conversation import ListeningAct, Sentence
from coach.lexicon import is_feeling
from coach.measurement import Measurement
from coach.measures.gates import sentences_missing
from coach.measures.parts import counted, rate, unless
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
    found = []
    for who in floor.speakers:
        reason = sentences_missing(floor, who)
        for name, acts in _COUNTED:
            spans = [s.span for s in floor.voices[who].sentences if _does(s, acts)]
            found.append(unless(reason, counted(name, who, spans)))
    return tuple(found)


def reflection_to_question(floor: Floor) -> tuple[Measurement, ...]:
    """Reflections of each speaker per question that counts; None without questions."""
    found = []
    for who in floor.speakers:
        reason = sentences_missing(floor, who)
        sentences = floor.voices[who].sentences
        given = [sentence.span for sentence in sentences if _does(sentence, REFLECTION)]
        parts = (len(given), sum(asks(sentence) for sentence in sentences))
        ratio = rate("reflection_to_question", who, parts, count=len(given), evidence=given)
        found.append(unless(reason, ratio))
    return tuple(found)


def feeling_words(floor: Floor) -> tuple[Measurement, ...]:
    """Words for feelings in the reflections of each speaker: said, never heard in the voice."""
    words = floor.conversation.words
    found = []
    for who in floor.speakers:
        reason = sentences_missing(floor, who)
        given = (s for s in floor.voices[who].sentences if _does(s, REFLECTION))
        spans = [words[i].span for s in given for i in s.words if is_feeling(words[i].text)]
        found.append(unless(reason, counted("feeling_words", who, spans)))
    return tuple(found)


def _does(sentence: Sentence, acts: tuple[ListeningAct, ...]) -> bool:
    return any(act in acts for act in sentence.acts.listening)
