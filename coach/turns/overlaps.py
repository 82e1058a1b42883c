"""The class of each overlap: backchannel, terminal, cooperative, interruption, attempt, unclear.

An event is between the speaker who has the floor and one who comes in. It counts from
`Rules.min_overlap` of shared speech and has exactly one class, the first that fits:

backchannel
    A signal of listening (`coach.turns.floor_tracking`).
terminal
    The second starts within the last `terminal_max` of the first's speech, or where the first had
    just finished a clause and stops within `resume_max`: ordinary turn-taking. Who stops there
    after a word that no clause ends with was made to, and that is none.
unclear
    Both started together, within `min_pause`: neither can have heard the other. A speaker who only
    paused, for less than `terminal_max`, does not start: they were heard before.
cooperative
    All that the second says is a few words that open no turn, or words that the first says too:
    they help along, and want no floor.
interruption
    The first stops first and the second goes on for `alone_min` alone.
attempt
    The second stops first and the first keeps the floor.
unclear
    None of these.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from coach.conversation import OverlapKind
from coach.intervals import Seconds, seconds_between
from coach.rules import Rules
from coach.turns.competition import Contest, Hearing, shared_time
from coach.turns.floor_tracking import Course
from coach.turns.values import Ipu, Overlap, Turn


@dataclass(frozen=True, slots=True)
class _Claims:
    """Each speaker's units that are no backchannels, to find who else speaks."""

    units: Mapping[str, list[Ipu]]

    @classmethod
    def of(cls, course: Course, units: tuple[Ipu, ...], hearing: Hearing) -> _Claims:
        listening = {(b.speaker, b.span) for b in course.backchannels}
        help_along = {
            unit
            for contest, number in course.contests
            if not contest.has_shifted and _is_helpful(contest, course.turns[number], hearing)
            for unit in contest.second
        }
        claims: dict[str, list[Ipu]] = defaultdict(list)
        for unit in units:
            if (unit.speaker, unit.span) not in listening and unit not in help_along:
                claims[unit.speaker].append(unit)
        return cls(claims)

    def next_by_another(self, speaker: str, moment: Seconds) -> Seconds:
        """Return when another speaker next speaks: at once, later, or infinity if never."""
        others = (units for who, units in self.units.items() if who != speaker)
        return min((_next_start(units, moment) for units in others), default=math.inf)


def _next_start(units: list[Ipu], moment: Seconds) -> Seconds:
    at = bisect_right(units, moment, key=lambda unit: unit.span.end)
    return max(moment, units[at].span.start) if at < len(units) else math.inf


def classify(course: Course, units: tuple[Ipu, ...], hearing: Hearing) -> tuple[Overlap, ...]:
    """Give every overlap event of the conversation its class, in order.

    Parameters
    ----------
    course : who had the floor, from `follow`.
    units : of all speakers, in order of their start.
    hearing : the words around each unit.
    """
    claims = _Claims.of(course, units, hearing)
    events = [
        Overlap(span, backchannel.listener_to, backchannel.speaker, "backchannel")
        for backchannel, span in course.listened_over
    ]
    for contest, number in course.contests:
        if shared_time(contest.first, contest.second) >= hearing.rules.min_overlap:
            turn, held = course.turns[number], course.turns[number - contest.has_shifted]
            alone = _time_alone(contest, turn, claims, hearing.rules)
            helps = _is_helpful(contest, turn, hearing)
            began = _find_begin(contest.first[0], held, hearing.rules)
            events.append(_event(contest, _Outcome(alone, helps), began, hearing))
    return tuple(sorted(events, key=lambda event: event.span))


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the second did: seconds alone afterwards, and whether it only helped along."""

    alone: Seconds
    helps: bool


def _event(contest: Contest, outcome: _Outcome, began: Seconds, hearing: Hearing) -> Overlap:
    first, second = contest.first[0].speaker, contest.second[0].speaker
    kind = _kind(contest, outcome, began, hearing)
    cut_off = None
    if kind == "interruption":
        cut_off = hearing.words.broke_off(first, contest.first_stop)
    return Overlap(contest.span, first, second, kind, cut_off, contest.has_shifted)


def _kind(contest: Contest, outcome: _Outcome, began: Seconds, hearing: Hearing) -> OverlapKind:
    rules = hearing.rules
    if hearing.is_at_stop(contest.first[0], contest.onset):
        return "terminal"
    if seconds_between(began, contest.onset) < rules.min_pause:
        return "unclear"
    if outcome.helps:
        return "cooperative"
    if contest.has_shifted:
        return "interruption" if outcome.alone >= rules.alone_min else "unclear"
    return "attempt" if contest.second_stop < contest.first_stop else "unclear"


def _is_helpful(contest: Contest, turn: Turn, hearing: Hearing) -> bool:
    """Whether all that the second says wants no floor: a few words, or the first's own."""
    words, other = hearing.words, contest.first[0].speaker
    units = turn.ipus if contest.has_shifted else contest.second
    if any(words.claims_floor(unit.speaker, unit.span) for unit in units):
        return False
    if sum(unit.span.duration for unit in units) <= hearing.rules.backchannel_max:
        return True
    return not contest.has_shifted and all(
        words.echoes(unit.speaker, unit.span, other) for unit in units
    )


def _find_begin(unit: Ipu, turn: Turn, rules: Rules) -> Seconds:
    """Find the start of the speech to which `unit` of a turn belongs, across short pauses."""
    began = unit.span.start
    at = bisect_left(turn.ipus, began, key=lambda each: each.span.start)
    for before in reversed(turn.ipus[:at]):
        if seconds_between(before.span.end, began) >= rules.terminal_max:
            break
        began = before.span.start
    return began


def _time_alone(contest: Contest, turn: Turn, claims: _Claims, rules: Rules) -> Seconds:
    """Seconds that the second speaker goes on, before somebody comes in or a long pause begins."""
    if not contest.has_shifted:
        return 0.0
    until = claims.next_by_another(turn.speaker, contest.first_stop)
    seconds, end = 0.0, contest.first_stop
    for unit in turn.ipus:
        if unit.span.start >= until or seconds_between(end, unit.span.start) >= rules.resume_max:
            break
        if unit.span.end > contest.first_stop:
            begins = max(unit.span.start, contest.first_stop)
            seconds += seconds_between(begins, min(unit.span.end, until))
            end = unit.span.end
    return seconds_between(0.0, seconds)
