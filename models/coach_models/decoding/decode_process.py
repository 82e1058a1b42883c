"""Decode one file in a process of its own.

Run as ``python -m coach_models.decoding.decode_process REQUEST``.

The process limits and confines itself before it touches the file. It writes raw float32 samples,
one file a channel, and says what happens as JSON lines on standard output; the parent reads both.
"""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import av
import numpy as np
import numpy.typing as npt
from av.audio import AudioFrame, AudioStream
from av.container import InputContainer
from av.packet import Packet

from coach.system import limit_process
from coach_models.decoding.confinement import confine
from coach_models.decoding.containers import FilePart, declared_seconds, links, ogg_end, read_day

SAMPLE_RATE = 16_000
# Seconds. Shorter jumps of the time stamps are rounding; packets of speech last 10 ms at least.
SHORTEST_HOLE = 0.012
# Larger jumps, forth or back, are broken time stamps.
LONGEST_HOLE, LONGEST_STEP_BACK = 600.0, 1.0
SAY_EVERY = 20.0
MOST_CHANNELS = 8  # that are read, of all tracks together
DAMAGED_ABOVE = 100.0  # 40 dB over full scale: no sound, but a damaged number

# Demuxers of recordings. Play lists and other containers of addresses are left out on purpose.
FORMATS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,eac3,flac,flv,matroska,webm,"
    "mov,mp4,m4a,3gp,3g2,mj2,mp3,mpeg,mpegts,ogg,opus,tta,w64,wav,wv"
)

