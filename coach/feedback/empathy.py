"""Empathy, in words said: reflections, feelings picked up, permission before advice."""

from __future__ import annotations

from collections.abc import Iterable

from coach.conversation import ListeningAct, Sentence
from coach.feedback.context import Estimate, FeedbackContext
from coach.feedback.feelings import NamedFeeling, named_feelings
from coach.feedback.quotes import FEWEST, Candidate, choose_quotes
from coach.feedback.topic import Telling
from coach.feedback.values import Quote, Suggestion
from coach.feedback.wording import (
    decimal,
    decimal_range,
    range_with_noun,
    sentence,
    times,
    with_noun,
)
from coach.measures.findings import REFLECTION, probability
from coach.measures.reflections import per_question_samples


def reflections_per_question(context: FeedbackContext) -> Estimate | None:
    """Return the reflections for each question; None with few questions."""
    if (
        context.measurement("reflections") is None
        or context.questions < context.floor.rules.min_questions
    ):
        return None
    samples = per_question_samples(context.surety, context.questions)
    if samples is None:
        return Estimate.from_measurement(context.measurement("reflection_to_question"))
    return Estimate.from_samples(samples, context.floor.rules.sure_claim)


def praise_reflections(context: FeedbackContext) -> Telling | None:
    """Quote the reflections that share their content with what the partner had just said."""
    best = choose_quotes(context, _list_reflections(context), fewest=FEWEST)
    if not best or context.measurement("reflection_to_question") is None:
        return None
    return Telling(
        "You gave back what you heard",
        _reflection_figures(context),
        tuple(context.quote(s, _depth(context, s)) for s in best),
    )


def _list_reflections(context: FeedbackContext) -> Iterable[Candidate]:
    """Reflections, the deeper ones first where labels are a person's."""
    are_given = context.surety.reflections is None
    for s in context.sentences_with(*REFLECTION):
        if are_given:
            yield Candidate(s, 1.0, float("reflection_complex" in s.acts.listening))
        elif context.surety.is_evidence(s):
            yield Candidate(
                s, context.surety.chance_of_reflection(s), probability(s.acts, REFLECTION)
            )


def propose_reflections(context: FeedbackContext) -> Telling | None:
    """Suggest a reflection after a long turn that was met with a question."""
    asking = {turn.span for turn, _ in context.asking_turns}
    before = (
        t.before for t in context.floor.transitions
        if t.after.speaker == context.mentor.id and t.after.span in asking
    )  # fmt: skip
    met = max(before, key=lambda turn: turn.span.duration, default=None)
    if met is None:
        return None
    return Telling(
        "Give back what you heard before the next question",
        _reflection_figures(context),
        (),
        Suggestion(
            "Here, for instance, you could begin",
            f"“So for you …”, then two or three words that {context.partner} used, and stop.",
            context.moment(met.span, met.speaker, "met with a question"),
        ),
    )


def _reflection_figures(context: FeedbackContext) -> str:
    given, ratio = context.measurement("reflections"), context.measurement("reflection_to_question")
    many = with_noun(context.amount("reflections"), "reflection")
    if given is not None and given.interval is not None:
        many = range_with_noun(given.interval, "reflection")
    told = f"{sentence(many)} to {with_noun(context.questions, 'question')}"
    if ratio is None or not ratio.value:
        return f"{told}."
    each = decimal_range(ratio.interval) if ratio.interval is not None else decimal(ratio.value)
    return f"{told}: {each} for each question."


def _depth(context: FeedbackContext, reflection: Sentence) -> str:
    if context.surety.reflections is not None:
        return f"takes up what {context.partner} had just said"
    is_complex = "reflection_complex" in reflection.acts.listening
    return "adds meaning or feeling" if is_complex else "gives back the words"


def feelings_balance(context: FeedbackContext) -> Estimate | None:
    """Feelings picked up less those passed by; None when the partner named none."""
    if context.measurement("feeling_words") is None:
        return None
    named = named_feelings(context)
    if not named:
        return None
    passed = sum(each.answer is None for each in named)
    unsure = len(named) - passed - len(_list_picked_up(context, named))
    sure = float(len(named) - passed - unsure)
    low, high = sure - 2 * (passed + unsure), sure + unsure - 2 * passed
    return Estimate(low, (low + high) / 2, high)


