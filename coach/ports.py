"""The ports to the models: one protocol for each kind of adapter, and the values they exchange.

An adapter is a class: `create` loads it, a call runs it. `coach.registry` finds adapters by entry
points; nothing in this package imports one by name. `models` lists the models that it uses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from coach.conversation import Conversation, ModelUsed, Quality, Sentence, Speech, Word
from coach.errors import InputError
from coach.intervals import Seconds

SAMPLE_RATE = 16_000


@dataclass(frozen=True, slots=True)
class Audio:
    """Decoded sound.

    Parameters
    ----------
    samples : [shape=(channels, samples), float32 in -1..1]; one channel is a mix, two channels have
        one speaker each.
    sample_rate : in Hz; the models need 16 kHz.
    """

    samples: npt.NDArray[np.float32] = field(repr=False)
    sample_rate: int = SAMPLE_RATE

    @property
    def duration(self) -> Seconds:
        """Length in seconds."""
        return int(self.samples.shape[1]) / self.sample_rate

    @property
    def channels(self) -> int:
        """Number of channels."""
        return int(self.samples.shape[0])

    def mono(self) -> npt.NDArray[np.float32]:
        """All channels mixed [shape=(samples,), float32]."""
        mixed: npt.NDArray[np.float32] = self.samples.mean(axis=0, dtype=np.float32)
        return mixed


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a stage; `done` and `total` are usually seconds of audio."""

    stage: str
    done: float
    total: float


Report = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class SpeakerCount:
    """The number of people to expect, from `least` to `most`; `most` None means no limit."""

    least: int = 1
    most: int | None = 2

    def __post_init__(self) -> None:
        if not isinstance(self.least, int) or not isinstance(self.most, int | None):
            raise InputError("speakers: expected whole numbers for least and most.")
        if self.least < 1 or (self.most is not None and self.most < self.least):
            raise InputError(
                f"{self.least}..{self.most} speakers: expected at least 1, and most >= least."
            )


@dataclass(frozen=True, slots=True)
class Transcript:
    """Words in time order, without speakers, and their language (None: unknown)."""

    words: tuple[Word, ...]
    language: str | None = None
    language_probability: float | None = None


@dataclass(frozen=True, slots=True)
class VoicePrint:
    """A unit vector that describes the voice of one speaker in one recording."""

    speaker: str
    vector: tuple[float, ...] = field(repr=False)
    seconds: Seconds = 0.0


@dataclass(frozen=True, slots=True)
class Diarization:
    """Who spoke when. `regular` keeps overlaps; in `exclusive` one speaker is active at a time."""

    regular: tuple[Speech, ...]
    exclusive: tuple[Speech, ...]
    prints: tuple[VoicePrint, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pitch:
    """Fundamental frequency track: `f0_hz` at `times` [shape=(n,), float]; nan where unvoiced."""

    times: npt.NDArray[np.float64] = field(repr=False)
    f0_hz: npt.NDArray[np.float64] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded file, notes about the decoding, and the day of recording if the file says it."""

    audio: Audio
    quality: Quality = field(default_factory=Quality)
    notes: tuple[str, ...] = ()
    recorded_on: date | None = None


class Decoder(Protocol):
    """Opens an audio or video file."""

    @classmethod
    def create(cls) -> Self:
        """Make a decoder with its default limits."""

    def __call__(
        self, path: Path, *, channels: str, tracks: tuple[int, ...], report: Report
    ) -> Decoded:
        """Decode a file; `channels` is auto, mixed or separate, `tracks` empty for all tracks."""


class Transcriber(Protocol):
    """Recognises words with times."""

    @property
    def models(self) -> tuple[ModelUsed, ...]:
        """The models that it uses."""

    @classmethod
    def create(cls, *, model: str | None, device: str) -> Self:
        """Load a model onto a device; `model` None takes the adapter's default.

        Parameters
        ----------
        model : the name of a model of the manifest; None takes the adapter's default.
        device : "cpu" or "cuda".

        Raises
        ------
        ModelUnavailable : if the model is not installed.
        """

    def __call__(self, audio: Audio, *, language: str | None, report: Report) -> Transcript:
        """Listen for words; `language` is an ISO 639-1 code, None detects it."""


class Diarizer(Protocol):
    """Finds who spoke when."""

    @property
    def models(self) -> tuple[ModelUsed, ...]:
        """The models that it uses."""

    @classmethod
    def create(cls, *, model: str | None, device: str) -> Self:
        """Load onto a device; `model` is the transcriber's option and may be ignored.

        Parameters
        ----------
        model : the transcriber's option, which may be ignored.
        device : "cpu" or "cuda".
        """

    def __call__(self, audio: Audio, *, speakers: SpeakerCount, report: Report) -> Diarization:
        """Listen for voices."""


class Annotator(Protocol):
    """Turns attributed words into sentences with acts."""

    @property
    def models(self) -> tuple[ModelUsed, ...]:
        """The models that it uses."""

    @classmethod
    def create(cls, *, model: str | None, device: str) -> Self:
        """Load onto a device; `model` None takes the adapter's default.

        Parameters
        ----------
        model : the name of a model; None takes the adapter's default.
        device : "cpu" or "cuda".
        """

    def __call__(
        self, words: tuple[Word, ...], *, pitch: Pitch | None, report: Report
    ) -> tuple[Sentence, ...]:
        """Annotate the words, in time order; `pitch` is None without sound."""


class Tracker(Protocol):
    """Finds the pitch of a voice."""

    @property
    def models(self) -> tuple[ModelUsed, ...]:
        """The models that it uses."""

    @classmethod
    def create(cls) -> Self:
        """Make one; it has no options."""

    def __call__(self, audio: Audio, *, report: Report) -> Pitch:
        """Track the pitch of all channels mixed."""


class Encoder(Protocol):
    """Makes sound small enough to embed in a page."""

    @classmethod
    def create(cls) -> Self:
        """Make one; it has no options."""

    def __call__(self, audio: Audio, *, report: Report) -> bytes:
        """Encode all channels mixed, as Ogg Opus."""


class Redactor(Protocol):
    """Removes names and personal data from the words of a conversation."""

    @classmethod
    def create(cls) -> Self:
        """Load the model."""

    def __call__(self, conv: Conversation) -> Conversation:
        """Redact a conversation; times, turns and numbers of words stay."""
