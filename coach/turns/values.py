"""The values of the floor: inter-pausal units, turns, backchannels, transitions and overlaps."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from coach.conversation import Conversation, OverlapKind, Sentence, Word
from coach.intervals import Seconds, Span, seconds_between
from coach.rules import Rules

Result = TypeVar("Result")

CLIP_BEFORE: Seconds = 4.0
CLIP_AFTER: Seconds = 3.0


@dataclass(frozen=True, slots=True)
class Ipu:
    """An inter-pausal unit: speech of one speaker without a silence of `Rules.min_pause`."""

    span: Span
    speaker: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A run of units of one speaker, until another speaker takes the floor.

    `span` reaches from the first unit to the end of the last; the pauses between them are inside.
    """

    span: Span
    speaker: str
    ipus: tuple[Ipu, ...]


@dataclass(frozen=True, slots=True)
class Backchannel:
    """A short unit by which `speaker` shows `listener_to` that they follow; it is no turn."""

    span: Span
    speaker: str
    listener_to: str


@dataclass(frozen=True, slots=True)
class Transition:
    """The floor passes from one turn to the next, of another speaker."""

    before: Turn
    after: Turn

    @property
    def fto(self) -> Seconds:
        """Floor-transfer offset: > 0 is a gap, < 0 an overlap."""
        return seconds_between(self.before.span.end, self.after.span.start)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two people are heard at once.

    Parameters
    ----------
    span : from the start of the second speaker to the moment one of them has stopped.
    first, second : speaker ids; `second` came in later. Of a backchannel, `second` listened.
    kind : the one class of this event (`coach.turns.overlaps` defines them).
    cut_off : whether the first speaker broke off in the middle of a clause; None when it cannot
        be told or the question does not arise.
    shift : whether the second speaker took the floor by it.
    """

    span: Span
    first: str
    second: str
    kind: OverlapKind
    cut_off: bool | None = None
    shift: bool = False

    @property
    def clip(self) -> Span:
        """The event with some seconds around it, to be played.

        The end may lie past the end of the recording.

        Examples
        --------
        >>> Overlap(Span(10, 11), "A", "B", "attempt").clip
        Span(start=6.0, end=14.0)
        """
        return Span(max(0.0, self.span.start - CLIP_BEFORE), self.span.end + CLIP_AFTER)


@dataclass(frozen=True)
class Voice:
    """All of one speaker, in time order: disjoint speech, attributed words and sentences.

    `probabilities` are those of the words that have one, in ascending order.
    """

    speech: tuple[Span, ...]
    words: tuple[Word, ...] = field(default=(), repr=False)
    sentences: tuple[Sentence, ...] = field(default=(), repr=False)
    probabilities: tuple[float, ...] = field(default=(), repr=False)

    @cached_property
    def talk_time(self) -> Seconds:
        """Seconds of speech, overlapped speech included."""
        return sum(span.duration for span in self.speech)


@dataclass(frozen=True, slots=True)
class Floor:
    """A conversation seen as turn-taking; every measure is read from it.

    Everything is in order of its start. `voices` are the speakers that are measured, by id.
    `ghosts` are labels that the diarizer gave to a few scraps of sound (`Rules.ghost_share`,
    `Rules.ghost_turn`): they are flagged and take part in nothing.
    """

    conversation: Conversation
    rules: Rules
    voices: Mapping[str, Voice]
    ipus: tuple[Ipu, ...]
    turns: tuple[Turn, ...]
    backchannels: tuple[Backchannel, ...]
    transitions: tuple[Transition, ...]
    overlaps: tuple[Overlap, ...]
    ghosts: tuple[str, ...] = ()
    _results: dict[Hashable, Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def speakers(self) -> tuple[str, ...]:
        """Ids of the speakers that are measured: all but the ghosts."""
        return tuple(self.voices)

    def talk_time(self, speaker: str) -> Seconds:
        """Seconds of speech of one speaker, overlapped speech included."""
        return self.voices[speaker].talk_time

    def talk_time_of_others(self, speaker: str) -> Seconds:
        """Seconds of speech of all the others, added up."""
        return sum(voice.talk_time for other, voice in self.voices.items() if other != speaker)

    def turns_of(self, speaker: str) -> tuple[Turn, ...]:
        """Select the turns of one speaker, in order."""
        return tuple(turn for turn in self.turns if turn.speaker == speaker)

    def compute_once(self, compute: Callable[[Floor, str], Result], speaker: str) -> Result:
        """Compute what several measures need of a speaker, once for this floor.

        Parameters
        ----------
        compute : a function of the floor and the speaker that always gives the same result.
        speaker : id of one of `speakers`.
        """
        key = (compute, speaker)
        if key not in self._results:
            self._results[key] = compute(self, speaker)
        result: Result = self._results[key]
        return result