def _list_picked_up(
    context: FeedbackContext, named: tuple[NamedFeeling, ...]
) -> list[NamedFeeling]:
    """The feelings that were surely picked up."""
    return [each for each in named if each.chance >= context.floor.rules.sure_quote]


def praise_feelings(context: FeedbackContext) -> Telling | None:
    """Quote the answers to the feelings."""
    named = named_feelings(context)
    words = {
        each.answer: each for each in _list_picked_up(context, named) if each.answer is not None
    }
    best = choose_quotes(
        context, (Candidate(s, each.chance, each.chance) for s, each in words.items())
    )
    if not best:
        return None
    return Telling(
        "You heard the feeling",
        _feeling_figures(context, named),
        tuple(context.quote(s, f"after “{words[s].word}”") for s in best),
    )


def propose_feelings(context: FeedbackContext) -> Telling | None:
    """Name the feeling words that were passed by."""
    named = named_feelings(context)
    passed = [each for each in named if each.answer is None]
    words = {each.sentence: each.word for each in reversed(passed)}
    shown = choose_quotes(context, (Candidate(s, 1.0, len(s.text)) for s in words))
    if not shown:
        return None
    quotes = [context.quote(s, f"“{words[s]}” was not taken up") for s in shown]
    return Telling(
        "Pick up the feeling word",
        _feeling_figures(context, named),
        tuple(quotes[1:]),
        Suggestion(
            "You could have answered", f"You said “{words[shown[0]]}”. What was that like?",
            quotes[0],
        ),
    )  # fmt: skip


def _feeling_figures(context: FeedbackContext, named: tuple[NamedFeeling, ...]) -> str:
    sure = _list_picked_up(context, named)
    picked = len(sure)
    least = "at least " if any(each.answer for each in named if each not in sure) else ""
    taken = f"you took it up {least}{times(picked)}" if picked else "you did not take it up"
    if not picked and any(each.answer for each in named):
        taken = "it is not sure that you took it up"
    return f"{sentence(context.partner)} named a feeling {times(len(named))}; {taken}."


def unasked_advice(context: FeedbackContext) -> Estimate | None:
    """Advice without permission less advice with it; None when no advice was given.

    Advice that was asked for does not make up for advice that was not: while there is some, the
    value is never better than neither good nor poor.
    """
    unasked = Estimate.from_measurement(context.measurement("advice_without_permission"))
    asked = Estimate.from_measurement(context.measurement("advice_with_permission"))
    if unasked is None or asked is None or not unasked.high + asked.high:
        return None
    even = context.rules.advice.even
    return Estimate(
        _balance(unasked.low, asked.high, even),
        _balance(unasked.value, asked.value, even),
        _balance(unasked.high, asked.low, even),
    )


def _balance(unasked: float, asked: float, even: float) -> float:
    return max(even, unasked - asked) if unasked else -asked


def praise_permission(context: FeedbackContext) -> Telling | None:
    """Quote the advice that was welcome."""
    best = _advice(context, "advice_with_permission")
    return Telling("You asked before you advised", _advice_figures(context), best) if best else None


def propose_permission(context: FeedbackContext) -> Telling | None:
    """Quote the advice that nobody had asked for."""
    given = _advice(context, "advice_without_permission")
    if not given:
        return None
    return Telling(
        "Ask before you advise",
        _advice_figures(context),
        given[1:],
        Suggestion(
            "You could open with",
            "I have a thought about this. Would you like to hear it?",
            given[0],
        ),
    )


def _advice(context: FeedbackContext, act: ListeningAct) -> tuple[Quote, ...]:
    given = context.sentences_with(act)
    candidates = (
        Candidate(s, context.surety.chance_of(s, act), probability(s.acts, (act,))) for s in given
    )
    return tuple(context.quote(s) for s in choose_quotes(context, candidates))


def _advice_figures(context: FeedbackContext) -> str:
    unasked, asked = (_pieces(context, f"advice_{how}_permission") for how in ("without", "with"))
    return f"{sentence(unasked)} of advice without asking first, {asked} after asking."


def _pieces(context: FeedbackContext, name: str) -> str:
    measured = context.measurement(name)
    if measured is None or measured.interval is None:
        return with_noun(context.amount(name), "piece")
    return range_with_noun(measured.interval, "piece")
