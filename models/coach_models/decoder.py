"""The decoder: it converts any audio or video file to sound at 16 kHz.

Media files are untrusted. `coach_models.decoding.decode_process`, a child process with limits,
decodes into temporary files that this process maps into memory; a crash there is an `InputError`
here.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from coach.errors import InputError
from coach.intervals import Seconds
from coach.ports import SAMPLE_RATE, Audio, Decoded, Progress, Report
from coach_models.decoding import sound
from coach_models.decoding.bundle import DecodedPiece, is_bundle, join, unpack
from coach_models.decoding.decode_process import Done, Request
from coach_models.decoding.layout import Layout
from coach_models.decoding.loudness import LOUD_DB, gain_to, levels, quality, scale
from coach_models.decoding.sandbox import decode_in_child

CHANNELS = ("auto", "mixed", "separate")
OVERSHOOT = 1.5  # peaks of lossy codecs ring so far over full scale; floats can lie far beyond

_AGAIN = "Copy or export it again; to analyse what is there, convert it to wav first."

_REFUSALS = {
    "not_media": "it is not an audio or video file that can be read, or its beginning is damaged. "
    "Expected for example wav, flac, mp3, m4a, ogg, webm or mp4. Export the recording again",
    "no_track": "it has no audio track of that number. Expected one that it has. "
    "Leave out --tracks to have all of them read",
    "no_audio": "it has no audio stream. Expected a recording with sound. "
    "Choose the file that holds the sound",
    "undecodable": "nothing in its audio stream could be decoded. Expected an intact recording. "
    "Copy or export it again",
    "too_long": "it is longer than {longest:.1f} hours. Expected at most that. "
    "Cut it into parts, one per conversation",
    "limits": "decoding it needed more memory or time than is allowed, which intact recordings "
    "do not. Convert it to wav or flac first",
    "crashed": "decoding it failed, so it is probably damaged. Expected an intact recording. "
    "Copy or export it again",
}


@dataclass(frozen=True, slots=True)
class DecoderConfig:
    """Limits of decoding.

    Parameters
    ----------
    shortest, longest : seconds of a recording that is accepted.
    missing : share of the declared length that may be missing before a file counts as truncated.
    silence_db : loudest level (dBFS) of a recording that counts as silent.
    memory_mb, cpu_seconds, timeout : limits of the process that decodes.
    """

    shortest: Seconds = 10.0
    longest: Seconds = 3.5 * 3600
    missing: float = 0.05
    silence_db: float = -90.0
    memory_mb: int = 2048
    cpu_seconds: int = 900
    timeout: Seconds = 1800.0


class PyAvDecoder:
    """Opens every file that PyAV opens, with any rate and channels."""

    def __init__(self, config: DecoderConfig | None = None) -> None:
        self.config = config or DecoderConfig()

    @classmethod
    def create(cls) -> PyAvDecoder:
        """Build with default limits; a decoder has no model and runs on the CPU."""
        return cls()

    def __call__(
        self, path: Path, *, channels: str, tracks: tuple[int, ...] = (), report: Report
    ) -> Decoded:
        """Decode a file.

        Parameters
        ----------
        path : an audio or video file.
        channels : "separate" when each of two channels is one speaker, "mixed" when not, "auto"
            to tell from the sound. The channels of all tracks count.
        tracks : numbers of the audio tracks to read, from 1; all when empty.

        Raises
        ------
        InputError : if the file cannot be used; the message says why and what to do.
        OSError : if the temporary folder is full.
        """
        if channels not in CHANNELS:
            raise InputError(f"channels = {channels!r}: expected {', '.join(CHANNELS)}.")
        _check_file(path)
        with tempfile.TemporaryDirectory(prefix="coach-") as temporary:
            folder = Path(temporary)
            files = unpack(path, folder, tracks) if is_bundle(path) else []
            if len(files) > 1:
                done, notes = self._decode_together(path, files, folder, report)
            else:  # the only recording of a zip file is read like any other
                source, wanted = (files[0][1], ()) if files else (path, tracks)
                done, notes = self._decode(source, path.name, folder, wanted, report), ()
            self._check_length(path.name, done)
            decoded = self._arrange(path, done, folder, channels)
            return replace(decoded, notes=(*notes, *decoded.notes))

    def _decode_together(
        self, path: Path, files: Sequence[tuple[int, Path]], folder: Path, report: Report
    ) -> tuple[Done, tuple[str, ...]]:
        """Decode recordings of one conversation, each to one channel, and align them."""
        found: list[Done] = []
        pieces: list[DecodedPiece] = []
        for count, (number, file) in enumerate(files):
            own = folder / f"decoded-{number}"
            own.mkdir()
            name = f"{path.name}, recording {number},"
            done = self._decode(file, name, own, (), _part_of(report, count, len(files)))
            pieces.append(_mix(number, own, done))
            found.append(done)
            file.unlink()
        samples, notes = join(path.name, pieces, folder)
        return _combine(pieces, found, samples), notes

    def _decode(
        self, path: Path, name: str, folder: Path, tracks: tuple[int, ...], report: Report
    ) -> Done:
        """Decode a file into `folder`; messages call it `name`."""
        config = self.config
        request = Request(
            str(path.absolute()),
            str(folder),
            config.longest,
            config.memory_mb,
            config.cpu_seconds,
            tracks,
        )
        answer = decode_in_child(request, config.timeout, report)
        if "result" in answer:
            result = answer["result"]
            done = Done(**{**result, "channels": tuple(result["channels"])})
            self._check_whole(name, done)
            return done
        if answer["refused"] == "full":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
        why = _REFUSALS[answer["refused"]].format(longest=config.longest / 3600)
        raise InputError(f"{name} cannot be used: {why}.")

    def _check_whole(self, name: str, done: Done) -> None:
        length = done.samples / SAMPLE_RATE
        declared = done.declared or 0.0
        if declared - length > max(1.0, self.config.missing * declared):
            raise InputError(
                f"{name} is truncated or damaged: it declares {declared:.1f} s of sound and "
                f"{length:.1f} s could be decoded. Expected the whole recording. {_AGAIN}"
            )
        if done.ogg_end == "cut":
            raise InputError(
                f"{name} is truncated: it ends in the middle of a page after {length:.1f} s "
                f"of sound. Expected the whole recording. {_AGAIN}"
            )

    def _check_length(self, name: str, done: Done) -> None:
        length = done.samples / SAMPLE_RATE
        if length < self.config.shortest:
            raise InputError(
                f"{name} has {length:.1f} s of sound. Expected a conversation of at least "
                f"{self.config.shortest:g} s. Choose a longer recording."
            )

    def _arrange(self, path: Path, done: Done, folder: Path, channels: str) -> Decoded:
        """Decide what the channels are, and convert them accordingly."""
        if channels == "separate" and len(done.channels) != 2:
            raise InputError(
                f"{path.name} has {len(done.channels)} channel(s). Expected two, one speaker "
                "each, for --channels separate. Use --channels mixed or auto."
            )
        files = tuple(folder / str(number) for number in range(len(done.channels)))
        found = tuple(sound.map_samples(each, (done.samples,)) for each in files)
        _bring_below_full_scale(found, done.peak)
        self._check_loudness(path, max(float(levels(channel).max()) for channel in found))
        shape = _shape(channels, found)
        notes = _notes(done, shape, channels)
        used = tuple(found[i] for i in shape.used)
        if shape.is_separate:
            samples = sound.join_channels(
                (files[shape.used[0]], files[shape.used[1]]), done.samples
            )
        else:
            samples = sound.mix(used, shape.signs)
        frames = tuple(levels(channel) for channel in samples)
        heard = quality(tuple(samples), frames)
        for channel, own in zip(samples, frames, strict=True):
            scale(channel, gain_to(LOUD_DB, own))
        day = date.fromisoformat(done.recorded_on) if done.recorded_on else None
        return Decoded(Audio(samples), heard, notes, day)

    def _check_loudness(self, path: Path, loudest: float) -> None:
        if loudest < self.config.silence_db:
            raise InputError(
                f"{path.name} is silent: its loudest moment has {loudest:.0f} dBFS. Expected "
                "speech. Check that the right microphone was recorded."
            )


def _part_of(report: Report, before: int, count: int) -> Report:
    """Report the progress of one of `count` files of a recording, after `before` of them."""

    def tell(progress: Progress) -> None:
        done = before + progress.done / (progress.total or 1.0)
        report(Progress(progress.stage, done, float(count)))

    return tell


def _mix(number: int, folder: Path, done: Done) -> DecodedPiece:
    """Mix the channels of a recording, which is one microphone's."""
    files = [folder / str(i) for i in range(len(done.channels))]
    channels = tuple(sound.map_samples(file, (done.samples,)) for file in files)
    shape = _shape("mixed", channels)
    sound.mix([channels[i] for i in shape.used], shape.signs)
    return DecodedPiece(number, files[shape.used[0]], done.samples)


