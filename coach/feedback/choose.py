"""Choose two strengths and one thing to try from what the conversation shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coach.feedback.context import FeedbackContext
from coach.feedback.topic import Leaning, Telling, Topic
from coach.feedback.topics import TOPICS
from coach.feedback.values import Feedback
from coach.feedback.wording import seconds
from coach.intervals import Seconds
from coach.measurement import Measurement
from coach.turns import Floor
from coach.turns.word_lookup import is_english

_STRENGTHS = 2


@dataclass(frozen=True, slots=True)
class _Leaning:
    topic: Topic
    lean: Leaning

    @property
    def strength(self) -> tuple[float, float]:
        """How surely it is a strength, then how likely."""
        return self.lean.low * self.lean.weight, self.lean.middle * self.lean.weight

    @property
    def need(self) -> tuple[float, float]:
        """How surely it calls for something to try, then how likely; the lower, the more."""
        return self.lean.high * self.lean.weight, self.lean.middle * self.lean.weight


_Told = tuple[_Leaning, Telling]


def give_feedback(floor: Floor, measurements: tuple[Measurement, ...]) -> Feedback:
    """Feedback for the mentor: at most two strengths, then one thing to try.

    Parameters
    ----------
    floor : of the conversation, after corrections.
    measurements : of the same floor.

    Returns
    -------
    Feedback without strengths and attempt, and a note that says why, when nobody is known to be
    the mentor, only one person is heard, or hardly anything is said.
    """
    if sum(floor.talk_time(speaker) > 0 for speaker in floor.speakers) < 2:
        return Feedback(notes=(_ALONE if floor.turns else _SILENT,))
    mentor = floor.conversation.mentor
    if mentor is None or mentor.id not in floor.speakers:
        return Feedback(notes=(_NO_MENTOR,))
    context = FeedbackContext(floor, measurements, mentor)
    if _talk_of_all(context) < context.rules.least_talk:
        return Feedback(notes=(*_notes(context), _TOO_LITTLE))
    leanings = [
        _Leaning(topic, lean) for topic in TOPICS if (lean := topic.lean(context)) is not None
    ]
    strengths = tuple(each.topic.finding(told) for each, told in _strengths(context, leanings))
    weakest = _attempt(context, leanings)
    chosen = weakest or _stretch(context, leanings)
    notes = (*_notes(context), *_note_uncertain(context, leanings))
    if chosen is None:
        return Feedback(strengths, notes=(*notes, _NOTHING if leanings else _TOO_LITTLE))
    each, told = chosen
    attempt = each.topic.finding(told)
    return Feedback(strengths, attempt, stretch=weakest is None, notes=notes)


_NO_MENTOR = (
    "It is not known who the mentor is, so the speakers are shown side by side and there is no "
    "feedback. Say who the mentor is to get it."
)
_NOTHING = "Nothing stood out for sure that calls for trying something else."
_TOO_LITTLE = "Too little was heard for feedback."
_SILENT = "Nobody is heard, so there is nothing to say."
_ALONE = (
    "Only one person is heard, where a conversation of two was expected, so nothing can be said "
    "about listening. If there were two, check that both voices are loud enough and that the "
    "export kept both tracks."
)


def _strengths(context: FeedbackContext, leanings: Iterable[_Leaning]) -> list[_Told]:
    """The best, and the best of another skill; of the same skill when there is no other."""
    sure = sorted(
        (each for each in leanings if each.lean.is_strength(context.rules)),
        key=lambda each: each.strength,
        reverse=True,
    )
    good = [
        (each, told)
        for each in sure
        if each.topic.praise is not None and (told := each.topic.praise(context)) is not None
    ]
    others = [pair for pair in good[1:] if pair[0].topic.skill != good[0][0].topic.skill]
    return (good[:1] + (others or good[1:]))[:_STRENGTHS]


def _attempt(context: FeedbackContext, leanings: Iterable[_Leaning]) -> _Told | None:
    """The weakest of the topics that are surely weak, with what there is to try."""
    weak = (each for each in leanings if each.lean.is_weakness(context.rules))
    return _first_proposal(context, sorted(weak, key=lambda each: each.need))


def _stretch(context: FeedbackContext, leanings: Iterable[_Leaning]) -> _Told | None:
    """A moment that surely shows where another way was open, of what is no strength."""
    open_ = (
        each
        for each in leanings
        if each.topic.is_invitation and not each.lean.is_strength(context.rules)
    )
    return _first_proposal(context, sorted(open_, key=lambda each: each.need[::-1]))


def _first_proposal(context: FeedbackContext, leanings: Iterable[_Leaning]) -> _Told | None:
    """The first for which there is something to say."""
    return next(
        (
            (each, told)
            for each in leanings
            if each.topic.propose is not None and (told := each.topic.propose(context)) is not None
        ),
        None,
    )


def _note_uncertain(context: FeedbackContext, leanings: Iterable[_Leaning]) -> Iterable[str]:
    """Name the topics that are not sure enough to speak of."""
    subjects = [
        each.topic.subject
        for each in leanings
        if each.lean.is_open(context.rules) and each.topic.subject
    ]
    if subjects:
        *first, last = subjects
        listed = f"{', '.join(first)} and {last}" if first else last
        yield (
            f"It could not be told {listed}: what is found in the words is not sure enough, so "
            "nothing is said about it."
        )


def _notes(context: FeedbackContext) -> Iterable[str]:
    """List what a reader should know about the basis of the feedback."""
    mentor = context.mentor
    if mentor.role_source == "guessed":
        yield (
            f"Who the mentor is was guessed ({mentor.name or mentor.id}): check that first, for "
            "everything here depends on it."
        )
    if not context.has_words:
        yield (
            "This rests on timing only, without questions and reflections: "
            + _explain_no_words(context)
        )
    talk = _talk_of_all(context)
    if talk < context.rules.short_talk:
        yield f"With only {seconds(talk)} of talk, take every number as a first impression."


def _talk_of_all(context: FeedbackContext) -> Seconds:
    """Speech of the mentor and all others."""
    return context.partner_talk + context.floor.talk_time(context.mentor.id)


def _explain_no_words(context: FeedbackContext) -> str:
    conv = context.conversation
    if (conv.words or conv.sentences) and not is_english(conv):
        return "the words are not known to be English, which is all that is understood so far."
    if conv.words:
        return "the words were not divided into sentences."
    return "there are no words."
