"""The transcript as lines: the sentences of one speaker until another speaks."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from coach.conversation import Conversation, Sentence, Word
from coach.intervals import Lookup, Seconds, Span
from coach.page.labels import Label, labels_of
from coach.turns import Backchannel


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A sentence with its labels."""

    span: Span
    text: str = field(repr=False)
    labels: tuple[Label, ...] = ()
    open_form: str = field(default="", repr=False)

    @property
    def question(self) -> Label | None:
        """The kind of question; None for any other sentence."""
        return next((label for label in self.labels if label.group == "question"), None)


@dataclass(frozen=True, slots=True)
class Line:
    """The sentences of one speaker until another speaks; `id` is its anchor in the page.

    `is_aside` marks a backchannel, after which the other speaker's line continues.
    """

    id: str
    span: Span
    speaker: str
    said: tuple[LabelledSentence, ...]
    is_aside: bool = False

    @property
    def marks(self) -> tuple[str, ...]:
        """The classes of the labels, each once."""
        return tuple(dict.fromkeys(label.css for said in self.said for label in said.labels))


Feelings = Mapping[tuple[str, Seconds], Label]


def lines(
    conv: Conversation | None,
    backchannels: Iterable[Backchannel] = (),
    feelings: Feelings | None = None,
    shown: Container[tuple[Span, str]] | None = None,
) -> tuple[Line, ...]:
    """The transcript in order of time; made from words if there are no sentences.

    Parameters
    ----------
    conv : with the words; None makes no lines.
    backchannels : their sentences become asides.
    feelings : labels of sentences that name one, by speaker and start.
    shown : by the span of a sentence, its listening acts that are certain enough to name; None
        names all.

    Examples
    --------
    >>> from coach.talk import talk
    >>> told = talk("A 0-1 So.", "A 1-3 How was it?", "B 3-4 Fine.")
    >>> [(line.id, line.speaker, len(line.said)) for line in lines(told)]
    [('line-0', 'A', 2), ('line-3000', 'B', 1)]
    """
    if conv is None:
        return ()
    said = _sentences(conv, feelings or {}, shown) if conv.sentences else _words(conv.words)
    signals = Lookup(backchannels, lambda signal: signal.span)

    def key(pair: tuple[str, LabelledSentence]) -> tuple[str, bool]:
        speaker, each = pair
        return speaker, any(s.speaker == speaker for s in signals.at(each.span.middle))

    groups = groupby(sorted(said, key=lambda pair: pair[1].span), key=key)
    used = Counter[str]()
    return tuple(
        _line(used, speaker, tuple(each for _, each in group), is_aside)
        for (speaker, is_aside), group in groups
    )


def _line(
    used: Counter[str], speaker: str, said: tuple[LabelledSentence, ...], is_aside: bool
) -> Line:
    """A line; its id comes from its start, so it stays the same when other lines change."""
    span = Span(said[0].span.start, max(each.span.end for each in said))
    name = f"line-{round(1000 * span.start)}"
    used[name] += 1
    return Line(name if used[name] == 1 else f"{name}-{used[name]}", span, speaker, said, is_aside)


def _sentences(
    conv: Conversation, feelings: Feelings, shown: Container[tuple[Span, str]] | None
) -> Iterable[tuple[str, LabelledSentence]]:
    """Every sentence; the mentor's listening acts have labels, or everybody's without a mentor."""
    mentor = conv.mentor
    for sentence in conv.sentences:
        listens = mentor is None or mentor.id == sentence.speaker
        acts = sentence.acts.listening if listens else ()
        named = [act for act in acts if shown is None or (sentence.span, act) in shown]
        labels = (*labels_of(sentence.acts, named), *_feeling(sentence, feelings))
        yield (
            sentence.speaker,
            LabelledSentence(sentence.span, sentence.text, labels, sentence.open_form),
        )


def _feeling(sentence: Sentence, feelings: Feelings) -> Iterable[Label]:
    label = feelings.get((sentence.speaker, sentence.span.start))
    if label is not None:
        yield label


def _words(words: Iterable[Word]) -> Iterable[tuple[str, LabelledSentence]]:
    known = (word for word in words if word.speaker is not None)
    for speaker, group in groupby(known, key=lambda word: word.speaker):
        run = list(group)
        span = Span(run[0].span.start, max(word.span.end for word in run))
        yield speaker or "", LabelledSentence(span, " ".join(word.text for word in run))


@dataclass(frozen=True, slots=True)
class Places:
    """The places of moments in the page; `page` is the address of the transcript's page."""

    lines: tuple[Line, ...]
    starts: tuple[Seconds, ...]
    page: str = ""

    @classmethod
    def of(cls, told: tuple[Line, ...], page: str = "") -> Places:
        """Index lines by their start.

        Parameters
        ----------
        told : the lines of the transcript, in order of time.
        page : address of the transcript's page; "" for the same page.
        """
        return cls(told, tuple(line.span.start for line in told), page)

    def href(self, span: Span) -> str:
        """The link to the line that contains a moment, or to the timeline if there are no lines."""
        if not self.lines:
            return "#timeline"
        i = bisect_right(self.starts, span.start) - 1
        return f"{self.page}#{self.lines[max(0, i)].id}"
