"""Rehearsal: moments of one's own sessions as cards, to say them in a better way.

The annotator reads what the user types in this process; nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Literal

import sqlalchemy as sa

from coach import registry
from coach.config import Config
from coach.conversation import Acts, Conversation, Sentence, Word
from coach.errors import InputError, MissingDependency, ModelUnavailable
from coach.intervals import Seconds, Span
from coach.measures.findings import ADVICE, REFLECTION, probability
from coach.page.labels import is_counted
from coach.page.view import Page
from coach.ports import Annotator, silent
from coach.scorecard import Question
from coach_api.sessions import corrections, trends
from coach_api.sessions.context import Context

CardKind = Literal["closed", "feeling"]

_SESSIONS, _EACH = 5, 6  # the newest sessions, and cards of a kind of each
_SURE = 0.7
_RECENT: Seconds = 60.0
_WORD: Seconds = 0.4  # what a typed word would last
_NAMED = 0.5
_MENTOR, _PARTNER = "A", "B"
_ALONE = Lock()


@dataclass(frozen=True, slots=True)
class Card:
    """A moment to say better.

    Parameters
    ----------
    kind : a closed question of the mentor's, or a feeling that went by.
    heard : what the partner said last; of a feeling, the sentence that names it.
    said : what the mentor said then.
    feeling : the word for it; "" for a question.
    opened : the closed question asked openly, where the annotator is sure of it.
    """

    session_id: str
    kind: CardKind
    span: Span
    heard: str = field(repr=False)
    said: str = field(repr=False)
    feeling: str = field(default="", repr=False)
    opened: str = field(default="", repr=False)

    @property
    def at(self) -> int:
        """Its moment, in milliseconds: names the card within its session."""
        return round(1000 * self.span.start)


@dataclass(frozen=True, slots=True)
class ClassifiedSentence:
    """A typed sentence and its kind, with a probability; `kind` is "" for any other kind.

    Parameters
    ----------
    kind : "open_question", "closed_question", "reflection", "affirmation", "advice" or "".
    """

    text: str = field(repr=False)
    kind: str
    probability: float | None


def cards(context: Context, db: sa.Connection, user_id: str) -> tuple[Card, ...]:
    """Make the cards of a user's newest sessions."""
    found: list[Card] = []
    for session_id in trends.newest_ids(db, user_id, _SESSIONS):
        found += _list_cards(session_id, corrections.page_of(context, db, session_id))
    return tuple(found)


def _list_cards(session_id: str, shown: Page) -> Iterator[Card]:
    conv, mentor = shown.conv, shown.card.mentor
    if conv is None or mentor is None:
        return
    closed = [each for each in shown.card.questions if each.speaker == mentor.id and _is_card(each)]
    passed = [each for each in shown.card.moments if each.kind == "feeling_passed"]
    for question in closed[:_EACH]:
        heard = _nearby_text(conv, mentor.id, is_own=False, before=question.span.start)
        said, opened = question.text, question.open_form
        yield Card(session_id, "closed", question.span, heard, said, opened=opened)
    for moment in passed[:_EACH]:
        reply = _nearby_text(conv, mentor.id, is_own=True, after=moment.span.end)
        yield Card(session_id, "feeling", moment.span, moment.text, reply, feeling=moment.note)


def _is_card(question: Question) -> bool:
    acts = question.acts
    is_sure = acts.probability is None or acts.probability >= _SURE
    return acts.act == "closed_question" and is_counted(acts) and is_sure


def _nearby_text(
    conv: Conversation,
    mentor: str,
    *,
    is_own: bool,
    before: Seconds | None = None,
    after: Seconds | None = None,
) -> str:
    """The last two sentences before a moment, or the first after it; "" where there is none."""
    theirs = [each for each in conv.sentences if (each.speaker == mentor) == is_own]
    if before is not None:
        near = [e for e in theirs if before - _RECENT <= e.span.start and e.span.end <= before + 1]
        return " ".join(each.text for each in near[-2:])
    later = (e for e in theirs if after is not None and after - 1 <= e.span.start)
    return next((e.text for e in later if after is None or e.span.start <= after + _RECENT), "")


def is_installed() -> bool:
    """Whether typed sentences can be read here."""
    try:
        _annotator()
    except (InputError, MissingDependency, ModelUnavailable):
        return False
    return True


@cache
def _annotator() -> Annotator:
    """Load it once: that takes some seconds."""
    return registry.load("annotators", Config().annotator).create(model=None, device="cpu")


def classify_text(text: str, heard: str) -> tuple[ClassifiedSentence, ...]:
    """Classify the sentences of a text, as if they were said after `heard`.

    Parameters
    ----------
    text : what the user typed.
    heard : the partner's words before it.

    Raises
    ------
    MissingDependency, ModelUnavailable : if typed sentences cannot be read here.
    """
    with _ALONE:
        sentences = _annotator()(_words(heard, text), pitch=None, report=silent)
    return tuple(_classify_sentence(each) for each in sentences if each.speaker == _MENTOR)


def _words(heard: str, text: str) -> tuple[Word, ...]:
    typed = [(_PARTNER, word) for word in heard.split()] + [(_MENTOR, w) for w in text.split()]
    return tuple(
        Word(Span(_WORD * at, _WORD * (at + 1)), word, speaker)
        for at, (speaker, word) in enumerate(typed)
    )


def _classify_sentence(sentence: Sentence) -> ClassifiedSentence:
    """Classify a sentence by its own probabilities: one sentence shows no habits of a speaker."""
    acts = sentence.acts
    if acts.act != "other":
        return ClassifiedSentence(sentence.text, acts.act, acts.probability)
    kind, chance = max(_listening(acts), key=lambda each: each[1])
    if chance >= _NAMED:
        return ClassifiedSentence(sentence.text, kind, chance)
    return ClassifiedSentence(sentence.text, "", acts.probability)


def _listening(acts: Acts) -> Iterable[tuple[str, float]]:
    yield "reflection", probability(acts, (*REFLECTION, "summary"))
    yield "advice", probability(acts, ADVICE)
    yield "affirmation", probability(acts, ("affirmation",))
