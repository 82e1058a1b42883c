"""Metadata of a container: the links of a chained file, its end, its length."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Literal

from av.audio import AudioStream
from av.container import InputContainer

_OGG_PAGE = 65_307  # bytes of the longest page (RFC 3533)
_OGG_HEADER = 27  # bytes before the table of segments, whose length is the last of them
_OGG_BEGIN, _OGG_END = 0x02, 0x04  # flags of the first and the last page of a stream

# Demuxers that read a length from the file which is that of its sound. Others estimate it from the
# bit rate (mp3, aac), take it from the last time stamp (ogg), or mean the picture too (webm, avi).
_EXACT = ("wav", "w64", "aiff", "caf", "flac", "mov", "wv", "tta", "ape")
_FRAME_COUNTS = (b"Xing", b"Info", b"VBRI")  # headers of an mp3 that say how many frames follow
_ID3_HEADER, _MP3_FRAME = 10, 4096  # bytes; a frame has fewer
# Where recorders and telephones write the day; a tag that holds a year alone does not say it.
_DAY_TAGS = ("creation_time", "date", "date_recorded")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_EARLIEST = date(1990, 1, 1)  # a clock that was never set says 1904 or 1970
# Sizes from here on stand for "not known": 0xFFFFFFFF of ffmpeg, 0x7FFFF024 of sox and espeak.
_UNKNOWN_SIZE = 0x7FFF0000


def ogg_end(path: str) -> Literal["closed", "open", "cut"]:
    """Say how an Ogg file ends: as it should, after a whole page, or inside one."""
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


def links(path: str) -> list[tuple[int, int]]:
    """Find where the links of a chained Ogg file begin and end; one link for any other file."""
    size = Path(path).stat().st_size
    begins = [begin for begin, is_first in _pages(path) if is_first]
    bounds = [*begins, size] if begins else [0, size]
    return list(pairwise(bounds))


def _pages(path: str) -> Iterator[tuple[int, bool]]:
    """Where the pages of an Ogg file begin, and whether a link begins there."""
    with open(path, "rb") as file:
        at, before_begins = 0, False
        while len(header := file.read(_OGG_HEADER)) == _OGG_HEADER and header[:4] == b"OggS":
            begins = bool(header[5] & _OGG_BEGIN)
            yield at, begins and not before_begins
            before_begins = begins
            at += _OGG_HEADER + header[-1] + sum(file.read(header[-1]))
            file.seek(at)


class FilePart(io.RawIOBase):
    """A part of a file, read as if it were a file."""

    def __init__(self, path: str, begin: int, end: int) -> None:
        super().__init__()
        self._file = open(path, "rb")
        self._begin, self._size, self._at = begin, end - begin, 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: object) -> int:
        """Read into a buffer; the number of bytes that were read."""
        view = memoryview(buffer)[: max(0, self._size - self._at)]  # type: ignore[arg-type]
        self._file.seek(self._begin + self._at)
        count = self._file.readinto(view)
        self._at += count
        return count

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a place; the new place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


def read_day(container: InputContainer) -> str:
    """The day of the recording, as YYYY-MM-DD, in UTC; "" where the file does not say it."""
    for said in (container.metadata, *(each.metadata for each in container.streams.audio)):
        tags = {name.lower(): value for name, value in said.items()}
        for found in (_DAY.match(tags.get(tag, "")) for tag in _DAY_TAGS):
            if found is not None and _is_day(found[0]):
                return found[0]
    return ""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text) >= _EARLIEST
    except ValueError:
        return False


def declared_seconds(container: InputContainer, stream: AudioStream, path: str) -> float | None:
    """Seconds of sound that the file declares; None if it declares none, or estimates it.

    Parameters
    ----------
    container, stream : opened.
    path : of the same file.
    """
    names = container.format.name.split(",")
    is_exact = (
        any(name in _EXACT for name in names)
        or ("mp3" in names and _counts_frames(path))
        or ("matroska" in names and not container.streams.video)
    )
    if not is_exact:
        return None
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base) * _riff_declares(path)
    return None if container.duration is None else container.duration / 1_000_000


def _riff_declares(path: str) -> float:
    """Ratio of the length in the RIFF header to the file's length; 1 if unknown.

    A demuxer takes the duration of a wav file from its size on disk.
    """
    with open(path, "rb") as file:
        head = file.read(8)
        size = file.seek(0, 2)
    declares = int.from_bytes(head[4:8], "little") + 8
    if head[:4] != b"RIFF" or declares == 8 or declares >= _UNKNOWN_SIZE:
        return 1.0
    return max(1.0, declares / size)


def _counts_frames(path: str) -> bool:
    """Whether an mp3 begins with a frame that says how many follow."""
    with open(path, "rb") as file:
        head = file.read(_ID3_HEADER)
        file.seek(_ID3_HEADER + _syncsafe(head[6:]) if head.startswith(b"ID3") else 0)
        first = file.read(_MP3_FRAME)
    return any(name in first for name in _FRAME_COUNTS)


def _syncsafe(size: bytes) -> int:
    """Read a number of seven bits a byte (ID3v2, section 6.2)."""
    return functools.reduce(lambda number, byte: number << 7 | byte & 0x7F, size, 0)
