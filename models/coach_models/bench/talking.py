"""The basis of the scorecard: talk share, turns and their starts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from coach.conversation import Conversation
from coach.intervals import Seconds, total
from coach.measurement import Measurement
from coach.turns import Turn
from coach_models.bench.pair import ScoredPair
from coach_models.bench.rates import rate

NEAR: Seconds = 2.0  # a boundary further away than that is another one
EARLY: Seconds = 0.5  # the first word of a turn is looked for from so long before its onset


def measure_talking(pair: ScoredPair) -> Iterator[Measurement]:
    """Errors of talk share (one observation a file), of turns and of first words."""
    if pair.heard.has_speech:
        error = share_error(pair.truth, pair.hypothesis)
        yield Measurement("share_error", None, "ratio", "median", samples=(error,), count=1)
        yield Measurement("share_error_worst", None, "ratio", "max", samples=(error,), count=1)
        yield from _turns(pair.true_floor.turns, pair.heard_floor.turns)
    if pair.heard.has_words and pair.heard.has_speech:
        found = tuple(_first_words(pair))
        yield Measurement("first_word_error", None, "seconds", "median", samples=found)


def share_error(truth: Conversation, said: Conversation) -> float:
    """Largest difference of a speaker's talk share, in 0..1.

    Parameters
    ----------
    truth, said : the true and the heard conversation, with the same ids for speakers.

    Examples
    --------
    >>> from coach.talk import talk
    >>> share_error(talk("A 0-3", "B 3-4"), talk("A 0-2", "B 2-4"))
    0.25
    """
    true, heard = _shares(truth), _shares(said)
    people = true.keys() | heard.keys()
    return max((abs(true.get(p, 0.0) - heard.get(p, 0.0)) for p in people), default=0.0)


def _shares(conv: Conversation) -> dict[str, float]:
    talk = {speaker.id: total(conv.speech_of(speaker.id)) for speaker in conv.speakers}
    everything = sum(talk.values())
    return {who: seconds / everything for who, seconds in talk.items()} if everything else {}


def _turns(true: Sequence[Turn], heard: Sequence[Turn]) -> Iterator[Measurement]:
    yield rate("turn_count_error", abs(len(true) - len(heard)), len(true))
    starts = list(_distances(_edges(true, end=False), _edges(heard, end=False)))
    ends = list(_distances(_edges(true, end=True), _edges(heard, end=True)))
    found = tuple(each for each in (*starts, *ends) if each is not None)
    yield rate("boundaries_found", len(found), len(starts) + len(ends))
    yield Measurement("boundary_error", None, "seconds", "median", samples=found)
    yield Measurement("boundary_error_p90", None, "seconds", "p90", samples=found)


def _edges(turns: Sequence[Turn], *, end: bool) -> dict[str, list[Seconds]]:
    edges: dict[str, list[Seconds]] = {}
    for turn in turns:
        edges.setdefault(turn.speaker, []).append(turn.span.end if end else turn.span.start)
    return {who: sorted(moments) for who, moments in edges.items()}


def _distances(
    true: dict[str, list[Seconds]], heard: dict[str, list[Seconds]]
) -> Iterator[Seconds | None]:
    """Distance of each true moment from the nearest heard one; None if none is near."""
    for who, moments in true.items():
        candidates = heard.get(who, [])
        for moment in moments:
            at = bisect_left(candidates, moment)
            distance = min(
                (abs(c - moment) for c in candidates[max(0, at - 1) : at + 1]), default=9
            )
            yield distance if distance <= NEAR else None


def _first_words(pair: ScoredPair) -> Iterator[Seconds]:
    """Distance of the first word of a turn from the true start of the turn."""
    starts = {
        who: [word.span.start for word in pair.hypothesis.words_of(who)]
        for who in pair.true_floor.speakers
    }
    for turn in pair.true_floor.turns:
        own = starts[turn.speaker]
        at = bisect_left(own, turn.span.start - EARLY)
        if at < len(own) and own[at] < turn.span.end:
            error = abs(own[at] - turn.span.start)
            if error <= NEAR:
                yield error
