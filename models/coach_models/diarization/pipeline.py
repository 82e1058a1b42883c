"""pyannote.audio's diarization pipeline, built from files on disk instead of a hub.

`SpeakerDiarization.__init__` asks for a PLDA model and downloads everything, so `OfflinePipeline`
sets the attributes that `apply` reads by itself and leaves every method as it is.
"""

from __future__ import annotations

import os

# Both are read when pyannote is imported: no telemetry, no hub.
os.environ["PYANNOTE_METRICS_ENABLED"] = "0"
os.environ["HF_HUB_OFFLINE"] = "1"

from pathlib import Path

import numpy as np
import numpy.typing as npt
from pyannote.audio import Audio, Inference, Model
from pyannote.audio.core.pipeline import Pipeline
from pyannote.audio.pipelines import SpeakerDiarization
from pyannote.audio.pipelines.clustering import AgglomerativeClustering
from pyannote.core import SlidingWindowFeature
from pyannote.pipeline.parameter import ParamDict, Uniform

from coach.errors import ModelUnavailable
from coach.ports import SAMPLE_RATE
from coach_models.diarization.voice import WindowEmbedding

WINDOW = 10.0  # seconds, as the segmentation network was trained
MAX_CLUSTERED = 1500  # agglomerative clustering needs memory by the square of this


def segmentation_model(path: Path) -> Model:
    """Load the segmentation network from a checkpoint on disk."""
    model = Model.from_pretrained(path)
    if model is None:
        raise ModelUnavailable(
            f"{path.name} holds no segmentation model. Pull it again: coach models pull"
        )
    return model.eval()


class SampledClustering(AgglomerativeClustering):
    """Agglomerative clustering that trains on an even sample of a long recording.

    All prints are assigned to the clusters found; only finding them is quadratic.
    """

    def filter_embeddings(
        self,
        embeddings: npt.NDArray[np.float32],
        segmentations: SlidingWindowFeature | None = None,
        min_active_ratio: float = 0.2,
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Choose prints worth clustering and where they are, at most `MAX_CLUSTERED`."""
        vectors, windows, speakers = super().filter_embeddings(
            embeddings, segmentations, min_active_ratio
        )
        count = min(len(vectors), MAX_CLUSTERED)
        kept = np.linspace(0, len(vectors) - 1, count).round().astype(int)
        return vectors[kept], windows[kept], speakers[kept]


class OfflinePipeline(SpeakerDiarization):
    """Segmentation in 10 s windows, a print per window and speaker, clustering, reconstruction."""

    def __init__(self, segmentation: Model, embedding: WindowEmbedding, *, step: float) -> None:
        Pipeline.__init__(self)  # type: ignore[no-untyped-call]
        self.legacy = False
        self.segmentation_step = step
        self.embedding_batch_size = 32
        self.embedding_exclude_overlap = True
        self.klustering = "AgglomerativeClustering"
        self.der_variant = {"collar": 0.0, "skip_overlap": False}
        self.segmentation = ParamDict(min_duration_off=Uniform(0.0, 1.0))
        self.clustering = SampledClustering(metric="cosine", constrained_assignment=True)
        self._segmentation = Inference(
            segmentation, duration=WINDOW, step=step * WINDOW, skip_aggregation=True
        )
        self._embedding = embedding
        self._audio = Audio(SAMPLE_RATE, mono="downmix")
        self._expects_num_speakers = False
        self.instantiate(self.default_parameters())

    def default_parameters(self) -> dict[str, dict[str, object]]:
        """Parameters measured on telephone calls and meetings (.7 to .8 is a plateau)."""
        return {
            "segmentation": {"min_duration_off": 0.0},
            "clustering": {"method": "centroid", "threshold": 0.7, "min_cluster_size": 12},
        }
