"""The conversation as the topics of the feedback look at it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from coach.conversation import Conversation, ListeningAct, QuestionKind, Sentence, Speaker, Word
from coach.feedback.values import Quote
from coach.feedback.wording import shorten
from coach.intervals import Seconds, Span
from coach.measurement import Measurement, find
from coach.measures.confusion import middle
from coach.measures.sentences import asks, group_by_turn
from coach.measures.surety import Samples, Surety, surety
from coach.rules import FeedbackRules
from coach.turns import Floor, Turn
from coach.turns.word_lookup import is_english

_LAST: Seconds = 4.0
# The partner may begin to answer a little before the question has ended, and needs time to think.
_ANSWER_EARLIEST, _ANSWER_LATEST = -1.0, 12.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its bounds; all three are one where nothing is uncertain about it."""

    low: float
    value: float
    high: float

    @classmethod
    def exact(cls, value: float) -> Estimate:
        """Make an estimate from a number that was counted or timed."""
        return cls(value, value, value)

    @classmethod
    def from_measurement(cls, measured: Measurement | None) -> Estimate | None:
        """Make an estimate from a measurement; None where it has no value."""
        if measured is None or measured.value is None:
            return None
        low, high = measured.interval or (measured.value, measured.value)
        return cls(low, measured.value, high)

    @classmethod
    def from_samples(cls, samples: Samples, sure: float) -> Estimate:
        """Make an estimate from samples.

        Parameters
        ----------
        samples : of the number [shape=(samples,)].
        sure : probability with which each bound holds, in (0.5, 1).
        """
        return cls(*middle(samples, level=2 * sure - 1))


def _begins(each: Sentence | Turn) -> Seconds:
    return each.span.start


def _middle(word: Word) -> Seconds:
    return word.span.middle


