"""Empathy beside reflections: a strength named, what was said gathered, no hurried comfort."""

from __future__ import annotations

from collections.abc import Iterable

from coach.conversation import ListeningAct
from coach.feedback.heard import Estimate, Heard
from coach.feedback.quotes import FEWEST, Candidate, surest
from coach.feedback.topic import Telling
from coach.feedback.values import Quote, Suggestion
from coach.feedback.wording import counted, counted_range, sentence
from coach.measures.findings import probability
from coach.measures.surety import sampled_count


def affirmations(heard: Heard) -> Estimate | None:
    """How often the mentor named a strength or an effort; None without any."""
    return _number(heard, "affirmation")


def summaries(heard: Heard) -> Estimate | None:
    """How often the mentor gathered what was said; None without any."""
    return _number(heard, "summary")


def minimising(heard: Heard) -> Estimate | None:
    """How often the mentor played down or hurried to comfort; None without any."""
    return _number(heard, "minimising")


def _number(heard: Heard, act: ListeningAct) -> Estimate | None:
    found = heard.listening(act)
    if not found:
        return None
    if heard.surety.questions is None:
        return Estimate.exactly(len(found))
    samples = sampled_count(heard.surety.has(said, act) for said in found)
    return Estimate.within(samples, heard.floor.rules.sure_claim)


def praise_affirmation(heard: Heard) -> Telling | None:
    """Quote what the mentor named of the person."""
    quotes = _quotes(heard, "affirmation", fewest=FEWEST)
    if not quotes:
        return None
    figures = f"{_pieces(heard, 'affirmations', 'affirmation')} of {heard.partner}."
    return Telling(f"You named what is strong in {heard.partner}", figures, quotes)


def praise_summary(heard: Heard) -> Telling | None:
    """Quote where the mentor gathered what had been said."""
    quotes = _quotes(heard, "summary")
    if not quotes:
        return None
    figures = f"{_pieces(heard, 'summaries', 'summary', 'summaries')} of what was said."
    return Telling("You gathered what had been said", figures, quotes)


def propose_staying(heard: Heard) -> Telling | None:
    """Quote the hurried comfort, and suggest staying with what is hard."""
    quotes = _quotes(heard, "minimising")
    if not quotes:
        return None
    pieces = _pieces(
        heard, "minimising", "sentence that plays down or comforts",
        "sentences that play down or comfort",
    )  # fmt: skip
    return Telling(
        "Stay with what is hard before you comfort",
        f"{pieces}.",
        quotes[1:],
        Suggestion("You could have stayed with it", "That sounds hard. Tell me more.", quotes[0]),
    )


def _quotes(heard: Heard, act: ListeningAct, *, fewest: int = 1) -> tuple[Quote, ...]:
    candidates: Iterable[Candidate] = (
        Candidate(said, heard.surety.has(said, act), probability(said.acts, (act,)))
        for said in heard.listening(act)
    )
    return tuple(heard.quote(said) for said in surest(heard, candidates, fewest=fewest))


def _pieces(heard: Heard, measure: str, noun: str, plural: str = "") -> str:
    measured = heard.measured(measure)
    if measured is None or measured.interval is None:
        return sentence(counted(heard.amount(measure), noun, plural))
    return sentence(counted_range(measured.interval, noun, plural))
