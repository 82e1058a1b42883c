"""A worker's workspace: the folder where stages run, and its copies to and from the store.

The result of a stage goes to the store at once, and the first result stays; decoded sound remains
in the workspace. So another worker, on any machine, continues with the next stage and at most
decodes again.
"""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coach.analysis.job import Job
from coach.analysis.run import pending_stages, read
from coach.analysis.stage_process import to_json
from coach.analysis.stages import ANALYSIS, ENCODE, Stage
from coach.config import make_config
from coach.ports import Progress
from coach.private import private_folder
from coach_api.sessions.job_records import SessionRun, no_sound
from coach_api.sessions.sounds import copy_key
from coach_api.settings import Settings
from coach_api.store.objects import Storage, stage_key
from coach_api.work.stage_runner import Follow, StageDied, StageRunner

_ASIDE = ".aside"


class Workspace:
    """The folder where one worker runs stages.

    Parameters
    ----------
    settings, storage : of the service.
    slot : the worker's name; nobody else uses a folder of this name while we hold the slot.
    """

    def __init__(self, settings: Settings, storage: Storage, slot: str) -> None:
        self._settings, self._storage = settings, storage
        self._folder = settings.work_dir / slot
        secret = settings.secret_variables()
        env = {name: value for name, value in os.environ.items() if name not in secret}
        self._stages = StageRunner(settings.stage_program, env)

    def clear(self) -> None:
        """Delete everything in it."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def clear_run(self, session_id: str, number: int) -> None:
        """Delete the files of one run only: the session's next run may have begun already.

        Parameters
        ----------
        session_id, number : the run.
        """
        shutil.rmtree(self._folder_of(session_id, number), ignore_errors=True)

    def lay_out(self, run: SessionRun) -> Job:
        """Fetch the recording and the results of stages that are done.

        Raises
        ------
        InputError : if the recording is no longer in the store.
        """
        folder = self._folder_of(run.session_id, run.number)
        private_folder(folder)
        recording = folder / run.filename
        job = Job(recording, run.sha256, folder, folder, make_config(run.config))
        if not recording.exists() and not self._fetch(run, recording):
            raise no_sound()
        for stage in ANALYSIS:
            if not stage.result(job).exists():
                self._get(run, stage.result(job))
        return job

    async def run(self, run: SessionRun, job: Job, stage: Stage[Any], follow: Follow) -> None:
        """Run a stage and store its result, unless there is one.

        Parameters
        ----------
        run : of a session.
        job : the files and options of the run.
        stage : to run.
        follow : gets the progress.

        Raises
        ------
        CoachError : the error that the stage reported.
        StageDied : if it ended without a result.
        """
        for needed in pending_stages(job, (stage,)):
            await follow(Progress(needed.name, 0.0, 1.0))
            result = needed.result(job)
            aside = result.with_suffix(_ASIDE)
            with _remove_unless_stored(result):
                if aside.exists():
                    aside.replace(result)
                else:
                    await self._stages.run(needed.name, to_json(job), follow)
                if not result.exists():
                    raise StageDied("It ended well and left no result.")
                if needed is ENCODE:
                    self._store_copy(run, job)
                else:
                    self._store(run, result)

    def has_copy(self, run: SessionRun) -> bool:
        """Whether the store has the copy of the sound that browsers play."""
        return self._storage.size(copy_key(run.session_id, run.sha256)) is not None

    def _folder_of(self, session_id: str, number: int) -> Path:
        return self._folder / f"{session_id}.{number}"

    def _fetch(self, run: SessionRun, to: Path) -> bool:
        return bool(run.blob_key) and self._storage.fetch(run.blob_key, to)

    def _get(self, run: SessionRun, path: Path) -> None:
        found = self._storage.read(stage_key(run.session_id, path.name))
        if found is not None:
            _write_atomically(path, found)

    def _store_copy(self, run: SessionRun, job: Job) -> None:
        """Store the sound that browsers play as a file of its own, of which ranges can be read."""
        _, _, encoded = read(job, ENCODE).src.partition("base64,")
        key = copy_key(run.session_id, run.sha256)
        self._storage.put_once(key, base64.b64decode(encoded))

    def _store(self, run: SessionRun, path: Path) -> None:
        """Store a result; should another worker have been first, its result counts.

        What the store does not take is put aside: an hour's work need not be done again.
        """
        try:
            first = self._storage.put_once(stage_key(run.session_id, path.name), path.read_bytes())
        except Exception:
            path.replace(path.with_suffix(_ASIDE))
            raise
        _write_atomically(path, first)


def _write_atomically(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: half a result would count as one."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)


@contextmanager
def _remove_unless_stored(result: Path) -> Iterator[None]:
    """Leave no result of a stage that did not get into the store: it would count as done.

    A stage can also die when it has written its result and not yet ended.
    """
    try:
        yield
    except BaseException:
        result.unlink(missing_ok=True)
        raise
