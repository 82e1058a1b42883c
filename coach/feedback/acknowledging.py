"""Empathy besides reflections: strengths that are named, summaries, and hurried comfort."""

from __future__ import annotations

from collections.abc import Iterable

from coach.conversation import ListeningAct
from coach.feedback.context import Estimate, FeedbackContext
from coach.feedback.quotes import FEWEST, Candidate, choose_quotes
from coach.feedback.topic import Telling
from coach.feedback.values import Quote, Suggestion
from coach.feedback.wording import range_with_noun, sentence, with_noun
from coach.measures.findings import probability
from coach.measures.surety import sample_count


def affirmations(context: FeedbackContext) -> Estimate | None:
    """Count how often the mentor named a strength or an effort; None if never."""
    return _number(context, "affirmation")


def summaries(context: FeedbackContext) -> Estimate | None:
    """Count how often the mentor gathered what was said; None if never."""
    return _number(context, "summary")


def minimising(context: FeedbackContext) -> Estimate | None:
    """Count how often the mentor played something down or hurried to comfort; None if never."""
    return _number(context, "minimising")


def _number(context: FeedbackContext, act: ListeningAct) -> Estimate | None:
    found = context.sentences_with(act)
    if not found:
        return None
    if context.surety.questions is None:
        return Estimate.exact(len(found))
    samples = sample_count(context.surety.chance_of(said, act) for said in found)
    return Estimate.from_samples(samples, context.floor.rules.sure_claim)


def praise_affirmation(context: FeedbackContext) -> Telling | None:
    """Quote what the mentor named of the person."""
    quotes = _quotes(context, "affirmation", fewest=FEWEST)
    if not quotes:
        return None
    figures = f"{_pieces(context, 'affirmations', 'affirmation')} of {context.partner}."
    return Telling(f"You named what is strong in {context.partner}", figures, quotes)


def praise_summary(context: FeedbackContext) -> Telling | None:
    """Quote where the mentor gathered what had been said."""
    quotes = _quotes(context, "summary")
    if not quotes:
        return None
    figures = f"{_pieces(context, 'summaries', 'summary', 'summaries')} of what was said."
    return Telling("You gathered what had been said", figures, quotes)


def propose_staying(context: FeedbackContext) -> Telling | None:
    """Quote the hurried comfort, and suggest staying with what is hard."""
    quotes = _quotes(context, "minimising")
    if not quotes:
        return None
    pieces = _pieces(
        context, "minimising", "sentence that plays down or comforts",
        "sentences that play down or comfort",
    )  # fmt: skip
    return Telling(
        "Stay with what is hard before you comfort",
        f"{pieces}.",
        quotes[1:],
        Suggestion("You could have stayed with it", "That sounds hard. Tell me more.", quotes[0]),
    )


def _quotes(context: FeedbackContext, act: ListeningAct, *, fewest: int = 1) -> tuple[Quote, ...]:
    candidates: Iterable[Candidate] = (
        Candidate(said, context.surety.chance_of(said, act), probability(said.acts, (act,)))
        for said in context.sentences_with(act)
    )
    return tuple(context.quote(said) for said in choose_quotes(context, candidates, fewest=fewest))


def _pieces(context: FeedbackContext, measure: str, noun: str, plural: str = "") -> str:
    measured = context.measurement(measure)
    if measured is None or measured.interval is None:
        return sentence(with_noun(context.amount(measure), noun, plural))
    return sentence(range_with_noun(measured.interval, noun, plural))
