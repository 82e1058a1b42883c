"""The diarizers: one for a recording that everybody shares, one for a speaker a channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from faster_whisper.vad import get_vad_model

from coach.analysis.recognition import PRINTS
from coach.conversation import Speech
from coach.errors import InputError
from coach.intervals import Seconds
from coach.ports import Audio, Diarization, Progress, Report, SpeakerCount
from coach_models import campplus, weights
from coach_models.device import usable_device
from coach_models.diarization import assembly
from coach_models.diarization.channels import Channel, separate
from coach_models.diarization.fusion import floor
from coach_models.diarization.hearing import Heard, hear
from coach_models.diarization.pair import Labels, fit_pair
from coach_models.diarization.pipeline import OfflinePipeline
from coach_models.diarization.segmentation import WINDOW, Segmenter
from coach_models.diarization.third import third_voice
from coach_models.diarization.voice import VoiceTracker

STAGE = "diarize"


@dataclass(frozen=True, slots=True)
class DiarizerConfig:
    """How to find who spoke when.

    Parameters
    ----------
    segmentation, embedding : models, as `coach models list` names them.
    device : cpu or cuda; one that fails is an error.
    step : step of the 10 s windows, as a part of a window.
    threads : CPU threads; more than one make a busy machine slower, not faster.
    """

    segmentation: str = "segmentation-3.0"
    embedding: str = "campplus"
    device: str = "cpu"
    step: float = 0.25
    threads: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.step <= 1:
            raise InputError(f"step = {self.step}: expected more than 0 and at most 1.")
        if self.threads < 1:
            raise InputError(f"threads = {self.threads}: expected at least 1.")


class _Ears:
    """The networks, loaded, and what the diarizers have in common."""

    def __init__(self, config: DiarizerConfig | None = None) -> None:
        self.config = config or DiarizerConfig()
        device = usable_device(self.config.device)
        names = (self.config.segmentation, self.config.embedding)
        tasks = ("diarization", PRINTS)
        self.models = tuple(map(weights.used, tasks, names))
        self.segmenter = Segmenter(weights.path(names[0]) / "pytorch_model.bin", device)
        network = campplus.load(weights.path(names[1]) / "campplus_cn_en_common.pt")
        self.tracker = VoiceTracker(network, device)
        self.detector = get_vad_model()

    def hear(self, samples: npt.NDArray[np.float32], report: Callable[[Seconds], None]) -> Heard:
        with _threads(self.config.threads):
            step = self.config.step * WINDOW
            ears = (self.segmenter, self.detector, self.tracker)
            return hear(ears, samples, step=step, report=report)


class PyannoteDiarizer:
    """Finds who spoke when in a recording that everybody shares."""

    def __init__(self, config: DiarizerConfig | None = None) -> None:
        self._ears = _Ears(config)
        self.models = self._ears.models

    @classmethod
    def create(cls, *, model: str | None = None, device: str = "cpu") -> PyannoteDiarizer:
        """Build with the options of an analysis; `model` names the transcriber's."""
        return cls(DiarizerConfig(device=device))

    def __call__(self, audio: Audio, *, speakers: SpeakerCount, report: Report) -> Diarization:
        """Find who spoke when; speakers are "A", "B", ... in order of first speech.

        Two people (the default, at most) are told apart by their voice prints; three and more by
        pyannote's clustering alone, which is less exact. A third voice that two prints do not
        explain is pointed out, and makes clustering look for three where more than two are allowed.
        """
        samples = audio.samples[0] if audio.channels == 1 else audio.mono()
        heard = self._ears.hear(samples, _progress(audio.duration, report))
        if not heard.active.any():
            return Diarization((), ())
        if speakers.most == 1:
            return assembly.one(heard)
        pipeline = OfflinePipeline(self._ears.segmenter, heard.windows, heard.track)
        regular, exclusive = pipeline.cluster(speakers)
        if len({each.speaker for each in regular}) > 2:
            return assembly.many(heard, regular, exclusive)
        pair = fit_pair(
            heard.track,
            heard.unclear,
            certain=speakers.least > 1,
            start=_labels(heard, exclusive),
        )
        if pair is None:
            return assembly.one(heard)
        labels = floor(heard.windows, heard.active, heard.track, pair)
        third = third_voice(heard, labels)
        if third is not None and speakers.most != 2:
            regular, exclusive = pipeline.cluster(replace(speakers, least=3))
            if len({each.speaker for each in regular}) > 2:
                return assembly.many(heard, regular, exclusive)
        return assembly.two(heard, labels, third)


class ChannelDiarizer:
    """Finds who spoke when where each of two channels carries one speaker."""

    def __init__(self, config: DiarizerConfig | None = None) -> None:
        self._ears = _Ears(config)
        self.models = self._ears.models

    @classmethod
    def create(cls, *, model: str | None = None, device: str = "cpu") -> ChannelDiarizer:
        """Build with the options of an analysis; `model` names the transcriber's."""
        return cls(DiarizerConfig(device=device))

    def __call__(self, audio: Audio, *, speakers: SpeakerCount, report: Report) -> Diarization:
        """Find who spoke when: "A" is channel 0, "B" channel 1, whatever `speakers` expects.

        Raises
        ------
        InputError : if there are not two channels.
        """
        if audio.channels != 2:
            raise InputError(
                f"{audio.channels} channel(s): expected two, one speaker each. Use the diarizer "
                "for mixed recordings."
            )
        channels = []
        for number, samples in enumerate(audio.samples):
            done = _progress(audio.duration, report, part=number, parts=2)
            channels.append(Channel(samples, self._ears.hear(samples, done)))
        return separate(channels)


def _labels(heard: Heard, exclusive: tuple[Speech, ...]) -> Labels:
    """Translate clustered speech into labels along the track."""
    names = sorted({each.speaker for each in exclusive})
    labels = np.zeros(len(heard.track.times), np.int8)
    for each in exclusive:
        low, high = np.searchsorted(heard.track.times, (each.span.start, each.span.end))
        labels[low:high] = names.index(each.speaker)
    return labels


def _progress(
    duration: Seconds, report: Report, *, part: int = 0, parts: int = 1
) -> Callable[[Seconds], None]:
    def done(seconds: Seconds) -> None:
        report(Progress(STAGE, (part * duration + seconds) / parts, duration))

    return done


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """Use so many threads here, and leave the process as it was."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
