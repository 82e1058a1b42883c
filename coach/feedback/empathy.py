"""Empathy, in words said: reflections, feelings picked up, permission before advice."""

from __future__ import annotations

from collections.abc import Iterable

from coach.conversation import ListeningAct, Sentence
from coach.feedback.feelings import NamedFeeling, named_feelings
from coach.feedback.heard import Estimate, Heard
from coach.feedback.quotes import FEWEST, Candidate, surest
from coach.feedback.topic import Telling
from coach.feedback.values import Quote, Suggestion
from coach.feedback.wording import (
    counted,
    counted_range,
    decimal,
    decimal_range,
    sentence,
    times,
)
from coach.measures.findings import REFLECTION, probability
from coach.measures.reflections import per_question_samples


def reflections_per_question(heard: Heard) -> Estimate | None:
    """How many reflections the mentor gave for each question; None with few questions."""
    if heard.measured("reflections") is None or heard.questions < heard.floor.rules.min_questions:
        return None
    samples = per_question_samples(heard.surety, heard.questions)
    if samples is None:
        return Estimate.of(heard.measured("reflection_to_question"))
    return Estimate.within(samples, heard.floor.rules.sure_claim)


def praise_reflections(heard: Heard) -> Telling | None:
    """Quote the reflections that share their content with what the partner had just said."""
    best = surest(heard, _shared(heard), fewest=FEWEST)
    if not best or heard.measured("reflection_to_question") is None:
        return None
    return Telling(
        "You gave back what you heard",
        _reflection_figures(heard),
        tuple(heard.quote(s, _depth(heard, s)) for s in best),
    )


def _shared(heard: Heard) -> Iterable[Candidate]:
    """Reflections, the deeper ones first where labels are a person's."""
    are_given = heard.surety.reflections is None
    for s in heard.listening(*REFLECTION):
        if are_given:
            yield Candidate(s, 1.0, float("reflection_complex" in s.acts.listening))
        elif heard.surety.is_evidence(s):
            yield Candidate(s, heard.surety.reflects(s), probability(s.acts, REFLECTION))


def propose_reflections(heard: Heard) -> Telling | None:
    """Suggest a reflection after a long turn that was met with a question."""
    asking = {turn.span for turn, _ in heard.asking_turns}
    before = (
        t.before for t in heard.floor.transitions
        if t.after.speaker == heard.mentor.id and t.after.span in asking
    )  # fmt: skip
    met = max(before, key=lambda turn: turn.span.duration, default=None)
    if met is None:
        return None
    return Telling(
        "Give back what you heard before the next question",
        _reflection_figures(heard),
        (),
        Suggestion(
            "Here, for instance, you could begin",
            f"“So for you …”, then two or three words that {heard.partner} used, and stop.",
            heard.moment(met.span, met.speaker, "met with a question"),
        ),
    )


def _reflection_figures(heard: Heard) -> str:
    given, ratio = heard.measured("reflections"), heard.measured("reflection_to_question")
    many = counted(heard.amount("reflections"), "reflection")
    if given is not None and given.interval is not None:
        many = counted_range(given.interval, "reflection")
    told = f"{sentence(many)} to {counted(heard.questions, 'question')}"
    if ratio is None or not ratio.value:
        return f"{told}."
    each = decimal_range(ratio.interval) if ratio.interval is not None else decimal(ratio.value)
    return f"{told}: {each} for each question."


def _depth(heard: Heard, reflection: Sentence) -> str:
    if heard.surety.reflections is not None:
        return f"takes up what {heard.partner} had just said"
    is_complex = "reflection_complex" in reflection.acts.listening
    return "adds meaning or feeling" if is_complex else "gives back the words"


def feelings_balance(heard: Heard) -> Estimate | None:
    """Feelings picked up less those passed by; None when the partner named none."""
    if heard.measured("feeling_words") is None:
        return None
    named = named_feelings(heard)
    if not named:
        return None
    passed = sum(each.answer is None for each in named)
    unsure = len(named) - passed - len(_picked(heard, named))
    sure = float(len(named) - passed - unsure)
    low, high = sure - 2 * (passed + unsure), sure + unsure - 2 * passed
    return Estimate(low, (low + high) / 2, high)


