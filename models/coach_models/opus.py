"""Encode sound small enough to be part of a page."""

from __future__ import annotations

import io

import av
import numpy as np
import numpy.typing as npt

from coach.ports import Audio, Progress, Report

MEDIA_TYPE = "audio/ogg; codecs=opus"
_BIT_RATE = 24_000
_BLOCK = 16_000 * 10


class OpusEncoder:
    """Encodes speech as a mono Ogg Opus file, about 10 MB an hour."""

    @classmethod
    def create(cls) -> OpusEncoder:
        """Nothing to load."""
        return cls()

    def __call__(self, audio: Audio, *, report: Report) -> bytes:
        """Encode all channels mixed; blocks keep memory small on long recordings."""
        out = io.BytesIO()
        total = audio.samples.shape[1]
        with av.open(out, "w", format="ogg") as container:
            stream = container.add_stream("libopus", rate=audio.sample_rate)
            stream.layout = "mono"
            stream.bit_rate = _BIT_RATE
            for start in range(0, total, _BLOCK):
                block = audio.samples[:, start : start + _BLOCK].mean(axis=0)
                container.mux(stream.encode(_frame(block, audio.sample_rate, start)))
                report(Progress("encode", min(start + _BLOCK, total), total))
            container.mux(stream.encode(None))
        return out.getvalue()


def _frame(block: npt.NDArray[np.float32], rate: int, at: int) -> av.AudioFrame:
    pcm = (np.clip(block, -1, 1) * 32767).astype(np.int16)[np.newaxis]
    frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
    frame.sample_rate = rate
    frame.pts = at
    return frame
