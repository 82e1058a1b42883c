"""Our spaCy pipeline: one component that cuts sentences and finds the acts of each.

``spacy.load(FOLDER)`` gives a `Language` whose documents have sentences with ``sentence._.acts``
(a `coach.conversation.Acts`). The words may have lost their punctuation. ``doc._.before`` has the
partner's words just before; without it a sentence is read alone.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from coach.conversation import Acts
from coach.errors import ModelUnavailable
from coach_models.annotation.calibration import Calibrations, read_calibrations
from coach_models.annotation.classifier import Classifier
from coach_models.annotation.encoding import SentenceInContext, last_words, strip_marks
from coach_models.annotation.ends import Ends, Logits, read_ends
from coach_models.annotation.rules import form
from coach_models.spacy_without_torch import Doc, Language, TokenSpan, Vocab, spacy

FOLDER = Path(__file__).parent.parent / "acts_en"
NAME = "listening_acts"

_FINAL = (".", "?", "!", "…")
_CLOSING = "\"'\u201d\u2019)"
_ABBREVIATION = re.compile(r"^(?:mr|mrs|ms|dr|st|vs|etc|e\.g|i\.e|[a-z])\.$", re.IGNORECASE)
# With marks in a stretch, the tagger cuts only where so many words have none, and if this sure.
_SURE = 0.9
_LONG = 30
_DOCS_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class ComponentData:
    """The data of the component: the network, the tagger of ends, and their calibration."""

    classifier: Classifier
    ends: Ends
    calibrations: Calibrations


@Language.factory(
    NAME,
    assigns=["token.is_sent_start", "span._.acts"],
    default_config={"threads": 1},
)
def make_listening_acts(nlp: Language, name: str, threads: int) -> ListeningActs:
    """Make the component; its weights come with ``from_disk``.

    Parameters
    ----------
    nlp : the pipeline, for its vocabulary.
    name : of the component in the pipeline.
    threads : of the network.
    """
    return ListeningActs(threads)


class ListeningActs:
    """Cuts a document into sentences and annotates them."""

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads
        self._folder: Path | None = None
        self._loaded: ComponentData | None = None
        _register()

    def from_disk(self, path: Path, *, exclude: Sequence[str] = ()) -> ListeningActs:
        """Load the network and its calibration.

        Parameters
        ----------
        path : folder of the component's data.
        exclude : ignored; spaCy passes it.
        """
        self._folder = folder = Path(path)
        self._loaded = ComponentData(
            Classifier(folder, threads=self._threads), read_ends(folder), read_calibrations(folder)
        )
        return self

    def to_disk(self, path: Path, *, exclude: Sequence[str] = ()) -> None:
        """Copy the network and its calibration.

        Parameters
        ----------
        path : folder that is made.
        exclude : ignored; spaCy passes it.
        """
        if self._folder is not None and self._folder != Path(path):
            shutil.copytree(self._folder, path, dirs_exist_ok=True)

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one document."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = _DOCS_AT_ONCE) -> Iterator[Doc]:
        """Annotate documents as they come, many at once.

        Parameters
        ----------
        stream : documents, each a stretch of one speaker.
        batch_size : documents that are annotated at once.
        """
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            self._cut(batch)
            self._annotate(batch)
            yield from batch

    def _cut(self, docs: Sequence[Doc]) -> None:
        words = [_words(doc) for doc in docs]
        for doc, own in zip(docs, words, strict=True):
            gaps = self._weights.ends([_bare_text(word) for word in own])
            _set_sentences(doc, own, gaps, self._weights.calibrations)

    def _annotate(self, docs: Sequence[Doc]) -> None:
        for condition in ("marked", "bare"):
            own = [doc for doc in docs if doc._.condition == condition]
            chosen = [sent for doc in own for sent in doc.sents]
            if chosen:
                heard = [each for doc in own for each in _add_context(doc)]
                forms = [form(each.text) for each in heard]
                scores = self._weights.classifier.score(heard)
                found = self._weights.calibrations.of(condition).decide(scores, forms)
                for sent, acts in zip(chosen, found, strict=True):
                    sent._.acts = acts

    @property
    def calibrations(self) -> Calibrations:
        """The numbers that came with the network."""
        return self._weights.calibrations

    @property
    def _weights(self) -> ComponentData:
        if self._loaded is None:
            raise ModelUnavailable(
                f"The component {NAME} has no weights: load the pipeline with spacy.load(folder)."
            )
        return self._loaded


def pipeline(folder: Path = FOLDER) -> Language:
    """Load the pipeline that ships with this package."""
    return spacy.load(folder)


def document(vocab: Vocab, words: Sequence[str], before: str = "") -> Doc:
    """A document of words as recognised, their punctuation attached.

    Parameters
    ----------
    vocab : of the pipeline.
    words : of one speaker, without a change of speakers.
    before : the partner's words just before; their end is enough.
    """
    doc = Doc(vocab, words=list(words))
    doc._.before = last_words(before)
    return doc


def _register() -> None:
    """Declare what the component assigns."""
    for kind, name, default in (
        (Doc, "before", ""),
        (Doc, "condition", "marked"),
        (TokenSpan, "acts", Acts()),
    ):
        if not kind.has_extension(name):
            kind.set_extension(name, default=default)


def _words(doc: Doc) -> list[TokenSpan]:
    """Stretches of tokens without a space in them."""
    starts = [0] + [token.i + 1 for token in doc if token.whitespace_]
    ends = [*starts[1:], len(doc)]
    return [doc[start:end] for start, end in zip(starts, ends, strict=True) if start < end]


def _bare_text(word: TokenSpan) -> str:
    return strip_marks(word.text).replace(" ", "") or "-"


def _set_sentences(
    doc: Doc, words: Sequence[TokenSpan], gaps: Logits, calibrations: Calibrations
) -> None:
    marks = [ends_sentence(word.text) for word in words]
    is_marked = any(marks)
    doc._.condition = "marked" if is_marked else "bare"
    end = _SURE if is_marked else calibrations.bare.end
    cuts = gaps >= np.log(end / (1 - end))
    if is_marked:
        cuts &= _is_unmarked(marks)[: len(cuts)]
    for token in doc:
        token.is_sent_start = token.i == 0
    for word, mark, cut in zip(words[:-1], marks[:-1], cuts, strict=True):
        doc[word.end].is_sent_start = bool(mark or cut)


def _is_unmarked(marks: Sequence[bool]) -> npt.NDArray[np.bool_]:
    """Whether each word is in a run that is too long to be one sentence [shape=(words,)]."""
    run = np.cumsum([False, *marks[:-1]])
    return np.asarray(np.bincount(run)[run] > _LONG)


def ends_sentence(word: str) -> bool:
    """Whether the word's own punctuation ends a sentence.

    Examples
    --------
    >>> [ends_sentence(word) for word in ("so?", "Mr.", "wait--", "well,")]
    [True, False, True, False]
    """
    is_final = word.endswith("--") or word.rstrip(_CLOSING).endswith(_FINAL)
    return is_final and not _ABBREVIATION.match(word)


def _add_context(doc: Doc) -> list[SentenceInContext]:
    """The sentences of a document in their context; without marks the capitals mean nothing."""
    change = str if doc._.condition == "marked" else strip_marks
    texts = ["", *(change(sent.text) for sent in doc.sents), ""]
    before = change(doc._.before)
    return [
        SentenceInContext(texts[at], before, texts[at - 1], texts[at + 1])
        for at in range(1, len(texts) - 1)
    ]
