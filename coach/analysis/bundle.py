"""Several recordings of one conversation as one file: a zip file without compression.

The same recordings in the same order make the same file, so that what was heard in it before is
found again. A decoder puts them into one time.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from coach.errors import DISK_FULL, InputError, NoRoom
from coach.private import scratch_folder

MOST_RECORDINGS = 8


@contextmanager
def join_recordings(recordings: Sequence[Path]) -> Iterator[Path]:
    """Yield one file with all the recordings; a single recording is that file itself.

    Parameters
    ----------
    recordings : of one conversation, such as one for each microphone.

    Raises
    ------
    InputError : if a recording cannot be read, or there are too many.
    NoRoom : if the temporary folder is full.
    """
    if len(recordings) == 1:
        yield recordings[0]
        return
    with scratch_folder() as folder:
        target = folder / f"{recordings[0].stem}.zip"
        bundle(recordings, target)
        yield target


def bundle(recordings: Sequence[Path], target: Path, suffixes: Sequence[str] | None = None) -> None:
    """Write recordings of one conversation into one file.

    Parameters
    ----------
    target : the zip file; inside, the recordings have numbers for names.
    suffixes : of the recordings, where their paths have none.

    Raises
    ------
    InputError : if a recording cannot be read, or there are fewer than two or too many.
    NoRoom : if there is no room for the file.
    """
    if not 2 <= len(recordings) <= MOST_RECORDINGS:
        raise InputError(
            f"{len(recordings)} recordings of one conversation: expected 2 to {MOST_RECORDINGS}. "
            "Choose those that belong together."
        )
    endings = [path.suffix for path in recordings] if suffixes is None else suffixes
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for number, (path, ending) in enumerate(zip(recordings, endings, strict=True), 1):
                member = zipfile.ZipInfo(f"{number}{ending}")  # its date is always the same
                with _open(path) as source, archive.open(member, "w", force_zip64=True) as file:
                    shutil.copyfileobj(source, file, 1 << 20)
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        raise NoRoom(
            "There is no room for a copy of the recordings. Free some space, or choose a folder "
            "on another disk with TMPDIR; then try again."
        ) from error


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read ({error.strerror}). Expected a recording. Check the path "
            "and that you may read it."
        ) from error
