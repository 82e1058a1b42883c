"""Balance over time: the talk share in a sliding window, and how the floor is shared."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from coach.intervals import Seconds, Span
from coach.turns import Floor

Dynamic = Literal["dominating_throughout", "back_and_forth", "alternating_dominance"]

DOMINANT = 0.6  # share of a window's talk that dominates it, as in ConvoKit's Balance
ONE_SIDED = 0.75  # share of the dominated windows that are one speaker's: our own cut


@dataclass(frozen=True, slots=True)
class Window:
    """Talk shares in a stretch of the conversation, by speaker; they sum to 1."""

    span: Span
    shares: dict[str, float]


@dataclass(frozen=True, slots=True)
class Balance:
    """How the balance of talk moves; `dynamic` is None when nobody speaks."""

    windows: tuple[Window, ...]
    dynamic: Dynamic | None


def balance_over_time(floor: Floor) -> Balance:
    """Talk shares in windows of `Rules.window` seconds, every `Rules.window_step` seconds.

    Windows lie between the first and the last speech; a shorter conversation is one window, and a
    window without any speech is left out. A window is dominated by a speaker with more than 60 % of
    its talk. The dynamic is back-and-forth when at most half of the windows are dominated;
    otherwise dominating throughout when three quarters of those are one speaker's, and alternating
    dominance when they are not.

    References
    ----------
    .. [1] Zhang, Zhang & Danescu-Niculescu-Mizil (2025), Time is on my side: dynamics of talk-time
       sharing in video-chat conversations; the windows and the 60 % are those of its ConvoKit
       implementation.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> balance = balance_over_time(floor(talk("A 0-30", "B 30-40")))
    >>> balance.windows[0].shares, balance.dynamic
    ({'A': 0.75, 'B': 0.25}, 'dominating_throughout')
    """
    if not floor.ipus:
        return Balance((), None)
    first = floor.ipus[0].span.start
    last = max(unit.span.end for unit in floor.ipus)
    clocks = {who: _Clock.of(voice.speech) for who, voice in floor.voices.items()}
    frames = _frames(Span(first, last), floor.rules.window, floor.rules.window_step)
    windows = tuple(window for frame in frames if (window := _window(frame, clocks)) is not None)
    return Balance(windows, _dynamic_of(windows))


@dataclass(frozen=True, slots=True)
class _Clock:
    """Runs only while one speaker speaks."""

    spans: tuple[Span, ...]
    ends: tuple[Seconds, ...]
    spoken: tuple[Seconds, ...]

    @classmethod
    def of(cls, spans: tuple[Span, ...]) -> _Clock:
        spoken = accumulate((span.duration for span in spans), initial=0.0)
        return cls(spans, tuple(span.end for span in spans), tuple(spoken))

    def at(self, moment: Seconds) -> Seconds:
        """Seconds spoken before `moment`."""
        done = bisect_left(self.ends, moment)
        if done == len(self.spans):
            return self.spoken[done]
        return self.spoken[done] + max(0.0, moment - self.spans[done].start)


def _frames(whole: Span, length: Seconds, step: Seconds) -> tuple[Span, ...]:
    if whole.duration <= length:
        return (whole,)
    steps = int((whole.duration - length) / step)
    starts = (whole.start + i * step for i in range(steps + 1))
    return tuple(Span(start, start + length) for start in starts)


def _window(frame: Span, clocks: Mapping[str, _Clock]) -> Window | None:
    talk = {who: clock.at(frame.end) - clock.at(frame.start) for who, clock in clocks.items()}
    everybody = sum(talk.values())
    if everybody <= 0:
        return None
    return Window(frame, {who: seconds / everybody for who, seconds in talk.items()})


def _dynamic_of(windows: tuple[Window, ...]) -> Dynamic:
    dominated = Counter(
        who for window in windows for who, share in window.shares.items() if share > DOMINANT
    )
    if 2 * dominated.total() <= len(windows):
        return "back_and_forth"
    most = max(dominated.values())
    one_sided = most >= ONE_SIDED * dominated.total()
    return "dominating_throughout" if one_sided else "alternating_dominance"
