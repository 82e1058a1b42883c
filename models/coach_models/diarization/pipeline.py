"""pyannote.audio's diarization pipeline on windows and prints that are there already.

`SpeakerDiarization.__init__` asks for a PLDA model and downloads everything, so `OfflinePipeline`
sets the attributes that `apply` reads by itself. Segmentation and prints come from our own passes
over the recording; counting, clustering and reconstruction are pyannote's.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from coach_models import offline  # noqa: F401  # before pyannote

# isort: split
from pyannote.audio.core.pipeline import Pipeline
from pyannote.audio.core.task import Problem, Resolution, Specifications
from pyannote.audio.pipelines import SpeakerDiarization
from pyannote.audio.pipelines.clustering import AgglomerativeClustering
from pyannote.core import Annotation, SlidingWindow, SlidingWindowFeature
from pyannote.pipeline.parameter import ParamDict, Uniform

from coach.conversation import Speech
from coach.intervals import Span
from coach.ports import SpeakerCount
from coach_models.diarization.segmentation import FRAME, MEMBERS, WINDOW, Windows
from coach_models.diarization.voice import GRID, VoiceTrack
from coach_models.networks import DIMENSION

MAX_CLUSTERED = 1500  # agglomerative clustering needs memory by the square of this
LEAST_ALONE = 0.5  # seconds alone that a print of a window's speaker needs
FIELD = 0.0619375  # seconds that a frame of the segmentation network hears

# What segmentation-3.0 was trained to say: sets of at most two of three local speakers.
_SPECIFICATIONS = Specifications(
    problem=Problem.MONO_LABEL_CLASSIFICATION,
    resolution=Resolution.FRAME,
    duration=WINDOW,
    classes=["1", "2", "3"],
    powerset_max_classes=2,
    permutation_invariant=True,
)


@dataclass(frozen=True, slots=True)
class _Segmentation:
    """What `apply` asks about the segmentation: it reads them from ``_segmentation.model``."""

    specifications: Specifications
    receptive_field: SlidingWindow

    @property
    def model(self) -> _Segmentation:
        return self


class OfflinePipeline(SpeakerDiarization):
    """Counting, clustering and reconstruction over given windows and voices."""

    def __init__(self, windows: Windows, track: VoiceTrack) -> None:
        Pipeline.__init__(self)  # type: ignore[no-untyped-call]
        self.legacy = False
        self.segmentation_step = windows.step / WINDOW
        self.embedding_batch_size = 32
        self.embedding_exclude_overlap = True
        self.klustering = "AgglomerativeClustering"
        self.der_variant = {"collar": 0.0, "skip_overlap": False}
        self.segmentation = ParamDict(min_duration_off=Uniform(0.0, 1.0))
        self.clustering = SampledClustering(metric="cosine", constrained_assignment=True)
        field = SlidingWindow(start=0.0, step=FRAME, duration=FIELD)
        self._segmentation = _Segmentation(_SPECIFICATIONS, field)  # type: ignore[assignment]
        self._embedding = None
        self._expects_num_speakers = False
        self.windows, self.track = windows, track
        self.instantiate(self.default_parameters())

    def default_parameters(self) -> dict[str, dict[str, object]]:
        """Parameters measured on telephone calls and meetings (.7 to .8 is a plateau)."""
        return {
            "segmentation": {"min_duration_off": 0.0},
            "clustering": {"method": "centroid", "threshold": 0.7, "min_cluster_size": 12},
        }

    def get_segmentations(self, file: object, hook: object = None) -> SlidingWindowFeature:
        """Local speakers of every window, by the most probable class.

        Parameters
        ----------
        file, hook : ignored; the windows are known.
        """
        best = MEMBERS[self.windows.classes.argmax(axis=2)]
        return SlidingWindowFeature(best, self._sliding())

    def get_embeddings(
        self,
        file: object,
        binary_segmentations: SlidingWindowFeature,
        exclude_overlap: bool = True,
        hook: object = None,
    ) -> npt.NDArray[np.float32]:
        """Print of each window's local speakers: the mean of the track where each is alone.

        Parameters
        ----------
        file, exclude_overlap, hook : ignored; the track is known.
        binary_segmentations : frames in which each local speaker speaks.
        """
        active = binary_segmentations.data
        alone = active * (active.sum(axis=2, keepdims=True) == 1)
        prints = np.full((*active.shape[::2], DIMENSION), np.nan, np.float32)
        for number, window in enumerate(alone):
            start = number * self.windows.step
            low, high = np.searchsorted(self.track.times, (start, start + WINDOW))
            frames = ((self.track.times[low:high] - start) / self.windows.frame).astype(int)
            weights = window[np.minimum(frames, len(window) - 1)].T  # (local speakers, times)
            vectors = self.track.vectors[low:high]
            for local, weight in enumerate(weights):
                if weight.sum() * GRID >= LEAST_ALONE:
                    prints[number, local] = weight @ vectors / weight.sum()
        return prints

    def cluster(self, speakers: SpeakerCount) -> tuple[tuple[Speech, ...], tuple[Speech, ...]]:
        """Diarize: the view with overlaps, and the exclusive one."""
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")  # fewer speakers found than asked for
            found = self.apply(
                {"uri": "recording"},
                min_speakers=speakers.least,
                max_speakers=speakers.most,
            )
        return _speech(found.speaker_diarization), _speech(found.exclusive_speaker_diarization)

    def _sliding(self) -> SlidingWindow:
        return SlidingWindow(start=0.0, duration=WINDOW, step=self.windows.step)


def _speech(annotation: Annotation) -> tuple[Speech, ...]:
    tracks = annotation.itertracks(yield_label=True)
    return tuple(Speech(Span(s.start, s.end), str(label)) for s, _, label in tracks)


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