# Decoders of speech as it is recorded. No picture is decoded, not even to look what it is.
CODECS = (
    *(name for name in sorted(av.codecs_available) if name.startswith("pcm_")),
    "aac", "aac_fixed", "aac_latm", "ac3", "ac3_fixed", "adpcm_g722", "adpcm_g726",
    "adpcm_g726le", "adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms", "adpcm_swf", "adpcm_yamaha",
    "alac", "amrnb", "amrwb", "ape", "dca", "eac3", "flac", "g722", "g723_1", "g726", "g726le",
    "g729", "gsm", "gsm_ms", "libopencore_amrnb", "libopencore_amrwb", "libopus", "libspeex",
    "libvorbis", "mp1", "mp1float", "mp2", "mp2float", "mp3", "mp3float", "nellymoser", "opus",
    "speex", "tta", "vorbis", "wavpack", "wmalossless", "wmapro", "wmav1", "wmav2", "wmavoice",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """The recording to decode, and the limits.

    Parameters
    ----------
    folder : gets the channels, a file each: "0", "1", ...
    tracks : numbers of the audio tracks to read, from 1; all when empty.
    """

    recording: str
    folder: str
    longest: float
    memory_mb: int
    cpu_seconds: int
    tracks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """The result of decoding, without the samples.

    Parameters
    ----------
    found_tracks : audio tracks in the file.
    found_channels : channels of the tracks that were asked for.
    channels : the track, from 1, of each channel that was written.
    samples : of each channel.
    declared : seconds that the file promises; None when it promises nothing.
    damaged : packets that could not be decoded.
    peak : largest sample; above 1 is over full scale.
    ogg_end : tells an Ogg file that was cut off inside a page, and one that is whole but lacks its
        closing page, as a program leaves it that died while it recorded.
    recorded_on : the day, as YYYY-MM-DD; "" when the file does not say it.
    """

    found_tracks: int
    found_channels: int
    channels: tuple[int, ...]
    samples: int
    declared: float | None
    damaged: int
    peak: float
    ogg_end: Literal["closed", "open", "cut"] = "closed"
    recorded_on: str = ""


class Refused(Exception):
    """The file cannot be used; the first argument is one of the reasons that the parent knows."""


_WRITING = {errno.ENOSPC: "full", errno.EDQUOT: "full", errno.EFBIG: "limits"}
"""What an error of writing samples means."""

Say = Callable[[dict[str, Any]], None]
Samples = npt.NDArray[np.float32]


def decode(request: Request, say: Say) -> Done:
    """Decode the audio tracks of `request.recording` to 16 kHz, channel by channel.

    The links of a chained file are decoded one after the other.

    Parameters
    ----------
    request : the recording, the tracks and the folder for samples.
    say : is called with messages about the progress.

    Raises
    ------
    Refused : with "not_media", "no_audio", "no_track", "too_long" or "undecodable".
    """
    with ExitStack() as stack:
        path = request.recording
        ranges = links(path)
        containers = [stack.enter_context(_open_container(path, each, ranges)) for each in ranges]
        counts = [_channels(container, request.tracks) for container in containers]
        most = [max(each) for each in zip(*counts, strict=False)]
        first = containers[0]
        streams = first.streams.audio
        promised = max(
            (declared_seconds(first, each, path) or 0.0 for each in streams), default=0.0
        )
        expected = promised or (first.duration or 0) / av.time_base

        def tell(done: float) -> None:
            say({"done": done, "total": max(done, expected)})

        tracks = _tracks(most, request, tell, stack)
        for container in containers:
            _decode(container, request.tracks, tracks)
        length = max(track.written for track in tracks)
        if not length:
            raise Refused("undecodable")
        for track in tracks:
            track.end(length)
        return Done(
            found_tracks=len(streams),
            found_channels=sum(most),
            channels=tuple(track.number for track in tracks for _ in track.files),
            samples=length,
            declared=(promised or None) if len(ranges) == 1 else None,
            damaged=sum(track.damaged for track in tracks),
            peak=max(track.peak for track in tracks),
            ogg_end=ogg_end(path),
            recorded_on=read_day(first),
        )


def _open_container(path: str, bounds: tuple[int, int], of: Sequence[object]) -> InputContainer:
    options = {
        "format_whitelist": FORMATS,
        "codec_whitelist": ",".join(CODECS),
        "protocol_whitelist": "file",
    }
    try:
        if len(of) == 1:
            return av.open(f"file:{path}", "r", options=options)
        return av.open(FilePart(path, *bounds), "r", format="ogg", options=options)
    except (av.error.FFmpegError, UnicodeError) as error:
        raise Refused("not_media") from error


def _channels(container: InputContainer, wanted: Sequence[int]) -> list[int]:
    """Channels of each audio track that is wanted."""
    streams = container.streams.audio
    if not streams:
        raise Refused("no_audio")
    if wanted and max(wanted) > len(streams):
        raise Refused("no_track")
    return [each.channels for each in _choose_streams(streams, wanted)]


def _choose_streams(streams: Sequence[AudioStream], wanted: Sequence[int]) -> list[AudioStream]:
    return [stream for number, stream in enumerate(streams, 1) if not wanted or number in wanted]


def _tracks(
    most: list[int], request: Request, say: Callable[[float], None], stack: ExitStack
) -> list[_Track]:
    """Open the files that the tracks are written to, as many channels as are read."""
    tracks: list[_Track] = []
    opened = 0
    for number, channels in zip(_numbers(request.tracks, len(most)), most, strict=True):
        if channels and opened + channels > MOST_CHANNELS and tracks:
            break
        names = [str(opened + i) for i in range(min(channels, MOST_CHANNELS))]
        files = [stack.enter_context(Path(request.folder, name).open("wb")) for name in names]
        opened += len(files)
        tracks.append(_Track(number, files, request.longest, say if not tracks else _ignore))
    return tracks


def _ignore(done: float) -> None:
    """Only one track says how far it is."""


def _numbers(wanted: Sequence[int], count: int) -> list[int]:
    return sorted(set(wanted)) if wanted else list(range(1, count + 1))


def _decode(container: InputContainer, wanted: Sequence[int], tracks: list[_Track]) -> None:
    """Decode one container to its end, or to where it breaks off."""
    streams = _choose_streams(container.streams.audio, wanted)[: len(tracks)]
    start = (container.start_time or 0) / av.time_base
    of = {stream.index: track for stream, track in zip(streams, tracks, strict=False)}
    base = max(track.written for track in tracks)
    for stream, track in zip(streams, tracks, strict=False):
        if stream.codec_context.name not in CODECS:
            raise Refused("undecodable")
        stream.codec_context.thread_count = 1
        track.begin(base, start)
    for packet in _packets(container, streams, tracks[0]):
        of[packet.stream.index].take(packet)
    for track in tracks:
        track.flush()


def _packets(
    container: InputContainer, streams: list[AudioStream], first: _Track
) -> Iterator[Packet[Any]]:
    try:
        yield from container.demux(streams)
    except av.error.FFmpegError:
        first.damaged += 1


class _Track:
    """One pass over the packets of a track; holds no more than a packet's samples."""

    def __init__(
        self, number: int, files: list[Any], longest: float, say: Callable[[float], None]
    ) -> None:
        self.number, self.files, self.longest, self.say = number, files, longest, say
        self.written = self.damaged = 0
        self.peak = self.reported = self.now = 0.0
        self._resampler: av.AudioResampler | None = None
        self._form: object = None

    def begin(self, base: int, start: float) -> None:
        """Begin a link after so many samples; `start` is the time of its first."""
        self._put(np.zeros((len(self.files), base - self.written), np.float32))
        self.now = start

    def take(self, packet: Packet[AudioStream]) -> None:
        """Decode a packet."""
        try:
            for frame in packet.decode():
                self._place(frame)
                self._fit(frame)
        except (av.error.FFmpegError, ValueError):
            self.damaged += 1

    def flush(self) -> None:
        """Write what the resampler still holds."""
        if self._resampler is not None:
            self._write(self._resampler.resample(None))
        self._resampler = self._form = None

    def end(self, length: int) -> None:
        """Make the channels as long as the longest of the recording, with silence."""
        self._put(np.zeros((len(self.files), length - self.written), np.float32))

    def _place(self, frame: AudioFrame) -> None:
        """Fill a hole in the time stamps with silence, so that times stay those of the file.

        What was written is compared with the time stamps, so that many short holes add up.
        """
        if frame.time is not None:
            hole = frame.time - self.now
            if not -LONGEST_STEP_BACK < hole < LONGEST_HOLE:
                self.now = frame.time
            elif hole > SHORTEST_HOLE:
                self._put(np.zeros((len(self.files), round(hole * SAMPLE_RATE)), np.float32))
                self.now = frame.time
        self.now += frame.samples / frame.sample_rate
        frame.pts = None

    def _fit(self, frame: AudioFrame) -> None:
        """Resample; what changes in the middle of a file gets a resampler of its own."""
        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        if form != self._form:
            self.flush()
            self._form = form
            self._resampler = av.AudioResampler("fltp", frame.layout, SAMPLE_RATE)
        if self._resampler is not None:
            self._write(self._resampler.resample(frame))

    def _write(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            samples = frame.to_ndarray().astype(np.float32)
            if len(samples) < len(self.files):
                samples = np.repeat(samples.mean(axis=0, keepdims=True), len(self.files), axis=0)
            elif len(self.files) == 1:
                samples = samples.mean(axis=0, keepdims=True)
            self._put(samples[: len(self.files)])

    def _put(self, samples: Samples) -> None:
        if not samples.size:
            return
        samples[~(np.abs(samples) < DAMAGED_ABOVE)] = 0.0  # not a number is not below either
        self.peak = max(self.peak, float(np.abs(samples).max()))
        self.written += samples.shape[1]
        if self.written > self.longest * SAMPLE_RATE:
            raise Refused("too_long")
        for file, channel in zip(self.files, samples, strict=True):
            file.write(channel.tobytes())
        done = self.written / SAMPLE_RATE
        if done - self.reported >= SAY_EVERY:
            self.reported = done
            self.say(done)


def main(text: str) -> int:
    """Decode what the request asks for; the last line says `result` or `refused`."""
    values = json.loads(text)
    request = Request(**{**values, "tracks": tuple(values["tracks"])})
    limit_process(
        memory_mb=request.memory_mb,
        cpu_seconds=request.cpu_seconds,
        file_bytes=int((request.longest + 60) * SAMPLE_RATE * 4),
        open_files=64,
    )
    confine(reads=[Path(request.recording)], writes=Path(request.folder))

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
