"""Empathy, in words said: reflections, feelings picked up, permission before advice."""

from __future__ import annotations

from coach.conversation import Sentence
from coach.feedback.feelings import NamedFeeling, named_feelings
from coach.feedback.heard import Heard
from coach.feedback.topic import Telling
from coach.feedback.values import Suggestion
from coach.feedback.wording import counted, decimal, sentence, times

_SHOWN = 3
UNASKED = 0.5  # neither good nor poor


def reflections_per_question(heard: Heard) -> float | None:
    """How many reflections the mentor gave for each question; None with few questions."""
    measured = heard.measured("reflection_to_question")
    enough = measured is not None and (measured.denominator or 0) >= heard.floor.rules.min_questions
    return measured.value if measured is not None and enough else None


def praise_reflections(heard: Heard) -> Telling:
    """Quote the reflections, the complex ones first."""
    both = heard.listening("reflection_complex", "reflection_simple")
    best = sorted(both, key=lambda s: "reflection_complex" not in s.acts.listening)[:_SHOWN]
    return Telling(
        "You gave back what you heard",
        _reflection_figures(heard),
        tuple(heard.quote(s, _depth(s)) for s in sorted(best, key=lambda s: s.span)),
    )


def propose_reflections(heard: Heard) -> Telling:
    """Suggest a reflection after a long turn that was met with a question."""
    asking = {turn.span for turn, _ in heard.asking_turns}
    before = (
        t.before for t in heard.floor.transitions
        if t.after.speaker == heard.mentor.id and t.after.span in asking
    )  # fmt: skip
    met = max(before, key=lambda turn: turn.span.duration, default=None)
    said = heard.moment(met.span, met.speaker, "met with a question") if met else None
    return Telling(
        "Give back what you heard before the next question",
        _reflection_figures(heard),
        (),
        Suggestion(
            "Here, for instance, you could begin" if said else "You could begin",
            f"“So for you …”, then two or three words that {heard.partner} used, and stop.",
            said,
        ),
    )


def _reflection_figures(heard: Heard) -> str:
    given = counted(heard.amount("reflections"), "reflection")
    rate = reflections_per_question(heard)
    ratio = f": {decimal(rate)} for each question" if rate else ""
    return f"{sentence(given)} to {counted(heard.questions, 'question')}{ratio}."


def _depth(reflection: Sentence) -> str:
    is_complex = "reflection_complex" in reflection.acts.listening
    return "adds meaning or feeling" if is_complex else "gives back the words"


def feelings_balance(heard: Heard) -> float | None:
    """Feelings picked up less those passed by; None when the partner named none."""
    if heard.measured("feeling_words") is None:
        return None
    named = named_feelings(heard)
    picked = sum(each.answer is not None for each in named)
    return float(picked - 2 * (len(named) - picked)) if named else None


def praise_feelings(heard: Heard) -> Telling:
    """Quote the feeling and the answer to it."""
    named = named_feelings(heard)
    answers = {each.answer.span: each.answer for each in named if each.answer is not None}
    return Telling(
        "You heard the feeling",
        _feeling_figures(heard, named),
        tuple(heard.quote(s, _to(named, s)) for s in list(answers.values())[:_SHOWN]),
    )


def _to(named: tuple[NamedFeeling, ...], answer: Sentence) -> str:
    word = next(each.word for each in named if each.answer is answer)
    return f"after “{word}”"


def propose_feelings(heard: Heard) -> Telling:
    """Name the feeling words that were passed by."""
    named = named_feelings(heard)
    passed = [each for each in named if each.answer is None]
    quotes = [heard.quote(each.sentence, f"“{each.word}” was not taken up") for each in passed]
    suggestion = Suggestion("Where a feeling is named", "Say the word again, and wait.")
    if passed:
        text = f"You said “{passed[0].word}”. What was that like?"
        suggestion = Suggestion("You could have answered", text, quotes[0])
    return Telling(
        "Pick up the feeling word",
        _feeling_figures(heard, named),
        tuple(quotes[1:_SHOWN]),
        suggestion,
    )


def _feeling_figures(heard: Heard, named: tuple[NamedFeeling, ...]) -> str:
    picked = sum(each.answer is not None for each in named)
    taken = f"you took it up {times(picked)}" if picked else "you did not take it up"
    return f"{sentence(heard.partner)} named a feeling {times(len(named))}; {taken}."


def unasked_advice(heard: Heard) -> float | None:
    """Advice without permission less advice with it; None when no advice was given.

    Advice that was asked for does not make up for advice that was not: while there is some, the
    value stays at `UNASKED` or above.
    """
    unasked = heard.amount("advice_without_permission")
    asked = heard.amount("advice_with_permission")
    if not unasked + asked:
        return None
    return max(UNASKED, unasked - asked) if unasked else -asked


def praise_permission(heard: Heard) -> Telling:
    """Quote the advice that was welcome."""
    return Telling(
        "You asked before you advised",
        _advice_figures(heard),
        tuple(heard.quote(s) for s in heard.listening("advice_with_permission")[:_SHOWN]),
    )


def propose_permission(heard: Heard) -> Telling:
    """Quote the advice that nobody had asked for."""
    given = [heard.quote(s) for s in heard.listening("advice_without_permission")[:_SHOWN]]
    return Telling(
        "Ask before you advise",
        _advice_figures(heard),
        tuple(given[1:]),
        Suggestion(
            "You could open with",
            "I have a thought about this. Would you like to hear it?",
            given[0] if given else None,
        ),
    )


def _advice_figures(heard: Heard) -> str:
    unasked = counted(heard.amount("advice_without_permission"), "piece", "pieces")
    asked = counted(heard.amount("advice_with_permission"), "piece", "pieces")
    return f"{sentence(unasked)} of advice without asking first, {asked} after asking."
