"""Decode one file in a process of its own.

Run as ``python -m coach_models.decoding.decode_process REQUEST``.

The process limits itself before it touches the file. It writes raw float32 samples, one file a
channel, and says what happens as JSON lines on standard output; the parent reads both.
"""

from __future__ import annotations

import errno
import json
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any, Literal

import av
import numpy as np
import numpy.typing as npt
from av.audio import AudioFrame, AudioStream
from av.container import InputContainer
from av.packet import Packet

SAMPLE_RATE = 16_000
SHORTEST_HOLE = 0.05  # seconds: shorter jumps of the time stamps are rounding
LONGEST_HOLE = 600.0  # longer ones are broken time stamps
SAY_EVERY = 20.0

# Demuxers of recordings. Play lists and other containers of addresses are left out on purpose.
FORMATS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,eac3,flac,flv,matroska,webm,"
    "mov,mp4,m4a,3gp,3g2,mj2,mp3,mpeg,mpegts,ogg,opus,tta,w64,wav,wv"
)


@dataclass(frozen=True, slots=True)
class Request:
    """What to decode and within which limits; `outputs` are the files of the channels."""

    recording: str
    outputs: tuple[str, ...]
    longest: float
    memory_mb: int
    cpu_seconds: int


@dataclass(frozen=True, slots=True)
class Done:
    """What the file holds: channels in the file and as written, declared seconds if any.

    `ogg_end` tells an Ogg file that was cut off inside a page, and one that is whole but lacks
    its closing page, as a program leaves it that died while it recorded.
    """

    found_channels: int
    channels: int
    samples: int
    declared: float | None
    damaged: int
    ogg_end: Literal["closed", "open", "cut"] = "closed"


class Refused(Exception):
    """The file cannot be used; the first argument is one of the reasons that the parent knows."""


_WRITING = {errno.ENOSPC: "full", errno.EDQUOT: "full", errno.EFBIG: "limits"}
"""What an error of writing samples means."""

Say = Callable[[dict[str, Any]], None]

_OGG_PAGE = 65_307  # bytes of the longest page (RFC 3533)
_OGG_HEADER = 27  # bytes before the table of segments, whose length is the last of them
_OGG_END = 0x04  # flag of the last page of a stream


def _ogg_end(path: str) -> Literal["closed", "open", "cut"]:
    """How an Ogg file ends: as it should, after a whole page, or inside one.

    Ogg declares no length that could be compared. A file that is no Ogg file counts as closed.
    """
    with open(path, "rb") as file:
        if file.read(4) != b"OggS":
            return "closed"
        file.seek(max(0, file.seek(0, 2) - _OGG_PAGE))
        tail = file.read()
    page = tail[max(0, tail.rfind(b"OggS")) :]
    segments = page[_OGG_HEADER:][: page[_OGG_HEADER - 1]] if len(page) >= _OGG_HEADER else b""
    if len(page) < _OGG_HEADER or len(page) < _OGG_HEADER + len(segments) + sum(segments):
        return "cut"
    return "closed" if page[5] & _OGG_END else "open"


def decode(request: Request, say: Say) -> Done:
    """Decode the first audio stream of `request.recording` to 16 kHz into the outputs.

    Raises
    ------
    Refused : with "not_media", "no_audio", "too_long" or "undecodable".
    """
    try:
        container = av.open(
            f"file:{request.recording}",
            options={"format_whitelist": FORMATS, "protocol_whitelist": "file"},
        )
    except (av.error.FFmpegError, UnicodeError) as error:
        raise Refused("not_media") from error
    with container:
        if not container.streams.audio:
            raise Refused("no_audio")
        return _Decoding(container, request, say).run()


