"""A zip file of several recordings of one conversation: unpacks it, and puts them into one time.

Programs that record each person apart export such files; `coach.analysis.bundle` makes them.
Names inside are not trusted: they choose no path, and no message repeats them.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np

from coach.errors import InputError
from coach.intervals import Seconds
from coach.ports import SAMPLE_RATE
from coach_models.decoding.alignment import Placement, align
from coach_models.decoding.loudness import BLOCK
from coach_models.decoding.sound import Samples, map_samples

MOST_FILES = 8
MOST_BYTES = 8 * 2**30  # of all files together, unpacked
ALIKE: Seconds = 2.0  # lengths that differ by less are not worth a note
TOLD_DRIFT: Seconds = 0.05  # an hour
TOGETHER = 0.5  # of the speech in one file; people in a conversation take turns

_ZIP = b"PK\x03\x04"
_PIECE = 1 << 20
# What programs put beside the sound, by suffix; the sound itself is recognised by its content.
_BESIDE = frozenset(
    {".txt", ".json", ".csv", ".log", ".md", ".html", ".xml", ".pdf", ".aup", ".dat"}
)


def is_bundle(path: Path) -> bool:
    """Whether a file is a zip file, by its first bytes."""
    with path.open("rb") as file:
        return file.read(len(_ZIP)) == _ZIP


def unpack(path: Path, folder: Path, tracks: Sequence[int] = ()) -> list[tuple[int, Path]]:
    """Unpack the recordings of a zip file.

    Parameters
    ----------
    folder : gets a file for each.
    tracks : numbers of the recordings to unpack, from 1, in the order of the zip file; all if
        empty.

    Returns
    -------
    The number of each recording, and its file.

    Raises
    ------
    InputError : if it is no intact zip file, has a password, or has no or too many recordings.
    OSError : if the folder is full.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if _is_recording(each)]
            _check_members(path, members, tracks)
            chosen = [(i, each) for i, each in enumerate(members, 1) if not tracks or i in tracks]
            room = MOST_BYTES
            unpacked = []
            for number, member in chosen:
                target = folder / f"file-{number}"
                with archive.open(member) as source:
                    room -= _copy(path, source, target, room)
                unpacked.append((number, target))
            return unpacked
    except InputError:  # which is a ValueError too
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise InputError(
            f"{path.name} is a zip file that cannot be read: it is damaged, or packed in a rare "
            "way. Expected an intact one. Copy it again, or unpack it and name its recordings."
        ) from error


def _is_recording(member: zipfile.ZipInfo) -> bool:
    place = PurePosixPath(member.filename)
    hidden = place.name.startswith(".") or "__MACOSX" in place.parts
    return not (member.is_dir() or hidden or place.suffix.lower() in _BESIDE)


def _check_members(path: Path, members: Sequence[zipfile.ZipInfo], tracks: Sequence[int]) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise InputError(
            f"{path.name} has a password. Expected a zip file that is open to read. Unpack it and "
            "name its recordings."
        )
    if not 1 <= len(members) <= MOST_FILES:
        raise InputError(
            f"{path.name} holds {len(members)} files. Expected 1 to {MOST_FILES} recordings of one "
            "conversation. Unpack it and name those that belong together."
        )
    if tracks and max(tracks) > len(members):
        raise InputError(
            f"{path.name} holds {len(members)} recordings, and --tracks names number {max(tracks)}."
            " Leave out --tracks to have all of them read."
        )


def _copy(path: Path, source: IO[bytes], target: Path, room: int) -> int:
    size = 0
    with target.open("wb") as file:
        while piece := source.read(_PIECE):
            size += len(piece)
            if size > room:
                raise InputError(
                    f"{path.name} unpacks to more than {MOST_BYTES / 2**30:.0f} GiB. Expected "
                    "recordings of one conversation. Compress them, as FLAC or Opus."
                )
            file.write(piece)
    return size


@dataclass(frozen=True, slots=True)
class DecodedPiece:
    """A decoded recording of a bundle.

    Parameters
    ----------
    number : of its file in the bundle, from 1.
    path : raw float32 samples, mono, at 16 kHz.
    samples : how many.
    """

    number: int
    path: Path
    samples: int

    @property
    def length(self) -> Seconds:
        """The length in seconds."""
        return self.samples / SAMPLE_RATE

    def sound(self) -> Samples:
        """The samples, mapped into memory."""
        return map_samples(self.path, (self.samples,))


