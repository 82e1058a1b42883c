"""The log mel filter bank that the voice-print network was trained on, as Kaldi computes it.

References
----------
.. [1] Povey et al. (2011), The Kaldi speech recognition toolkit; its `compute-fbank-feats` with a
   "povey" window, no dither and snipped edges, as torchaudio's `compliance.kaldi.fbank` has it.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from coach.ports import SAMPLE_RATE
from coach_models.networks import MEL_BINS, Values

LENGTH, SHIFT = 400, 160  # samples: frames of 25 ms, every 10 ms
RATE = SAMPLE_RATE // SHIFT  # frames a second

_FFT = 512  # the next power of two after a frame
_LOWEST = 20.0  # Hz, where the first filter begins
_PRE_EMPHASIS = 0.97
_FLOOR = np.finfo(np.float32).eps
_BLOCK = 1000  # frames worked on together, so that memory stays small


def filter_bank(samples: Values) -> Values:
    """Log mel energies [shape=(frames, 80)], 100 a second; nothing of less than 25 ms.

    Parameters
    ----------
    samples : [shape=(samples,), float32 in -1..1] at 16 kHz.
    """
    if len(samples) < LENGTH:
        return np.zeros((0, MEL_BINS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, LENGTH)[::SHIFT]
    blocks = [frames[first : first + _BLOCK] for first in range(0, len(frames), _BLOCK)]
    return np.concatenate([_log_energies(block) for block in blocks])


def _log_energies(frames: Values) -> Values:
    centred = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([centred[:, :1], centred[:, :-1]], axis=1)
    spectrum = np.fft.rfft((centred - _PRE_EMPHASIS * before) * _window(), _FFT, axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    return np.asarray(np.log(np.maximum(power @ _filters(), _FLOOR)), np.float32)


@functools.cache
def _window() -> Values:
    """Kaldi's "povey" window: Hann's, flattened."""
    return np.asarray(np.hanning(LENGTH) ** 0.85, np.float32)


@functools.cache
def _filters() -> Values:
    """Triangles between equal steps of the mel scale [shape=(257, 80)]."""
    low, high = _mel(np.array([_LOWEST, SAMPLE_RATE / 2]))
    edges = np.linspace(low, high, MEL_BINS + 2)
    bins = _mel(np.linspace(0, SAMPLE_RATE / 2, _FFT // 2 + 1))[:, np.newaxis]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)), np.float32)


def _mel(hertz: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return 1127.0 * np.log1p(hertz / 700.0)
