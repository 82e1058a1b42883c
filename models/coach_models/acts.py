"""The trained annotator: our spaCy pipeline on attributed words, helped by the voice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from coach import __version__
from coach.conversation import Acts, ModelUsed, Sentence, Word
from coach.intervals import Span
from coach.ports import Pitch, Progress, Report, silent
from coach_models.annotation.calibration import Condition
from coach_models.annotation.classifier import NETWORK
from coach_models.annotation.encoding import partner_words
from coach_models.annotation.habits import decide_by_habit
from coach_models.annotation.language import FOLDER, NAME, ListeningActs, document, pipeline
from coach_models.annotation.letters import has_letters
from coach_models.annotation.rise import Rises, with_voice
from coach_models.annotation.sentences import stretches
from coach_models.opening.open_form import with_open_forms
from coach_models.spacy_without_torch import Doc, TokenSpan

Stretch = tuple[int, ...]


class TrainedAnnotator:
    """Finds sentences, their acts and a calibrated probability. English only.

    Parameters
    ----------
    folder : of the pipeline; by default the one in the package.

    Raises
    ------
    ModelUnavailable : if the weights are missing or damaged.
    """

    models: tuple[ModelUsed, ...]

    def __init__(self, folder: Path = FOLDER) -> None:
        self._nlp = pipeline(folder)
        component: ListeningActs = self._nlp.get_pipe(NAME)  # type: ignore[assignment]
        self._calibrations = component.calibrations
        weights = folder / NAME / NETWORK
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self.models = (ModelUsed("annotation", f"acts-en {__version__}", digest),)

    @classmethod
    def create(cls, *, model: str | None, device: str) -> TrainedAnnotator:
        """Load; there is one model, and it runs on the CPU."""
        return cls()

    def __call__(
        self, words: tuple[Word, ...], *, pitch: Pitch | None = None, report: Report = silent
    ) -> tuple[Sentence, ...]:
        """Annotate attributed words.

        Parameters
        ----------
        words : in time order; words without a speaker are left out.
        pitch : fundamental frequency of the recording; None when there is no audio.
        report : told how many words are done.

        Returns
        -------
        Sentences in order of time.
        """
        heard = sorted(self._sentences(words, report), key=lambda each: each[0].span)
        found = self._decide_by_habit(heard)
        settled = found if pitch is None else with_voice(found, Rises(found, pitch))
        return with_open_forms(settled)

    def _decide_by_habit(self, heard: Sequence[tuple[Sentence, Condition]]) -> tuple[Sentence, ...]:
        """Decide on reflections by the habit of each speaker."""
        sentences = [sentence for sentence, _ in heard]
        acts = decide_by_habit(
            [sentence.acts for sentence in sentences],
            [sentence.speaker for sentence in sentences],
            [self._calibrations.of(condition).reflection_threshold for _, condition in heard],
            self._calibrations.reflections,
        )
        return tuple(replace(each, acts=own) for each, own in zip(sentences, acts, strict=True))

    def _sentences(
        self, words: tuple[Word, ...], report: Report
    ) -> Iterator[tuple[Sentence, Condition]]:
        done = 0
        for doc, stretch in self._nlp.pipe(self._documents(words), as_tuples=True):
            for sent in doc.sents:
                yield _sentence(words, stretch, sent), doc._.condition
            done += len(stretch)
            report(Progress("annotate", done, len(words)))

    def _documents(self, words: tuple[Word, ...]) -> Iterable[tuple[Doc, Stretch]]:
        for stretch in stretches(words):
            said = [words[i].text.strip() for i in stretch]
            yield document(self._nlp.vocab, said, partner_before(words, stretch[0])), stretch


def partner_before(words: tuple[Word, ...], at: int) -> str:
    """The partner's last words before the word at a position.

    Parameters
    ----------
    words : of the conversation, in order of time.
    at : position of the word.

    Examples
    --------
    >>> from coach.talk import talk
    >>> words = talk("A 0-1 And then?", "B 1-2 I left.", "A 2-3 You left?").words
    >>> partner_before(words, 4)
    'I left.'
    """
    speaker = words[at].speaker
    near = words[max(0, at - _NEAR) : at]
    return partner_words(
        (word.speaker in (speaker, None), word.text.strip()) for word in reversed(near)
    )


# Words to look back for the partner's last turn.
_NEAR = 400


def _sentence(words: tuple[Word, ...], stretch: Stretch, sent: TokenSpan) -> Sentence:
    """Place a sentence in time: our documents have one token for each word."""
    own = stretch[sent.start : sent.end]
    first, last = words[own[0]], words[own[-1]]
    span = Span(first.span.start, max(first.span.end, last.span.end))
    text = " ".join(words[i].text.strip() for i in own)
    acts = sent._.acts if has_letters(text) else Acts()
    return Sentence(span, first.speaker or "", text, own, acts)
