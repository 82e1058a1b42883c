"""Inter-pausal units, and the labels that are not people."""

from __future__ import annotations

from collections.abc import Iterator

from coach.conversation import Conversation
from coach.intervals import Seconds, Span, union
from coach.rules import Rules
from coach.turns.values import Ipu


def inter_pausal_units(conv: Conversation, rules: Rules) -> tuple[Ipu, ...]:
    """Close pauses shorter than `min_pause` in each speaker's speech; units in order of start.

    Of two units that start together the longer comes first.

    Examples
    --------
    >>> from coach.talk import talk
    >>> conv = talk("A 0-1", "A 1.1-2", "A 2.5-3")
    >>> [unit.span.end for unit in inter_pausal_units(conv, Rules())]
    [2.0, 3.0]
    """
    spans: dict[str, list[Span]] = {speaker.id: [] for speaker in conv.speakers}
    for speech in conv.speech:
        spans[speech.speaker].append(speech.span)
    units = [
        Ipu(span, speaker)
        for speaker, heard in spans.items()
        for span in _joined(union(heard), rules.min_pause)
    ]
    return tuple(sorted(units, key=lambda unit: (unit.span.start, -unit.span.end)))


def _joined(spans: tuple[Span, ...], min_pause: Seconds) -> Iterator[Span]:
    """Spans with the pauses shorter than `min_pause` closed; one as long as that stays open."""
    start = end = None
    for span in spans:
        if start is None or end is None:
            start = span.start
        elif span.start - end >= min_pause:
            yield Span(start, end)
            start = span.start
        end = span.end
    if start is not None and end is not None:
        yield Span(start, end)


def ghosts(conv: Conversation, units: tuple[Ipu, ...], rules: Rules) -> tuple[str, ...]:
    """Labels beyond the two who speak most that are scraps of sound rather than a person.

    A ghost has less than `ghost_share` of the speech and no unit longer than `ghost_turn`.

    Examples
    --------
    >>> from coach.talk import talk
    >>> conv = talk("A 0-60", "B 60-100", "X 30-30.5")
    >>> ghosts(conv, inter_pausal_units(conv, Rules()), Rules())
    ('X',)
    """
    talk = {speaker.id: 0.0 for speaker in conv.speakers}
    longest = dict(talk)
    for unit in units:
        talk[unit.speaker] += unit.span.duration
        longest[unit.speaker] = max(longest[unit.speaker], unit.span.duration)
    limit = rules.ghost_share * sum(talk.values())
    candidates = sorted(talk, key=lambda speaker: -talk[speaker])[2:]
    return tuple(
        speaker
        for speaker in talk
        if speaker in candidates and talk[speaker] < limit and longest[speaker] <= rules.ghost_turn
    )
