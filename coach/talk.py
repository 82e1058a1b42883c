"""Make a conversation from a few strings, for tests, examples and notebooks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from coach.conversation import (
    Acts,
    Conversation,
    Recording,
    Role,
    Sentence,
    Speaker,
    Speech,
    spread_words,
)
from coach.errors import InputError
from coach.intervals import Seconds, Span

_LINE = re.compile(r"^(?P<who>\w+)\s+(?P<start>[\d.]+)-(?P<end>[\d.]+)(?:\s+(?P<text>.+))?$")


def talk(*lines: str, duration: Seconds | None = None, mentor: str | None = "A") -> Conversation:
    """Build a conversation from lines like ``"A 0-3 So how was it?"``.

    Words are spread evenly over their line; each line with text is one sentence without acts.

    Parameters
    ----------
    *lines : speaker, ``start-end`` in seconds, and optionally the words.
    duration : length of the recording in seconds; by default the latest end.
    mentor : the speaker with the role mentor (the others are mentees); None makes all "other".

    Raises
    ------
    InputError : if a line does not read ``WHO START-END [TEXT]``.

    Examples
    --------
    >>> conv = talk("A 0-3 So how was it?", "B 2.8-4 Fine")
    >>> [span.duration for span in conv.speech_of("A")]
    [3.0]
    >>> len(conv.words)
    5
    """
    speech, words, sentences = [], [], []
    for line in lines:
        who, span, text = _parse(line)
        speech.append(Speech(span, who))
        said = spread_words(text.split(), span, who, 1.0)
        if said:
            sentences.append((span, who, text, said))
        words += said
    words.sort(key=lambda word: (word.span, word.speaker or ""))
    places = {id(word): i for i, word in enumerate(words)}
    ids = list(dict.fromkeys(s.speaker for s in speech))
    end = duration if duration is not None else max(s.span.end for s in speech)
    return Conversation(
        recording=Recording("talk", end),
        speakers=tuple(Speaker(i, _role(i, mentor)) for i in ids),
        speech=tuple(speech),
        words=tuple(words),
        sentences=tuple(
            Sentence(span, who, text, tuple(places[id(word)] for word in said))
            for span, who, text, said in sentences
        ),
        language="en",
    )


def _parse(line: str) -> tuple[str, Span, str]:
    match = _LINE.match(line.strip())
    if match is None:
        raise InputError(
            f"Cannot read {line!r}: expected 'WHO START-END [TEXT]', as 'A 0-3 hello'."
        )
    return match["who"], Span(float(match["start"]), float(match["end"])), match["text"] or ""


def _role(speaker: str, mentor: str | None) -> Role:
    if mentor is None:
        return "other"
    return "mentor" if speaker == mentor else "mentee"


def with_acts(conv: Conversation, acts: Mapping[int, Acts]) -> Conversation:
    """The same conversation with acts for some sentences, by position.

    Parameters
    ----------
    acts : by the position of the sentence in ``conv.sentences``.

    Examples
    --------
    >>> conv = with_acts(talk("A 0-1 Why?"), {0: Acts("open_question", kinds=("why",))})
    >>> conv.sentences[0].acts.act
    'open_question'
    """
    labelled = [
        replace(sentence, acts=acts.get(i, sentence.acts))
        for i, sentence in enumerate(conv.sentences)
    ]
    return replace(conv, sentences=tuple(labelled))
