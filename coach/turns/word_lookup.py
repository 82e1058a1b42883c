"""The words of a conversation, looked up by time: they refine turn-taking and never time it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

from coach.conversation import Conversation, Sentence, Word
from coach.intervals import Seconds, Span
from coach.lexicon import claims_floor, contents, is_continuer, is_unfinished
from coach.rules import Rules
from coach.turns.values import Voice

FINAL = (".", "?", "!", "。", "？", "！")  # noqa: RUF001 - full-width marks are meant
ELLIPSES = ("...", "…")
_CLOSING = "\"'”’)]»"  # noqa: RUF001 - closing quotation marks
SLACK: Seconds = 0.1  # how far a word may lie outside the speech that it belongs to


@dataclass(frozen=True, slots=True)
class _Index:
    """A voice with the keys to search it by."""

    words: tuple[Word, ...] = field(repr=False)
    middles: tuple[Seconds, ...]
    sentences: tuple[Sentence, ...] = field(repr=False)
    starts: tuple[Seconds, ...]
    punctuated: bool


@dataclass(frozen=True, slots=True)
class WordLookup:
    """The words of a conversation, ready to be asked about.

    Every answer may be None: no words, another language, or nothing recognised at that place.
    """

    rules: Rules
    english: bool
    voices: dict[str, _Index] = field(repr=False)

    def is_continuer(self, speaker: str, span: Span) -> bool | None:
        """Whether all that was said in `span` is a continuer; None when that cannot be told.

        Parameters
        ----------
        speaker : id of the speaker.
        span : the time to look at.
        """
        texts = self._texts(speaker, span)
        if not self.english or not texts:
            return None
        return len(texts) <= self.rules.backchannel_words and is_continuer(texts)

    def claims_floor(self, speaker: str, span: Span) -> bool:
        """Whether what was said in `span` opens a turn of one's own, as far as words tell.

        Parameters
        ----------
        speaker : id of the speaker.
        span : the time to look at.
        """
        return self.english and claims_floor(self._texts(speaker, span))

    def echoes(self, speaker: str, span: Span, other: str) -> bool:
        """Whether most of what was said in `span` is what `other` says at about the same time.

        Parameters
        ----------
        speaker : id of the speaker whose words are looked at.
        span : the time of these words.
        other : id of the speaker who may have said them too.
        """
        near = Span(max(0.0, span.start - self.rules.resume_max), span.end + self.rules.resume_max)
        said = contents(" ".join(self._texts(speaker, span)))
        own = contents(" ".join(self._texts(other, near)))
        return self.english and 2 * len(said & own) > len(said)

    def _texts(self, speaker: str, span: Span) -> list[str]:
        voice = self.voices[speaker]
        first = bisect_left(voice.middles, span.start - SLACK)
        last = bisect_right(voice.middles, span.end + SLACK)
        return [word.text for word in voice.words[first:last]]

    def is_answer_to(self, speaker: str, moment: Seconds) -> bool:
        """Whether what is said at `moment` can be the answer to a question of `speaker`.

        The last sentence counts, or the one before when the last had only just begun. A question
        that goes on for longer than `terminal_max` is not finished enough to be answered.

        Parameters
        ----------
        speaker : id of the speaker who may have asked.
        moment : when the other speaker starts.
        """
        voice, near = self.voices[speaker], self.rules.terminal_max
        at = bisect_right(voice.starts, moment) - 1
        if at > 0 and voice.sentences[at].span.end > moment > voice.starts[at] > moment - near:
            at -= 1
        if at < 0:
            return False
        sentence = voice.sentences[at]
        return is_question(sentence) and sentence.span.end <= moment + near

    def ends_clause(self, speaker: str, moment: Seconds) -> bool | None:
        """Whether the last word before `moment` closes a clause by its punctuation.

        None when words are missing there, when this speaker's words carry no punctuation at all,
        and at an ellipsis, which recognisers write for an end as well as for a break.

        Parameters
        ----------
        speaker : id of the speaker.
        moment : seconds; the words before it count.
        """
        word = self._last_word(speaker, moment)
        if word is None or not self.voices[speaker].punctuated or _ends(word.text, ELLIPSES):
            return None
        return _ends(word.text, FINAL)

    def is_left_unfinished(self, speaker: str, stop: Seconds) -> bool:
        """Whether the last word before `stop` is one that no clause ends with.

        Parameters
        ----------
        speaker : id of the speaker.
        stop : when their speech stops.
        """
        word = self._last_word(speaker, stop + SLACK)
        return self.english and word is not None and is_unfinished(word.text)

    def broke_off(self, speaker: str, stop: Seconds) -> bool | None:
        """Whether `speaker`, who fell silent at `stop`, was in the middle of a clause.

        Parameters
        ----------
        speaker : id of the speaker.
        stop : when their speech stops.

        Returns
        -------
        None where the punctuation does not tell.
        """
        ended = self.ends_clause(speaker, stop + SLACK)
        return None if ended is None else not ended

    def _last_word(self, speaker: str, moment: Seconds) -> Word | None:
        """Find the last word before `moment`, unless words are missing there."""
        voice = self.voices[speaker]
        at = bisect_right(voice.middles, moment) - 1
        if at < 0 or voice.words[at].span.end < moment - self.rules.terminal_max:
            return None
        return voice.words[at]


def index_words(heard: Mapping[str, Voice], rules: Rules, *, english: bool) -> WordLookup:
    """Index the words of a conversation by time.

    Parameters
    ----------
    heard : each speaker's words and sentences, by id.
    rules : the thresholds in seconds and words.
    english : whether the words are English; if not, the lexicons are not used.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns.ipus import voices
    >>> told = voices(talk("A 0-2 How was it?", "B 2.2-2.6 Yeah."))
    >>> index = index_words(told, Rules(), english=True)
    >>> index.is_continuer("B", Span(2.2, 2.6)), index.is_answer_to("A", 2.2)
    (True, True)
    """
    return WordLookup(rules, english, {who: _index(voice) for who, voice in heard.items()})


def _index(voice: Voice) -> _Index:
    words = tuple(sorted(voice.words, key=lambda word: word.span.middle))
    return _Index(
        words,
        tuple(word.span.middle for word in words),
        voice.sentences,
        tuple(sentence.span.start for sentence in voice.sentences),
        any(_ends(word.text, FINAL) for word in voice.words),
    )


def is_english(conv: Conversation) -> bool:
    """Whether the language is known to be English."""
    return conv.language is not None and conv.language.casefold().split("-")[0] == "en"


def is_question(sentence: Sentence) -> bool:
    """Whether an answer is expected: by its act, or by its mark when no act was given."""
    if "rhetorical" in sentence.acts.kinds:
        return False
    return sentence.acts.act != "other" or _ends(sentence.text, ("?", "？"))  # noqa: RUF001


def _ends(text: str, marks: tuple[str, ...]) -> bool:
    return text.rstrip().rstrip(_CLOSING).endswith(marks)
