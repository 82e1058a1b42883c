"""Run the networks over a recording once, and find where there is speech."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from faster_whisper.vad import SileroVADModel

from coach.intervals import Seconds, Span
from coach_models.diarization.activity import voice_activity
from coach_models.diarization.segmentation import Windows, segment
from coach_models.diarization.views import Active, close_gaps, hysteresis, runs
from coach_models.diarization.voice import CHAPTER, VoiceTrack, VoiceTracker
from coach_models.networks import Networks

# Probabilities, calibrated on calls, dialogues and meetings (docs/decisions/007-hearing-who.md):
# a stretch begins to count at the first and is followed down to the second.
SPEECH = (0.5, 0.3)
OVERLAP = (0.5, 0.3)
OF_PEAK = 0.4  # of an overlap's highest probability: the edges of a loud one are no overlap
PAUSE: Seconds = 0.2
CLICK: Seconds = 0.1

# Share of the work that each of the two passes is, for the progress.
_SEGMENTING = 0.5


@dataclass(frozen=True, slots=True)
class HeardChannel:
    """The output of the networks for one channel.

    Parameters
    ----------
    active, overlap : frames in which anybody, or more than one, speaks [shape=(frames,)].
    unclear : probability of overlap at each time of the track.
    speech : probability that anybody speaks [shape=(frames,)].
    """

    windows: Windows
    track: VoiceTrack
    active: Active
    overlap: Active
    unclear: npt.NDArray[np.float64]
    speech: npt.NDArray[np.float32]

    @property
    def frame(self) -> Seconds:
        """Seconds from one frame to the next."""
        return self.windows.frame

    @property
    def duration(self) -> Seconds:
        """Length of the recording in seconds."""
        return self.windows.duration


def hear(
    networks: Networks,
    detector: SileroVADModel,
    samples: npt.NDArray[np.float32],
    *,
    step: Seconds,
    report: Callable[[Seconds], None],
) -> HeardChannel:
    """Run the networks over one channel.

    Parameters
    ----------
    networks : segmentation and voice prints.
    detector : of speech.
    samples : at 16 kHz [shape=(samples,)].
    step : seconds from one window to the next.
    report : gets the seconds that are done.
    """
    windows = segment(
        networks.segment, samples, step=step, report=lambda done: report(_SEGMENTING * done)
    )
    frame = windows.frame
    detected = voice_activity(detector, samples, frame, windows.frames)
    speech = np.asarray((windows.speech() + detected) / 2, np.float32)
    active = close_gaps(hysteresis(speech, *SPEECH), frame, gap=PAUSE, shortest=0.0)
    overlap = windows.overlap()
    both = overlap_frames(overlap, active, frame)
    track = VoiceTracker(networks)(
        samples,
        tuple(_split_long(runs(active, frame))),
        lambda done: report(_SEGMENTING * windows.duration + (1 - _SEGMENTING) * done),
    )
    places = np.minimum((track.times / frame).astype(int), len(overlap) - 1)
    return HeardChannel(windows, track, active, both, overlap[places].astype(np.float64), speech)


def overlap_frames(probability: npt.NDArray[np.float32], active: Active, frame: Seconds) -> Active:
    """Frames in which two speak at once, from the probability of it [shape=(frames,)].

    Parameters
    ----------
    probability : of overlap [shape=(frames,)].
    active : frames in which anybody speaks [shape=(frames,)].
    frame : seconds from one frame to the next.
    """
    found = hysteresis(probability, *OVERLAP, of_peak=OF_PEAK) & active
    return close_gaps(found, frame, gap=CLICK, shortest=CLICK)


def _split_long(pieces: tuple[Span, ...]) -> Iterator[Span]:
    """Cut what goes on without a pause (music, noise) so that it is worked on in parts."""
    for piece in pieces:
        parts = int(np.ceil(piece.duration / CHAPTER))
        bounds = np.linspace(piece.start, piece.end, parts + 1).tolist()
        yield from (Span(bounds[i], bounds[i + 1]) for i in range(parts))
