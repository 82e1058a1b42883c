"""Follow the floor, unit by unit, from the start of the conversation.

Units are read in order of their start. The first speaker has the floor. A unit of another speaker
is then one of three things: a backchannel, which leaves the floor where it is; a start in silence,
which takes it; or a start over the holder's speech, a contest, which takes the floor when the
holder stops first. A holder who had only paused, and goes on as the other starts, still has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from coach.intervals import Span, seconds_between
from coach.turns.competition import Contest, Hearing, shared_time
from coach.turns.values import Backchannel, Ipu, Turn


@dataclass(frozen=True, slots=True)
class Course:
    """The floor as it passed; `contests` come with the number of the turn that they led to."""

    turns: tuple[Turn, ...]
    backchannels: tuple[Backchannel, ...]
    listened_over: tuple[tuple[Backchannel, Span], ...]
    contests: tuple[tuple[Contest, int], ...]


@dataclass(slots=True)
class _Follower:
    hearing: Hearing
    units: tuple[Ipu, ...]
    turns: list[list[Ipu]] = field(default_factory=list)
    latest: dict[str, Ipu] = field(default_factory=dict)
    settled: set[Ipu] = field(default_factory=set)
    backchannels: list[Backchannel] = field(default_factory=list)
    listened_over: list[tuple[Backchannel, Span]] = field(default_factory=list)
    contests: list[tuple[Contest, int]] = field(default_factory=list)

    @property
    def holder(self) -> str:
        return self.turns[-1][0].speaker

    def hear(self, at: int) -> None:
        unit = self.units[at]
        if unit not in self.settled:
            self._place(unit, at)
        self.latest[unit.speaker] = unit

    def _place(self, unit: Ipu, at: int) -> None:
        if not self.turns:
            self.turns.append([unit])
        elif unit.speaker == self.holder:
            self.turns[-1].append(unit)
        elif self._is_backchannel(unit, at):
            self._listen(unit)
        elif self.latest[self.holder].span.end > unit.span.start:
            self._contest(self.latest[self.holder], unit)
        elif resumed := self.hearing.find_resumption(self.latest[self.holder], unit):
            self._settle((resumed,), self.turns[-1])
            self._contest(resumed, unit)
        else:
            self.turns.append([unit])

    def _is_backchannel(self, unit: Ipu, at: int) -> bool:
        return (
            self.hearing.could_be_backchannel(unit)
            and self._holder_goes_on(unit, at)
            and not self.hearing.words.is_answer_to(self.holder, unit.span.start)
        )

    def _holder_goes_on(self, unit: Ipu, at: int) -> bool:
        """Whether the holder has the floor after `unit` as before it."""
        speaks_on = self.latest[self.holder].span.end > unit.span.end
        after = self._next_start(unit, at)
        if after is None or after.speaker != unit.speaker:
            return speaks_on or (after is not None and after.speaker == self.holder)
        return speaks_on and not self._leads_to(unit, after)

    def _leads_to(self, unit: Ipu, after: Ipu) -> bool:
        """Whether `unit` is the first word of what its speaker goes on to say ("Yeah, but").

        A pause of `resume_max` parts them; where the holder has stopped meanwhile, or the word is
        known to be a signal of listening, one of `terminal_max` does.
        """
        rules = self.hearing.rules
        stopped = self.latest[self.holder].span.end <= after.span.start
        signal = self.hearing.words.is_continuer(unit.speaker, unit.span)
        limit = rules.terminal_max if stopped or signal else rules.resume_max
        if seconds_between(unit.span.end, after.span.start) >= limit:
            return False
        if stopped or not self.hearing.could_be_backchannel(after):
            return True
        then = self.hearing.following.get(after)
        return then is not None and self._leads_to(after, then)

    def _next_start(self, unit: Ipu, at: int) -> Ipu | None:
        """Who starts next, other listeners' short units passed over."""
        parties = {self.holder, unit.speaker}
        for index in range(at + 1, len(self.units)):
            after = self.units[index]
            if after.speaker in parties or not self.hearing.could_be_backchannel(after):
                return after
        return None

    def _listen(self, unit: Ipu) -> None:
        backchannel = Backchannel(unit.span, unit.speaker, self.holder)
        self.backchannels.append(backchannel)
        over = tuple(self._overlapping_units(unit, self.latest[self.holder]))
        if over and shared_time(over, (unit,)) >= self.hearing.rules.min_overlap:
            start = max(unit.span.start, over[0].span.start)
            span = Span(start, min(unit.span.end, over[-1].span.end))
            self.listened_over.append((backchannel, span))

    def _overlapping_units(self, unit: Ipu, other: Ipu | None) -> Iterator[Ipu]:
        """Units of the other speaker, from `other` on, that overlap `unit`."""
        while other is not None and other.span.start < unit.span.end:
            if other.span.overlaps(unit.span):
                yield other
            other = self.hearing.following.get(other)

    def _contest(self, first: Ipu, unit: Ipu) -> None:
        contest = self.hearing.follow_contest(first, unit)
        self._settle(contest.first[1:], self.turns[-1])
        if contest.has_shifted:
            self.turns.append([unit])
        self._settle(contest.second[1:], self.turns[-1] if contest.has_shifted else None)
        self.contests.append((contest, len(self.turns) - 1))

    def _settle(self, units: tuple[Ipu, ...], turn: list[Ipu] | None) -> None:
        """Mark units as dealt with and give them to a turn, unless an earlier contest did."""
        for unit in units:
            if unit not in self.settled and turn is not None:
                turn.append(unit)
            self.settled.add(unit)


def follow(units: tuple[Ipu, ...], hearing: Hearing) -> Course:
    """Follow the floor through all units, which are in order of their start.

    Parameters
    ----------
    units : in order of their start.
    hearing : the words around each unit.
    """
    follower = _Follower(hearing, units)
    for at in range(len(units)):
        follower.hear(at)
    turns = (
        Turn(Span(r[0].span.start, r[-1].span.end), r[0].speaker, tuple(r)) for r in follower.turns
    )
    return Course(
        tuple(turns),
        tuple(follower.backchannels),
        tuple(follower.listened_over),
        tuple(follower.contests),
    )
