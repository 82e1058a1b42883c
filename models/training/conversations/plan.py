"""Plan a conversation of two: who says what when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle, pairwise
from random import Random

from coach.intervals import Seconds, Span
from coach.lexicon import claims_floor, is_continuer
from conversations.pieces import Piece

SHORT: Seconds = 1.0  # what listens lasts no longer
EVENT: Seconds = 0.3  # a shorter overlap has no label
_HELD: Seconds = 1.5  # who has spoken for so long is heard to have the floor
_SENTENCE: Seconds = 0.6  # nearer to the end or the start of a piece is no longer within it
_PAUSE = (-0.8, 0.6)  # between sentences: half are shorter than 0.45 s, one in ten is 1 s and more
_TAKES = (
    ("turn", 0.34),
    ("terminal", 0.12),
    ("finished", 0.24),  # an interruption in which the first says the sentence to its end
    ("cut", 0.16),  # one in which the first gives up
    ("pause", 0.14),  # one that begins while the first only pauses
)
_INSIDE = (("listen", 0.4), ("attempt", 0.18), ("", 0.42))


@dataclass(slots=True)
class PlannedLine:
    """What somebody says in one go: pieces and when each begins.

    `kind` is the class of the overlap that it begins with, or "turn"; `cut` when the speaker was
    made to stop, infinity if never.
    """

    speaker: str
    pieces: list[tuple[Seconds, Piece]]
    kind: str = "turn"
    over: PlannedLine | None = None
    cut: Seconds = field(default=float("inf"))

    @property
    def speech(self) -> tuple[Span, ...]:
        """When the speaker is heard."""
        spans = (
            Span(at + each.start, min(at + each.end, self.cut))
            for at, piece in self.pieces
            for each in piece.speech
            if at + each.start < self.cut
        )
        return tuple(spans)

    @property
    def span(self) -> Span:
        """From the first word to the last."""
        return Span(self.speech[0].start, self.speech[-1].end)

    @property
    def text(self) -> str:
        """The words up to the cut, as far as the time of a piece tells."""
        return " ".join(filter(None, (self._text_of(at, piece) for at, piece in self.pieces)))

    def _text_of(self, at: Seconds, piece: Piece) -> str:
        words = piece.text.split()
        kept = (self.cut - at) / piece.duration
        return " ".join(words if kept >= 1 else words[: max(0, int(kept * len(words)))])


class _Voice:
    """Pieces of a voice in a shuffled order, over and over."""

    def __init__(self, pieces: Sequence[Piece], draw: Random) -> None:
        self.draw = draw
        order = draw.sample(list(pieces), len(pieces))
        self.rest = cycle(order)
        short = [each for each in order if each.duration <= SHORT]
        listening = [each for each in short if is_continuer(each.text.rstrip(".?").split())]
        self.signals = listening or short
        self.trying = [each for each in order if 1.1 <= each.duration <= 2.6]

    def say(self, start: Seconds, least: Seconds) -> list[tuple[Seconds, Piece]]:
        """Pieces from `start` on that last at least so long, with pauses between them."""
        said: list[tuple[Seconds, Piece]] = []
        at = start
        while not said or at - start < least:
            piece = next(self.rest)
            said.append((at, piece))
            at += piece.duration + min(1.5, self.draw.lognormvariate(*_PAUSE))
        return said


def plan(pools: Sequence[Sequence[Piece]], turns: int, draw: Random) -> list[PlannedLine]:
    """Lines of speakers "A" and "B", each turn after what its listener says during it.

    Parameters
    ----------
    pools : pieces of two voices.
    turns : number of turns.
    draw : chooses pieces and pauses.
    """
    people = {name: _Voice(pool, draw) for name, pool in zip("AB", pools, strict=True)}
    latest = PlannedLine("A", people["A"].say(0.5, 4.0))
    lines = [latest]
    for _ in range(turns - 1):
        other = "B" if latest.speaker == "A" else "A"
        (taking,) = draw.choices(*zip(*_TAKES, strict=True))
        taken = _take_floor(latest, other, people[other], taking, draw)
        lines += _interjections(latest, taken.span.start, other, people[other], draw)
        lines.append(taken)
        latest = taken
    return lines


def _take_floor(
    before: PlannedLine, speaker: str, voice: _Voice, taking: str, draw: Random
) -> PlannedLine:
    """The next turn, and how it takes the floor."""
    end = before.span.end
    least = draw.uniform(1.2, 9.0)
    places = _PLACES[taking](before) if taking in _PLACES else []
    if places:
        start, resumes = draw.choice(places)
        if taking != "finished":
            before.cut = resumes + draw.uniform(0.35, 1.4)
        left = before.span.end - start
        return PlannedLine(
            speaker, voice.say(start, max(least, left + 1.0)), "interruption", before
        )
    if taking == "terminal":
        start = max(before.speech[-1].start + 0.1, end - draw.uniform(0.32, 0.45))
        return PlannedLine(speaker, voice.say(start, least), "terminal", before)
    gap = min(1.2, max(-0.15, draw.gauss(0.25, 0.3)))
    return PlannedLine(speaker, voice.say(end + gap, least), "turn")


def _late_moments(line: PlannedLine) -> list[tuple[Seconds, Seconds]]:
    """Moments within a sentence from which on a speaker needs 1 to 2.4 s to finish."""
    return [each for each in _moments(line) if 1.0 <= line.span.end - each[0] <= 2.4]


def _early_moments(line: PlannedLine) -> list[tuple[Seconds, Seconds]]:
    """Moments within a sentence after which a speaker would go on for 2 s and more."""
    return [each for each in _moments(line) if line.span.end - each[0] > 2.0]


def _pauses(line: PlannedLine) -> list[tuple[Seconds, Seconds]]:
    """Moments in a pause within a sentence, and when the speaker goes on."""
    return [
        (at + left.end + 0.6 * (right.start - left.end), at + right.start)
        for at, piece in line.pieces
        for left, right in pairwise(piece.speech)
        if 0.2 <= right.start - left.end <= 0.5
        and at + left.end - line.span.start > _HELD
        and line.span.end - at - right.start > 1.8
    ]


def _moments(line: PlannedLine) -> list[tuple[Seconds, Seconds]]:
    """Moments within a sentence, twice: nobody pauses there, so none goes on later."""
    inside = [
        at + span.start + 0.1 * step
        for at, piece in line.pieces
        for span in piece.speech
        for step in range(int(10 * span.duration))
        if _SENTENCE <= span.start + 0.1 * step <= piece.duration - _SENTENCE
    ]
    return [(each, each) for each in inside if each - line.span.start > _HELD]


_PLACES = {"finished": _late_moments, "cut": _early_moments, "pause": _pauses}


def _interjections(
    host: PlannedLine, until: Seconds, speaker: str, voice: _Voice, draw: Random
) -> list[PlannedLine]:
    """Make the listener's interjections while the speaker goes on."""
    lines: list[PlannedLine] = []
    begins = max(host.span.start, host.over.span.end if host.over else 0.0)
    at = begins + draw.uniform(1.0, 2.0)
    end = min(until, host.span.end)
    while at < end - 1.8:
        (kind,) = draw.choices(*zip(*_INSIDE, strict=True))
        pool = {"listen": voice.signals, "attempt": voice.trying}.get(kind, [])
        if kind == "attempt":
            at = next((each for each, _ in _moments(host) if each >= at), end)
        if pool:
            piece = draw.choice(pool)
            if at + piece.duration < end - (1.0 if kind == "listen" else 2.0):
                label = _listening(piece) if kind == "listen" else "attempt"
                lines.append(PlannedLine(speaker, [(at, piece)], label, host))
                at += piece.duration
        at += draw.uniform(2.0, 5.0)
    return lines


def _listening(piece: Piece) -> str:
    """What a short piece is while the other goes on; without words it is taken for a signal."""
    words = piece.text.split()
    if not words or is_continuer(words):
        return "backchannel"
    return "attempt" if claims_floor(words) else "cooperative"
