"""Find who speaks in which of two channels that carry one speaker each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from coach.conversation import Speech
from coach.intervals import Seconds, Span, union
from coach.ports import SAMPLE_RATE, Diarization
from coach_models.decoding.sound import Samples
from coach_models.diarization.assembly import voice_print
from coach_models.diarization.hearing import HeardChannel
from coach_models.diarization.views import Active, hysteresis, keep_first, runs, sort_speech

HOP = 160  # samples: 10 ms
WIDTH = 3  # hops a level is averaged over
HOP_SECONDS: Seconds = HOP / SAMPLE_RATE

# Measured on eight telephone calls (docs/decisions/006-channels.md).
SPEECH = (0.7, 0.4)  # a stretch begins to count at the first and is followed to the second
BELOW_LOUD_DB = 35.0  # quieter than that against the speaker's loud moments is no speech
BLEED_DB = 15.0  # quieter than that against the other's channel is the other, heard through
PAUSE: Seconds = 0.2  # shorter holes are closed
SHORTEST: Seconds = 0.08
FLOOR_DB = -100.0
NAMES = ("A", "B")

Levels = npt.NDArray[np.float32]


def loudness(channel: Samples) -> Levels:
    """Level every 10 ms in dBFS, averaged over 30 ms [shape=(hops,)]."""
    block = HOP * 6000
    parts = [_power(channel[start : start + block]) for start in range(0, len(channel), block)]
    smooth = np.convolve(np.concatenate(parts), np.full(WIDTH, 1 / WIDTH), "same")
    return np.asarray(10 * np.log10(np.maximum(smooth, 10 ** (FLOOR_DB / 10))), np.float32)


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel: its samples [shape=(samples,)] and what was heard in it."""

    samples: Samples
    heard: HeardChannel


def separate(channels: Sequence[Channel]) -> Diarization:
    """Bring two channels together: each is one speaker, "A" and "B" in the order of the channels.

    Where both speak, the floor stays with who had it.
    """
    levels = [loudness(channel.samples) for channel in channels]
    likely = [
        _likely_speech(channel.heard, len(level))
        for channel, level in zip(channels, levels, strict=True)
    ]
    own = [level - _loud(level, on) for level, on in zip(levels, likely, strict=True)]
    spans = {
        name: _spans(likely[i] & (own[i] > -BELOW_LOUD_DB) & (own[i] > own[1 - i] - BLEED_DB))
        for i, name in enumerate(NAMES)
    }
    regular = sort_speech([Speech(span, name) for name, own in spans.items() for span in own])
    prints = tuple(
        voice_print(name, spans[name], channel.heard)
        for name, channel in zip(NAMES, channels, strict=True)
        if spans[name]
    )
    return Diarization(regular, keep_first(regular), prints)


def _likely_speech(heard: HeardChannel, hops: int) -> Active:
    speech = hysteresis(heard.speech, *SPEECH)
    places = (np.arange(hops) * HOP_SECONDS / heard.frame).astype(int)
    return np.asarray(speech[np.minimum(places, len(speech) - 1)])


def _loud(level: Levels, on: Active) -> float:
    return float(np.percentile(level[on], 90)) if on.any() else 0.0


def _spans(active: Active) -> tuple[Span, ...]:
    found = union(runs(active, HOP_SECONDS), max_gap=PAUSE)
    return tuple(span for span in found if span.duration >= SHORTEST)


def _power(block: Samples) -> npt.NDArray[np.float64]:
    padded = np.pad(block, (0, -len(block) % HOP)).reshape(-1, HOP).astype(np.float64)
    return np.asarray(np.mean(padded**2, axis=1))
