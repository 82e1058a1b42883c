"""Who speaks how much: talk time, talk share, silence and speaking at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from coach.intervals import Seconds, Span, subtract, union
from coach.measurement import Interval, Measurement
from coach.measures.gates import timing_missing
from coach.measures.hearing_error import share_interval
from coach.measures.parts import rate, total, withhold_if
from coach.turns import Floor


def talk_time(floor: Floor) -> tuple[Measurement, ...]:
    """Seconds of speech of each speaker.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> [m.value for m in talk_time(floor(talk("A 0-3", "B 2-4")))]
    [3.0, 2.0]
    """
    return tuple(
        total(
            "talk_time", who, floor.talk_time(who), count=len(voice.speech), evidence=voice.speech
        )
        for who, voice in floor.voices.items()
    )


def talk_share(floor: Floor) -> tuple[Measurement, ...]:
    """Share of all speech held by each speaker.

    Overlapped speech counts for every speaker in it, so the shares sum to 1. The interval is that
    of the measured errors of hearing; where nobody or only one person is heard there is none.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> [m.value for m in talk_share(floor(talk("A 0-3", "B 3-4")))]
    [0.75, 0.25]
    """
    everybody = sum(floor.talk_time(who) for who in floor.speakers)
    return tuple(
        rate(
            "talk_share",
            who,
            (floor.talk_time(who), everybody),
            count=len(voice.speech),
            evidence=voice.speech,
            interval=_share_interval(floor, who, everybody),
        )
        for who, voice in floor.voices.items()
    )


def _share_interval(floor: Floor, who: str, everybody: Seconds) -> Interval | None:
    if len(floor.speakers) < 2 or not everybody:
        return None
    share = floor.talk_time(who) / everybody
    return share_interval(floor.conversation, len(floor.speakers), share, everybody)


def talk_share_of_recording(floor: Floor) -> tuple[Measurement, ...]:
    """Share of the recording during which each speaker is heard."""
    duration = floor.conversation.recording.duration
    return tuple(
        rate(
            "talk_share_of_recording",
            who,
            (floor.talk_time(who), duration),
            count=len(voice.speech),
            evidence=voice.speech,
        )
        for who, voice in floor.voices.items()
    )


def silence_share(floor: Floor) -> tuple[Measurement, ...]:
    """Share of the recording in which nobody is heard, not even a label that counts as a ghost.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> silence_share(floor(talk("A 0-3", "B 2-4", duration=5)))[0].value
    0.2
    """
    conv = floor.conversation
    whole = (Span(0.0, conv.recording.duration),)
    silences = subtract(whole, (speech.span for speech in conv.speech))
    seconds = sum(span.duration for span in silences)
    parts = (seconds, conv.recording.duration)
    share = rate("silence_share", None, parts, count=len(silences), evidence=silences)
    return (withhold_if(timing_missing(floor), share),)


def overlap_share(floor: Floor) -> tuple[Measurement, ...]:
    """Share of the time with speech in which two or more are heard.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> overlap_share(floor(talk("A 0-3", "B 2-4")))[0].value
    0.25
    """
    spans = [span for voice in floor.voices.values() for span in voice.speech]
    together = union(_shared_stretches(spans))
    parts = (sum(s.duration for s in together), sum(s.duration for s in union(spans)))
    share = rate("overlap_share", None, parts, count=len(together), evidence=together)
    return (withhold_if(timing_missing(floor), share),)


def _shared_stretches(spans: Iterable[Span]) -> Iterator[Span]:
    """Stretches that at least two of the spans cover; they may touch."""
    edges: list[tuple[Seconds, int]] = []
    for span in spans:
        edges += [(span.start, 1), (span.end, -1)]
    active, since = 0, 0.0
    for moment, step in sorted(edges):  # an end sorts before a start: touching is no overlap
        if active >= 2 and active + step < 2:
            yield Span(since, moment)
        if active < 2 and active + step >= 2:
            since = moment
        active += step
