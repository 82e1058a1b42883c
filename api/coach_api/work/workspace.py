"""A worker's bench: the folder where a session's stages run, and the way to and from the store.

What a stage found goes to the store at once, the first result for good; decoded sound stays on the
bench. So another worker, on any machine, goes on with the next stage and at most decodes again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coach.analysis.job import Job
from coach.analysis.run import pending
from coach.analysis.stage_process import to_json
from coach.analysis.stages import ANALYSIS, Stage
from coach.config import configured
from coach.ports import Progress
from coach.private import private_folder
from coach_api.sessions.job_records import Run, no_sound
from coach_api.settings import Settings
from coach_api.store.objects import Storage, stage_key
from coach_api.work.stage_runner import Follow, StageDied, Stages

_ASIDE = ".aside"


class Bench:
    """The place where one worker listens.

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
        self._stages = Stages(settings.stage_program, env)

    def clear(self) -> None:
        """Throw away all that lies here."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def clear_of(self, session_id: str, number: int) -> None:
        """Throw away what lies here of one run: the session's next one may have begun already."""
        shutil.rmtree(self._place(session_id, number), ignore_errors=True)

    def lay_out(self, run: Run) -> Job:
        """Get the recording and the results that there are.

        Raises
        ------
        InputError : if the recording is no longer in the store.
        """
        folder = self._place(run.session_id, run.number)
        private_folder(folder)
        recording = folder / run.filename
        job = Job(recording, run.sha256, folder, folder, configured(run.config))
        if not recording.exists() and not self._fetch(run, recording):
            raise no_sound()
        for stage in ANALYSIS:
            if not stage.result(job).exists():
                self._get(run, stage.result(job))
        return job

    async def run(self, run: Run, job: Job, stage: Stage[Any], follow: Follow) -> None:
        """Run a stage and keep its result, unless there is one.

        Raises
        ------
        CoachError : what the stage said went wrong.
        StageDied : if it ended without a result.
        """
        for needed in pending(job, (stage,)):
            await follow(Progress(needed.name, 0.0, 1.0))
            result = needed.result(job)
            aside = result.with_suffix(_ASIDE)
            with _whole_or_gone(result):
                if aside.exists():
                    aside.replace(result)
                else:
                    await self._stages.run(needed.name, to_json(job), follow)
                if not result.exists():
                    raise StageDied("It ended well and left no result.")
                self._keep(run, result)

    def _place(self, session_id: str, number: int) -> Path:
        return self._folder / f"{session_id}.{number}"

    def _fetch(self, run: Run, to: Path) -> bool:
        return bool(run.blob_key) and self._storage.fetch(run.blob_key, to)

    def _get(self, run: Run, path: Path) -> None:
        found = self._storage.read(stage_key(run.session_id, path.name))
        if found is not None:
            _write_whole(path, found)

    def _keep(self, run: Run, path: Path) -> None:
        """Store a result; should another worker have been first, its result counts.

        What the store does not take is put aside: an hour's work need not be done again.
        """
        try:
            first = self._storage.put_once(stage_key(run.session_id, path.name), path.read_bytes())
        except Exception:
            path.replace(path.with_suffix(_ASIDE))
            raise
        _write_whole(path, first)


def _write_whole(path: Path, data: bytes) -> None:
    """Write all or nothing: half a result would count as one."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)


@contextmanager
def _whole_or_gone(result: Path) -> Iterator[None]:
    """Leave no result of a stage that did not get into the store: it would count as done.

    A stage can also die when it has written its result and not yet ended.
    """
    try:
        yield
    except BaseException:
        result.unlink(missing_ok=True)
        raise
