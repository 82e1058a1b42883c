"""Whether anybody speaks, by a second opinion: Silero's voice activity, without any padding.

The segmentation network follows quiet and overlapped voices, and takes ringing, breath and the
short pause between two words for speech; Silero errs elsewhere, so that their mean errs less than
either (docs/decisions/007-hearing-who.md).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from faster_whisper.vad import SileroVADModel

from coach.intervals import Seconds
from coach.ports import SAMPLE_RATE
from coach_models.decoding.sound import forget

HOP = 512  # samples that the network hears at a time
BLOCK = 9000 * HOP  # samples looked at together: 288 s, so that memory does not grow

Samples = npt.NDArray[np.float32]


def voice_activity(
    network: SileroVADModel, samples: Samples, frame: Seconds, frames: int
) -> npt.NDArray[np.float32]:
    """Probability that anybody speaks [shape=(frames,)], one every `frame` seconds.

    Parameters
    ----------
    samples : one channel [shape=(samples,), float32 in -1..1] at 16 kHz.
    """
    parts = []
    for start in range(0, len(samples), BLOCK):
        block = samples[start : start + BLOCK]
        # A copy: the network's wrapper writes into what it is given.
        parts.append(network(np.pad(block, (0, -len(block) % HOP))).reshape(-1))
        forget(samples)
    heard = np.concatenate(parts)
    places = ((np.arange(frames) + 0.5) * frame * SAMPLE_RATE / HOP).astype(int)
    return np.asarray(heard[np.minimum(places, len(heard) - 1)], np.float32)
