"""Facts: what was heard in a recording, before any interpretation.

Facts depend only on the sound and the models: words, speech, voice prints, sentences with the
probabilities of their acts. `coach.analysis.interpret` adds the mentor, the recognised voices and
the rules; it takes milliseconds, so only facts are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from coach import __version__
from coach.analysis.doubts import find_wordless_speakers
from coach.conversation import (
    Conversation,
    ModelUsed,
    Provenance,
    Quality,
    Recording,
    Sentence,
    Speaker,
    Word,
)
from coach.intervals import Seconds
from coach.ports import Diarization, Pitch, Transcript, VoicePrint


@dataclass(frozen=True, slots=True)
class Track:
    """The pitch of the voiced parts: pairs of a time and a fundamental frequency in Hz."""

    times: tuple[Seconds, ...] = field(repr=False)
    f0_hz: tuple[float, ...] = field(repr=False)

    @classmethod
    def of(cls, pitch: Pitch) -> Track:
        """Keep the voiced part, rounded to a tenth of a hertz."""
        voiced = ~np.isnan(pitch.f0_hz)
        return cls(
            tuple(pitch.times[voiced].round(3).tolist()),
            tuple(pitch.f0_hz[voiced].round(1).tolist()),
        )

    def pitch(self) -> Pitch:
        """The track in the form that the annotator reads."""
        return Pitch(np.array(self.times, np.float64), np.array(self.f0_hz, np.float64))


@dataclass(frozen=True, slots=True)
class DecodedFile:
    """The results of decoding except the samples.

    Parameters
    ----------
    track : the pitch, if a pitch tracker is installed.
    recorded_on : the day of the recording, if the file says it.
    """

    duration: Seconds
    channels: int
    quality: Quality = field(default_factory=Quality)
    notes: tuple[str, ...] = ()
    track: Track | None = None
    models: tuple[ModelUsed, ...] = ()
    recorded_on: date | None = None


@dataclass(frozen=True, slots=True)
class Transcribed:
    """A transcript and the models that made it."""

    transcript: Transcript
    models: tuple[ModelUsed, ...] = ()


@dataclass(frozen=True, slots=True)
class Diarized:
    """Who spoke when, and the models that found it."""

    diarization: Diarization
    models: tuple[ModelUsed, ...] = ()


@dataclass(frozen=True, slots=True)
class Annotated:
    """Words with their speakers, their sentences, and the models that found the sentences."""

    words: tuple[Word, ...]
    sentences: tuple[Sentence, ...] = ()
    models: tuple[ModelUsed, ...] = ()


@dataclass(frozen=True, slots=True)
class Encoded:
    """The sound of a recording as a data URI."""

    sha256: str
    src: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """What was heard in a recording, or read from a transcript.

    Parameters
    ----------
    heard : the conversation without roles and names, unless a transcript has them.
    prints : voice prints of the speakers; empty for a transcript.
    recorded_on : the day of the recording, if the file says it.
    """

    heard: Conversation
    prints: tuple[VoicePrint, ...] = ()
    recorded_on: date | None = None


def facts_from(
    title: str,
    sha256: str,
    decoded: DecodedFile,
    transcribed: Transcribed,
    diarized: Diarized,
    annotated: Annotated,
) -> Facts:
    """Combine the values of all stages of one recording.

    Parameters
    ----------
    title : name of the recording.
    sha256 : of its content.
    """
    found = diarized.diarization
    heard = Conversation(
        recording=Recording(title, decoded.duration, sha256, decoded.channels, decoded.quality),
        speakers=tuple(Speaker(who) for who in sorted({each.speaker for each in found.regular})),
        speech=found.regular,
        words=annotated.words,
        sentences=annotated.sentences,
        language=transcribed.transcript.language,
        notes=(
            *decoded.notes,
            *found.notes,
            *find_wordless_speakers(found.regular, annotated.words),
        ),
        provenance=Provenance(
            version=__version__,
            models=transcribed.models + diarized.models + decoded.models + annotated.models,
        ),
    )
    return Facts(heard, found.prints, decoded.recorded_on)
