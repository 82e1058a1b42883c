"""Listening in words: reflections, feeling words given back, affirmations and advice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coach.conversation import ListeningAct, Sentence
from coach.lexicon import is_feeling
from coach.measurement import Interval, Measurement
from coach.measures.confusion import middle
from coach.measures.findings import NO_QUESTION
from coach.measures.gates import sentences_missing
from coach.measures.parts import count_measurement, rate, total, withhold_if
from coach.measures.sentences import asks
from coach.measures.surety import Samples, Surety, TurnFound, interval_of, sample_count, surety
from coach.turns import Floor

SIMPLE: tuple[ListeningAct, ...] = ("reflection_simple",)
COMPLEX: tuple[ListeningAct, ...] = ("reflection_complex",)

# Told by the label alone; people agree little on which reflection adds meaning, the annotator less.
_DEPTHS = (("reflections_simple", SIMPLE), ("reflections_complex", COMPLEX))
_NO_DEPTH = "Simple and complex reflections cannot be told apart surely enough."
_OTHERS: tuple[tuple[str, ListeningAct], ...] = (
    ("summaries", "summary"),
    ("affirmations", "affirmation"),
    ("repairs", "repair"),
    ("minimising", "minimising"),
    ("advice_with_permission", "advice_with_permission"),
    ("advice_without_permission", "advice_without_permission"),
)
# Fewer than two reflections for five questions call for something to try, one for each is good: a
# ratio that may be either tells nothing.
_TELLS_NOTHING = (0.4, 1.0)


def listening_acts(floor: Floor) -> tuple[Measurement, ...]:
    """Count the reflections, affirmations and pieces of advice of each speaker.

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
        reason, sure = sentences_missing(floor, who), surety(floor, who)
        found.append(withhold_if(reason, _reflections(who, sure)))
        for name, acts in _DEPTHS:
            spans = [turn.span for turn in sure.turns if _depth_of(turn) == acts]
            unsure = None if sure.reflections is None else _NO_DEPTH
            found.append(withhold_if(reason or unsure, count_measurement(name, who, spans)))
        for name, act in _OTHERS:
            does = [s for s in floor.voices[who].sentences if act in s.acts.listening]
            spans, interval = [s.span for s in does], _count_interval(sure, does, act)
            found.append(
                withhold_if(reason, count_measurement(name, who, spans, interval=interval))
            )
    return tuple(found)


def _reflections(who: str, sure: Surety) -> Measurement:
    """Turns that reflect; the evidence is the surest sentence of each that probably does."""
    shown = [t.best for t in sure.turns if t.best is not None and _is_shown(sure, t.best)]
    spans = [sentence.span for sentence in shown]
    if sure.reflections is None:
        return count_measurement("reflections", who, spans)
    low, half, high = middle(sure.reflections.counts[:, 0])
    return total(
        "reflections", who, round(half), count=len(spans), evidence=spans, interval=(low, high)
    )


def _depth_of(turn: TurnFound) -> tuple[ListeningAct, ...] | None:
    """Whether the reflections of a turn add meaning: one that does is enough."""
    given = {act for sentence in turn.sentences for act in sentence.acts.listening}
    return next((acts for acts in (COMPLEX, SIMPLE) if {*acts} & given), None)


def _count_interval(sure: Surety, does: Sequence[Sentence], act: ListeningAct) -> Interval | None:
    if sure.questions is None:
        return None
    return interval_of(sample_count([sure.chance_of(sentence, act) for sentence in does]))


def reflection_to_question(floor: Floor) -> tuple[Measurement, ...]:
    """Reflections of each speaker per question that counts; None without questions.

    Withheld where the interval reaches from few to many.
    """
    return tuple(_ratio_to_questions(floor, who) for who in floor.speakers)


def _ratio_to_questions(floor: Floor, who: str) -> Measurement:
    sure = surety(floor, who)
    given = _reflections(who, sure)
    asked = sum(asks(sentence) for sentence in floor.voices[who].sentences)
    interval = _ratio_interval(sure, asked)
    ratio = rate(
        "reflection_to_question",
        who,
        (given.numerator or 0.0, asked),
        count=given.count,
        evidence=given.evidence,
        interval=interval,
    )
    reason = sentences_missing(floor, who)
    if interval is not None and interval[0] < _TELLS_NOTHING[0] and interval[1] > _TELLS_NOTHING[1]:
        low, high = interval
        reason = reason or f"Too uncertain to tell: between {low:.1f} and {high:.1f}."
    return withhold_if(reason, ratio)


def _ratio_interval(sure: Surety, asked: int) -> Interval | None:
    samples = per_question_samples(sure, asked)
    return None if samples is None else interval_of(samples)


def per_question_samples(sure: Surety, asked: int) -> Samples | None:
    """Samples of the reflections for each question, both as uncertain as they are.

    Parameters
    ----------
    sure : of the speaker.
    asked : how many questions were found.
    """
    if sure.reflections is None or sure.questions is None or not asked:
        return None
    turns = sum(turn.question != NO_QUESTION for turn in sure.turns)
    questions = sure.questions.counts[:, :2].sum(axis=1) * asked / max(1, turns)
    return np.asarray(sure.reflections.counts[:, 0] / questions.clip(1))


def feeling_words(floor: Floor) -> tuple[Measurement, ...]:
    """Words for feelings in the reflections of each speaker: said, never heard in the voice."""
    words = floor.conversation.words
    found = []
    for who in floor.speakers:
        reason, sure = sentences_missing(floor, who), surety(floor, who)
        given = (s for s in floor.voices[who].sentences if _is_shown(sure, s))
        spans = [words[i].span for s in given for i in s.words if is_feeling(words[i].text)]
        found.append(withhold_if(reason, count_measurement("feeling_words", who, spans)))
    return tuple(found)


def _is_shown(sure: Surety, sentence: Sentence) -> bool:
    return sure.is_shown(sentence, *SIMPLE)
