"""Errors of words and their speakers: word error rates, wrong speakers, invented words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import kaldialign
from meeteval.wer.wer.cp import cp_word_error_rate
from meeteval.wer.wer.siso import siso_word_error_rate

from coach.conversation import Conversation, Word
from coach.intervals import Seconds, Span
from coach.measurement import Measurement
from coach_models.bench.normalise import normalise
from coach_models.bench.pair import ScoredPair, speech_spans
from coach_models.bench.rates import number, rate

NEAR_SPEECH: Seconds = 0.5  # a word further from all speech is invented
LINE_PAUSE: Seconds = 0.5

_NOBODY = "nobody"
_GAP = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A normalised word and its speaker."""

    text: str = field(repr=False)
    speaker: str


def wording(pair: ScoredPair) -> Iterator[Measurement]:
    """Errors of the words; those against the text only where the reference has one.

    References
    ----------
    .. [1] von Neumann et al. (2023), MeetEval: a toolkit for computation of word error rates for
       meeting transcription systems (cpWER).
    .. [2] Shafey, Soltau & Shafran (2019), Joint speech recognition and speaker diarization via
       sequence transduction (word diarization error rate).
    """
    if not pair.heard.has_words:
        return
    yield _invented_words(pair)
    turns = pair.reference.turns
    if not turns:
        return
    true = [Token(text, t.speaker or _NOBODY) for t in turns for text in normalise(t.text)]
    heard = tokens(pair.hypothesis)
    found = siso_word_error_rate(_join(true), _join(heard))
    yield rate("wer", found.errors, found.length)
    for name in ("insertions", "deletions", "substitutions"):
        yield rate(name, getattr(found, name), found.length)
    if pair.heard.has_speech:
        found = cp_word_error_rate(_text_by_speaker(true), _text_by_speaker(heard), False, False)
        yield rate("cpwer", found.errors, found.length)
        yield _wrong_speaker(true, heard)


def tokens(conv: Conversation) -> list[Token]:
    """Words in the order they were said, normalised.

    With a channel for each speaker the words of a line stay together, as they do in a reference.
    """
    lines = _lines(conv.words) if conv.recording.channels > 1 else _runs(conv.words)
    return [
        Token(text, line[0].speaker or _NOBODY)
        for line in lines
        for text in normalise(" ".join(word.text for word in line))
    ]


def _runs(words: Sequence[Word]) -> list[list[Word]]:
    ordered = sorted(words, key=lambda word: word.span)
    return [list(run) for _, run in groupby(ordered, key=lambda word: word.speaker)]


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.speaker or "", word.span)):
        last = lines[-1][-1] if lines else None
        same = last is not None and last.speaker == word.speaker
        if last is not None and same and word.span.start - last.span.end < LINE_PAUSE:
            lines[-1].append(word)
        else:
            lines.append([word])
    return sorted(lines, key=lambda line: line[0].span)


def _join(said: Sequence[Token]) -> str:
    return " ".join(token.text for token in said)


def _text_by_speaker(said: Sequence[Token]) -> dict[str, str]:
    speakers = dict.fromkeys(token.speaker for token in said)
    return {who: _join([token for token in said if token.speaker == who]) for who in speakers}


def _wrong_speaker(true: Sequence[Token], heard: Sequence[Token]) -> Measurement:
    """Share of the words heard right that were given to somebody else."""
    wrong = right = i = j = 0
    for left, other in kaldialign.align(_texts(true), _texts(heard), _GAP):
        if left and left == other:
            right += true[i].speaker == heard[j].speaker
            wrong += true[i].speaker != heard[j].speaker
        i, j = i + (left != _GAP), j + (other != _GAP)
    return rate("wrong_speaker", wrong, wrong + right)


def _texts(said: Sequence[Token]) -> list[str]:
    return [token.text for token in said]


def _invented_words(pair: ScoredPair) -> Measurement:
    speech = speech_spans(pair.truth)
    return number(
        "invented_words", sum(_is_far(word.span, speech) for word in pair.hypothesis.words)
    )


def _is_far(span: Span, speech: Sequence[Span]) -> bool:
    at = bisect_left(speech, Span(span.start, span.end))
    near = speech[max(0, at - 1) : at + 1]
    return all(max(other.start - span.end, span.start - other.end) > NEAR_SPEECH for other in near)
