"""Run pyannote.audio's diarization at its defaults: ``script REQUEST.json REPLY.json``.

The pipeline is built by itself and not by ours, so that it stays what pyannote.audio ships: 10 s
windows in steps of 1 s, a voice print for each window and speaker, agglomerative clustering. Only
the weights are those that we use.
"""

from __future__ import annotations

import os

# Read when pyannote is imported: no hub. Who started us has switched telemetry off.
os.environ["HF_HUB_OFFLINE"] = "1"

import json
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
import torchaudio.compliance.kaldi as kaldi
from pyannote.audio import Audio, Inference, Model
from pyannote.audio.core.inference import BaseInference
from pyannote.audio.core.pipeline import Pipeline
from pyannote.audio.pipelines import SpeakerDiarization
from pyannote.audio.pipelines.clustering import AgglomerativeClustering
from pyannote.pipeline.parameter import ParamDict, Uniform
from torch import Tensor

from coach.errors import ModelUnavailable
from coach_models.networks import DIMENSION, campplus

RATE = 16_000
WINDOW = 10.0
STEP = 0.1  # pyannote's default, as a part of a window
MIN_FRAMES = 50  # of the filter bank: half a second


class Embedding(BaseInference):
    """A voice print for each window and speaker, as pyannote's pipeline asks for it."""

    sample_rate = RATE
    dimension = DIMENSION
    metric = "cosine"
    min_num_samples = RATE * MIN_FRAMES // 100

    def __init__(self, network: campplus.CamPlusPlus) -> None:
        super().__init__()
        self.network = network

    def __call__(self, waveforms: Tensor, masks: Tensor) -> npt.NDArray[np.float32]:
        """One print a row, nan where less than half a second is left [shape=(rows, 192)]."""
        prints = np.full((len(waveforms), self.dimension), np.nan, np.float32)
        for row, (waveform, mask) in enumerate(zip(waveforms, masks, strict=True)):
            frames = kaldi.fbank(waveform, num_mel_bins=80, sample_frequency=RATE, dither=0.0)
            spread = F.interpolate(mask[None, None].float(), size=len(frames), mode="nearest")
            own = frames[spread[0, 0] > 0.5]
            if len(own) >= MIN_FRAMES:
                with torch.inference_mode():
                    prints[row] = self.network((own - own.mean(0)).unsqueeze(0))[0].numpy()
        return prints


class PlainPipeline(SpeakerDiarization):
    """`SpeakerDiarization` with weights from disk; its constructor would ask a hub for more."""

    def __init__(self, segmentation: Model, embedding: Embedding) -> None:
        Pipeline.__init__(self)  # type: ignore[no-untyped-call]
        self.legacy = False
        self.segmentation_step = STEP
        self.embedding_batch_size = 32
        self.embedding_exclude_overlap = True
        self.klustering = "AgglomerativeClustering"
        self.der_variant = {"collar": 0.0, "skip_overlap": False}
        self.segmentation = ParamDict(min_duration_off=Uniform(0.0, 1.0))
        self.clustering = AgglomerativeClustering(metric="cosine", constrained_assignment=True)
        self._segmentation = Inference(
            segmentation, duration=WINDOW, step=STEP * WINDOW, skip_aggregation=True
        )
        self._embedding = embedding
        self._audio = Audio(RATE, mono="downmix")
        self._expects_num_speakers = False
        self.instantiate(self.default_parameters())

    def default_parameters(self) -> dict[str, dict[str, object]]:
        """Parameters of pyannote/speaker-diarization-3.1, rounded."""
        return {
            "segmentation": {"min_duration_off": 0.0},
            "clustering": {"method": "centroid", "threshold": 0.7, "min_cluster_size": 12},
        }


def main(request: dict[str, Any]) -> dict[str, Any]:
    """Find who spoke when."""
    models = {name: Path(folder) for name, folder in request["models"].items()}
    segmentation = Model.from_pretrained(models["segmentation-3.0"] / "pytorch_model.bin")
    if segmentation is None:
        raise ModelUnavailable("No segmentation model found. Run: coach models pull")
    network = campplus.load(models["campplus"] / "campplus_cn_en_common.pt")
    pipeline = PlainPipeline(segmentation.eval(), Embedding(network))
    with wave.open(request["wav"]) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
    waveform = torch.from_numpy(samples.astype(np.float32) / 32768).unsqueeze(0)
    file = {"waveform": waveform, "sample_rate": RATE, "uri": "recording"}
    found: Any = pipeline(file, max_speakers=request["max_speakers"])
    tracks = found.speaker_diarization.itertracks(yield_label=True)
    return {"speech": [[span.start, span.end, str(label)] for span, _, label in tracks]}


if __name__ == "__main__":
    reply = main(json.loads(Path(sys.argv[1]).read_text()))
    Path(sys.argv[2]).write_text(json.dumps(reply))
