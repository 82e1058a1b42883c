"""The length of turns, their number, and how they are spread over the speakers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from coach.intervals import Seconds, Span, seconds_between
from coach.measurement import Measurement
from coach.measures.parts import count_measurement, rate, sample_measurement, withheld_measurement
from coach.turns import Floor, Turn


def longest_monologue(floor: Floor) -> tuple[Measurement, ...]:
    """Longest stretch of a turn of each speaker; a backchannel does not break it, a lapse does.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> told = floor(talk("A 0-9 So", "B 5-5.4 Mm-hm.", "A 9.5-20 then", "B 21-23 I see that."))
    >>> longest_monologue(told)[0].value
    20.0
    """
    found = []
    for who in floor.speakers:
        stretches = [s for turn in floor.turns_of(who) for s in split_at_lapses(turn, floor)]
        longest = sorted(stretches, key=lambda span: -span.duration)[:1]
        lengths = (span.duration for span in stretches)
        found.append(sample_measurement("longest_monologue", who, lengths, longest))
    return tuple(found)


def turn_length(floor: Floor) -> tuple[Measurement, ...]:
    """Median and 90th percentile of the length of each speaker's turns, lapses left out."""
    found = []
    for who in floor.speakers:
        turns = floor.turns_of(who)
        lengths = [sum(s.duration for s in split_at_lapses(turn, floor)) for turn in turns]
        spans = [turn.span for turn in turns]
        found += [
            sample_measurement(name, who, lengths, spans)
            for name in ("turn_length_median", "turn_length_p90")
        ]
    return tuple(found)


def turns(floor: Floor) -> tuple[Measurement, ...]:
    """Count the turns of each speaker."""
    return tuple(
        count_measurement("turns", who, (turn.span for turn in floor.turns_of(who)))
        for who in floor.speakers
    )


def turn_entropy(floor: Floor) -> tuple[Measurement, ...]:
    """Entropy of who has the turns, in bits, for more than two speakers.

    With two speakers turns alternate and the entropy says nothing.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> turn_entropy(floor(talk("A 0-3", "B 4-7", "C 8-11", "D 12-15")))[0].value
    2.0
    """
    if len(floor.speakers) <= 2:
        reason = "Only meaningful for more than two speakers."
        return (withheld_measurement("turn_entropy", None, reason),)
    had = Counter(turn.speaker for turn in floor.turns)
    surprise = -sum(n * math.log2(n / had.total()) for n in had.values())
    parts = (abs(surprise), had.total())
    spans = (turn.span for turn in floor.turns)
    return (rate("turn_entropy", None, parts, count=had.total(), evidence=spans),)


def split_at_lapses(turn: Turn, floor: Floor) -> Iterator[Span]:
    """Cut a turn at silences longer than a lapse.

    Parameters
    ----------
    turn : of any speaker.
    floor : whose rules say how long a lapse is.
    """
    start: Seconds = turn.span.start
    end: Seconds = turn.ipus[0].span.end
    for unit in turn.ipus[1:]:
        if seconds_between(end, unit.span.start) > floor.rules.lapse_min:
            yield Span(start, end)
            start = unit.span.start
        end = unit.span.end
    yield Span(start, end)