def _combine(pieces: Sequence[DecodedPiece], found: Sequence[Done], samples: int) -> Done:
    """Combine the recordings of a zip file; each is a track of one channel."""
    days = [each.recorded_on for each in found if each.recorded_on]
    is_open = any(each.ogg_end == "open" for each in found)
    return Done(
        found_tracks=len(pieces),
        found_channels=len(pieces),
        channels=tuple(piece.number for piece in pieces),
        samples=samples,
        declared=None,
        damaged=sum(each.damaged for each in found),
        peak=max(each.peak for each in found),
        ogg_end="open" if is_open else "closed",
        recorded_on=min(days, default=""),
    )


def _check_file(path: Path) -> None:
    if not path.exists():
        raise InputError(f"{path.name} does not exist. Expected a recording. Check the path.")
    if not path.is_file():
        raise InputError(f"{path.name} is not a file. Expected a recording. Name the file itself.")
    if not os.access(path, os.R_OK):
        raise InputError(
            f"{path.name} may not be read. Expected read permission. Change it with chmod u+r."
        )
    if path.stat().st_size == 0:
        raise InputError(
            f"{path.name} is empty (0 bytes). Expected a recording. Copy or export it again."
        )


def _bring_below_full_scale(channels: tuple[sound.Samples, ...], peak: float) -> None:
    """Scale samples written as floats beyond full scale; clip small overshoots."""
    if peak > 1.0:
        for channel in channels:
            scale(channel, 1 / peak if peak > OVERSHOOT else 1.0)


