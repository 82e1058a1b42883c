"""The transcript as lines: what one speaker says until another does, sentence by sentence."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from itertools import groupby

from coach.conversation import Conversation, Sentence, Word
from coach.intervals import Lookup, Seconds, Span
from coach.turns import Backchannel

_ACTS = {"open_question": "open question", "closed_question": "closed question"}
_LISTENING = {
    "reflection_simple": "reflection",
    "reflection_complex": "reflection",
    "affirmation": "affirmation",
    "advice_with_permission": "advice",
    "advice_without_permission": "advice, not asked for",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with what it does, as a label and as a class of the stylesheet; "" for neither."""

    span: Span
    text: str = field(repr=False)
    label: str = ""
    css: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What one speaker says before another does; `id` is its place in the page.

    `is_aside` marks a backchannel, which the other speaker's line goes on after.
    """

    id: str
    span: Span
    speaker: str
    said: tuple[Said, ...]
    is_aside: bool = False

    @property
    def is_marked(self) -> bool:
        """Whether anything in it has a label."""
        return any(said.label for said in self.said)


def lines(
    conv: Conversation | None,
    backchannels: Iterable[Backchannel] = (),
    shown: Container[tuple[Span, str]] | None = None,
) -> tuple[Line, ...]:
    """The transcript in order of time; from words alone where there are no sentences.

    Parameters
    ----------
    conv : the conversation.
    backchannels : they stand in lines of their own.
    shown : sentences, by their span, with the listening acts that are sure enough to be named; None
        names all.

    Examples
    --------
    >>> from coach.talk import talk
    >>> told = talk("A 0-1 So.", "A 1-3 How was it?", "B 3-4 Fine.")
    >>> [(line.speaker, len(line.said)) for line in lines(told)]
    [('A', 2), ('B', 1)]
    """
    if conv is None:
        return ()
    said = _sentences(conv, shown) if conv.sentences else _words(conv.words)
    signals = Lookup(backchannels, lambda signal: signal.span)

    def key(pair: tuple[str, Said]) -> tuple[str, bool]:
        speaker, each = pair
        return speaker, any(s.speaker == speaker for s in signals.at(each.span.middle))

    groups = groupby(sorted(said, key=lambda pair: pair[1].span), key=key)
    return tuple(
        _line(i, speaker, tuple(each for _, each in group), is_aside)
        for i, ((speaker, is_aside), group) in enumerate(groups)
    )


def _line(i: int, speaker: str, said: tuple[Said, ...], is_aside: bool) -> Line:
    span = Span(said[0].span.start, max(each.span.end for each in said))
    return Line(f"line-{i}", span, speaker, said, is_aside)


def _sentences(
    conv: Conversation, shown: Container[tuple[Span, str]] | None
) -> Iterable[tuple[str, Said]]:
    """Every sentence; how it listens is said of the mentor, and of all where nobody is one."""
    mentor = conv.mentor
    for sentence in conv.sentences:
        listens = mentor is None or mentor.id == sentence.speaker
        acts = sentence.acts.listening if listens else ()
        named = [act for act in acts if shown is None or (sentence.span, act) in shown]
        label, css = _does(sentence, named)
        yield sentence.speaker, Said(sentence.span, sentence.text, label, css)


def _does(sentence: Sentence, listening: Iterable[str]) -> tuple[str, str]:
    acts = sentence.acts
    if acts.act in _ACTS:
        about = " (about the meeting)" if "logistics" in acts.kinds else ""
        return _ACTS[acts.act] + about, acts.act.removesuffix("_question")
    label = next((_LISTENING[act] for act in listening if act in _LISTENING), "")
    return label, label.split(",")[0]


def _words(words: Iterable[Word]) -> Iterable[tuple[str, Said]]:
    known = (word for word in words if word.speaker is not None)
    for speaker, group in groupby(known, key=lambda word: word.speaker):
        run = list(group)
        span = Span(run[0].span.start, max(word.span.end for word in run))
        yield speaker or "", Said(span, " ".join(word.text for word in run))


@dataclass(frozen=True, slots=True)
class Places:
    """Where in the page a moment can be read."""

    lines: tuple[Line, ...]
    starts: tuple[Seconds, ...]

    @classmethod
    def of(cls, told: tuple[Line, ...]) -> Places:
        """Index lines by their start."""
        return cls(told, tuple(line.span.start for line in told))

    def href(self, span: Span) -> str:
        """The link to the line that holds a moment; to the timeline when nothing was written."""
        if not self.lines:
            return "#timeline"
        i = bisect_right(self.starts, span.start) - 1
        return "#" + self.lines[max(0, i)].id