def join(name: str, pieces: Sequence[DecodedPiece], folder: Path) -> tuple[int, tuple[str, ...]]:
    """Put recordings into the time of the longest, as files "0", "1", ... of one length.

    Parameters
    ----------
    name : of the bundle, for messages.
    folder : gets a file of samples for each recording.

    Returns
    -------
    The number of samples of each file, and notes on what was done.

    Raises
    ------
    InputError : if they are recordings of several conversations.
    """
    longest = max(pieces, key=lambda each: each.samples)
    found = {p.number: None if p is longest else align(longest.sound(), p.sound()) for p in pieces}
    alone = [p for p in pieces if p is not longest and found[p.number] is None]
    for piece in alone:
        _check_turns(name, longest, piece)
    places = {number: place or Placement(0.0) for number, place in found.items()}
    begin = min(place.start for place in places.values())
    ends = [_write(p, places[p.number], begin, folder / str(i)) for i, p in enumerate(pieces)]
    for i, size in enumerate(ends):
        with (folder / str(i)).open("ab") as file:
            _write_silence(file, max(ends) - size)
    notes = [_place_note(longest, p, places[p.number]) for p in pieces if found[p.number]]
    return max(ends), (*notes, *(_alone_note(longest, p) for p in alone))


def _check_turns(name: str, longest: DecodedPiece, piece: DecodedPiece) -> None:
    """Refuse files with different conversations, in which people speak regardless of each other."""
    from coach_models.decoding.listening import speech_at_once  # it loads a network

    if speech_at_once(longest.sound(), piece.sound()) > TOGETHER:
        raise InputError(
            f"{name}: recordings {longest.number} and {piece.number} have no sound in common, "
            "and people speak in both most of the time. Expected recordings of one conversation. "
            "Analyse them one by one."
        )


def _write(piece: DecodedPiece, place: Placement, begin: Seconds, target: Path) -> int:
    """Write a recording in the common time, which begins at `begin`; the samples written."""
    silence = round((place.start - begin) * SAMPLE_RATE)
    with target.open("wb") as file:
        _write_silence(file, silence)
        written = silence
        for block in _stretch_by(piece.sound(), place.rate):
            file.write(block.tobytes())
            written += len(block)
    return written


def _write_silence(file: IO[bytes], samples: int) -> None:
    for begin in range(0, samples, BLOCK):
        file.write(bytes(4 * min(BLOCK, samples - begin)))


def _stretch_by(sound: Samples, rate: float) -> Iterator[Samples]:
    """Stretch sound by `rate`, which is close to 1, as a change of the sampling rate."""
    if rate == 1.0:
        yield from (sound[begin : begin + BLOCK] for begin in range(0, len(sound), BLOCK))
        return
    import av  # here the samples are our own; media are decoded in a process of their own

    fine = 1_000_000  # so that rates differ by a millionth
    resampler = av.AudioResampler("fltp", "mono", round(fine * rate))
    for begin in range(0, len(sound), SAMPLE_RATE):
        block = np.ascontiguousarray(sound[np.newaxis, begin : begin + SAMPLE_RATE])
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
        frame.sample_rate = fine
        yield from (each.to_ndarray()[0] for each in resampler.resample(frame))
    yield from (each.to_ndarray()[0] for each in resampler.resample(None))


def _place_note(longest: DecodedPiece, piece: DecodedPiece, place: Placement | None) -> str:
    place = place or Placement(0.0)
    when = "before" if place.start < 0 else "after"
    note = (
        f"Recording {piece.number} was aligned with recording {longest.number} by the sound that "
        f"both hold: it begins {abs(place.start):.1f} s {when} it"
    )
    if abs(place.drift) < TOLD_DRIFT:
        return note + "."
    says = "loses" if place.drift > 0 else "gains"
    return f"{note}, and its clock {says} {abs(place.drift):.1f} s an hour, which was corrected."


def _alone_note(longest: DecodedPiece, piece: DecodedPiece) -> str:
    first, second = sorted((longest.number, piece.number))
    note = (
        f"Recordings {first} and {second} have no sound in common by which to align "
        "them, so both were taken to begin at the same time."
    )
    shorter = longest.length - piece.length
    if shorter < ALIKE:
        return note
    return (
        f"{note} Recording {piece.number} is {shorter:.0f} s shorter: check that they fit together."
    )
