"""Sound for peers and for long runs, as 16-bit mono files at 16 kHz."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

from coach import registry
from coach.intervals import Seconds
from coach.ports import SAMPLE_RATE, Audio, silent


def write_wav(recording: Path, wav: Path, *, duration: Seconds | None = None) -> None:
    """Decode a recording to one channel; looped or cut to `duration` when that is given.

    Parameters
    ----------
    recording : any file that can be decoded.
    wav : the file to write, 16 kHz, mono, 16 bit.
    duration : seconds; None keeps the recording's own length.

    Raises
    ------
    InputError : if it cannot be decoded.
    """
    decoder = registry.load("decoders", "pyav").create()
    audio: Audio = decoder(recording, channels="mixed", tracks=(), report=silent).audio
    samples = _pcm(audio)
    left = len(samples) if duration is None else round(duration * SAMPLE_RATE)
    with wave.open(str(wav), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        while left > 0:
            sound.writeframes(samples[:left].tobytes())
            left -= len(samples)


def _pcm(audio: Audio) -> npt.NDArray[np.int16]:
    return np.asarray(np.clip(audio.mono() * 32767, -32768, 32767), np.int16)
