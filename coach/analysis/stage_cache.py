"""The cache of ``coach analyse``: private files with the results of stages.

An analysis that was stopped continues where it was, and other options repeat only what depends on
them. Voice prints are not kept, because they identify people; only `coach enrol` keeps one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import platformdirs

from coach.analysis.job import Job
from coach.analysis.recognition import model_of
from coach.analysis.run import read
from coach.analysis.stages import DIARIZE
from coach.errors import InputError
from coach.interchange.json import dump
from coach.private import hold_lock, private_folder, remove_unless_locked, write_private

KEPT_DAYS = 7
_DAY = 24 * 3600


def cache_folder() -> Path:
    """The folder of the cache: ``$COACH_CACHE_DIR``, or a folder in the user's cache folder."""
    chosen = os.environ.get("COACH_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser()
    return platformdirs.user_cache_path("listening-coach", appauthor=False)


@contextmanager
def stage_folder(sha256: str) -> Iterator[Path]:
    """The folder for the results of a recording, locked while the context is open.

    Folders not used for `KEPT_DAYS` are removed.

    Raises
    ------
    InputError : if the folder cannot be created.
    """
    root = cache_folder() / "stages"
    folder = root / sha256
    try:
        private_folder(root)
        _discard_unused(root)
        private_folder(folder)
    except OSError as error:
        raise InputError(
            f"Cannot keep results in {root}: {error.strerror}. Expected a writable folder "
            "with room: choose one with COACH_CACHE_DIR."
        ) from error
    with hold_lock(folder):
        os.utime(folder)
        yield folder


def _discard_unused(root: Path) -> None:
    limit = time.time() - KEPT_DAYS * _DAY
    for folder in root.iterdir():
        with suppress(OSError):
            if folder.stat().st_mtime < limit:
                remove_unless_locked(folder)


def find_voices_again(job: Job) -> None:
    """Mark diarization as unfinished if it was kept without voice prints."""
    if not DIARIZE.result(job).exists():
        return
    found = read(job, DIARIZE)
    if model_of(found.models) and not found.diarization.prints:
        DIARIZE.result(job).unlink()


def forget_prints(job: Job) -> None:
    """Remove the voice prints from the kept diarization."""
    if not DIARIZE.result(job).exists():
        return
    found = read(job, DIARIZE)
    if found.diarization.prints:
        bare = replace(found, diarization=replace(found.diarization, prints=()))
        write_private(DIARIZE.result(job), dump(bare))
