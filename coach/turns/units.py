"""Inter-pausal units, and the labels that are not people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from coach.conversation import Conversation
from coach.intervals import Seconds, Span, union
from coach.rules import Rules
from coach.turns.values import Ipu


def disjoint_speech(conv: Conversation) -> dict[str, tuple[Span, ...]]:
    """Each speaker's speech as disjoint spans in order; speakers in the conversation's order.

    Examples
    --------
    >>> from coach.talk import talk
    >>> disjoint_speech(talk("A 0-1", "A 1-2", "B 1.5-3"))
    {'A': (Span(start=0.0, end=2.0),), 'B': (Span(start=1.5, end=3.0),)}
    """
    spans: dict[str, list[Span]] = {speaker.id: [] for speaker in conv.speakers}
    for speech in conv.speech:
        spans[speech.speaker].append(speech.span)
    return {speaker: union(heard) for speaker, heard in spans.items()}


def inter_pausal_units(
    speech: Mapping[str, tuple[Span, ...]], min_pause: Seconds
) -> tuple[Ipu, ...]:
    """Close pauses shorter than `min_pause` in each speaker's speech; units in order of start.

    Of two units that start together the longer comes first.

    Examples
    --------
    >>> speech = {"A": (Span(0, 1), Span(1.1, 2), Span(2.5, 3))}
    >>> [unit.span.end for unit in inter_pausal_units(speech, 0.2)]
    [2, 3]
    """
    units = (
        Ipu(span, speaker)
        for speaker, spans in speech.items()
        for span in _joined(spans, min_pause)
    )
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


def ghosts(speech: Mapping[str, tuple[Span, ...]], rules: Rules) -> tuple[str, ...]:
    """Labels beyond the two who speak most that are scraps of sound rather than a person.

    A ghost has less than `ghost_share` of the speech and no unit longer than `ghost_turn`.

    Examples
    --------
    >>> ghosts({"A": (Span(0, 60),), "B": (Span(60, 99),), "X": (Span(30, 30.5),)}, Rules())
    ('X',)
    """
    talk = {speaker: sum(span.duration for span in spans) for speaker, spans in speech.items()}
    people = sorted(talk, key=lambda speaker: -talk[speaker])[:2]
    limit = rules.ghost_share * sum(talk.values())
    scraps = (speaker for speaker in speech if speaker not in people and talk[speaker] < limit)
    return tuple(
        speaker
        for speaker in scraps
        if all(s.duration <= rules.ghost_turn for s in _joined(speech[speaker], rules.min_pause))
    )
