"""The diarizers: one for a recording that everybody shares, one for a speaker a channel.

Three and more people are told apart by pyannote.audio, which is imported only then: one and two
need no torch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from faster_whisper.vad import get_vad_model

from coach.conversation import Speech
from coach.errors import InputError, MissingDependency
from coach.extras import install_line
from coach.intervals import Seconds
from coach.ports import Audio, Diarization, Progress, Report, SpeakerCount
from coach_models.diarization import assembly
from coach_models.diarization.channels import Channel, separate
from coach_models.diarization.far_voices import drop_far_voices
from coach_models.diarization.fusion import floor
from coach_models.diarization.hearing import HeardChannel, hear
from coach_models.diarization.one_or_two import decide
from coach_models.diarization.segmentation import WINDOW
from coach_models.diarization.third_voice import third_voice
from coach_models.diarization.voice_pair import Labels
from coach_models.networks import Networks, onnx_networks

if TYPE_CHECKING:
    from coach_models.diarization.pipeline import OfflinePipeline

STAGE = "diarize"


@dataclass(frozen=True, slots=True)
class DiarizerConfig:
    """How to find who spoke when.

    Parameters
    ----------
    device : cpu or cuda; one that fails is an error.
    step : step of the 10 s windows, as a part of a window.
    threads : CPU threads; more than one make a busy machine slower, not faster.
    """

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
        self.networks = _networks(self.config)
        self.detector = get_vad_model()

    def hear(
        self, samples: npt.NDArray[np.float32], report: Callable[[Seconds], None]
    ) -> HeardChannel:
        step = self.config.step * WINDOW
        return hear(self.networks, self.detector, samples, step=step, report=report)

    def hear_all(self, audio: Audio, report: Report) -> HeardChannel:
        return self.hear(_mono(audio), _progress(audio.duration, report))


def _mono(audio: Audio) -> npt.NDArray[np.float32]:
    return audio.samples[0] if audio.channels == 1 else audio.mono()


def _networks(config: DiarizerConfig) -> Networks:
    """On the CPU what ships; the original weights, which need torch, on anything else."""
    if config.device == "cpu":
        return onnx_networks.load(threads=config.threads)
    try:
        from coach_models.networks import torch_networks
    except ImportError as error:
        raise MissingDependency(
            f"The device {config.device!r} needs the package {error.name!r}, which is not "
            "installed. Leave out --device, or install it with: " + install_line("models")
        ) from error
    return torch_networks.load(config.device)


class VoiceDiarizer:
    """Finds who spoke when in a recording that everybody shares, by voice prints."""

    def __init__(self, config: DiarizerConfig | None = None) -> None:
        self._ears = _Ears(config)
        self.models = self._ears.networks.models

    @classmethod
    def create(cls, *, model: str | None = None, device: str = "cpu") -> VoiceDiarizer:
        """Build with the options of an analysis; `model` names the transcriber's."""
        return cls(DiarizerConfig(device=device))

    def __call__(self, audio: Audio, *, speakers: SpeakerCount, report: Report) -> Diarization:
        """Find who spoke when; speakers are "A", "B", ... in order of first speech.

        Two people (the default, at most) are told apart by their voice prints; three and more by
        pyannote's clustering alone, which is less exact. A third voice that two prints do not
        explain is pointed out, and makes clustering look for three where more than two are allowed.

        Raises
        ------
        MissingDependency : if more than two may speak and pyannote.audio is not installed.
        """
        heard = self._ears.hear_all(audio, report)
        if not heard.active.any():
            return Diarization((), ())
        if speakers.most == 1:
            return assembly.assemble_one(heard)
        if speakers.most == 2:
            return _separate_two(heard, audio, certain=speakers.least > 1)
        return _separate_any(heard, speakers)


class PyannoteDiarizer:
    """Finds who spoke when by pyannote.audio's clustering alone, for any number of people."""

    def __init__(self, config: DiarizerConfig | None = None) -> None:
        _pipeline()  # what it needs is said before anything is heard
        self._ears = _Ears(config)
        self.models = self._ears.networks.models

    @classmethod
    def create(cls, *, model: str | None = None, device: str = "cpu") -> PyannoteDiarizer:
        """Build with the options of an analysis; `model` names the transcriber's."""
        return cls(DiarizerConfig(device=device))

    def __call__(self, audio: Audio, *, speakers: SpeakerCount, report: Report) -> Diarization:
        """Find who spoke when; speakers are "A", "B", ... in order of first speech."""
        heard = self._ears.hear_all(audio, report)
        if not heard.active.any():
            return Diarization((), ())
        return assembly.assemble_many(
            heard, *_pipeline()(heard.windows, heard.track).cluster(speakers)
        )


def _separate_two(heard: HeardChannel, audio: Audio, *, certain: bool) -> Diarization:
    """Tell at most two people apart."""
    decision = decide(heard, certain=certain)
    if decision.pair is None:
        return _add_notes(assembly.assemble_one(heard), decision.notes)
    labels = floor(heard.windows, heard.active, heard.track, decision.pair)
    third = third_voice(heard, labels)
    near, notes = drop_far_voices(heard, _mono(audio), decision.pair, labels)
    return _add_notes(
        assembly.assemble_two(near, labels, None if notes else third), decision.notes + notes
    )


def _add_notes(found: Diarization, notes: tuple[str, ...]) -> Diarization:
    return replace(found, notes=(*found.notes, *notes))


def _separate_any(heard: HeardChannel, speakers: SpeakerCount) -> Diarization:
    """Cluster; two people are then told apart as ever, unless a third voice is heard."""
    pipeline = _pipeline()(heard.windows, heard.track)
    regular, exclusive = pipeline.cluster(speakers)
    if len({each.speaker for each in regular}) > 2:
        return assembly.assemble_many(heard, regular, exclusive)
    start = _labels(heard, exclusive)
    decision = decide(heard, certain=speakers.least > 1, start=start)
    if decision.pair is None:
        return _add_notes(assembly.assemble_one(heard), decision.notes)
    labels = floor(heard.windows, heard.active, heard.track, decision.pair)
    third = third_voice(heard, labels)
    if third is not None:
        regular, exclusive = pipeline.cluster(replace(speakers, least=3))
        if len({each.speaker for each in regular}) > 2:
            return assembly.assemble_many(heard, regular, exclusive)
    return _add_notes(assembly.assemble_two(heard, labels, third), decision.notes)


def _pipeline() -> type[OfflinePipeline]:
    try:
        from coach_models.diarization.pipeline import OfflinePipeline
    except ImportError as error:
        raise MissingDependency(
            f"More than two speakers are told apart with the package {error.name!r}, which is not "
            "installed. Analyse with --speakers 2, or install it with: " + install_line("models")
        ) from error
    return OfflinePipeline


class ChannelDiarizer:
    """Finds who spoke when where each of two channels carries one speaker."""

    def __init__(self, config: DiarizerConfig | None = None) -> None:
        self._ears = _Ears(config)
        self.models = self._ears.networks.models

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


def _labels(heard: HeardChannel, exclusive: tuple[Speech, ...]) -> Labels:
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
    def tell(seconds: Seconds) -> None:
        report(Progress(STAGE, (part * duration + seconds) / parts, duration))

    return tell
