"""Communication: open questions, probing, one question at a time."""

from __future__ import annotations

from itertools import pairwise

from coach.conversation import QuestionKind, Sentence
from coach.feedback.heard import Estimate, Heard
from coach.feedback.quotes import FEWEST, Candidate, surest
from coach.feedback.rephrasing import Rephrasing, can_be_opened, rephrase
from coach.feedback.topic import Telling
from coach.feedback.values import Suggestion
from coach.feedback.wording import counted, percent, percent_range, seconds
from coach.measures.findings import probability
from coach.measures.surety import CLOSED, OPEN, sampled_count

_PROBING: tuple[QuestionKind, ...] = (
    "why", "feeling_probe", "view_probe", "possibility", "follow_up",
)  # fmt: skip


def open_share(heard: Heard) -> Estimate | None:
    """Share of open questions; None when there are too few."""
    measured, shares = heard.measured("open_ratio"), heard.surety.open_shares()
    if measured is None or measured.value is None:
        return None
    if shares is None:
        return Estimate.exactly(measured.value)
    return Estimate.within(shares, heard.floor.rules.sure_claim)


def praise_open(heard: Heard) -> Telling | None:
    """Quote the open questions that drew the longest answers."""
    best = surest(
        heard,
        (
            Candidate(s, heard.surety.asking(s, OPEN), _answer_length(heard, s))
            for s in heard.asked("open_question")
        ),
        fewest=FEWEST,
    )
    if not best:
        return None
    is_told = any(_answer_length(heard, question) >= heard.rules.story for question in best)
    title = f"You asked questions that let {heard.partner} tell the story"
    return Telling(
        title if is_told else "You asked open questions",
        _open_figures(heard),
        tuple(heard.quote(s, _drew(heard, s)) for s in best),
        sure=_open_interval(heard),
    )


def propose_open(heard: Heard) -> Telling | None:
    """Say one of the mentor's own closed questions in an open way."""
    closed = surest(
        heard,
        (
            Candidate(s, heard.surety.asking(s, CLOSED), float(_opened(s).close))
            for s in heard.asked("closed_question")
            if can_be_opened(s.text)
        ),
    )
    if not closed:
        return None
    first = max(closed, key=lambda s: _opened(s).close)
    opened = _opened(first)
    suggestion = (
        Suggestion("Try instead", opened.text, heard.quote(first))
        if opened.close
        else Suggestion("You could begin with", "“What …” or “How …”", heard.quote(first))
    )
    return Telling(
        "Turn one closed question into an open one",
        _open_figures(heard),
        tuple(heard.quote(s) for s in closed if s is not first),
        suggestion,
        _open_interval(heard),
    )


def _opened(question: Sentence) -> Rephrasing:
    return rephrase(question.text, question.open_form)


def _open_figures(heard: Heard) -> str:
    opened = len(heard.asked("open_question"))
    share = percent(opened / heard.questions)
    were = "was" if opened == 1 else "were"
    found = "found to be " if heard.surety.questions is not None else ""
    return f"{opened} of your {counted(heard.questions, 'question')} {were} {found}open ({share})."


def _open_interval(heard: Heard) -> str:
    measured = heard.measured("open_ratio")
    interval = measured.interval if measured is not None else None
    if interval is None:
        return ""
    return (
        "Allowing for chance and for questions taken for the other kind, the share is most likely "
        f"{percent_range(interval)}."
    )


def _answer_length(heard: Heard, question: Sentence) -> float:
    answer = heard.answer(question)
    return answer.span.duration if answer is not None else 0.0


def _drew(heard: Heard, question: Sentence) -> str:
    length = _answer_length(heard, question)
    return f"drew an answer of {seconds(length)}" if length >= 1 else ""


def probing_share(heard: Heard) -> Estimate | None:
    """Share of the questions that ask why, what if, how it felt, or follow up."""
    asked = heard.questions
    if heard.measured("open_questions") is None or asked < max(1, heard.floor.rules.min_questions):
        return None
    found = _probing(heard)
    if heard.surety.questions is None:
        return Estimate.exactly(len(found) / asked)
    samples = sampled_count(each.chance for each in found) / asked
    return Estimate.within(samples, heard.floor.rules.sure_claim)


def _probing(heard: Heard) -> list[Candidate]:
    """The probing questions; following up counts where it takes up what was said."""
    return [
        Candidate(s, heard.surety.asking(s, OPEN), probability(s.acts, _PROBING))
        for s in heard.of_kind(*_PROBING)
        if s.acts.act == "open_question" and (_deepens(s) or heard.surety.is_carried(s))
    ]


def _deepens(question: Sentence) -> bool:
    return bool(({*_PROBING} - {"follow_up"}) & {*question.acts.kinds})


def praise_probing(heard: Heard) -> Telling | None:
    """Quote the probing questions."""
    best = surest(heard, _probing(heard), fewest=FEWEST)
    if not best:
        return None
    return Telling(
        "You asked about what lies beneath",
        _probing_figures(heard),
        tuple(heard.quote(s, _kind(s)) for s in best),
    )


def propose_probing(heard: Heard) -> Telling | None:
    """Suggest a deepening question after the partner's longest turn."""
    longest = max(heard.partner_turns, key=lambda turn: turn.span.duration, default=None)
    if longest is None:
        return None
    return Telling(
        "Ask once what it was like, or why it matters",
        _probing_figures(heard),
        (),
        Suggestion(
            "After this, for instance",
            "What matters most to you in this?",
            heard.moment(longest.span, longest.speaker),
        ),
    )


def _probing_figures(heard: Heard) -> str:
    asked = {kind: len(heard.of_kind(kind)) for kind in _PROBING}
    parts = [
        counted(asked["why"], "why question"),
        counted(
            len(heard.of_kind("feeling_probe", "view_probe")),
            "question about feelings or views", "questions about feelings or views",
        ),
        counted(asked["follow_up"], "follow-up"),
    ]  # fmt: skip
    if asked["possibility"]:
        parts.append(counted(asked["possibility"], "what-if question"))
    return f"Among your {counted(heard.questions, 'question')}: {', '.join(parts)}."


def _kind(question: Sentence) -> str:
    names: dict[QuestionKind, str] = {
        "why": "asks why", "feeling_probe": "asks for feelings", "view_probe": "asks for views",
        "possibility": "opens a possibility", "follow_up": "follows up",
    }  # fmt: skip
    return next((names[kind] for kind in _PROBING if kind in question.acts.kinds), "")


def stacked(heard: Heard) -> Estimate | None:
    """Turns with two or more questions; None when there are too few questions."""
    if heard.questions < heard.floor.rules.min_questions:
        return None
    return Estimate.of(heard.measured("stacked_questions"))


def propose_single(heard: Heard) -> Telling | None:
    """Quote the questions that came in one breath."""
    pairs = [pair for _, asked in heard.asking_turns for pair in pairwise(asked)]
    asks = heard.surety.asks
    shown = surest(heard, (Candidate(b, min(asks(a), asks(b)), asks(b)) for a, b in pairs))
    if not shown:
        return None
    keep = next((first for first, _ in pairs if first.acts.act == "open_question"), None)
    return Telling(
        "Ask one question, then wait",
        f"In {counted(len(pairs), 'place')} a second question came before the first was answered.",
        tuple(heard.quote(second, "the second question") for second in shown),
        Suggestion("Let this one stand alone", keep.text, None) if keep else None,
    )
