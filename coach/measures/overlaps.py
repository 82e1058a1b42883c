"""Coming in while another speaks: interruptions, attempts, help, backchannels."""

from __future__ import annotations

from coach.measurement import Measurement
from coach.measures.gates import timing_missing, words_missing
from coach.measures.parts import rate, withhold_if
from coach.turns import Floor, Overlap, OverlapKind


def interruptions(floor: Floor) -> tuple[Measurement, ...]:
    """Interruptions made by each speaker, per ten minutes of the others' talk.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> made = interruptions(floor(talk("A 0-300", "B 290-310")))
    >>> [(m.speaker, m.value) for m in made]
    [('A', 0.0), ('B', 2.0)]
    """
    return _measure_kind(floor, "interruptions", "interruption")


def attempts(floor: Floor) -> tuple[Measurement, ...]:
    """Attempts of each speaker to come in, per ten minutes of the others' talk."""
    return _measure_kind(floor, "attempts", "attempt")


def terminal_overlaps(floor: Floor) -> tuple[Measurement, ...]:
    """Overlaps at turn ends, by the one who came in, per ten minutes of the others' talk."""
    return _measure_kind(floor, "terminal_overlaps", "terminal")


def cooperative_overlaps(floor: Floor) -> tuple[Measurement, ...]:
    """Words that help the other along, by who said them, per ten minutes of the others' talk."""
    return _measure_kind(floor, "cooperative_overlaps", "cooperative")


def interruptions_cut_off(floor: Floor) -> tuple[Measurement, ...]:
    """Interruptions after which the other broke off mid-clause; withheld where words cannot tell.

    One known to have cut off is a lower bound, whatever became of the others.
    """
    return tuple(_cut_off(floor, who) for who in floor.speakers)


def _cut_off(floor: Floor, who: str) -> Measurement:
    name = "interruptions_cut_off"
    made = [o for o in floor.overlaps if o.kind == "interruption" and o.second == who]
    others = [other for other in floor.speakers if other != who]
    interrupted = {overlap.first for overlap in made}
    asked = [other for other in others if other in interrupted] or others
    reasons = (words_missing(floor, other) for other in asked)
    reason = next((reason for reason in reasons if reason is not None), None)
    if reason is None and made and all(overlap.cut_off is None for overlap in made):
        reason = "The words do not tell whether the other broke off."
    return withhold_if(
        reason, _per_talk_of_others(floor, name, who, [o for o in made if o.cut_off])
    )


def _measure_kind(floor: Floor, name: str, kind: OverlapKind) -> tuple[Measurement, ...]:
    return tuple(
        _per_talk_of_others(
            floor, name, who, [o for o in floor.overlaps if o.kind == kind and o.second == who]
        )
        for who in floor.speakers
    )


def _per_talk_of_others(floor: Floor, name: str, who: str, events: list[Overlap]) -> Measurement:
    parts = (len(events), floor.talk_time_of_others(who))
    spans = (event.span for event in events)
    made = rate(name, who, parts, count=len(events), evidence=spans)
    return withhold_if(timing_missing(floor), made)


def backchannels(floor: Floor) -> tuple[Measurement, ...]:
    """Backchannels of each speaker per minute of the others' talk.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> heard = backchannels(floor(talk("A 0-30", "B 10-10.4 Mm-hm.", "B 31-33 I see that.")))
    >>> heard[1].value
    2.0
    """
    found = []
    for who in floor.speakers:
        spans = [b.span for b in floor.backchannels if b.speaker == who]
        parts = (len(spans), floor.talk_time_of_others(who))
        given = rate("backchannels", who, parts, count=len(spans), evidence=spans)
        found.append(withhold_if(timing_missing(floor), given))
    return tuple(found)
