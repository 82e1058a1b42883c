"""The parts of a topic of feedback: the source of its number, and what there is to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from coach.feedback.context import Estimate, FeedbackContext
from coach.feedback.values import Finding, Quote, Skill, Suggestion
from coach.measures.catalogue import CATALOGUE, NO_NORM
from coach.rules import FeedbackRules


@dataclass(frozen=True, slots=True)
class Leaning:
    """How far a conversation leans towards a strength, from -1 to 1.

    Parameters
    ----------
    low, middle, high : at least, most likely and at most.
    weight : how much the topic matters, 0..1.
    """

    low: float
    middle: float
    high: float
    weight: float

    def is_strength(self, rules: FeedbackRules) -> bool:
        """Whether it is most likely good and surely not poor."""
        return self.middle >= rules.strength and self.low >= 0

    def is_weakness(self, rules: FeedbackRules) -> bool:
        """Whether it is most likely poor and surely not good."""
        return self.middle <= rules.attempt and self.high <= 0

    def is_open(self, rules: FeedbackRules) -> bool:
        """Whether it may as well be a strength as something to try."""
        return self.low <= rules.attempt and self.high >= rules.strength


@dataclass(frozen=True, slots=True)
class Telling:
    """What to say about a topic in this conversation; its `sure` overrides the topic's own."""

    title: str = field(repr=False)
    figures: str = field(repr=False)
    quotes: tuple[Quote, ...] = ()
    suggestion: Suggestion | None = None
    sure: str = ""


# None: there is nothing to say that is sure enough, or no moment that surely shows it.
Tell = Callable[[FeedbackContext], Telling | None]


@dataclass(frozen=True, slots=True)
class Topic:
    """A row of the table of topics.

    Parameters
    ----------
    name, skill : what it is called, in `coach.rules.FeedbackRules` too, and which skill of a mentor
        it belongs to.
    measure : the measure in the catalogue whose reference it is held against.
    read : the value with its bounds, or None when this conversation does not carry the topic.
    praise, propose : what to say of a strength and of something to try; None: never said.
    why : why it matters.
    sure : how far it can be trusted.
    subject : what cannot be told when the bounds are too far apart: "how often you ...".
    needs_words : whether it is read from English words.
    is_invitation : whether what there is to try may be proposed for a single moment that surely
        shows it, when nothing is surely poor.
    """

    name: str
    skill: Skill
    measure: str
    read: Callable[[FeedbackContext], Estimate | None]
    praise: Tell | None
    propose: Tell | None
    why: str
    sure: str
    subject: str = ""
    needs_words: bool = True
    is_invitation: bool = False

    def lean(self, context: FeedbackContext) -> Leaning | None:
        """How far the conversation leans towards a strength; None when it does not carry this."""
        rule = context.rules.of(self.name)
        if not rule.weight or (self.needs_words and not context.has_words):
            return None
        value = self.read(context)
        if value is None:
            return None
        low, middle, high = sorted(map(rule.lean, (value.low, value.value, value.high)))
        return Leaning(low, middle, high, rule.weight)

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
