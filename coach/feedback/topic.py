"""What a topic of the feedback is: where its number comes from and what there is to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from coach.feedback.heard import Estimate, Heard
from coach.feedback.values import Finding, Quote, Skill, Suggestion
from coach.measures.catalogue import CATALOGUE, NO_NORM

# From here on a topic counts as a strength, or as something to try.
STRENGTH = 0.25
ATTEMPT = -0.25


@dataclass(frozen=True, slots=True)
class Bounds:
    """The value that is surely poor, neither, and surely good; `poor` may lie above `good`."""

    poor: float
    even: float
    good: float

    def lean(self, value: float) -> float:
        """Place a value between -1 (poor) and 1 (good), straight on both sides of even.

        Examples
        --------
        >>> Bounds(poor=0.2, even=0.5, good=0.7).lean(0.6)
        0.5
        >>> Bounds(poor=0.65, even=0.5, good=0.4).lean(0.9)
        -1.0
        """
        if (value - self.even) * (self.good - self.even) >= 0:
            return min(1.0, round((value - self.even) / (self.good - self.even), 9))
        return max(-1.0, round((self.even - value) / (self.poor - self.even), 9))


@dataclass(frozen=True, slots=True)
class Leaning:
    """How far a conversation surely leans towards a strength: at least `low`, at most `high`."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Telling:
    """What to say about a topic in this conversation; `sure` goes before the topic's own."""

    title: str = field(repr=False)
    figures: str = field(repr=False)
    quotes: tuple[Quote, ...] = ()
    suggestion: Suggestion | None = None
    sure: str = ""


# None: there is nothing to say that is sure enough, or no moment that surely shows it.
Tell = Callable[[Heard], Telling | None]


@dataclass(frozen=True, slots=True)
class Topic:
    """A row of the table of topics.

    Parameters
    ----------
    name, skill : what it is called and which skill of a mentor it belongs to.
    measure : the measure in the catalogue whose reference it is held against.
    weight : how much it matters beside the others, 0..1.
    bounds : of the value that `read` gives.
    read : the value with its bounds, or None when this conversation does not carry the topic.
    praise, propose : what to say of a strength and of something to try; None: never said.
    why : why it matters.
    sure : how far it can be trusted.
    subject : what cannot be told when the bounds are too far apart: "how often you ...".
    needs_words : whether it is read from English words.
    """

    name: str
    skill: Skill
    measure: str
    weight: float
    bounds: Bounds
    read: Callable[[Heard], Estimate | None]
    praise: Tell | None
    propose: Tell | None
    why: str
    sure: str
    subject: str = ""
    needs_words: bool = True

    def lean(self, heard: Heard) -> Leaning | None:
        """How far the conversation leans towards a strength; None when it does not carry this."""
        if self.needs_words and not heard.has_words:
            return None
        value = self.read(heard)
        if value is None:
            return None
        ends = (self.bounds.lean(value.low), self.bounds.lean(value.high))
        return Leaning(min(ends), max(ends))

    def finding(self, telling: Telling) -> Finding:
        """Make a finding of what there is to say."""
        measure = CATALOGUE[self.measure]
        norm = f"{measure.norm} {NO_NORM}" if measure.reference is not None else NO_NORM
        return Finding(
            topic=self.name,
            skill=self.skill,
            title=telling.title,
            figures=telling.figures,
            why=self.why,
            sure=f"{telling.sure} {self.sure}".strip(),
            norm=norm,
            quotes=telling.quotes,
            suggestion=telling.suggestion,
        )
