"""From attributed words to sentences: stretches of one speaker, cut by spaCy.

A recogniser loses punctuation, so a sentence ends at final punctuation, at a long silence, where
the partner takes over, and where the parser says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from coach.conversation import Word
from coach.intervals import Seconds, Span
from coach_models.spacy_without_torch import Doc, Language, TokenSpan, spacy

_FINAL = frozenset(".?!…")
_STRETCH_PAUSE: Seconds = 1.5
# The partner's "mm-hm" inside a sentence does not end it, but more words than this do.
_INSERTED_WORDS = 3


@dataclass(frozen=True, slots=True)
class RawSentence:
    """A sentence before labelling: the positions of its words, and spaCy's tokens."""

    speaker: str
    words: tuple[int, ...]
    span: Span
    text: str
    tokens: TokenSpan


@Language.component("punctuation_ends_sentences")
def punctuation_ends_sentences(doc: Doc) -> Doc:
    """Start a sentence after final punctuation; leave the rest to the parser."""
    for token in doc[:-1]:
        if token.text[-1] in _FINAL:
            following = doc[token.i + 1]
            following.is_sent_start = following.text[-1] not in _FINAL
    return doc


def pipeline(path: Path) -> Language:
    """Load the English pipeline from its folder, without the parts that we do not use."""
    nlp = spacy.load(path, exclude=["ner"])
    nlp.add_pipe("punctuation_ends_sentences", before="parser")
    return nlp


def pieces(words: tuple[Word, ...], nlp: Language) -> Iterator[RawSentence]:
    """Cut attributed words into sentences, in order of time within each stretch.

    Parameters
    ----------
    words : attributed, in order of time; words without a speaker are left out.
    nlp : a pipeline that sets the ends of sentences.
    """
    found = list(stretches(words))
    texts = (" ".join(words[i].text.strip() for i in stretch) for stretch in found)
    for stretch, doc in zip(found, nlp.pipe(texts), strict=True):
        yield from _cut(words, stretch, doc)


def stretches(words: tuple[Word, ...]) -> Iterator[tuple[int, ...]]:
    """Positions of words of one speaker without a change of speakers."""
    open_by: dict[str, list[int]] = {}
    said_since: dict[str, int] = {}
    for i, word in enumerate(words):
        if word.speaker is None or not word.text.strip():
            continue
        mine = open_by.setdefault(word.speaker, [])
        if mine and _is_over(words[mine[-1]], word, said_since.get(word.speaker, 0)):
            yield tuple(mine)
            mine = open_by[word.speaker] = []
        mine.append(i)
        said_since[word.speaker] = 0
        for other in open_by:
            if other != word.speaker:
                said_since[other] = said_since.get(other, 0) + 1
    yield from (tuple(mine) for mine in open_by.values() if mine)


def _is_over(last: Word, word: Word, inserted: int) -> bool:
    return word.span.start - last.span.end > _STRETCH_PAUSE or inserted > _INSERTED_WORDS


def _cut(words: tuple[Word, ...], stretch: tuple[int, ...], doc: Doc) -> Iterator[RawSentence]:
    starts = _character_starts(words[i].text.strip() for i in stretch)
    for tokens in doc.sents:
        own = tuple(
            i
            for i, start in zip(stretch, starts, strict=True)
            if tokens.start_char <= start < tokens.end_char
        )
        if own:
            first, last = words[own[0]], words[own[-1]]
            end = max(last.span.end, first.span.end)
            span = Span(first.span.start, end)
            text = " ".join(words[i].text.strip() for i in own)
            yield RawSentence(first.speaker or "", own, span, text, tokens)


def _character_starts(texts: Iterable[str]) -> list[int]:
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + 1
    return starts