@dataclass(frozen=True)
class FeedbackContext:
    """A floor, its measurements and who the feedback is for.

    Parameters
    ----------
    floor, measurements : of the conversation.
    mentor : the speaker whose listening is looked at.
    """

    floor: Floor
    measurements: tuple[Measurement, ...]
    mentor: Speaker

    @property
    def conversation(self) -> Conversation:
        """The conversation that was heard."""
        return self.floor.conversation

    @property
    def rules(self) -> FeedbackRules:
        """When feedback speaks of a topic."""
        return self.floor.rules.feedback

    @cached_property
    def partners(self) -> tuple[Speaker, ...]:
        """The others in the conversation."""
        ids = set(self.floor.speakers) - {self.mentor.id}
        return tuple(s for s in self.conversation.speakers if s.id in ids)

    @cached_property
    def partner(self) -> str:
        """The partner in the middle of a sentence: a name, or a role."""
        if len(self.partners) > 1:
            return "the others"
        return self.partners[0].name or "your mentee" if self.partners else "your partner"

    @cached_property
    def has_words(self) -> bool:
        """Whether there are English sentences, the only ones that the word topics understand."""
        return bool(self.conversation.sentences) and is_english(self.conversation)

    @cached_property
    def partner_talk(self) -> Seconds:
        """Seconds of speech of the others."""
        return self.floor.talk_time_of_others(self.mentor.id)

    @property
    def has_talk(self) -> bool:
        """Whether the partner spoke long enough for what is read from timing."""
        return self.partner_talk >= self.rules.least_talk

    def measurement(self, name: str) -> Measurement | None:
        """The mentor's measurement of that name when it has a value."""
        found = find(self.measurements, name, self.mentor.id)
        return found if found is not None and found.value is not None else None

    def amount(self, name: str) -> float:
        """A count of the mentor's, 0 when it was not measured."""
        found = self.measurement(name)
        return found.value or 0.0 if found is not None else 0.0

    @cached_property
    def surety(self) -> Surety:
        """How sure the labels of the mentor's sentences are."""
        return surety(self.floor, self.mentor.id)

    @cached_property
    def mentor_sentences(self) -> tuple[Sentence, ...]:
        """The mentor's sentences, in order."""
        return self.floor.voices[self.mentor.id].sentences

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """The mentor's turns, in order."""
        return self.floor.turns_of(self.mentor.id)

    def turns_between(self, start: Seconds, end: Seconds) -> tuple[Turn, ...]:
        """The mentor's turns that begin between two moments, both left out.

        Parameters
        ----------
        start, end : moments; a turn that begins at one of them is left out.
        """
        first = bisect_right(self.turns, start, key=_begins)
        return self.turns[first : bisect_left(self.turns, end, key=_begins)]

    def mentor_sentences_in(self, span: Span) -> tuple[Sentence, ...]:
        """The mentor's sentences whose middle lies in a span; one that began before may be one."""
        first = max(0, bisect_left(self.mentor_sentences, span.start, key=_begins) - 1)
        last = bisect_left(self.mentor_sentences, span.end, key=_begins)
        return tuple(s for s in self.mentor_sentences[first:last] if span.contains(s.span.middle))

    @cached_property
    def partner_sentences(self) -> tuple[Sentence, ...]:
        """The partners' sentences, in order."""
        ids = {s.id for s in self.partners}
        return tuple(s for s in self.conversation.sentences if s.speaker in ids)

    def questions_of_act(self, act: str) -> tuple[Sentence, ...]:
        """The mentor's open or closed questions, as they are counted."""
        return tuple(s for s in self.mentor_sentences if s.acts.act == act and asks(s))

    @property
    def questions(self) -> int:
        """How many questions of the mentor count."""
        return len(self.questions_of_act("open_question")) + len(
            self.questions_of_act("closed_question")
        )

    def questions_of_kind(self, *kinds: QuestionKind) -> tuple[Sentence, ...]:
        """The mentor's questions of any of these kinds, as they are counted."""
        return tuple(s for s in self.mentor_sentences if asks(s) and set(kinds) & set(s.acts.kinds))

    def sentences_with(self, *acts: ListeningAct) -> tuple[Sentence, ...]:
        """The mentor's sentences with any of these listening acts."""
        return tuple(s for s in self.mentor_sentences if set(acts) & set(s.acts.listening))

    @cached_property
    def partner_turns(self) -> tuple[Turn, ...]:
        """Turns of the others, in order."""
        return tuple(t for t in self.floor.turns if t.speaker != self.mentor.id)

    @cached_property
    def asking_turns(self) -> tuple[tuple[Turn, tuple[Sentence, ...]], ...]:
        """The mentor's turns with questions that count, and these."""
        by_span = group_by_turn(self.floor, self.mentor.id)
        found = ((turn, tuple(filter(asks, by_span.get(turn.span, ())))) for turn in self.turns)
        return tuple((turn, asked) for turn, asked in found if asked)

    @cached_property
    def _words(self) -> dict[str, tuple[Word, ...]]:
        """Each speaker's words, in order of their middle."""
        return {
            who: tuple(sorted(voice.words, key=_middle)) for who, voice in self.floor.voices.items()
        }

    def answer(self, sentence: Sentence) -> Turn | None:
        """The partner's turn that answers a question of the mentor, or None."""
        turns, asked = self.partner_turns, sentence.span.end
        i = bisect_left(turns, asked + _ANSWER_EARLIEST, key=_begins)
        if i == len(turns) or turns[i].span.start > asked + _ANSWER_LATEST:
            return None
        return turns[i]

    def quote(self, sentence: Sentence, note: str = "") -> Quote:
        """A sentence as a quote.

        Parameters
        ----------
        sentence : of any speaker.
        note : a few words for the reader; "" for none.
        """
        return Quote(sentence.span, sentence.speaker, shorten(sentence.text), note)

    def quote_before(self, moment: Seconds, speaker: str, note: str = "") -> Quote:
        """Quote what a speaker was saying up to a moment: the sentence, or the last seconds.

        Parameters
        ----------
        moment : the end of what is quoted.
        speaker : id of the speaker.
        note : a few words for the reader; "" for none.
        """
        said = self.floor.voices[speaker].sentences
        at = bisect_right(said, moment, key=_begins) - 1
        if at >= 0 and moment - said[at].span.end <= _LAST:
            return self.quote(said[at], note)
        return self.moment(Span(max(0.0, moment - _LAST), max(moment, _LAST)), speaker, note)

    def moment(self, span: Span, speaker: str, note: str = "") -> Quote:
        """Quote what a speaker said during a span; the text is empty where no words are known.

        Parameters
        ----------
        span : the time that is quoted.
        speaker : id of the speaker.
        note : a few words for the reader; "" for none.
        """
        said = self._words[speaker]
        first = bisect_left(said, span.start, key=_middle)
        words = said[first : bisect_left(said, span.end, key=_middle)]
        return Quote(span, speaker, shorten(" ".join(word.text for word in words)), note)
