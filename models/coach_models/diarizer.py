"""The diarizer: pyannote.audio's pipeline with weights from disk."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from pyannote.core import Annotation

from coach.conversation import Speech
from coach.errors import InputError, ModelUnavailable
from coach.intervals import Seconds, Span
from coach.ports import Audio, Diarization, Progress, Report, SpeakerCount, VoicePrint
from coach_models import campplus, weights
from coach_models.diarization.pipeline import OfflinePipeline, segmentation_model
from coach_models.diarization.voice import WindowEmbedding

STAGE = "diarize"


@dataclass(frozen=True, slots=True)
class DiarizerConfig:
    """How to find who spoke when.

    Parameters
    ----------
    segmentation, embedding : models, as `coach models list` names them.
    device : cpu or cuda; one that fails is an error.
    step : step of the 10 s windows, as a part of a window.
    """

    segmentation: str = "segmentation-3.0"
    embedding: str = "campplus"
    device: str = "cpu"
    step: float = 0.25

    def __post_init__(self) -> None:
        if not 0 < self.step <= 1:
            raise InputError(f"step = {self.step}: expected more than 0 and at most 1.")


class PyannoteDiarizer:
    """Finds who spoke when in one mixed channel."""

    def __init__(self, config: DiarizerConfig | None = None) -> None:
        self.config = config or DiarizerConfig()
        names = (self.config.segmentation, self.config.embedding)
        self.models = tuple(weights.used("diarization", name) for name in names)
        network = campplus.load(weights.path(names[1]) / "campplus_cn_en_common.pt")
        self._pipeline = OfflinePipeline(
            segmentation_model(weights.path(names[0]) / "pytorch_model.bin"),
            WindowEmbedding(network),
            step=self.config.step,
        )
        self._pipeline.to(_device(self.config.device))

    @classmethod
    def create(cls, *, model: str | None = None, device: str = "cpu") -> PyannoteDiarizer:
        """Build with the options of an analysis; `model` names the transcriber's."""
        return cls(DiarizerConfig(device=device))

    def __call__(self, audio: Audio, *, speakers: SpeakerCount, report: Report) -> Diarization:
        """Who spoke when; speakers are "A", "B", ... in order of first speech."""
        file = {
            "waveform": torch.from_numpy(np.array(audio.mono())).unsqueeze(0),
            "sample_rate": audio.sample_rate,
            "uri": "recording",
        }
        found: Any = self._pipeline(
            file,
            min_speakers=speakers.least,
            max_speakers=speakers.most,
            hook=_Hook(audio.duration, report),
        )
        regular = found.speaker_diarization
        names = speaker_names(regular)
        return Diarization(
            regular=_speech(regular, names),
            exclusive=_speech(found.exclusive_speaker_diarization, names),
            prints=_prints(found.speaker_embeddings, regular, names),
        )


class _Hook:
    """Turns the pipeline's two long steps into one progress in seconds of audio."""

    _parts: ClassVar = {"segmentation": (0.0, 0.4), "embeddings": (0.4, 1.0)}

    def __init__(self, duration: Seconds, report: Report) -> None:
        self.duration, self.report = duration, report

    def __call__(
        self,
        step: str,
        artefact: object,
        *,
        file: object = None,
        total: int = 0,
        completed: int = 0,
    ) -> None:
        if step in self._parts and total:
            low, high = self._parts[step]
            share = low + (high - low) * min(1.0, completed / total)
            self.report(Progress(STAGE, share * self.duration, self.duration))


def speaker_names(heard: Annotation) -> dict[str, str]:
    """Names "A", "B", ... for the labels of an annotation, in order of first speech."""
    labels = dict.fromkeys(label for _, _, label in heard.itertracks(yield_label=True))
    return {label: string.ascii_uppercase[i] for i, label in enumerate(labels)}


def _speech(heard: Annotation, names: dict[str, str]) -> tuple[Speech, ...]:
    tracks = heard.itertracks(yield_label=True)
    return tuple(Speech(Span(s.start, s.end), names[label]) for s, _, label in tracks)


def _prints(
    vectors: npt.NDArray[np.float32], heard: Annotation, names: dict[str, str]
) -> tuple[VoicePrint, ...]:
    prints = []
    for vector, label in zip(vectors, heard.labels(), strict=False):
        unit = vector / max(float(np.linalg.norm(vector)), 1e-9)
        seconds = heard.label_timeline(label).duration()
        prints.append(VoicePrint(names[label], tuple(map(float, unit)), seconds))
    return tuple(sorted(prints, key=lambda each: each.speaker))


def _device(name: str) -> torch.device:
    """Try the device to run on.

    Raises
    ------
    ModelUnavailable : if it cannot be used here.
    """
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise ModelUnavailable(
            f"The device {name!r} cannot be used here ({error}). Expected cpu, or cuda with a "
            "working driver. Choose another with --device."
        ) from error
    return device
