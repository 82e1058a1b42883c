"""Voice prints of stretches of sound: filter bank, selection of frames, network."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
import torchaudio.compliance.kaldi as kaldi
from pyannote.audio.core.inference import BaseInference
from torch import Tensor

from coach.ports import SAMPLE_RATE
from coach_models.campplus import DIMENSION, MEL_BINS, CamPlusPlus

FRAMES_PER_SECOND = 100
MIN_FRAMES = 50  # below half a second a print says little


def filter_bank(waveform: Tensor) -> Tensor:
    """Log mel filter bank as the network was trained on [shape=(frames, 80)], 100 a second.

    Parameters
    ----------
    waveform : [shape=(samples,), float32 in -1..1] at 16 kHz.
    """
    features: Tensor = kaldi.fbank(
        waveform.unsqueeze(0),
        num_mel_bins=MEL_BINS,
        sample_frequency=SAMPLE_RATE,
        frame_length=25,
        frame_shift=10,
        dither=0.0,
    )
    return features


class WindowEmbedding(BaseInference):
    """The embedding that pyannote's pipeline asks for: a print per window and local speaker.

    Follows the interface of `PretrainedSpeakerEmbedding`. The mean is subtracted after the
    speaker's frames were selected, and the filter bank of a window is computed once, although the
    pipeline repeats the window for each of its speakers.
    """

    sample_rate = SAMPLE_RATE
    dimension = DIMENSION
    metric = "cosine"
    min_num_samples = SAMPLE_RATE * MIN_FRAMES // FRAMES_PER_SECOND

    def __init__(self, network: CamPlusPlus) -> None:
        super().__init__()
        self.network = network

    def to(self, device: torch.device) -> WindowEmbedding:
        """Move the network."""
        self.network.to(device)
        return self

    def __call__(self, waveforms: Tensor, masks: Tensor) -> npt.NDArray[np.float32]:
        """One print per row, nan where less than half a second is left [shape=(rows, 192)].

        Parameters
        ----------
        waveforms : [shape=(rows, 1, samples)]
        masks : [shape=(rows, mask frames)], where the speaker is heard.
        """
        prints = np.full((len(waveforms), DIMENSION), np.nan, np.float32)
        last: tuple[Tensor, Tensor] | None = None
        for row, (waveform, mask) in enumerate(zip(waveforms[:, 0], masks, strict=True)):
            if not mask.any():
                continue
            if last is None or not torch.equal(last[0], waveform):
                last = waveform, filter_bank(waveform)
            frames = _selected(last[1], mask)
            if len(frames) >= MIN_FRAMES:
                prints[row] = self._print(frames)
        return prints

    def _print(self, frames: Tensor) -> npt.NDArray[np.float32]:
        with torch.inference_mode():
            centred = (frames - frames.mean(0)).unsqueeze(0)
            vector: npt.NDArray[np.float32] = self.network(centred)[0].numpy()
        return vector


def _selected(frames: Tensor, mask: Tensor) -> Tensor:
    stretched = F.interpolate(mask[None, None].float(), size=len(frames), mode="nearest")[0, 0]
    return frames[stretched > 0.5]
