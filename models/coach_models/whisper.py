"""The transcriber: faster-whisper, in batches of chunks, with word times.

Recordings are cut into chunks at pauses by `coach_models.chunks` and handed to the network a
batch at a time, so that memory does not depend on the length of the recording. The network now
and then passes over speech in a chunk; what is left without words is heard a second time.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel
from faster_whisper.transcribe import Segment

from coach.conversation import Word
from coach.errors import InputError, ModelUnavailable
from coach.intervals import Seconds, Span
from coach.ports import SAMPLE_RATE, Audio, Progress, Report, Transcript
from coach_models import weights
from coach_models.chunks import Chunk, Sound, chunks, detect_speech
from coach_models.decoding.sound import forget
from coach_models.leveller import level
from coach_models.missed_speech import filling, find_missed

STAGE = "transcribe"
DEFAULT_MODEL = "whisper-base"
CHANNEL_SPEAKERS = "AB"

# Whisper's own limits of a failed decoding (Radford et al. 2022, section 4.5).
COMPRESSION = 2.4
NO_SPEECH = 0.6
LOG_PROBABILITY = -1.0

GPU_BATCH = 16

SECOND_HEARING = 15.0  # seconds of a chunk; a shorter one offers less to pass over


@dataclass(frozen=True, slots=True)
class WhisperConfig:
    """The options of the transcription.

    Parameters
    ----------
    model : a whisper model, as `coach models list` names it.
    device : cpu or cuda; one that fails is an error.
    compute_type : number format of CTranslate2 ("int8" on a CPU, "float16" on a GPU).
    threads : CPU threads; 0 leaves the choice to CTranslate2.
    beam : width of the beam search.
    batch : chunks that are decoded together; more are no faster on a CPU, and cost memory (4 take
        240 MB more than 2, 8 take 470 MB more).
    language_floor : a detected language less probable than this counts as unknown.
    clear_floor : a model of English alone cannot detect; unless this share of its words is sure
        (probability of one half), the language counts as unknown.
    """

    model: str = DEFAULT_MODEL
    device: str = "cpu"
    compute_type: str = "int8"
    threads: int = 2
    beam: int = 5
    batch: int = 2
    language_floor: float = 0.5
    clear_floor: float = 0.7

    def __post_init__(self) -> None:
        for name in ("beam", "batch"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} = {getattr(self, name)}: expected at least 1.")


class WhisperTranscriber:
    """Turns sound into words with times; with one speaker a channel, also with speakers."""

    def __init__(self, config: WhisperConfig | None = None) -> None:
        self.config = config or WhisperConfig()
        self.models = (weights.model_used("transcription", self.config.model),)
        self._model = _load(self.config)
        self._pipeline = BatchedInferencePipeline(self._model)

    @classmethod
    def create(cls, *, model: str | None = None, device: str = "cpu") -> WhisperTranscriber:
        """Build with the options of an analysis; `model` None takes the default."""
        name = model or DEFAULT_MODEL
        if device == "cpu":
            return cls(WhisperConfig(name))
        return cls(WhisperConfig(name, device=device, compute_type="float16", batch=GPU_BATCH))

    def __call__(self, audio: Audio, *, language: str | None, report: Report) -> Transcript:
        """Transcribe every channel.

        Parameters
        ----------
        audio : at 16 kHz. Of two channels each is one speaker: "A" channel 0, "B" channel 1.
        language : ISO 639-1 code; None detects it.

        Raises
        ------
        InputError : if the model does not know the language.
        """
        self._check(language)
        is_told = language is not None
        channels: list[Sound] = [level(samples) for samples in audio.samples]
        heard = [(channel, detect_speech(channel)) for channel in channels]
        language, probability = self._language(heard, language)
        words: list[Word] = []
        for number, (channel, speech) in enumerate(heard):
            speaker = CHANNEL_SPEAKERS[number] if audio.channels > 1 else None
            first: list[Word] = []
            for batch in _batches(chunks(speech), self.config.batch):
                first += self._hear_batch(channel, batch, language, speaker)
                forget(channel)
                done = number * audio.duration + batch[-1].end
                report(Progress(STAGE, done / audio.channels, audio.duration))
            words += first + self._second(channel, speech, first, language, speaker)
        words.sort(key=lambda word: word.span)
        floor = self.config.language_floor
        if not is_told and not self._model.model.is_multilingual:
            floor, probability = self.config.clear_floor, sure_share(words)
        return Transcript(tuple(words), language if probability >= floor else None, probability)

    def _check(self, language: str | None) -> None:
        known = self._model.supported_languages
        if language is not None and language not in known:
            raise InputError(
                f"The model {self.config.model} does not know the language {language!r}. "
                f"Expected one of: {', '.join(sorted(known))}."
            )

    def _language(
        self, heard: list[tuple[Sound, tuple[Span, ...]]], language: str | None
    ) -> tuple[str, float]:
        """Decide the language to decode in, and how probable it is."""
        if language is not None or not self._model.model.is_multilingual:
            return language or "en", 1.0
        cut = [(channel, chunks(speech)) for channel, speech in heard if speech]
        samples = [todo[len(todo) // 2].cut(channel) for channel, todo in cut]
        samples += [todo[0].cut(channel) for channel, todo in cut if len(todo) > 1]
        summed: dict[str, float] = {"en": 0.0}
        for each in samples:
            for code, probability in self._model.detect_language(each)[2]:
                summed[code] = summed.get(code, 0.0) + probability / len(samples)
        best = max(summed, key=lambda code: summed[code])
        return best, summed[best]

    def _hear_batch(
        self, channel: Sound, batch: tuple[Chunk, ...], language: str, speaker: str | None
    ) -> Iterator[Word]:
        """Hear a batch of chunks; words carry their times in the recording."""
        for segment, chunk, offset in self._decode(channel, batch, language):
            if is_doubtful(segment):
                yield from self._hear_again(chunk, channel, language, speaker)
            else:
                yield from _place(segment, chunk, offset, speaker)

    def _second(
        self,
        channel: Sound,
        speech: tuple[Span, ...],
        first: list[Word],
        language: str,
        speaker: str | None,
    ) -> list[Word]:
        """Hear once more, in shorter chunks, the speech in which the first hearing has no words."""
        stretches = find_missed(speech, first)
        parts = (part for part in speech if any(part.overlaps(each) for each in stretches))
        again: list[Word] = []
        for batch in _batches(chunks(parts, longest=SECOND_HEARING), self.config.batch):
            for segment, chunk, offset in self._decode(channel, batch, language):
                if is_sure(segment):
                    again += _place(segment, chunk, offset, speaker)
            forget(channel)
        return filling(first, again, stretches)

    def _decode(
        self, channel: Sound, batch: tuple[Chunk, ...], language: str
    ) -> Iterator[tuple[Segment, Chunk, Seconds]]:
        """Decode chunks together; a segment comes with its chunk and where that starts."""
        parts = [chunk.cut(channel) for chunk in batch]
        # Half a sample on: a border is rounded down to a sample, and must not fall one short.
        ends = ((np.cumsum([len(part) for part in parts]) + 0.5) / SAMPLE_RATE).tolist()
        starts = [0.0, *ends[:-1]]
        segments, _ = self._pipeline.transcribe(
            np.concatenate(parts),
            language=language,
            beam_size=self.config.beam,
            batch_size=self.config.batch,
            word_timestamps=True,
            clip_timestamps=[
                {"start": start, "end": end} for start, end in zip(starts, ends, strict=True)
            ],
        )
        for segment in segments:
            number = min(bisect(ends, (segment.start + segment.end) / 2), len(batch) - 1)
            yield segment, batch[number], starts[number]

    def _hear_again(
        self, chunk: Chunk, channel: Sound, language: str, speaker: str | None
    ) -> Iterator[Word]:
        """Decode one chunk with the fallbacks that batches do not have; doubtful text is dropped.

        Fallbacks sample at rising temperatures until the text neither repeats itself nor is
        improbable.
        """
        segments, _ = self._model.transcribe(
            chunk.cut(channel),
            language=language,
            beam_size=self.config.beam,
            word_timestamps=True,
            condition_on_previous_text=False,
        )
        for segment in segments:
            if not is_doubtful(segment):
                yield from _place(segment, chunk, 0.0, speaker)


def sure_share(words: Sequence[Word]) -> float:
    """Share of the words that are more probable than not; 0 without words.

    Examples
    --------
    >>> sure_share([Word(Span(0, 1), "yes", None, 0.9), Word(Span(1, 2), "hm", None, 0.2)])
    0.5
    """
    return sum((word.probability or 0.0) >= 0.5 for word in words) / max(1, len(words))


def is_doubtful(segment: Segment) -> bool:
    """Whether text repeats itself, or was probably made up where nobody speaks."""
    made_up = segment.no_speech_prob > NO_SPEECH and segment.avg_logprob < LOG_PROBABILITY
    return bool(made_up or segment.compression_ratio > COMPRESSION)


def is_sure(segment: Segment) -> bool:
    """Whether text keeps well within the limits, as it must where a first hearing found none."""
    speech = segment.no_speech_prob < NO_SPEECH / 2 and segment.avg_logprob > LOG_PROBABILITY / 2
    return bool(speech and segment.compression_ratio <= COMPRESSION)


def _place(segment: Segment, chunk: Chunk, offset: Seconds, speaker: str | None) -> Iterator[Word]:
    """Move the words of a segment to their times in the recording."""
    for word in segment.words or ():
        span = chunk.original(word.start - offset, word.end - offset)
        if span is not None and word.word.strip():
            yield Word(span, word.word.strip(), speaker, min(1.0, float(word.probability)))


def _batches(todo: tuple[Chunk, ...], size: int) -> Iterator[tuple[Chunk, ...]]:
    for start in range(0, len(todo), size):
        yield todo[start : start + size]


def _load(config: WhisperConfig) -> WhisperModel:
    try:
        return WhisperModel(
            str(weights.path(config.model)),
            device=config.device,
            compute_type=config.compute_type,
            cpu_threads=config.threads,
            local_files_only=True,
        )
    except (RuntimeError, ValueError) as error:
        raise ModelUnavailable(
            f"The model {config.model} cannot be loaded on {config.device!r} as "
            f"{config.compute_type!r} ({error}). Choose another with --device or --model."
        ) from error
