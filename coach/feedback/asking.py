"""Communication: open questions, probing, one question at a time."""

from __future__ import annotations

from itertools import pairwise

from coach.conversation import QuestionKind, Sentence
from coach.feedback.context import Estimate, FeedbackContext
from coach.feedback.quotes import FEWEST, Candidate, choose_quotes
from coach.feedback.rephrasing import Rephrasing, is_openable, rephrase
from coach.feedback.topic import Telling
from coach.feedback.values import Suggestion
from coach.feedback.wording import percent, percent_range, seconds, with_noun
from coach.measures.findings import probability
from coach.measures.surety import CLOSED, OPEN, sample_count

_PROBING: tuple[QuestionKind, ...] = (
    "why", "feeling_probe", "view_probe", "possibility", "follow_up",
)  # fmt: skip


def open_share(context: FeedbackContext) -> Estimate | None:
    """Share of open questions; None when there are too few."""
    measured, shares = context.measurement("open_ratio"), context.surety.open_shares()
    if measured is None or measured.value is None:
        return None
    if shares is None:
        return Estimate.exact(measured.value)
    return Estimate.from_samples(shares, context.floor.rules.sure_claim)


def praise_open(context: FeedbackContext) -> Telling | None:
    """Quote the open questions that drew the longest answers."""
    best = choose_quotes(
        context,
        (
            Candidate(s, context.surety.asking(s, OPEN), _answer_length(context, s))
            for s in context.questions_of_act("open_question")
        ),
        fewest=FEWEST,
    )
    if not best:
        return None
    is_told = any(_answer_length(context, question) >= context.rules.story for question in best)
    title = f"You asked questions that let {context.partner} tell the story"
    return Telling(
        title if is_told else "You asked open questions",
        _open_figures(context),
        tuple(context.quote(s, _describe_answer(context, s)) for s in best),
        sure=_open_interval(context),
    )


def propose_open(context: FeedbackContext) -> Telling | None:
    """Suggest an open form of one of the mentor's own closed questions."""
    closed = choose_quotes(
        context,
        (
            Candidate(s, context.surety.asking(s, CLOSED), float(_rephrase_question(s).close))
            for s in context.questions_of_act("closed_question")
            if is_openable(s.text)
        ),
    )
    if not closed:
        return None
    first = max(closed, key=lambda s: _rephrase_question(s).close)
    opened = _rephrase_question(first)
    suggestion = (
        Suggestion("Try instead", opened.text, context.quote(first))
        if opened.close
        else Suggestion("You could begin with", "“What …” or “How …”", context.quote(first))
    )
    return Telling(
        "Turn one closed question into an open one",
        _open_figures(context),
        tuple(context.quote(s) for s in closed if s is not first),
        suggestion,
        _open_interval(context),
    )


def _rephrase_question(question: Sentence) -> Rephrasing:
    return rephrase(question.text, question.open_form)


def _open_figures(context: FeedbackContext) -> str:
    opened = len(context.questions_of_act("open_question"))
    share = percent(opened / context.questions)
    were = "was" if opened == 1 else "were"
    found = "found to be " if context.surety.questions is not None else ""
    return (
        f"{opened} of your {with_noun(context.questions, 'question')} {were} {found}open ({share})."
    )


def _open_interval(context: FeedbackContext) -> str:
    measured = context.measurement("open_ratio")
    interval = measured.interval if measured is not None else None
    if interval is None:
        return ""
    return (
        "Allowing for chance and for questions taken for the other kind, the share is most likely "
        f"{percent_range(interval)}."
    )


def _answer_length(context: FeedbackContext, question: Sentence) -> float:
    answer = context.answer(question)
    return answer.span.duration if answer is not None else 0.0


def _describe_answer(context: FeedbackContext, question: Sentence) -> str:
    length = _answer_length(context, question)
    return f"drew an answer of {seconds(length)}" if length >= 1 else ""


