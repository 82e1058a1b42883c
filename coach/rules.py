"""Every parameter of the measures, with its default, its source and its allowed range."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from coach.errors import InputError
from coach.intervals import Seconds

_SHARES = (
    "ghost_share",
    "low_probability",
    "max_low_confidence",
    "sure_claim",
    "sure_quote",
    "sure_moment",
)


@dataclass(frozen=True, slots=True)
class Rules:
    """Thresholds that turn speech into turns, overlaps and measures. Times in seconds.

    Parameters
    ----------
    min_pause : silence that ends an inter-pausal unit (Heldner & Edlund 2010).
    backchannel_max : longest listener unit that can be a backchannel.
    backchannel_words : most words of a backchannel, all from the continuer lexicon.
    min_overlap : overlap shorter than this is no event (benign at turn ends).
    terminal_max : a start this close to the other's stop is ordinary turn-taking.
    alone_min : how long the second speaker goes on alone after an interruption.
    lapse_min : a silence between turns longer than this is a lapse, reported apart.
    window, window_step : sliding window of the balance over time.
    quick_max : a reply within this offset after the partner's stop is "within 0-0.2 s".
    long_wait : silence kept this long counts as waiting (Rowe 1986, classrooms: 2.7-3 s).
    min_questions : fewer questions than this withhold the open ratio.
    min_latencies : fewer replies than this withhold the response latency.
    ghost_share, ghost_turn : a label with less of the speech and no longer turn is a ghost.
    low_probability : a word recognised with less is "low confidence".
    max_low_confidence : a larger share of such words withholds the measures read from words.
    sure_claim : what rests on labels is praised, or proposed, from this probability on.
    sure_quote : a sentence is quoted for what it does from this probability on.
    sure_moment : a sentence is listed with what it does from this probability on.
    """

    min_pause: Seconds = 0.2
    backchannel_max: Seconds = 1.0
    backchannel_words: int = 3
    min_overlap: Seconds = 0.3
    terminal_max: Seconds = 0.5
    alone_min: Seconds = 1.5
    lapse_min: Seconds = 5.0
    window: Seconds = 150.0
    window_step: Seconds = 30.0
    quick_max: Seconds = 0.2
    long_wait: Seconds = 2.7
    min_questions: int = 4
    min_latencies: int = 3
    ghost_share: float = 0.02
    ghost_turn: Seconds = 2.0
    low_probability: float = 0.5
    max_low_confidence: float = 0.4
    sure_claim: float = 0.9
    sure_quote: float = 0.85
    sure_moment: float = 0.7

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not (is_number and math.isfinite(value) and value >= 0):
                raise InputError(f"Rule {each.name} = {value!r}: expected a finite number >= 0.")
        for name in _SHARES:
            if getattr(self, name) > 1:
                raise InputError(f"Rule {name} = {getattr(self, name)}: expected a share in 0..1.")
        if self.sure_claim < 0.5:
            raise InputError(f"Rule sure_claim = {self.sure_claim}: expected a share in 0.5..1.")
        if not (self.window > 0 and self.window_step > 0):
            raise InputError("Rules window and window_step: expected more than 0 seconds.")
