"""Voice prints and segmentation together decide who has the floor, frame by frame.

The segmentation knows best *when* something changes and names speakers anew in each window; the
prints know best *who* it is. Labels from the prints give every window's local speakers their
names; the named windows then sharpen the labels.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt

from coach.intervals import Seconds
from coach_models.diarization.segmentation import MEMBERS, Probabilities, Windows
from coach_models.diarization.views import Active, edges
from coach_models.diarization.viterbi import decode_two_states
from coach_models.diarization.voice import VoiceTrack
from coach_models.diarization.voice_pair import FORGOTTEN, SWITCH, Labels, VoicePair

SEGMENTATION = 5.0  # per second: evidence of the segmentation when it is sure
ROUNDS = 3
NEAR: Seconds = 0.5  # a change of speakers this near to an overlap is a part of it

_NAMINGS = np.array(list(product((0, 1), repeat=3)))  # of three local speakers, by two voices
# For each naming and voice: which powerset classes hold a local speaker of that name.
_HOLDS = np.array(
    [[(MEMBERS * (naming == voice)).any(axis=1) for voice in (0, 1)] for naming in _NAMINGS]
)


def floor(windows: Windows, active: Active, track: VoiceTrack, pair: VoicePair) -> Labels:
    """Label every frame with the voice that has the floor, -1 where nobody speaks.

    Parameters
    ----------
    active : frames of speech [shape=(frames of the recording,)].
    """
    places = np.flatnonzero(active)
    times = np.asarray((places + 0.5) * windows.frame, np.float64)
    scores = np.interp(times, track.times, pair.scores)
    prices = _prices(times, windows.frame)
    labels = np.full(len(active), -1, np.int8)
    labels[places] = pair.labels[_nearest_index(track.times, times)]
    for _ in range(ROUNDS):
        lead = _lead_of_first(windows, labels)[places]
        found = decode_two_states((scores + SEGMENTATION * lead) * windows.frame, prices)
        if np.array_equal(found, labels[places]):
            break
        labels[places] = found
    return labels


def widen(overlap: Active, labels: Labels, frame: Seconds) -> Active:
    """Extend overlaps to the changes of speakers near to them [shape=(frames,)].

    The segmentation hears both voices for a part of the time only; where the floor passes shortly
    before or after that, in speech without a pause, nobody had stopped yet.

    Parameters
    ----------
    overlap : frames in which two speak [shape=(frames,)].
    labels : which voice has the floor, -1 nobody [shape=(frames,)].
    frame : seconds from one frame to the next.
    """
    found = overlap.copy()
    reach = round(NEAR / frame)
    for start, end in edges(overlap):
        first = _change(labels[max(0, start - reach - 1) : start + 1][::-1])
        last = _change(labels[end - 1 : end + reach + 1])
        found[start - first : start] = True
        found[end : end + last] = True
    return found


def _change(labels: Labels) -> int:
    """Count the labels after the first that are like it, when another speaker's label follows."""
    other = np.flatnonzero(labels != labels[0])
    return int(other[0]) - 1 if len(other) and labels[other[0]] >= 0 else 0


def _lead_of_first(windows: Windows, labels: Labels) -> Probabilities:
    """Probability of voice 0 minus that of voice 1, by the segmentation [shape=(frames,)]."""

    def lead(number: int, classes: Probabilities) -> Probabilities:
        offset = windows.offset(number)
        first, second = _HOLDS[_naming(classes, labels[offset : offset + len(classes)])]
        difference = classes[:, first].sum(axis=1) - classes[:, second].sum(axis=1)
        return np.asarray(difference[:, np.newaxis], np.float32)

    return windows.average(lead, 1)[:, 0]


def _naming(classes: Probabilities, labels: Labels) -> int:
    """Choose names for a window's local speakers that agree best with the labels.

    Two local speakers may be one voice only when they are not active together.
    """
    activity = classes[: len(labels)] @ MEMBERS
    agreement = np.stack([activity[labels == voice].sum(axis=0) for voice in (0, 1)])
    together = np.minimum(activity[:, :, np.newaxis], activity[:, np.newaxis, :]).sum(axis=0)
    same = _NAMINGS[:, :, np.newaxis] == _NAMINGS[:, np.newaxis, :]
    clash = (np.triu(together, 1) * same).sum(axis=(1, 2))
    score = agreement[_NAMINGS, np.arange(3)].sum(axis=1) - clash
    return int(score.argmax())


def _prices(times: npt.NDArray[np.float64], frame: Seconds) -> npt.NDArray[np.float64]:
    gaps = np.diff(times, prepend=0.0)
    inside = gaps < 1.5 * frame
    return np.where(inside, SWITCH, SWITCH * np.maximum(0.0, 1 - gaps / FORGOTTEN))


def _nearest_index(
    grid: npt.NDArray[np.float64], times: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    after = np.clip(np.searchsorted(grid, times), 1, max(1, len(grid) - 1))
    before = after - 1
    after = np.minimum(after, len(grid) - 1)
    return np.where(times - grid[before] <= grid[after] - times, before, after)