class _Decoding:
    """One pass over the packets of one stream; holds no more than a packet's samples."""

    def __init__(self, container: InputContainer, request: Request, say: Say) -> None:
        self.container, self.request, self.say = container, request, say
        self.stream = container.streams.audio[0]
        self.stream.codec_context.thread_count = 1
        self.channels = 2 if self.stream.channels == 2 else 1
        layout = "stereo" if self.channels == 2 else "mono"
        self.resampler = av.AudioResampler("fltp", layout, SAMPLE_RATE)
        self.written = self.damaged = 0
        self.now = (container.start_time or 0) / av.time_base
        self.said = 0.0

    def run(self) -> Done:
        with ExitStack() as stack:
            paths = self.request.outputs[: self.channels]
            self.files = [stack.enter_context(open(path, "wb")) for path in paths]
            for packet in self._packets():
                self._decode(packet)
            self._write(self.resampler.resample(None))
        if not self.written:
            raise Refused("undecodable")
        return Done(
            found_channels=self.stream.channels,
            channels=self.channels,
            samples=self.written,
            declared=self._declared(),
            damaged=self.damaged,
            ogg_end=_ogg_end(self.request.recording),
        )

    def _declared(self) -> float | None:
        if self.stream.duration is not None and self.stream.time_base is not None:
            length = float(self.stream.duration * self.stream.time_base)
            return length * self._header_declares()
        duration = self.container.duration
        return None if duration is None else duration / av.time_base

    def _header_declares(self) -> float:
        """How much longer than the file its RIFF header says it is: 1 when that is not known.

        A demuxer takes the duration of a wav file from its size on disk.
        """
        with open(self.request.recording, "rb") as file:
            head = file.read(8)
            size = file.seek(0, 2)
        declared = int.from_bytes(head[4:8], "little") + 8
        streamed = declared in (8, 2**32 + 7)
        return 1.0 if head[:4] != b"RIFF" or streamed else max(1.0, declared / size)

    def _packets(self) -> Iterator[Packet[AudioStream]]:
        """Yield packets up to the end, or to where the container breaks off."""
        try:
            yield from self.container.demux(self.stream)
        except av.error.FFmpegError:
            self.damaged += 1

    def _decode(self, packet: Packet[AudioStream]) -> None:
        try:
            for frame in packet.decode():
                self._place(frame)
                self._write(self.resampler.resample(frame))
        except (av.error.FFmpegError, ValueError):
            self.damaged += 1

    def _place(self, frame: AudioFrame) -> None:
        """Fill a hole in the time stamps with silence, so that times stay those of the file."""
        if frame.time is not None:
            hole = frame.time - self.now
            if SHORTEST_HOLE < hole < LONGEST_HOLE:
                self._put(np.zeros((self.channels, round(hole * SAMPLE_RATE)), np.float32))
            self.now = max(self.now, frame.time)
        self.now += frame.samples / frame.sample_rate
        frame.pts = None

    def _write(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            self._put(frame.to_ndarray().astype(np.float32))

    def _put(self, samples: npt.NDArray[np.float32]) -> None:
        np.nan_to_num(samples, copy=False)
        np.clip(samples, -1.0, 1.0, out=samples)
        self.written += samples.shape[1]
        if self.written > self.request.longest * SAMPLE_RATE:
            raise Refused("too_long")
        for file, channel in zip(self.files, samples, strict=True):
            file.write(channel.tobytes())
        done = self.written / SAMPLE_RATE
        if done - self.said >= SAY_EVERY:
            self.said = done
            self.say({"done": done, "total": self._declared()})


def limit(request: Request) -> None:
    """Limit this process: memory, processor time, size of what it writes, open files."""
    size = int((request.longest + 60) * SAMPLE_RATE * 4)
    for kind, most in (
        (resource.RLIMIT_AS, request.memory_mb * 2**20),
        (resource.RLIMIT_CPU, request.cpu_seconds),
        (resource.RLIMIT_FSIZE, size),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def main(text: str) -> int:
    """Decode what the request asks for; the last line says `result` or `refused`."""
    values = json.loads(text)
    request = Request(**{**values, "outputs": tuple(values["outputs"])})
    limit(request)

    def say(message: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    try:
        say({"result": asdict(decode(request, say))})
    except Refused as refused:
        say({"refused": refused.args[0]})
    except MemoryError:
        say({"refused": "limits"})
    except OSError as error:
        if error.errno not in _WRITING:
            raise
        say({"refused": _WRITING[error.errno]})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
