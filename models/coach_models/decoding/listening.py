"""What channels are, by what is said in them: a speaker each, several views of one room, nothing.

Two channels are compared where anybody speaks in both at once, by `coach_models.decoding.phases`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from faster_whisper.vad import get_vad_model

from coach.intervals import Seconds
from coach.ports import SAMPLE_RATE
from coach_models.decoding.layout import Layout
from coach_models.decoding.loudness import LOUD_DB, gain_to, levels
from coach_models.decoding.phases import match

Samples = npt.NDArray[np.float32]
Active = npt.NDArray[np.bool_]

HOP = 512  # samples that the detector of speech hears at a time
PIECE = HOP * 940  # samples looked at together: 30 s
MOST_PIECES = 40  # spread evenly over what is longer
SPEECH = 0.5  # probability
LEAST_SPEECH: Seconds = 1.0  # a channel with less carries nobody

STRETCH = 62  # hops that are correlated together: 2 s
BOTH = 8  # hops of a stretch in which both must speak
LAG = round(0.15 * SAMPLE_RATE)  # of a loudspeaker's sound that comes back through the network
MOST_STRETCHES = 150

LEAK = 0.3  # of the speech of whoever says less: so much of it is heard in both channels
DOMINANCE_DB = 12.0  # a hop belongs to one channel that is so much louder, against its own speech
OWNED = 0.5  # share of the hops with speech that must belong to one channel
COVERED = 0.9  # share of all speech that two channels must hold to be all that is needed


@dataclass(frozen=True, slots=True)
class ChannelPair:
    """Two channels that were compared.

    Parameters
    ----------
    shared : part of the speech of whoever says less that is heard in both.
    owned : part of the hops with speech that belong to one of the two.
    sign : -1 where the second is the first turned upside down.
    """

    shared: float
    owned: float
    sign: int

    @property
    def is_separate(self) -> bool:
        """Whether each is a speaker."""
        return self.shared < LEAK and self.owned > OWNED

    @property
    def leaks(self) -> bool:
        """Whether each would be a speaker, but for what is heard of the other in it."""
        return self.shared >= LEAK and self.owned > OWNED / 2


def layout(channels: Sequence[Samples]) -> Layout:
    """Tell what channels are from what is said in them.

    Parameters
    ----------
    channels : each [shape=(samples,), float32]; all of one length.
    """
    heard = _ChannelActivity(channels)
    seconds = [active.sum() * HOP / SAMPLE_RATE for active in heard.active]
    voiced = [i for i, each in enumerate(seconds) if each >= LEAST_SPEECH]
    if not voiced:
        return Layout(tuple(range(len(channels))), False, (1,) * len(channels))
    pairs = {(i, j): heard.compare(i, j) for i, j in combinations(voiced, 2)}
    apart = [each for each, pair in pairs.items() if pair.is_separate]
    chosen = max(apart, key=lambda each: min(seconds[i] for i in each), default=None)
    if chosen is not None and heard.coverage(chosen, voiced) >= COVERED:
        return Layout(chosen, True, (1, 1), empty=_other_channels(channels, voiced))
    first = voiced[0]
    signs = tuple(1 if i == first else pairs[first, i].sign for i in voiced)
    leaks = any(pair.leaks for pair in pairs.values())
    return Layout(tuple(voiced), False, signs, leaks, _other_channels(channels, voiced))


def speech_at_once(first: Samples, second: Samples) -> float:
    """Part of the speech of whoever says less during which the other speaks too.

    Parameters
    ----------
    first, second : [shape=(samples,), float32]; what one is longer is not looked at.
    """
    size = min(len(first), len(second))
    heard = _ChannelActivity((first[:size], second[:size]))
    one, other = heard.active
    return float((one & other).sum() / max(1, min(one.sum(), other.sum())))


def _other_channels(channels: Sequence[Samples], kept: Sequence[int]) -> tuple[int, ...]:
    return tuple(i for i in range(len(channels)) if i not in kept)


class _ChannelActivity:
    """Where anybody speaks in each channel, and how loud it is there, every 32 ms."""

    def __init__(self, channels: Sequence[Samples]) -> None:
        self.channels = channels
        self.pieces = tuple(_pieces(len(channels[0])))
        found = [_activity(channel, self.pieces) for channel in channels]
        self.active = [active for active, _ in found]
        self.level = [level for _, level in found]

    def compare(self, first: int, second: int) -> ChannelPair:
        """Compare two channels that both hold speech."""
        both = self.active[first] & self.active[second]
        less = min(self.active[first].sum(), self.active[second].sum())
        shared, sign = self._correlate(first, second, both)
        own = [self.level[i] - _loud(self.level[i], self.active[i]) for i in (first, second)]
        spoken = self.active[first] | self.active[second]
        owned = np.mean(np.abs(own[0] - own[1])[spoken] > DOMINANCE_DB)
        return ChannelPair(shared * both.sum() / less, float(owned), sign)

    def coverage(self, chosen: Sequence[int], voiced: Sequence[int]) -> float:
        """Part of all speech that some channels hold."""
        spoken = np.any([self.active[i] for i in voiced], axis=0)
        held = np.any([self.active[i] for i in chosen], axis=0)
        return float((spoken & held).sum() / spoken.sum())

    def _correlate(self, first: int, second: int, both: Active) -> tuple[float, int]:
        """Part of the stretches in which both speak that correlate, and with which sign."""
        starts = [
            start
            for start in range(0, len(both) - STRETCH + 1, STRETCH)
            if both[start : start + STRETCH].sum() >= BOTH
        ]
        if not starts:
            return 0.0, 1
        step = max(1, len(starts) // MOST_STRETCHES)
        found = [
            match(self._sound(first, start, both), self._sound(second, start, both), LAG)
            for start in starts[::step]
        ]
        same = [np.sign(each.height) for each in found if each.is_same]
        return len(same) / len(found), -1 if sum(same) < 0 else 1

    def _sound(self, channel: int, hop: int, both: Active) -> npt.NDArray[np.float64]:
        """Two seconds of a channel, silent where not both speak."""
        per_piece = PIECE // HOP
        at = self.pieces[hop // per_piece] + hop % per_piece * HOP
        part = np.zeros(STRETCH * HOP, np.float32)
        found = self.channels[channel][at : at + len(part)]
        part[: len(found)] = found
        centres = (np.arange(STRETCH) + 0.5) * HOP
        return part * np.interp(np.arange(len(part)), centres, both[hop : hop + STRETCH])


def _pieces(size: int) -> Iterator[int]:
    """Where the pieces begin that are looked at."""
    count = max(1, -(-size // PIECE))
    for number in np.linspace(0, count - 1, min(count, MOST_PIECES)).round().astype(int):
        yield int(number) * PIECE


def _activity(channel: Samples, pieces: Sequence[int]) -> tuple[Active, npt.NDArray[np.float32]]:
    detect = get_vad_model()
    gain = gain_to(LOUD_DB, levels(channel))
    active, level = [], []
    for start in pieces:
        sound = np.zeros(PIECE, np.float32)
        found = channel[start : start + PIECE]
        sound[: len(found)] = (found - found.mean()) * gain  # an offset is no sound
        hops = sound.reshape(-1, HOP)
        level.append(10 * np.log10(np.mean(hops**2, axis=1) + 1e-10))
        active.append(detect(np.clip(sound, -1, 1)).reshape(-1) > SPEECH)
    return np.concatenate(active), np.concatenate(level)


def _loud(level: npt.NDArray[np.float32], active: Active) -> float:
    return float(np.percentile(level[active], 90))
