"""Aligns recordings of one conversation that were made by several devices.

Two devices in one room hear the same voices, from different moments on and with clocks that differ
by up to a second an hour. First the rises of loudness are compared, piece by piece, which finds the
delay to some hundredths of a second; then the phases of short stretches, which find it to a
millisecond; a line through these gives the delay and the speed of the clock.

Devices that hear nothing in common, such as the files of a video conference with one person each,
cannot be aligned by sound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from coach.intervals import Seconds
from coach.ports import SAMPLE_RATE
from coach_models.decoding.phases import match

Samples = npt.NDArray[np.float32]
Curve = npt.NDArray[np.float64]

FRAME = 320  # samples between values of loudness: 20 ms
PER_SECOND = SAMPLE_RATE / FRAME
FLOOR = 1e-4  # of full scale; quieter changes are noise

PIECE: Seconds = 120.0  # compared with the whole of the other recording
MOST_PIECES = 16
CLEAR = 6.0  # standard deviations of the best delay of a piece
NEAR: Seconds = 0.1  # of the line: a piece or stretch belongs to it

STRETCH: Seconds = 2.0  # whose phases are compared
MOST_STRETCHES = 200
REACH: Seconds = 0.15  # a stretch is looked for so far from where the pieces say
EXACT: Seconds = (
    0.01  # of the line; sound takes so long for 3.4 m, from a speaker to one device or other
)
LEAST_STRETCHES = 5
LEAST_SHARE = 0.1  # of the stretches that must agree; hum and clicks correlate, but at any delay

LONGEST_DRIFT = 1e-3  # 3.6 s an hour; clocks of devices differ by less than a third of it
LEAST_SPAN: Seconds = 300.0  # between the first and the last stretch, to tell a clock's speed


@dataclass(frozen=True, slots=True)
class Placement:
    """The place of a recording in the time of another one.

    Parameters
    ----------
    start : seconds of the other at which it begins; negative when it begins earlier.
    rate : seconds of the other that pass in one second of it.
    """

    start: Seconds
    rate: float = 1.0

    @property
    def drift(self) -> Seconds:
        """Seconds that its clock loses in an hour; negative when it gains."""
        return (self.rate - 1) * 3600

    def __call__(self, time: Seconds) -> Seconds:
        """A moment of the recording in the time of the other one."""
        return self.start + self.rate * time


def align(first: Samples, second: Samples) -> Placement | None:
    """Find where the second recording lies in the first.

    Parameters
    ----------
    first, second : [shape=(samples,), float32] at 16 kHz, of any lengths.

    Returns
    -------
    The place; None when no sound in common was found.
    """
    coarse = _fit_line(_pieces(first, second), NEAR, least=1)
    if coarse is None:
        return None
    tried, found = _stretches(first, second, coarse)
    return _fit_line(found, EXACT, least=max(LEAST_STRETCHES, round(LEAST_SHARE * tried)))


Point = tuple[Seconds, Seconds]
"""A moment of the second recording, and the same moment in the first."""


def _pieces(first: Samples, second: Samples) -> list[Point]:
    """Where pieces of the second are in the first, by how the loudness rises."""
    whole, part = _rises(first), _rises(second)
    length = min(len(part), round(PIECE * PER_SECOND))
    count = max(1, min(MOST_PIECES, len(part) // length))
    size = len(whole) + length
    spectrum = np.fft.rfft(whole, size)
    points = []
    for begin in np.linspace(0, len(part) - length, count).round().astype(int):
        piece = part[begin : begin + length]
        found = np.fft.irfft(spectrum * np.conj(np.fft.rfft(piece, size)), size)
        best = int(np.argmax(found))
        if found[best] >= CLEAR * float(found.std() or 1.0):
            delay = best if best < len(whole) else best - size  # it may begin before the first
            points.append((begin / PER_SECOND, delay / PER_SECOND))
    return points


def _rises(sound: Samples) -> Curve:
    """How much louder each 20 ms are than those before, with mean 0 [shape=(frames,)]."""
    count = len(sound) // FRAME
    power = np.empty(count)
    for begin in range(0, count, 1 << 14):
        block = sound[begin * FRAME : min(count, begin + (1 << 14)) * FRAME].reshape(-1, FRAME)
        power[begin : begin + len(block)] = np.mean(np.square(block, dtype=np.float64), axis=1)
    loudness = np.log(np.sqrt(power) + FLOOR)
    rises = np.maximum(np.diff(loudness, prepend=loudness[:1]), 0.0)
    centred: Curve = rises - rises.mean()
    return centred


def _stretches(first: Samples, second: Samples, near: Placement) -> tuple[int, list[Point]]:
    """How many stretches were compared, and where those are that both recordings hold."""
    tried, points = 0, []
    size, most = round(STRETCH * SAMPLE_RATE), round(REACH * SAMPLE_RATE)
    for begin, at in _places(len(first), len(second), size, near):
        found = match(first[at : at + size], second[begin : begin + size], most)
        tried += 1
        if found.is_same:
            points.append((begin / SAMPLE_RATE, (at + found.delay) / SAMPLE_RATE))
    return tried, points


def _places(first: int, second: int, size: int, near: Placement) -> Iterator[tuple[int, int]]:
    """Where stretches begin in the second and, by what is known, in the first."""
    count = max(1, min(MOST_STRETCHES, (second - size) // size))
    for begin in np.linspace(0, max(0, second - size), count).round().astype(int):
        at = round(near(begin / SAMPLE_RATE) * SAMPLE_RATE)
        if 0 <= at <= first - size and begin + size <= second:
            yield int(begin), at


def _fit_line(points: list[Point], near: Seconds, least: int) -> Placement | None:
    """Put a line through most of the points: the one that has most of them close to it.

    Parameters
    ----------
    near : seconds from the line within which a point belongs to it.
    least : points that must belong to it, else there is no line.
    """
    lines = [Placement(there - here) for here, there in points]
    for (here, there), (here_2, there_2) in combinations(points[:: 1 + len(points) // 60], 2):
        rate = (there_2 - there) / (here_2 - here)
        if abs(here_2 - here) >= LEAST_SPAN and abs(rate - 1) <= LONGEST_DRIFT:
            lines.append(Placement(there - rate * here, rate))
    members = [[each for each in points if abs(line(each[0]) - each[1]) <= near] for line in lines]
    best = max(members, key=len, default=[])
    if len(best) < max(least, len(points) / 2):
        return None
    here, there = np.array(best).T
    if np.ptp(here) < LEAST_SPAN:
        return Placement(float(np.median(there - here)))
    rate, start = np.polyfit(here, there, 1)
    return Placement(float(start), float(rate))
