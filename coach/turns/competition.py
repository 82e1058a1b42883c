"""Two people start to speak over each other: how long it lasts and who is left speaking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coach.intervals import Seconds, Span, seconds_between
from coach.rules import Rules
from coach.turns.values import Ipu
from coach.turns.word_lookup import SLACK, WordLookup


@dataclass(frozen=True, slots=True)
class Contest:
    """`second` comes in while `first` speaks; both are the units in which they keep at it."""

    first: tuple[Ipu, ...]
    second: tuple[Ipu, ...]

    @property
    def onset(self) -> Seconds:
        """When the second speaker came in."""
        return self.second[0].span.start

    @property
    def first_stop(self) -> Seconds:
        """When the first speaker had given up or finished."""
        return self.first[-1].span.end

    @property
    def second_stop(self) -> Seconds:
        """When the second speaker had given up, finished or paused."""
        return self.second[-1].span.end

    @property
    def span(self) -> Span:
        """The time from the moment both speak until one of them has stopped."""
        both = max(self.first[0].span.start, self.onset)
        return Span(both, min(self.first_stop, self.second_stop))

    @property
    def has_shifted(self) -> bool:
        """Whether the first speaker stopped first and the second went on."""
        return self.first_stop < self.second_stop


def shared_time(left: tuple[Ipu, ...], right: tuple[Ipu, ...]) -> Seconds:
    """Return the seconds in which a unit of each speaker is heard.

    Parameters
    ----------
    left, right : units of one speaker each, in order of time.
    """
    seconds, i, j = 0.0, 0, 0
    while i < len(left) and j < len(right):
        a, b = left[i].span, right[j].span
        seconds += max(0.0, seconds_between(max(a.start, b.start), min(a.end, b.end)))
        i, j = (i + 1, j) if a.end <= b.end else (i, j + 1)
    return seconds_between(0.0, seconds)


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is known around a unit: the next one of the same speaker, and what was said."""

    following: Mapping[Ipu, Ipu]
    words: WordLookup
    rules: Rules

    def could_be_backchannel(self, unit: Ipu) -> bool:
        """Whether the unit is short enough and, as far as words tell, only a continuer."""
        return (
            unit.span.duration <= self.rules.backchannel_max
            and self.words.is_continuer(unit.speaker, unit.span) is not False
        )

    def follow_contest(self, first: Ipu, second: Ipu) -> Contest:
        """Follow two speakers until one is left speaking.

        Whoever stopped may come back into the same contest, unless the first had finished a clause
        or could be expected to stop where the second came in: then the floor has passed, and to
        come back is to come in.

        Parameters
        ----------
        first : the unit of the speaker who has the floor.
        second : the unit of the other speaker, which overlaps it.
        """
        runs = ([first], [second])
        passed = self.is_at_stop(first, second.span.start)
        while True:
            loser = 0 if runs[0][-1].span.end < runs[1][-1].span.end else 1
            back = self._comeback(runs[loser][-1], runs[1 - loser][-1].span.end)
            if back is None or (loser == 0 and (passed or self._has_finished(runs[0][-1]))):
                return Contest(tuple(runs[0]), tuple(runs[1]))
            runs[loser].append(back)

    def is_at_stop(self, first: Ipu, onset: Seconds) -> bool:
        """Whether `first` stops within `terminal_max` of `onset`, or had just ended a clause.

        A speaker who stops there after a word that no clause ends with was made to stop. A speaker
        who goes on for `resume_max` had not finished, whatever the recogniser's punctuation says.

        Parameters
        ----------
        first : the unit of the speaker who has the floor.
        onset : when the other speaker comes in.
        """
        stop = self._stop(first)
        near = seconds_between(onset, stop) < self.rules.terminal_max
        if near and self.words.is_left_unfinished(first.speaker, stop):
            return False
        ended = self.words.ends_clause(first.speaker, onset) is True
        return near or (ended and seconds_between(onset, stop) < self.rules.resume_max)

    def _has_finished(self, unit: Ipu) -> bool:
        return self.words.ends_clause(unit.speaker, unit.span.end + SLACK) is True

    def _stop(self, unit: Ipu) -> Seconds:
        """When the speaker of `unit` stops; a pause shorter than `terminal_max` is no stop.

        A few words more, no longer than a backchannel, are the tail of what they had said.
        """
        after = self.following.get(unit)
        if after is not None and after.span.duration > self.rules.backchannel_max:
            if _pause(unit, after) < self.rules.terminal_max:
                return after.span.end
        return unit.span.end

    def find_resumption(self, paused: Ipu, unit: Ipu) -> Ipu | None:
        """Find the unit with which a speaker goes on after a pause in which another has started.

        The pause is shorter than `terminal_max`.

        Parameters
        ----------
        paused : the unit before the pause.
        unit : the other speaker's unit.

        Returns
        -------
        The unit after the pause; None if it does not overlap the other's.
        """
        after = self.following.get(paused)
        if after is None or _pause(paused, after) >= self.rules.terminal_max:
            return None
        return after if after.span.overlaps(unit.span) else None

    def _comeback(self, stopped: Ipu, until: Seconds) -> Ipu | None:
        """Find the next unit of who stopped, if it belongs to the same contest.

        It does after a pause too short to give up (`resume_max`). A backchannel is no coming back;
        what only could be one is none after `terminal_max`.
        """
        back = self.following.get(stopped)
        if back is None or (pause := _pause(stopped, back)) >= self.rules.resume_max:
            return None
        if back.span.end <= until and self.could_be_backchannel(back):
            signal = self.words.is_continuer(back.speaker, back.span)
            return None if signal or pause >= self.rules.terminal_max else back
        return back


def _pause(unit: Ipu, after: Ipu) -> Seconds:
    return seconds_between(unit.span.end, after.span.start)


def following(units: tuple[Ipu, ...]) -> dict[Ipu, Ipu]:
    """Map each unit to the next one of the same speaker, where there is one."""
    last: dict[str, Ipu] = {}
    after: dict[Ipu, Ipu] = {}
    for unit in units:
        if unit.speaker in last:
            after[last[unit.speaker]] = unit
        last[unit.speaker] = unit
    return after