def probing_share(context: FeedbackContext) -> Estimate | None:
    """Share of the questions that ask why, what if, how it felt, or follow up."""
    asked = context.questions
    if context.measurement("open_questions") is None or asked < max(
        1, context.floor.rules.min_questions
    ):
        return None
    found = _list_probing(context)
    if context.surety.questions is None:
        return Estimate.exact(len(found) / asked)
    samples = sample_count(each.chance for each in found) / asked
    return Estimate.from_samples(samples, context.floor.rules.sure_claim)


def _list_probing(context: FeedbackContext) -> list[Candidate]:
    """The probing questions; following up counts where it takes up what was said."""
    return [
        Candidate(s, context.surety.asking(s, OPEN), probability(s.acts, _PROBING))
        for s in context.questions_of_kind(*_PROBING)
        if s.acts.act == "open_question" and (_is_deepening(s) or context.surety.is_carried(s))
    ]


def _is_deepening(question: Sentence) -> bool:
    return bool(({*_PROBING} - {"follow_up"}) & {*question.acts.kinds})


def praise_probing(context: FeedbackContext) -> Telling | None:
    """Quote the probing questions."""
    best = choose_quotes(context, _list_probing(context), fewest=FEWEST)
    if not best:
        return None
    return Telling(
        "You asked about what lies beneath",
        _probing_figures(context),
        tuple(context.quote(s, _kind(s)) for s in best),
    )


def propose_probing(context: FeedbackContext) -> Telling | None:
    """Suggest a deepening question after the partner's longest turn."""
    longest = max(context.partner_turns, key=lambda turn: turn.span.duration, default=None)
    if longest is None:
        return None
    return Telling(
        "Ask once what it was like, or why it matters",
        _probing_figures(context),
        (),
        Suggestion(
            "After this, for instance",
            "What matters most to you in this?",
            context.moment(longest.span, longest.speaker),
        ),
    )


def _probing_figures(context: FeedbackContext) -> str:
    asked = {kind: len(context.questions_of_kind(kind)) for kind in _PROBING}
    parts = [
        with_noun(asked["why"], "why question"),
        with_noun(
            len(context.questions_of_kind("feeling_probe", "view_probe")),
            "question about feelings or views", "questions about feelings or views",
        ),
        with_noun(asked["follow_up"], "follow-up"),
    ]  # fmt: skip
    if asked["possibility"]:
        parts.append(with_noun(asked["possibility"], "what-if question"))
    return f"Among your {with_noun(context.questions, 'question')}: {', '.join(parts)}."


def _kind(question: Sentence) -> str:
    names: dict[QuestionKind, str] = {
        "why": "asks why", "feeling_probe": "asks for feelings", "view_probe": "asks for views",
        "possibility": "opens a possibility", "follow_up": "follows up",
    }  # fmt: skip
    return next((names[kind] for kind in _PROBING if kind in question.acts.kinds), "")


def stacked_questions(context: FeedbackContext) -> Estimate | None:
    """Turns with two or more questions; None when there are too few questions."""
    if context.questions < context.floor.rules.min_questions:
        return None
    return Estimate.from_measurement(context.measurement("stacked_questions"))


def propose_single(context: FeedbackContext) -> Telling | None:
    """Quote the questions that came in one breath."""
    pairs = [pair for _, asked in context.asking_turns for pair in pairwise(asked)]
    asks = context.surety.chance_of_question
    shown = choose_quotes(context, (Candidate(b, min(asks(a), asks(b)), asks(b)) for a, b in pairs))
    if not shown:
        return None
    keep = next((first for first, _ in pairs if first.acts.act == "open_question"), None)
    return Telling(
        "Ask one question, then wait",
        f"In {with_noun(len(pairs), 'place')} a second question came before the first was "
        "answered.",
        tuple(context.quote(second, "the second question") for second in shown),
        Suggestion("Let this one stand alone", keep.text, None) if keep else None,
    )
