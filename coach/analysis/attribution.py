"""Attribute words to speakers: combine the transcriber's words with the diarizer's speech.

A word belongs to the speaker who is active at its time in the exclusive view. Three errors of that
rule are corrected here. A recogniser places a sentence boundary a little before or after the change
of speakers. When two speak at once, a recogniser hears one of them while the exclusive view
switches on a guess, so the sentence decides. A short answer into the other's speech is not in the
exclusive view, which gives it to whoever has the floor.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from coach.conversation import Speech, Word
from coach.intervals import Lookup, Seconds, Span, intersect, seconds_between, union
from coach.lexicon import is_continuer, normalise
from coach.ports import Diarization

SHORT_ANSWER: Seconds = 1.2  # longest speech that can be a short answer into another's speech
SLACK: Seconds = 0.25  # how far word times are off, nine times out of ten
STRAY_WORDS = 2  # at most so many words at the edge of a sentence follow its other words,
STRAY: Seconds = 0.6  # if they last no longer than this
LONG_PAUSE: Seconds = 1.0  # a pause that ends a sentence without punctuation
SHORT_PAUSE: Seconds = 0.4  # the same where two speak

_SENTENCE_ENDS = (".", "?", "!", "…", "。")
_ANSWERS = frozenset({"no", "nope", "nah", "never", "maybe", "perhaps", "please", "thanks"})


def attribute(words: Sequence[Word], diarization: Diarization) -> tuple[Word, ...]:
    """Give every word its speaker, and mark the words spoken during another's speech.

    Parameters
    ----------
    words : in any order. Words that already have speakers (one channel each) keep them.
    diarization : both views of who spoke when; `exclusive` decides, `regular` knows overlaps.

    Returns
    -------
    The words in time order. A speaker is None only if nobody speaks at all.

    Examples
    --------
    >>> from coach.talk import talk
    >>> conv = talk("A 0-3 So how was it", "B 3.2-4 Fine")
    >>> heard = [replace(word, speaker=None) for word in conv.words]
    >>> said = attribute(heard, Diarization(conv.speech, conv.speech))
    >>> [word.speaker for word in said]
    ['A', 'A', 'A', 'A', 'B']
    """
    ordered = sorted(words, key=lambda word: word.span)
    overlaps = _overlaps(diarization.regular)
    marked = _mark(ordered, overlaps)
    if not diarization.exclusive or any(word.speaker is not None for word in marked):
        return tuple(marked)
    floor = _ExclusiveView(diarization.exclusive, overlaps)
    said: list[Word] = []
    for sentence in _sentences(marked, floor):
        said += _assign_sentence(sentence, floor)
    return tuple(_assign_answers(said, diarization.regular))


class _ExclusiveView:
    """Searches the exclusive view by time, and knows where it is a guess because two speak."""

    def __init__(self, exclusive: Sequence[Speech], overlaps: Sequence[Span]) -> None:
        self._speech = sorted(exclusive, key=lambda each: each.span)
        self._starts = [each.span.start for each in self._speech]
        self._overlaps = overlaps
        self._ends = [each.end for each in overlaps]

    def is_guess(self, span: Span) -> bool:
        """Whether two may be speaking, within the precision of word times."""
        at = bisect_right(self._ends, span.start - SLACK)
        return at < len(self._overlaps) and self._overlaps[at].start < span.end + SLACK

    def is_silent(self, span: Span) -> bool:
        """Whether nobody speaks."""
        return all(each.span.intersection(span) is None for each in self._speech_near(span))

    def holder(self, span: Span) -> str:
        """Find who is active for most of a span; if nobody is, who is nearest."""
        near = self._speech_near(span)
        shared = {each.speaker: 0.0 for each in near}
        for each in near:
            part = each.span.intersection(span)
            shared[each.speaker] += part.duration if part else 0.0
        best = max(shared, key=lambda speaker: shared[speaker])
        if shared[best] > 0:
            return best
        return min(near, key=lambda each: _distance(each.span, span)).speaker

    def _speech_near(self, span: Span) -> list[Speech]:
        first = bisect_right(self._starts, span.start) - 1
        last = bisect_left(self._starts, span.end)
        return self._speech[max(0, first) : last + 1]


def _assign_sentence(sentence: list[Word], floor: _ExclusiveView) -> Iterator[Word]:
    """Give the words of a sentence speakers; stray words at its edges get the main speaker.

    Stray words are few, or the exclusive view is a guess for all of them.
    """
    speakers = [floor.holder(word.span) for word in sentence]
    guessed = [floor.is_guess(word.span) for word in sentence]
    main = _main(sentence, speakers)
    for edge in (range(len(speakers)), reversed(range(len(speakers)))):
        strays = _strays([(i, speakers[i]) for i in edge], main)
        if strays and (_are_few(strays, sentence) or all(guessed[i] for i in strays)):
            for i in strays:
                speakers[i] = main
    return (replace(w, speaker=s) for w, s in zip(sentence, speakers, strict=True))


def _main(sentence: list[Word], speakers: list[str]) -> str:
    """Find who says most of a sentence; words outside overlaps decide, if there are any."""
    alone = [s for word, s in zip(sentence, speakers, strict=True) if not word.overlapped]
    votes = alone or speakers
    return max(dict.fromkeys(votes), key=votes.count)


def _strays(edge: list[tuple[int, str]], main: str) -> list[int]:
    return [i for i, _ in takewhile(lambda each: each[1] != main, edge)]


def _are_few(strays: list[int], sentence: list[Word]) -> bool:
    begin = min(sentence[i].span.start for i in strays)
    said = seconds_between(begin, max(sentence[i].span.end for i in strays))
    return len(strays) <= STRAY_WORDS and len(strays) * 2 < len(sentence) and said <= STRAY


def _assign_answers(words: list[Word], regular: Sequence[Speech]) -> list[Word]:
    """Give short answers during another's speech to the speaker who said them."""
    middles = [word.span.middle for word in words]
    for into in _find_enclosed(regular):
        first = bisect_left(middles, into.span.start - SLACK)
        last = bisect_right(middles, into.span.end + SLACK)
        for i in _answers([word.text for word in words[first:last]]):
            word = words[first + i]
            words[first + i] = replace(word, speaker=into.speaker, overlapped=True)
    return words