def _picked(heard: Heard, named: tuple[NamedFeeling, ...]) -> list[NamedFeeling]:
    """The feelings that were surely picked up."""
    return [each for each in named if each.chance >= heard.floor.rules.sure_quote]


def praise_feelings(heard: Heard) -> Telling | None:
    """Quote the answers to the feelings."""
    named = named_feelings(heard)
    words = {each.answer: each for each in _picked(heard, named) if each.answer is not None}
    best = surest(heard, (Candidate(s, each.chance, each.chance) for s, each in words.items()))
    if not best:
        return None
    return Telling(
        "You heard the feeling",
        _feeling_figures(heard, named),
        tuple(heard.quote(s, f"after “{words[s].word}”") for s in best),
    )


def propose_feelings(heard: Heard) -> Telling | None:
    """Name the feeling words that were passed by."""
    named = named_feelings(heard)
    passed = [each for each in named if each.answer is None]
    words = {each.sentence: each.word for each in reversed(passed)}
    shown = surest(heard, (Candidate(s, 1.0, len(s.text)) for s in words))
    if not shown:
        return None
    quotes = [heard.quote(s, f"“{words[s]}” was not taken up") for s in shown]
    return Telling(
        "Pick up the feeling word",
        _feeling_figures(heard, named),
        tuple(quotes[1:]),
        Suggestion(
            "You could have answered", f"You said “{words[shown[0]]}”. What was that like?",
            quotes[0],
        ),
    )  # fmt: skip


def _feeling_figures(heard: Heard, named: tuple[NamedFeeling, ...]) -> str:
    sure = _picked(heard, named)
    picked = len(sure)
    least = "at least " if any(each.answer for each in named if each not in sure) else ""
    taken = f"you took it up {least}{times(picked)}" if picked else "you did not take it up"
    if not picked and any(each.answer for each in named):
        taken = "it is not sure that you took it up"
    return f"{sentence(heard.partner)} named a feeling {times(len(named))}; {taken}."


def unasked_advice(heard: Heard) -> Estimate | None:
    """Advice without permission less advice with it; None when no advice was given.

    Advice that was asked for does not make up for advice that was not: while there is some, the
    value is never better than neither good nor poor.
    """
    unasked = Estimate.of(heard.measured("advice_without_permission"))
    asked = Estimate.of(heard.measured("advice_with_permission"))
    if unasked is None or asked is None or not unasked.high + asked.high:
        return None
    even = heard.rules.advice.even
    return Estimate(
        _balance(unasked.low, asked.high, even),
        _balance(unasked.value, asked.value, even),
        _balance(unasked.high, asked.low, even),
    )


def _balance(unasked: float, asked: float, even: float) -> float:
    return max(even, unasked - asked) if unasked else -asked


def praise_permission(heard: Heard) -> Telling | None:
    """Quote the advice that was welcome."""
    best = _advice(heard, "advice_with_permission")
    return Telling("You asked before you advised", _advice_figures(heard), best) if best else None


def propose_permission(heard: Heard) -> Telling | None:
    """Quote the advice that nobody had asked for."""
    given = _advice(heard, "advice_without_permission")
    if not given:
        return None
    return Telling(
        "Ask before you advise",
        _advice_figures(heard),
        given[1:],
        Suggestion(
            "You could open with",
            "I have a thought about this. Would you like to hear it?",
            given[0],
        ),
    )


def _advice(heard: Heard, act: ListeningAct) -> tuple[Quote, ...]:
    given = heard.listening(act)
    candidates = (
        Candidate(s, heard.surety.has(s, act), probability(s.acts, (act,))) for s in given
    )
    return tuple(heard.quote(s) for s in surest(heard, candidates))


def _advice_figures(heard: Heard) -> str:
    unasked, asked = (_pieces(heard, f"advice_{how}_permission") for how in ("without", "with"))
    return f"{sentence(unasked)} of advice without asking first, {asked} after asking."


def _pieces(heard: Heard, name: str) -> str:
    measured = heard.measured(name)
    if measured is None or measured.interval is None:
        return counted(heard.amount(name), "piece")
    return counted_range(measured.interval, "piece")
