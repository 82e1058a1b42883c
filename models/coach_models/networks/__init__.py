"""The networks that hear voices, segmentation and voice prints, and what runs them.

`onnx_networks` runs them on the CPU by ONNX Runtime, from files that ship with this package.
`torch_networks` runs the weights that the files were exported from in torch, on a GPU too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from coach.conversation import ModelUsed

MEL_BINS = 80
WIDTH = 512  # channels of the trunk
DIMENSION = 192  # numbers of a voice print

SEGMENTATION, PRINTS = "segmentation-3.0", "campplus"
"""The networks, as `coach models list` names their weights."""

Values = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Networks:
    """Loaded networks, as functions of arrays.

    Parameters
    ----------
    segment : samples of 10 s windows [shape=(windows, 160000)] to the probabilities of their
        classes [shape=(windows, frames, 7)].
    trunk : log mel filter banks minus their mean over time [shape=(blocks, frames, 80)] to what
        the voice-print network makes of them before pooling [shape=(blocks, 512, frames / 2)].
    pool : mean and standard deviation of that over time [shape=(n, 1024)] to voice prints, not
        normalised [shape=(n, 192)].
    models : for the provenance; the hashes are those of the original weights.
    """

    segment: Callable[[Values], Values]
    trunk: Callable[[Values], Values]
    pool: Callable[[Values], Values]
    models: tuple[ModelUsed, ...]
