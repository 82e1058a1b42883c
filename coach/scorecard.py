"""The scorecard: everything that a reader sees about one conversation, as one value.

`score` is a pure function of the conversation and takes milliseconds, so a correction needs no
model. `coach.page` decides how a scorecard looks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from itertools import chain
from typing import Literal

from coach import registry
from coach.config import make_config
from coach.conversation import (
    Acts,
    Conversation,
    ListeningAct,
    Provenance,
    Recording,
    Speaker,
)
from coach.feedback import Feedback, FeedbackContext, give_feedback, named_feelings
from coach.intervals import Seconds, Span
from coach.measurement import Measurement
from coach.measures import measure
from coach.measures.balance import Balance, balance_over_time
from coach.measures.quality import remarks
from coach.measures.sentences import group_by_turn
from coach.rules import Rules
from coach.turns import Backchannel, Floor, Overlap, Turn, floor

MomentKind = Literal[ListeningAct, "feeling", "feeling_passed"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its class; `answer` is the length of the turn after it, in seconds.

    `open_form` is an open form of a closed question, if the annotator is sure of it.
    """

    span: Span
    speaker: str
    text: str = field(repr=False)
    acts: Acts
    answer: Seconds | None = None
    open_form: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of listening: a reflection, advice, or a feeling word and whether it was heard."""

    span: Span
    speaker: str
    kind: MomentKind
    text: str = field(repr=False)
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The measurements, the feedback and the events of one conversation.

    Parameters
    ----------
    recording, speakers, language, provenance : of the conversation; the mentor comes first.
    measurements : of every speaker, named as in `coach.measures.catalogue`.
    feedback : for the mentor.
    balance : talk shares over time.
    turns, backchannels, overlaps : in order of time.
    questions, moments : the questions and the moments of listening, in order of time.
    rules : the thresholds used.
    notes : for the reader, about the recording and the measures.
    corrected : whether it includes a person's corrections.
    """

    recording: Recording
    speakers: tuple[Speaker, ...]
    measurements: tuple[Measurement, ...]
    feedback: Feedback
    balance: Balance
    turns: tuple[Turn, ...] = ()
    backchannels: tuple[Backchannel, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    questions: tuple[Question, ...] = ()
    moments: tuple[Moment, ...] = ()
    language: str | None = None
    rules: Rules = field(default_factory=Rules)
    notes: tuple[str, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
    corrected: bool = False

    @property
    def mentor(self) -> Speaker | None:
        """The speaker with the role mentor, or None."""
        return next((s for s in self.speakers if s.role == "mentor"), None)

    def _repr_html_(self) -> str:
        """The page in a frame, for notebooks."""
        return registry.load("pages", "html")(self)


def score(conv: Conversation, *, rules: Rules | None = None, corrected: bool = False) -> Scorecard:
    """Compute the scorecard of a conversation.

    Parameters
    ----------
    conv : the conversation, after corrections if there are any.
    rules : thresholds; None means those of the analysis, or the defaults if it has none.
    corrected : whether `conv` includes a person's corrections; rulings on overlaps always count.

    Examples
    --------
    >>> from coach.talk import talk
    >>> card = score(talk("A 0-3 So how was it?", "B 3-12 It was quite hard", "A 13-14 I see"))
    >>> [speaker.role for speaker in card.speakers]
    ['mentor', 'mentee']
    >>> card.turns[1].span.duration
    9.0
    """
    conv = _with_rules(conv, rules)
    taken = floor(conv, rules_of(conv))
    measurements = tuple(measure(taken))
    return Scorecard(
        recording=conv.recording,
        speakers=_mentor_first(taken),
        measurements=measurements,
        feedback=give_feedback(taken, measurements),
        balance=balance_over_time(taken),
        turns=taken.turns,
        backchannels=taken.backchannels,
        overlaps=taken.overlaps,
        questions=_questions(taken),
        moments=_moments(taken, measurements),
        language=conv.language,
        rules=taken.rules,
        notes=(*conv.notes, *remarks(taken), *_notes(taken)),
        provenance=conv.provenance,
        corrected=corrected or bool(conv.rulings),
    )


def rules_of(conv: Conversation) -> Rules:
    """The rules of a conversation's analysis; the defaults if it has none.

    Raises
    ------
    InputError : if it has rules that are unknown here.
    """
    return make_config({"rules": conv.provenance.config.get("rules", {})}).rules


def _with_rules(conv: Conversation, rules: Rules | None) -> Conversation:
    """Keep the rules in the provenance."""
    if rules is None or rules == rules_of(conv):
        return conv
    config = {**conv.provenance.config, "rules": asdict(rules)}
    return replace(conv, provenance=replace(conv.provenance, config=config))


def _mentor_first(taken: Floor) -> tuple[Speaker, ...]:
    measured = [s for s in taken.conversation.speakers if s.id in taken.speakers]
    return tuple(sorted(measured, key=lambda s: s.role != "mentor"))


def _questions(taken: Floor) -> tuple[Question, ...]:
    found = (question for speaker in taken.speakers for question in _questions_of(taken, speaker))
    return tuple(sorted(found, key=lambda question: question.span))


def _questions_of(taken: Floor, speaker: str) -> Iterable[Question]:
    after = {t.before.span: t.after.span for t in taken.transitions if t.before.speaker == speaker}
    answers = {
        sentence.span: after[turn].duration
        for turn, said in group_by_turn(taken, speaker).items()
        for sentence in said
        if turn in after
    }
    for sentence in taken.voices[speaker].sentences:
        if sentence.acts.act != "other":
            answer = answers.get(sentence.span)
            text, acts = sentence.text, sentence.acts
            yield Question(sentence.span, speaker, text, acts, answer, sentence.open_form)


def _moments(taken: Floor, measurements: tuple[Measurement, ...]) -> tuple[Moment, ...]:
    mentor = taken.conversation.mentor
    if mentor is None or mentor.id not in taken.speakers:
        return ()
    context = FeedbackContext(taken, measurements, mentor)
    said = (
        Moment(sentence.span, mentor.id, act, sentence.text)
        for sentence in context.mentor_sentences
        for act in sentence.acts.listening
        if act != "backchannel" and context.surety.is_shown(sentence, act)
    )
    return tuple(sorted(chain(said, _feelings(context)), key=lambda moment: moment.span))


def _feelings(context: FeedbackContext) -> tuple[Moment, ...]:
    if not context.has_words:
        return ()
    return tuple(
        Moment(
            each.sentence.span,
            each.sentence.speaker,
            "feeling" if each.answer is not None else "feeling_passed",
            each.sentence.text,
            each.word,
        )
        for each in named_feelings(context)
    )


def _notes(taken: Floor) -> tuple[str, ...]:
    if len(taken.speakers) <= 2:
        return ()
    return (f"{len(taken.speakers)} people speak; the page shows the mentor beside all others.",)
