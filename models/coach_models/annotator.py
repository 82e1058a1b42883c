"""The rule-based annotator: spaCy's tokens of a sentence and a set of patterns."""

from __future__ import annotations

from collections.abc import Iterable

from coach.conversation import Acts, ModelUsed, Sentence, Word
from coach.ports import Pitch, Progress, Report, silent
from coach_models import weights
from coach_models.annotation.letters import has_letters
from coach_models.annotation.rules import SentenceContext, acts_of, asks_permission, content_lemmas
from coach_models.annotation.sentences import RawSentence, pieces, pipeline

_MODEL = "en-core-web-sm"
# Number of the speaker's own sentences that a requested permission covers.
_PERMISSION_LASTS = 4


class RuleAnnotator:
    """Finds sentences and their acts by rule. English only; gives no probabilities."""

    def __init__(self) -> None:
        self.models = (weights.model_used("annotation", _MODEL),)
        self._nlp = pipeline(weights.path(_MODEL))

    @classmethod
    def create(cls, *, model: str | None, device: str) -> RuleAnnotator:
        """Load; rules need neither a model choice nor a device."""
        return cls()

    models: tuple[ModelUsed, ...]

    def __call__(
        self, words: tuple[Word, ...], *, pitch: Pitch | None = None, report: Report = silent
    ) -> tuple[Sentence, ...]:
        """Annotate attributed words.

        Parameters
        ----------
        words : in time order; words without a speaker are left out.
        pitch : not used by rules.
        report : told when it is done.

        Returns
        -------
        Sentences in order of time.
        """
        found = sorted(pieces(words, self._nlp), key=lambda piece: piece.span)
        sentences = tuple(_annotate(found))
        report(Progress("annotate", 1, 1))
        return sentences


def _annotate(found: Iterable[RawSentence]) -> Iterable[Sentence]:
    memory = _Memory()
    for piece in found:
        context = memory.context(piece.speaker)
        acts = acts_of(piece.text, piece.tokens, context) if has_letters(piece.text) else Acts()
        memory.hear(piece)
        yield Sentence(piece.span, piece.speaker, piece.text, piece.words, acts)


class _Memory:
    """The conversation so far, as context for the next sentence."""

    def __init__(self) -> None:
        self._turns: dict[str, frozenset[str]] = {}
        self._last: str | None = None
        self._permission: dict[str, int] = {}

    def context(self, speaker: str) -> SentenceContext:
        partner = [lemmas for other, lemmas in self._turns.items() if other != speaker]
        return SentenceContext(
            frozenset().union(*partner), asked_permission=self._permission.get(speaker, 0) > 0
        )

    def hear(self, piece: RawSentence) -> None:
        goes_on = self._last == piece.speaker
        before = self._turns.get(piece.speaker, frozenset()) if goes_on else frozenset()
        self._turns[piece.speaker] = before | content_lemmas(piece.tokens)
        left = self._permission.get(piece.speaker, 0) - 1
        asked = asks_permission(piece.text)
        self._permission[piece.speaker] = _PERMISSION_LASTS if asked else max(0, left)
        self._last = piece.speaker
