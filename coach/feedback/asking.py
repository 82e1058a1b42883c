"""Communication: open questions, probing, one question at a time."""

from __future__ import annotations

from itertools import pairwise

from coach.conversation import QuestionKind, Sentence
from coach.feedback.heard import Heard
from coach.feedback.rephrasing import can_be_opened, rephrase
from coach.feedback.topic import Telling
from coach.feedback.values import Quote, Suggestion
from coach.feedback.wording import counted, percent, percent_range, seconds
from coach.intervals import Seconds

_PROBING: tuple[QuestionKind, ...] = ("why", "feeling_probe", "possibility", "follow_up")
_MIN_QUESTIONS = 4
_SHOWN = 3
_STORY: Seconds = 10.0  # an answer of that length can tell one


def open_share(heard: Heard) -> float | None:
    """Share of open questions; None when there are too few."""
    measured = heard.measured("open_ratio")
    return measured.value if measured is not None else None


def praise_open(heard: Heard) -> Telling:
    """Quote the open questions that drew the longest answers."""
    best = _fruitful(heard, "open_question")
    is_told = any(_answer_length(heard, question) >= _STORY for question in best)
    title = f"You asked questions that let {heard.partner} tell the story"
    return Telling(
        title if is_told else "You asked open questions",
        _open_figures(heard),
        tuple(heard.quote(s, _drew(heard, s)) for s in best),
        sure=_open_interval(heard),
    )


def propose_open(heard: Heard) -> Telling:
    """Say one of the mentor's own closed questions in an open way."""
    closed = sorted(_openable(heard), key=lambda s: not rephrase(s.text).close)
    quotes = [heard.quote(s) for s in closed[:_SHOWN]]
    suggestion = None
    if closed:
        opened = rephrase(closed[0].text).text
        suggestion = Suggestion("Try instead", opened, heard.quote(closed[0]))
        quotes = quotes[1:]
    return Telling(
        "Turn one closed question into an open one",
        _open_figures(heard),
        tuple(quotes),
        suggestion,
        _open_interval(heard),
    )


def _openable(heard: Heard) -> list[Sentence]:
    return [s for s in heard.asked("closed_question") if can_be_opened(s.text)]


def _open_figures(heard: Heard) -> str:
    opened = len(heard.asked("open_question"))
    share = percent(opened / heard.questions)
    were = "was" if opened == 1 else "were"
    return f"{opened} of your {counted(heard.questions, 'question')} {were} open ({share})."


def _open_interval(heard: Heard) -> str:
    measured = heard.measured("open_ratio")
    interval = measured.interval if measured is not None else None
    if interval is None:
        return ""
    return (
        "Allowing for chance and for questions taken for the other kind, the share is most likely "
        f"{percent_range(interval)}."
    )


def _fruitful(heard: Heard, act: str) -> tuple[Sentence, ...]:
    """The questions with the longest answers, in order of time."""
    best = sorted(heard.asked(act), key=lambda s: -_answer_length(heard, s))[:_SHOWN]
    return tuple(sorted(best, key=lambda s: s.span))


def _answer_length(heard: Heard, question: Sentence) -> float:
    answer = heard.answer(question)
    return answer.span.duration if answer is not None else 0.0


def _drew(heard: Heard, question: Sentence) -> str:
    length = _answer_length(heard, question)
    return f"drew an answer of {seconds(length)}" if length >= 1 else ""


def probing_share(heard: Heard) -> float | None:
    """Share of the questions that ask why, what if, how it felt, or follow up."""
    if heard.measured("open_questions") is None or heard.questions < _MIN_QUESTIONS:
        return None
    return len(heard.of_kind(*_PROBING)) / heard.questions


def praise_probing(heard: Heard) -> Telling:
    """Quote the probing questions."""
    return Telling(
        "You asked about what lies beneath",
        _probing_figures(heard),
        tuple(heard.quote(s, _kind(s)) for s in heard.of_kind(*_PROBING)[:_SHOWN]),
    )


def propose_probing(heard: Heard) -> Telling:
    """Suggest a deepening question after the partner's longest turn."""
    quotes = _long_turns(heard, 1)
    return Telling(
        "Ask once what it was like, or why it matters",
        _probing_figures(heard),
        (),
        Suggestion(
            "After this, for instance" if quotes else "After an answer, for instance",
            "What matters most to you in this?",
            *quotes,
        ),
    )


def _probing_figures(heard: Heard) -> str:
    asked = {kind: len(heard.of_kind(kind)) for kind in _PROBING}
    parts = [
        counted(asked["why"], "why question"),
        counted(asked["feeling_probe"], "question about feelings or views",
                "questions about feelings or views"),
        counted(asked["follow_up"], "follow-up"),
    ]  # fmt: skip
    if asked["possibility"]:
        parts.append(counted(asked["possibility"], "what-if question"))
    return f"Among your {counted(heard.questions, 'question')}: {', '.join(parts)}."


def _kind(question: Sentence) -> str:
    names: dict[QuestionKind, str] = {
        "why": "asks why", "feeling_probe": "asks for feelings or views",
        "possibility": "opens a possibility", "follow_up": "follows up",
    }  # fmt: skip
    return next((names[kind] for kind in _PROBING if kind in question.acts.kinds), "")


def _long_turns(heard: Heard, number: int) -> tuple[Quote, ...]:
    longest = sorted(heard.partner_turns, key=lambda turn: -turn.span.duration)[:number]
    return tuple(heard.moment(turn.span, turn.speaker) for turn in longest)


def stacked(heard: Heard) -> float | None:
    """Turns with two or more questions; None when there are too few questions."""
    found = heard.measured("stacked_questions")
    return found.value if found is not None and heard.questions >= _MIN_QUESTIONS else None


def propose_single(heard: Heard) -> Telling:
    """Quote the questions that came in one breath."""
    pairs = [pair for _, asked in heard.asking_turns for pair in pairwise(asked)]
    keep = next((first for first, _ in pairs if first.acts.act == "open_question"), None)
    return Telling(
        "Ask one question, then wait",
        f"In {counted(len(pairs), 'place')} a second question came before the first was answered.",
        tuple(heard.quote(second, "the second question") for _, second in pairs[:_SHOWN]),
        Suggestion("Let this one stand alone", keep.text, None) if keep else None,
    )