def _shape(channels: str, found: tuple[sound.Samples, ...]) -> Layout:
    """Decide what the channels are: as requested, or as found."""
    if len(found) == 1:
        return Layout((0,), False, (1,))
    if channels == "separate":
        return Layout((0, 1), True, (1, 1))
    # Only several channels need to be listened to, which loads a network.
    from coach_models.decoding.listening import layout

    shape = layout(found)
    return replace(shape, is_separate=False) if channels == "mixed" else shape


def _notes(done: Done, shape: Layout, channels: str) -> tuple[str, ...]:
    notes = []
    if shape.is_separate and channels == "auto":
        notes.append("Each channel was taken for one speaker.")
    if shape.leaks and channels == "auto":
        notes.append(
            "The microphones hear the other speaker too, so the channels were mixed into one."
        )
    if -1 in shape.signs:
        notes.append("One channel is the other turned upside down: it was turned back.")
    notes += _unused_notes(done, shape)
    if done.damaged:
        notes.append(f"{done.damaged} damaged packets were left out.")
    if done.ogg_end == "open":
        notes.append(
            "The file ends without its closing mark, so its end may be missing: compare its length "
            "with the session's, and copy or export it again if it is shorter."
        )
    return tuple(notes)


def _unused_notes(done: Done, shape: Layout) -> list[str]:
    """Notes on the channels that were not used, and why."""
    count = len(done.channels)
    notes = []
    if count == 2 and len(shape.empty) == 1:
        notes.append("One of two channels is silent and was left out.")
    elif shape.empty:
        notes.append(f"Nobody speaks in {_name_channels(done, shape.empty)}: left out.")
    others = tuple(i for i in range(count) if i not in shape.used and i not in shape.empty)
    if others:
        notes.append(
            f"{_name_channels(done, others)} repeats what the others hold: left out.".capitalize()
        )
    if not shape.is_separate and len(shape.used) > 2:
        notes.append(f"{len(shape.used)} channels were mixed into one.")
    if done.found_channels > count:
        notes.append(
            f"{done.found_channels - count} of {done.found_channels} channels were not read. "
            "Choose others with --tracks."
        )
    return notes


def _name_channels(done: Done, channels: tuple[int, ...]) -> str:
    """Name channels by the numbers of their tracks, or of the channels if there is one track."""
    if done.found_tracks > 1:
        numbers = sorted({done.channels[i] for i in channels})
        return f"track{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}"
    return f"channel{'s' * (len(channels) > 1)} {', '.join(str(i + 1) for i in channels)}"
