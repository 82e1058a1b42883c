"""Writing media files for tests: one audio track or several, with and without holes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def write(
    path: Path, codec: str, *tracks: np.ndarray, rate: int = 16_000, drop: int = 0,
    options: dict[str, str] | None = None, picture: int = 0,
) -> Path:  # fmt: skip
    """Encode tracks [each: shape=(channels, samples)].

    Parameters
    ----------
    drop : every so manieth packet is left out.
    picture : seconds of a picture beside the sound.
    """
    with av.open(str(path), "w", options=options or {}) as container:
        video = _video(container) if picture else None
        streams = []
        for track in tracks:
            layout = LAYOUTS[len(track)]
            streams.append(container.add_stream(codec, rate=rate, layout=layout))
        packets = [
            packet
            for stream, track in zip(streams, tracks, strict=True)
            for number, packet in enumerate(_packets(stream, track, rate))
            if not drop or number % drop != drop - 1
        ]
        for packet in sorted(packets, key=lambda each: each.pts * each.time_base):
            container.mux(packet)
        for _ in range(picture if video is not None else 0):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
            container.mux(video.encode(frame))
        if video is not None:
            container.mux(video.encode(None))
    return path


def _video(container: av.container.OutputContainer) -> av.VideoStream:
    stream = container.add_stream("mpeg4", rate=1)
    stream.width = stream.height = 64
    return stream


def _packets(stream: av.AudioStream, track: np.ndarray, rate: int) -> Iterator[av.Packet]:
    context, layout = stream.codec_context, LAYOUTS[len(track)]
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(track), "fltp", layout)
    frame.sample_rate = rate
    fit = av.AudioResampler(context.format, layout, rate, context.frame_size or 1024)
    at = 0
    for part in [*fit.resample(frame), *fit.resample(None)]:
        part.pts, part.time_base = at, Fraction(1, rate)
        at += part.samples
        yield from stream.encode(part)
    yield from (packet for packet in stream.encode(None) if packet.size)


def joined(path: Path, parts: Sequence[Path]) -> Path:
    """Write files one after the other, byte for byte."""
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path
