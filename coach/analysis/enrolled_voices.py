"""The enrolled voices of a user: one small private file per voice, in the user's data folder."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import platformdirs

from coach.analysis.recognition import EnrolledVoice
from coach.errors import InputError
from coach.interchange.json import dump, load
from coach.private import private_folder, write_private


def folder() -> Path:
    """The folder of the voices: ``$COACH_VOICES_DIR``, or a folder in the user's data folder."""
    chosen = os.environ.get("COACH_VOICES_DIR")
    if chosen:
        return Path(chosen).expanduser()
    return platformdirs.user_data_path("listening-coach", appauthor=False) / "voices"


def list_voices() -> tuple[EnrolledVoice, ...]:
    """List every enrolled voice, by name.

    Raises
    ------
    InputError : if a file is not an enrolled voice.
    """
    found = (_read(path) for path in folder().glob("*.json"))
    return tuple(sorted(found, key=lambda voice: voice.name.casefold()))


def keep(voice: EnrolledVoice) -> bool:
    """Save a voice, readable by this user only; returns whether it replaced one of that name.

    Raises
    ------
    InputError : if the folder cannot be written.
    """
    path = _place(voice.name)
    was_there = path.exists()
    try:
        private_folder(path.parent)
        write_private(path, dump(voice, indent=None))
    except OSError as error:
        raise InputError(
            f"Cannot keep the voice in {path.parent}: {error.strerror}. Expected a folder of "
            "yours; set COACH_VOICES_DIR to keep voices elsewhere."
        ) from error
    return was_there


def forget(name: str) -> None:
    """Delete a voice.

    Raises
    ------
    InputError : if no voice has that name (the message lists the names), or the file cannot be
        deleted.
    """
    try:
        _place(name).unlink()
    except FileNotFoundError:
        have = ", ".join(voice.name for voice in list_voices()) or "none"
        raise InputError(f"No voice is called {name!r}. Enrolled: {have}.") from None
    except OSError as error:
        raise InputError(
            f"Cannot delete {_place(name)}: {error.strerror}. Expected a file that you can delete."
        ) from error


def _place(name: str) -> Path:
    """The file of a voice; a name may contain characters that are not allowed in file names."""
    return folder() / f"{hashlib.sha256(name.casefold().encode()).hexdigest()[:16]}.json"


def _read(path: Path) -> EnrolledVoice:
    try:
        return load(EnrolledVoice, path.read_bytes())
    except (OSError, InputError) as error:
        raise InputError(
            f"{path} is not an enrolled voice ({error}). Delete the file and enrol again."
        ) from error
