"""Who is active in each 10 s window, as probabilities: the segmentation network, window by window.

The network names speakers anew in every window (local speakers); its classes are the sets of at
most two of three local speakers (powerset).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from coach.intervals import Seconds
from coach.ports import SAMPLE_RATE
from coach_models.decoding.sound import forget

WINDOW: Seconds = 10.0  # as the network was trained
FRAME: Seconds = 270 / SAMPLE_RATE  # from one frame of the network to the next
BATCH = 4  # more are no faster on a CPU, and cost memory

# Rows: the powerset classes (nobody, 1, 2, 3, 1+2, 1+3, 2+3); columns: local speakers.
MEMBERS = np.array(
    [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], np.float32
)

Probabilities = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Windows:
    """Class probabilities of every window.

    Parameters
    ----------
    classes : [shape=(windows, frames, 7), float16].
    step : seconds from one window to the next.
    frame : seconds from one frame to the next.
    duration : of the recording.
    """

    classes: npt.NDArray[np.float16]
    step: Seconds
    frame: Seconds
    duration: Seconds

    @property
    def frames(self) -> int:
        """Frames of the whole recording."""
        return int(self.duration / self.frame)

    def average(
        self, score: Callable[[int, Probabilities], Probabilities], width: int
    ) -> Probabilities:
        """Average a score of each window's frames over all windows that hold the frame.

        Parameters
        ----------
        score : from a window's number and class probabilities [shape=(frames, 7)] to
            [shape=(frames, width)].

        Returns
        -------
        [shape=(frames of the recording, width)]. The middle of a window counts more than its
        edges.
        """
        size = self.classes.shape[1]
        weight = np.hamming(size).astype(np.float32)[:, np.newaxis]
        length = self.offset(len(self.classes) - 1) + size
        summed = np.zeros((max(length, self.frames), width), np.float32)
        weights = np.full((len(summed), 1), 1e-9, np.float32)
        for number, window in enumerate(self.classes):
            place = slice(self.offset(number), self.offset(number) + size)
            summed[place] += weight * score(number, window.astype(np.float32))
            weights[place] += weight
        return np.asarray((summed / weights)[: self.frames], np.float32)

    def speech(self) -> Probabilities:
        """Probability that anybody speaks [shape=(frames,)]."""
        return self.average(lambda _, classes: 1 - classes[:, :1], 1)[:, 0]

    def overlap(self) -> Probabilities:
        """Probability that two speak at once [shape=(frames,)]."""
        return self.average(lambda _, classes: classes[:, 4:].sum(1, keepdims=True), 1)[:, 0]

    def offset(self, number: int) -> int:
        """First frame of a window."""
        return round(number * self.step / self.frame)


def segment(
    network: Callable[[Probabilities], Probabilities],
    samples: npt.NDArray[np.float32],
    *,
    step: Seconds,
    report: Callable[[Seconds], None],
) -> Windows:
    """Run the segmentation network over one channel.

    Parameters
    ----------
    network : as in `coach_models.networks.Networks`.
    samples : [shape=(samples,), float32 in -1..1] at 16 kHz.
    step : seconds from one window to the next.
    report : gets the seconds that are done.
    """
    duration = len(samples) / SAMPLE_RATE
    count = max(1, int(np.ceil((duration - WINDOW) / step)) + 1)
    parts = []
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        batch = np.stack([_window(samples, number * step) for number in numbers])
        parts.append(network(batch).astype(np.float16))
        forget(samples)
        report(min(duration, numbers[-1] * step + WINDOW))
    return Windows(np.concatenate(parts), step, FRAME, duration)


def _window(samples: npt.NDArray[np.float32], start: Seconds) -> npt.NDArray[np.float32]:
    first = round(start * SAMPLE_RATE)
    size = round(WINDOW * SAMPLE_RATE)
    part = np.array(samples[first : first + size], np.float32)
    return np.pad(part, (0, size - len(part)))
