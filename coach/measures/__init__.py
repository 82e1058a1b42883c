"""The measures of listening, one family in each file.

A measure is a function of the floor; the tuple below lists all of them. Measures do not import each
other. The room imports `coach.turns` and the rooms below it.
"""

from __future__ import annotations

from collections.abc import Callable

from coach.measurement import Measurement
from coach.measures import (
    overlaps,
    pace,
    quality,
    questions,
    reflections,
    speech,
    talk_time,
    turn_length,
    uptake,
)
from coach.turns import Floor

MEASURES: tuple[Callable[[Floor], tuple[Measurement, ...]], ...] = (
    talk_time.talk_time,
    talk_time.talk_share,
    talk_time.talk_share_of_recording,
    talk_time.silence_share,
    talk_time.overlap_share,
    turn_length.longest_monologue,
    turn_length.turn_length,
    turn_length.turns,
    turn_length.turn_entropy,
    overlaps.interruptions,
    overlaps.interruptions_cut_off,
    overlaps.attempts,
    overlaps.terminal_overlaps,
    overlaps.cooperative_overlaps,
    overlaps.backchannels,
    pace.response_latency,
    pace.early_responses,
    pace.quick_responses,
    pace.wait_after_question,
    pace.wait_after_answer,
    pace.lapses,
    questions.count_open_and_closed,
    questions.open_ratio,
    questions.kinds_of_questions,
    questions.stacked_questions,
    reflections.listening_acts,
    reflections.reflection_to_question,
    reflections.feeling_words,
    uptake.uptake,
    speech.words,
    speech.speech_rate,
    speech.fillers,
    quality.low_confidence_words,
)


def measure(floor: Floor) -> tuple[Measurement, ...]:
    """Take every measure of every speaker; which one is the mentor is for the scorecard to say.

    Examples
    --------
    >>> from coach.measurement import find
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> find(measure(floor(talk("A 0-3", "B 3-4"))), "talk_share", "B").value
    0.25
    """
    return tuple(measurement for each in MEASURES for measurement in each(floor))
