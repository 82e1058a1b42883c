"""Every parameter of the measures, with its default, its source and its allowed range."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

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


def _check_finite(rules: Any) -> None:
    """Refuse what is neither a table of rules nor a finite number."""
    for each in fields(rules):
        value = getattr(rules, each.name)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not (is_dataclass(value) or (is_number and math.isfinite(value))):
            raise InputError(f"Rule {each.name} = {value!r}: expected a finite number.")


@dataclass(frozen=True, slots=True)
class TopicRule:
    """When a topic of the feedback is a strength, and when something to try.

    Parameters
    ----------
    poor, even, good : the value that is surely poor, neither, and surely good; `poor` may lie
        above `good`.
    weight : how much the topic matters beside the others, in 0..1; 0 leaves it out.
    """

    poor: float
    even: float
    good: float
    weight: float

    def __post_init__(self) -> None:
        _check_finite(self)
        if not (self.poor < self.even < self.good or self.poor > self.even > self.good):
            raise InputError(
                f"Topic with poor = {self.poor}, even = {self.even}, good = {self.good}: expected "
                "even between the other two."
            )
        if not 0 <= self.weight <= 1:
            raise InputError(f"Topic with weight = {self.weight}: expected 0..1.")

    def lean(self, value: float) -> float:
        """Place a value between -1 (poor) and 1 (good), in a straight line on both sides of even.

        Examples
        --------
        >>> TopicRule(poor=0.2, even=0.5, good=0.7, weight=1.0).lean(0.6)
        0.5
        >>> TopicRule(poor=0.65, even=0.5, good=0.4, weight=1.0).lean(0.9)
        -1.0
        """
        if (value - self.even) * (self.good - self.even) >= 0:
            return min(1.0, round((value - self.even) / (self.good - self.even), 9))
        return max(-1.0, round((self.even - value) / (self.poor - self.even), 9))


@dataclass(frozen=True, slots=True)
class FeedbackRules:
    """When feedback speaks of a topic, and how much the topic matters.

    A bound comes from the reference that the catalogue of measures borrows where there is one; the
    rest are plain choices that keep silent about what is usual and speak about what stands out.

    Parameters
    ----------
    strength : a topic is one when it most likely leans (-1..1) so far and surely not below 0.
    attempt : something to try when it most likely leans so far and surely not above 0.
    least_talk : less speech of the partner than this carries no topic of timing, and less of all
        no feedback, in seconds.
    least_replies : fewer replies than this carry no topic of replies.
    hasty_share : a larger share of early replies is no patience.
    story : an answer of this length lets the partner tell a story, in seconds.
    repair_within : after an interruption it may be repaired for so long, in seconds.
    feeling_turns, feeling_within : a feeling may be taken up in so many of the mentor's turns, no
        later than this, in seconds.
    short_talk : with less talk every number is a first impression, in seconds.
    reflections, ... : a rule for each topic. `interruptions` is per 10 minutes, `backchannels` per
        minute of the partner's talk, `monologue` in seconds; shares are in 0..1, the rest counts.
    """

    strength: float = 0.25
    attempt: float = -0.25
    least_talk: Seconds = 60.0
    least_replies: int = 6
    hasty_share: float = 0.25
    story: Seconds = 10.0
    repair_within: Seconds = 30.0
    feeling_turns: int = 2
    feeling_within: Seconds = 60.0
    short_talk: Seconds = 120.0
    reflections: TopicRule = TopicRule(poor=0.0, even=0.5, good=1.0, weight=1.0)
    interruptions: TopicRule = TopicRule(poor=4.0, even=1.0, good=0.0, weight=0.95)
    feelings: TopicRule = TopicRule(poor=-2.0, even=0.0, good=2.0, weight=0.9)
    open_questions: TopicRule = TopicRule(poor=0.2, even=0.5, good=0.7, weight=0.85)
    minimising: TopicRule = TopicRule(poor=2.0, even=0.5, good=-1.0, weight=0.8)
    balance: TopicRule = TopicRule(poor=1.0, even=0.6, good=0.0, weight=0.75)
    unheard: TopicRule = TopicRule(poor=-3.0, even=-0.5, good=1.0, weight=0.6)
    affirmation: TopicRule = TopicRule(poor=-1.0, even=0.0, good=2.0, weight=0.7)
    probing: TopicRule = TopicRule(poor=0.0, even=0.2, good=0.5, weight=0.7)
    advice: TopicRule = TopicRule(poor=3.0, even=0.5, good=-1.0, weight=0.65)
    repair: TopicRule = TopicRule(poor=-1.0, even=0.0, good=0.5, weight=0.6)
    silence: TopicRule = TopicRule(poor=-2.0, even=0.5, good=2.0, weight=0.6)
    monologue: TopicRule = TopicRule(poor=120.0, even=60.0, good=0.0, weight=0.6)
    stacked_questions: TopicRule = TopicRule(poor=4.0, even=1.0, good=0.0, weight=0.55)
    early_replies: TopicRule = TopicRule(poor=0.6, even=0.35, good=0.0, weight=0.5)
    summary: TopicRule = TopicRule(poor=-1.0, even=0.0, good=1.0, weight=0.5)
    backchannels: TopicRule = TopicRule(poor=0.0, even=1.0, good=4.0, weight=0.45)

    def __post_init__(self) -> None:
        _check_finite(self)
        if not -1 <= self.attempt < 0 < self.strength <= 1:
            raise InputError(
                f"Rules attempt = {self.attempt} and strength = {self.strength}: expected "
                "-1 <= attempt < 0 < strength <= 1."
            )

    def of(self, topic: str) -> TopicRule:
        """The rule of a topic."""
        rule: TopicRule = getattr(self, topic)
        return rule


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
    resume_max : who goes on after a shorter pause, while another has come in, had only paused.
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
    feedback : when feedback speaks of a topic.
    """

    min_pause: Seconds = 0.2
    backchannel_max: Seconds = 1.0
    backchannel_words: int = 3
    min_overlap: Seconds = 0.3
    terminal_max: Seconds = 0.5
    resume_max: Seconds = 1.0
    alone_min: Seconds = 0.5
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
    feedback: FeedbackRules = field(default_factory=FeedbackRules)

    def __post_init__(self) -> None:
        _check_finite(self)
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, (int, float)) and value < 0:
                raise InputError(f"Rule {each.name} = {value!r}: expected a number >= 0.")
        for name in _SHARES:
            if getattr(self, name) > 1:
                raise InputError(f"Rule {name} = {getattr(self, name)}: expected a share in 0..1.")
        if self.sure_claim < 0.5:
            raise InputError(f"Rule sure_claim = {self.sure_claim}: expected a share in 0.5..1.")
        if not (self.window > 0 and self.window_step > 0):
            raise InputError("Rules window and window_step: expected more than 0 seconds.")


