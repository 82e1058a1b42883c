"""The central value: who said what, when.

Everything here is frozen. A stage takes a conversation and returns a new one
(`dataclasses.replace`); nothing edits. What can be derived (IPUs, turns, overlaps, measures) is a
function of these values and is never stored. Names and text are personal and stay out of `repr`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from coach.errors import InputError
from coach.intervals import LONGEST, Seconds, Span

Role = Literal["mentor", "mentee", "other"]
RoleSource = Literal["given", "enrolled", "guessed"]
ActName = Literal["open_question", "closed_question", "other"]
QuestionKind = Literal[
    "why", "feeling_probe", "view_probe", "possibility", "follow_up", "alternative", "tag",
    "leading", "rhetorical", "fact", "logistics", "checking",
]  # fmt: skip
ListeningAct = Literal[
    "reflection_simple", "reflection_complex", "affirmation", "advice_with_permission",
    "advice_without_permission", "information", "self_disclosure", "backchannel",
    "summary", "repair", "minimising",
]  # fmt: skip
OverlapKind = Literal[
    "backchannel", "cooperative", "terminal", "interruption", "attempt", "unclear",
]  # fmt: skip
FeelingKind = Literal["picked_up", "passed", "none"]


@dataclass(frozen=True, slots=True)
class Speech:
    """One speaker is heard during `span`; two speakers' speech may overlap."""

    span: Span
    speaker: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word as recognised, its punctuation attached.

    `probability` is the recogniser's, in [0, 1], or None where there is none; `speaker` is None
    until a speaker was attributed. `overlapped` marks a word said while two people spoke: its
    wording and its speaker are less certain.
    """

    span: Span
    text: str = field(repr=False)
    speaker: str | None = None
    probability: float | None = None
    overlapped: bool = False


def spread_words(
    texts: Sequence[str], span: Span, speaker: str, probability: float | None = None
) -> list[Word]:
    """Words of one speaker, each for the same part of `span`.

    Parameters
    ----------
    texts : the words, in order.
    span : the time of all of them together.
    speaker : id of the speaker.
    probability : of each word, in [0, 1]; None if it is not known.

    Examples
    --------
    >>> [word.span.start for word in spread_words(["So", "how"], Span(1, 3), "A")]
    [1.0, 2.0]
    """
    step = span.duration / max(1, len(texts))
    starts = [span.start + i * step for i in range(len(texts))]
    spans = [Span(start, start + step) for start in starts]
    return [Word(s, t, speaker, probability) for s, t in zip(spans, texts, strict=True)]


@dataclass(frozen=True, slots=True)
class Acts:
    """What a sentence does: the question act, its kinds and the listening acts.

    `probability` is the annotator's calibrated confidence in `act`; None when it has none.
    `label_probabilities` are those of the kinds and listening acts, given or not, down to 0.01.
    """

    act: ActName = "other"
    probability: float | None = None
    kinds: tuple[QuestionKind, ...] = ()
    listening: tuple[ListeningAct, ...] = ()
    label_probabilities: tuple[tuple[QuestionKind | ListeningAct, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of one speaker; `words` are positions in `Conversation.words`.

    `open_form` asks a closed question openly, its subject kept, where an annotator is sure of it.
    """

    span: Span
    speaker: str
    text: str = field(repr=False)
    words: tuple[int, ...] = ()
    acts: Acts = Acts()
    open_form: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A reader's judgement of the overlap at `span`, which wins over the computed class."""

    span: Span
    kind: OverlapKind


@dataclass(frozen=True, slots=True)
class FeelingRuling:
    """A reader's judgement of a feeling that a sentence names: picked up, passed over, or none."""

    span: Span
    speaker: str
    kind: FeelingKind


@dataclass(frozen=True, slots=True)
class Quality:
    """How good the audio was. Levels in dBFS; None where it was not measured."""

    speech_level_db: float | None = None
    noise_level_db: float | None = None
    clipped_share: float | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """What was analysed: `sha256` of the file as given, `channels` as used (1, or 2 separate)."""

    id: str
    duration: Seconds
    sha256: str = ""
    channels: int = 1
    quality: Quality = Quality()

    def __post_init__(self) -> None:
        if not (math.isfinite(self.duration) and self.duration > 0):
            raise InputError(
                f"Recording of {self.duration} seconds: expected a positive, finite duration."
            )
        _check_length(self.duration)


def _check_length(end: Seconds) -> None:
    if end > LONGEST:
        raise InputError(
            f"{end} seconds found, expected at most {LONGEST:.0f} (100 hours). Are the times in "
            "milliseconds? Divide them by 1000."
        )


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person in the conversation; `role_source` says how the role is known."""

    id: str
    role: Role = "other"
    name: str | None = field(default=None, repr=False)
    role_source: RoleSource = "given"


@dataclass(frozen=True, slots=True)
class ModelUsed:
    """A model that took part, pinned by the hash of its weights."""

    task: str
    name: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where results come from, complete enough to repeat them."""

    version: str = ""
    models: tuple[ModelUsed, ...] = ()
    config: dict[str, Any] = field(default_factory=dict)
    created_at: str | None = None
    source: Literal["audio", "transcript", "hand"] = "audio"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A recording as heard: speakers, overlap-preserving speech, words and sentences.

    `speech` keeps overlaps and is what talk time is read from; `words` are in time order and take
    their speaker from the exclusive view. `language` is an ISO 639-1 code, None when unknown.
    `notes` are plain facts about the hearing that the reader should know; `rulings` are their own
    judgements of overlaps, `feelings` those of feelings that are named.

    Raises
    ------
    InputError : if speech, words or sentences name a speaker that is not in `speakers`; if two
        speakers have one id; if a sentence has a word that is not there; if speech lies more than
        100 hours on.
    """

    recording: Recording
    speakers: tuple[Speaker, ...]
    speech: tuple[Speech, ...]
    words: tuple[Word, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    language: str | None = None
    notes: tuple[str, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    feelings: tuple[FeelingRuling, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        known = {speaker.id for speaker in self.speakers}
        if len(known) < len(self.speakers):
            raise InputError(f"Two speakers with one id among {sorted(known)}: expected one each.")
        used = {s.speaker for s in self.speech} | {s.speaker for s in self.sentences}
        used |= {w.speaker for w in self.words if w.speaker is not None}
        if not used <= known:
            raise InputError(
                f"Speech of unknown speakers {sorted(used - known)}: expected {sorted(known)}."
            )
        _check_length(max((s.span.end for s in self.speech), default=0.0))
        places = {place for sentence in self.sentences for place in sentence.words}
        if places and not 0 <= min(places) <= max(places) < len(self.words):
            raise InputError(
                f"Sentences with the words {min(places)} to {max(places)}, of {len(self.words)}: "
                "expected positions in the words, counted from 0."
            )

    @property
    def mentor(self) -> Speaker | None:
        """The speaker with the role mentor, or None."""
        return next((s for s in self.speakers if s.role == "mentor"), None)

    def speech_of(self, speaker: str) -> tuple[Span, ...]:
        """Spans of one speaker, in order."""
        return tuple(sorted(s.span for s in self.speech if s.speaker == speaker))

    def words_of(self, speaker: str) -> tuple[Word, ...]:
        """Words attributed to one speaker, in order."""
        return tuple(w for w in self.words if w.speaker == speaker)