def _find_enclosed(regular: Sequence[Speech]) -> Iterator[Speech]:
    """Find short speech within a longer speech of another speaker."""
    heard = Lookup(regular, lambda each: each.span)
    for each in sorted(regular, key=lambda each: each.span):
        if each.span.duration <= SHORT_ANSWER:
            around = heard.at(each.span.start)
            if any(o.speaker != each.speaker and _holds(o.span, each.span) for o in around):
                yield each


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start < inner.start and inner.end < outer.end


def _answers(texts: list[str]) -> set[int]:
    """Find the positions of words that are answers or continuers, up to three in a row.

    Examples
    --------
    >>> sorted(_answers(["was", "I", "see.", "there"]))
    [1, 2]
    """
    found: set[int] = set()
    for length in (1, 2, 3):
        for i in range(len(texts) - length + 1):
            part = texts[i : i + length]
            if is_continuer(part) or (length == 1 and normalise(part[0]) in _ANSWERS):
                found |= set(range(i, i + length))
    return found


def _sentences(words: Sequence[Word], floor: _ExclusiveView) -> Iterator[list[Word]]:
    """Cut at final punctuation and pauses; if two speak, also at short pauses and capitals."""
    sentence: list[Word] = []
    for word in words:
        if sentence and _begins(word, sentence, floor):
            yield sentence
            sentence = []
        sentence.append(word)
        if word.text.endswith(_SENTENCE_ENDS):
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _begins(word: Word, sentence: list[Word], floor: _ExclusiveView) -> bool:
    """Whether a word begins a sentence without final punctuation before it."""
    pause = seconds_between(sentence[-1].span.end, word.span.start)
    if pause > LONG_PAUSE:
        # A recogniser puts the first word of a sentence into the silence before it.
        return len(sentence) > 1 or not floor.is_silent(sentence[0].span)
    return floor.is_guess(word.span) and (pause > SHORT_PAUSE or _is_capital(word.text))


def _is_capital(text: str) -> bool:
    return text[:1].isupper() and re.fullmatch(r"I('\w+)?", text) is None


def _overlaps(regular: Sequence[Speech]) -> tuple[Span, ...]:
    """Find the time in which two or more speak."""
    found: list[Span] = []
    for speaker in {each.speaker for each in regular}:
        own = [each.span for each in regular if each.speaker == speaker]
        others = [each.span for each in regular if each.speaker != speaker]
        found += intersect(own, others)
    return union(found)


def _mark(words: list[Word], overlaps: Sequence[Span]) -> list[Word]:
    """Mark the words that lie at least half inside the overlaps."""
    both = Lookup(overlaps, lambda span: span)
    marked = []
    for word in words:
        parts = (span.intersection(word.span) for span in both.find_overlapping(word.span))
        shared = sum(part.duration for part in parts if part)
        marked.append(replace(word, overlapped=2 * shared >= word.span.duration))
    return marked


def _distance(left: Span, right: Span) -> Seconds:
    return max(left.start - right.end, right.start - left.end, 0.0)