def replace_values(rules: Any, values: object) -> Any:
    """Rules with some of their values replaced, tables within them too.

    Parameters
    ----------
    rules : `Rules`, `FeedbackRules` or a `TopicRule`.
    values : by name; a table within `rules` may be given in part.

    Raises
    ------
    InputError : if a name is not known, or a value is not allowed.

    Examples
    --------
    >>> replace_values(Rules(), {"feedback": {"balance": {"even": 0.55}}}).feedback.balance.even
    0.55
    """
    check_names(values, type(rules), "rule")
    assert isinstance(values, Mapping)
    given = {
        name: replace_values(getattr(rules, name), value)
        if is_dataclass(getattr(rules, name)) and not is_dataclass(value)
        else value
        for name, value in values.items()
    }
    return replace(rules, **given)


def check_names(values: object, target: type[Any], what: str) -> None:
    """Refuse what is no table, or has a name that `target` does not have.

    Parameters
    ----------
    values : what was given.
    target : a dataclass, whose fields are known.
    what : what a field is, for the message.
    """
    if not isinstance(values, Mapping):
        raise InputError(f"{values!r} in place of a table: expected a {what} and its value each.")
    known = [each.name for each in fields(target)]
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise InputError(f"Unknown {what} {', '.join(unknown)}. Expected: {', '.join(known)}.")
