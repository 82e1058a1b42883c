"""Choosing two strengths and one thing to try from what the conversation carries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coach.feedback.heard import Heard
from coach.feedback.topic import ATTEMPT, STRENGTH, Tell, Topic
from coach.feedback.topics import TOPICS
from coach.feedback.values import Feedback
from coach.feedback.wording import seconds
from coach.intervals import Seconds
from coach.measurement import Measurement
from coach.turns import Floor
from coach.turns.word_lookup import is_english

_STRENGTHS = 2
# With less talk than this even a clear number rests on a handful of events.
_SHORT: Seconds = 120.0


@dataclass(frozen=True, slots=True)
class _Leaning:
    topic: Topic
    lean: float

    @property
    def score(self) -> float:
        return self.lean * self.topic.weight


_Told = tuple[_Leaning, Tell]


def give_feedback(floor: Floor, measurements: tuple[Measurement, ...]) -> Feedback:
    """Feedback for the mentor: at most two strengths, then one thing to try.

    Parameters
    ----------
    floor : of the conversation, after corrections.
    measurements : of the same floor.

    Returns
    -------
    Feedback without strengths and attempt, and a note that says why, when nobody is known to be
    the mentor or only one person is heard.
    """
    if sum(floor.talk_time(speaker) > 0 for speaker in floor.speakers) < 2:
        return Feedback(notes=(_ALONE if floor.turns else _SILENT,))
    mentor = floor.conversation.mentor
    if mentor is None or mentor.id not in floor.speakers:
        return Feedback(notes=(_NO_MENTOR,))
    heard = Heard(floor, measurements, mentor)
    leanings = [
        _Leaning(topic, lean) for topic in TOPICS if (lean := topic.lean(heard)) is not None
    ]
    strengths = tuple(each.topic.finding(tell(heard)) for each, tell in _strengths(leanings))
    weakest, notes = _weakest(leanings), tuple(_notes(heard))
    if weakest is None:
        return Feedback(strengths, notes=(*notes, _NOTHING if strengths else _TOO_LITTLE))
    each, tell = weakest
    attempt = each.topic.finding(tell(heard))
    return Feedback(strengths, attempt, stretch=each.lean > ATTEMPT, notes=notes)


_NO_MENTOR = (
    "It is not known who the mentor is, so the speakers are shown side by side and there is no "
    "feedback. Say who the mentor is to get it."
)
_NOTHING = "Nothing stood out that calls for trying something else."
_TOO_LITTLE = "Too little was heard for feedback."
_SILENT = "Nobody is heard, so there is nothing to say."
_ALONE = (
    "Only one person is heard, where a conversation of two was expected, so nothing can be said "
    "about listening. If there were two, check that both voices are loud enough and that the "
    "export kept both tracks."
)


def _strengths(leanings: Iterable[_Leaning]) -> list[_Told]:
    """The best, and the best of another skill; of the same skill when there is no other."""
    good = sorted(
        (
            (each, each.topic.praise)
            for each in leanings
            if each.lean >= STRENGTH and each.topic.praise is not None
        ),
        key=lambda pair: -pair[0].score,
    )
    others = [pair for pair in good[1:] if pair[0].topic.skill != good[0][0].topic.skill]
    return (good[:1] + (others or good[1:]))[:_STRENGTHS]


def _weakest(leanings: Iterable[_Leaning]) -> _Told | None:
    """The weakest topic that is no strength, with what there is to try."""
    return min(
        (
            (each, each.topic.propose)
            for each in leanings
            if each.lean < STRENGTH and each.topic.propose is not None
        ),
        key=lambda pair: pair[0].score,
        default=None,
    )


def _notes(heard: Heard) -> Iterable[str]:
    """What the feedback rests on."""
    mentor = heard.mentor
    if mentor.role_source == "guessed":
        yield (
            f"Who the mentor is was guessed ({mentor.name or mentor.id}): check that first, for "
            "everything here depends on it."
        )
    if not heard.has_words:
        yield (
            "This rests on timing only, without questions and reflections: " + _why_no_words(heard)
        )
    talk = heard.partner_talk + heard.floor.talk_time(mentor.id)
    if talk < _SHORT:
        yield f"With only {seconds(talk)} of talk, take every number as a first impression."


def _why_no_words(heard: Heard) -> str:
    conv = heard.conversation
    if (conv.words or conv.sentences) and not is_english(conv):
        return "the words are not known to be English, which is all that is understood so far."
    if conv.words:
        return "the words were not divided into sentences."
    return "there are no words."
