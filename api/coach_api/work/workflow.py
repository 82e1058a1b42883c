"""The workflow of a session: its stages in order, and the handling of errors.

The job is one step of the engine, which keeps neither arguments nor a result of it: its name says
which run it is, and the session's row says how it ended. An error that the user can understand is a
value here, `JobFailure`; an error that another try may mend is raised.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NoReturn, TypeVar

import sqlalchemy as sa
from obstore.exceptions import BaseError as StoreError
from sqlalchemy import Connection

from coach.analysis.interpret import interpret
from coach.analysis.run import facts_of
from coach.analysis.stages import ANALYSIS, ENCODE, Stage, fraction_of
from coach.errors import AnalysisError, CoachError, InputError, NoRoom
from coach.interchange.json import dump
from coach.ports import Progress
from coach_api.sessions import job_records, voices
from coach_api.sessions.job_records import JobFailure, SessionRun, failure_of, parse_job_name
from coach_api.sessions.scoring import score_corrected
from coach_api.sessions.sounds import needs_copy
from coach_api.settings import Settings
from coach_api.work.scheduler import Scheduler
from coach_api.work.stage_runner import StageDied
from coach_api.work.workspace import Workspace

_TRIES, _GROWTH = 4, 3.0

_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")
_OUTAGES = (sa.exc.SQLAlchemyError, StoreError)
_MAY_PASS = (StageDied, NoRoom, OSError, *_OUTAGES)
_NOTE_EVERY = 0.5  # seconds between two notes of progress


class Analysis:
    """Analyses sessions, in one worker."""

    def __init__(self, settings: Settings, engine: sa.Engine, workspace: Workspace) -> None:
        self._settings, self._engine, self._workspace = settings, engine, workspace
        self.scheduler = Scheduler()
        self.running: set[str] = set()

    @asynccontextmanager
    async def turn(self, job: str) -> AsyncIterator[None]:
        """Register a running job and wait for its turn; its workspace is cleared afterwards."""
        session_id, number = parse_job_name(job)
        self.running.add(job)
        try:
            await self.note_waiting(session_id, number)
            run = await self._run_or_end(job)
            async with self.scheduler.job(interactive=run is not None and run.is_interactive):
                yield
        finally:
            self._workspace.clear_run(session_id, number)
            self.running.discard(job)

    async def analyse(self, job: str) -> None:
        """Run all stages of a job that have no result yet, then write how it ended.

        It may be done twice: results in the store say which stages are done.
        """
        run = await self._run_or_end(job)
        if run is None:
            return
        try:
            failure = await self._try_stages(run)
            if failure is not None:
                await self._retry(_run_in_thread, self.fail, run.session_id, run.number, failure)
        except _OUTAGES as error:
            _end_process(error)

    async def _run_or_end(self, job: str) -> SessionRun | None:
        session_id, number = parse_job_name(job)
        try:
            return await _run_in_thread(
                self._write, lambda tx: job_records.run_of(tx, session_id, number)
            )
        except _OUTAGES as error:
            _end_process(error)

    async def _try_stages(self, run: SessionRun) -> JobFailure | None:
        """Run all stages; return why it failed, None if it succeeded or is no longer wanted."""
        try:
            return await self._run_stages(run)
        except _OUTAGES:
            raise
        except Exception as error:
            return failure_of(_analysis_gave_up(error))

    async def _run_stages(self, run: SessionRun) -> JobFailure | None:
        for stage in ANALYSIS:
            failure = await self._retry(
                self._run_stage, stage, run.session_id, run.number, run.is_interactive
            )
            if failure is not None:
                return failure
        if run.is_interactive and needs_copy(run.media_type):
            await self._copy_sound(run)
        return await self._retry(_run_in_thread, self._conclude, run.session_id, run.number)

    async def _retry(self, work: Callable[..., Awaitable[_Answer]], *arguments: Any) -> _Answer:
        """Do a part of an analysis, and try again after an error that may pass."""
        for number in range(_TRIES - 1):
            try:
                return await work(*arguments)
            except _MAY_PASS as error:
                _log.info("a stage is tried again after %s", type(error).__name__)
                await asyncio.sleep(self._settings.retry_seconds * _GROWTH**number)
        return await work(*arguments)

    async def _run_stage(
        self, stage: Stage[Any], session_id: str, number: int, interactive: bool
    ) -> JobFailure | None:
        limit: asyncio.Timeout | None = None
        if not self.scheduler.is_free(interactive=interactive):
            await self.note_waiting(session_id, number)
        async with self.scheduler.core(interactive=interactive):
            run = await self._begin(session_id, number, stage.name)
            if run is None:
                return None
            try:
                job = await _run_in_thread(self._workspace.lay_out, run)
                async with asyncio.timeout(self._settings.stage_hours * 3600) as limit:
                    await self._workspace.run(run, job, stage, self._follow(run, stage.name))
            except TimeoutError:
                if limit is None or not limit.expired():
                    raise  # it was the store's, or the file system's
                return failure_of(_stage_too_long(stage.name, self._settings.stage_hours))
            except NoRoom:
                raise
            except CoachError as error:
                return failure_of(error, run)
        return None

    async def _copy_sound(self, run: SessionRun) -> None:
        """Leave sound that browsers play; without it the scorecard is as good, and only silent."""
        if self._workspace.has_copy(run):
            return
        failure = await self._retry(
            self._run_stage, ENCODE, run.session_id, run.number, run.is_interactive
        )
        if failure is not None:
            _log.warning("session %s: no copy of its sound (%s)", run.session_id, failure[0])

    def _conclude(self, session_id: str, number: int) -> JobFailure | None:
        """Score the facts and store the results; a corpus does its own scoring."""
        while (
            run := self._write(lambda tx: job_records.run_of(tx, session_id, number))
        ) is not None:
            if not run.is_interactive:
                self._write(lambda tx: job_records.finish_hearing(tx, session_id, number))
                return None
            failure = self._score(run)
            if failure is not None:
                return failure
        return None

    def _score(self, run: SessionRun) -> JobFailure | None:
        """Score once; nothing is stored if title or names have changed meanwhile."""
        try:
            job = self._workspace.lay_out(run)
            known = self._write(lambda tx: voices.voices_for(tx, run.session_id))
            facts = facts_of(job)
            conv = interpret(facts, job.config, known)
            card = score_corrected(conv, (), run.given)
        except CoachError as error:
            return failure_of(error, run)
        found = {"conversation": dump(conv), "scorecard": dump(card, indent=None)}
        self._write(
            lambda tx: job_records.finish(
                tx,
                run.session_id,
                run.number,
                given=run.given,
                recorded_on=facts.recorded_on,
                **found,
            )
        )
        return None

    def fail(self, session_id: str, number: int, failure: JobFailure) -> None:
        """Store why the analysis failed.

        Parameters
        ----------
        session_id, number : the run.
        failure : kind and detail, for the owner.
        """
        _log.warning("session %s failed: %s", session_id, failure[0])
        self._write(lambda tx: job_records.fail(tx, session_id, number, failure))

    async def note_waiting(self, session_id: str, number: int) -> None:
        """Note that a job waits for its turn, also one that had begun when its worker died.

        Waiting jobs are not parked when their worker crashes; see `coach_api.work.reconcile`.

        Parameters
        ----------
        session_id, number : the run.
        """
        await _run_in_thread(
            self._write_note, session_id, lambda tx: job_records.wait(tx, session_id, number)
        )

    async def _begin(self, session_id: str, number: int, stage: str) -> SessionRun | None:
        def begin(tx: Connection) -> SessionRun | None:
            job_records.advance(tx, session_id, number, stage, fraction_of(Progress(stage, 0, 1)))
            return job_records.run_of(tx, session_id, number)

        return await _run_in_thread(self._write, begin)

    def _follow(self, run: SessionRun, stage: str) -> Callable[[Progress], asyncio.Future[None]]:
        """Make a callback that notes the progress of a run, at most twice a second."""
        noted = time.monotonic()

        async def follow(progress: Progress) -> None:
            nonlocal noted, stage
            self._check_length(progress)
            if progress.stage == stage and time.monotonic() - noted < _NOTE_EVERY:
                return
            noted, stage = time.monotonic(), progress.stage
            await asyncio.to_thread(self._note_progress, run, progress)

        return lambda progress: asyncio.ensure_future(follow(progress))

    def _check_length(self, progress: Progress) -> None:
        """Stop decoding what is too long: a small file can hold days of silence."""
        longest = self._settings.max_duration_hours
        if progress.stage == "decode" and progress.done > longest * 3600:
            raise InputError(
                f"The recording is longer than {longest:g} hours, the most that this service takes "
                "(COACH_MAX_DURATION_HOURS). Cut it into parts, one per conversation."
            )

    def _note_progress(self, run: SessionRun, progress: Progress) -> None:
        self._write_note(
            run.session_id,
            lambda tx: job_records.advance(
                tx, run.session_id, run.number, progress.stage, fraction_of(progress)
            ),
        )

    def _write_note(self, session_id: str, work: Callable[[Connection], object]) -> None:
        """Write a note; a failure is logged and stops no stage."""
        try:
            self._write(work)
        except sa.exc.SQLAlchemyError as error:
            _log.info("session %s: a note was not made (%s)", session_id, type(error).__name__)

    def _write(self, work: Callable[[Connection], _Answer]) -> _Answer:
        with self._engine.begin() as tx:
            return work(tx)


async def _run_in_thread(work: Callable[..., _Answer], *arguments: Any) -> _Answer:
    """Run in a thread and wait for its end, even when cancelled: only then are files cleared."""
    thread = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    try:
        return await asyncio.shield(thread)
    finally:
        await asyncio.wait([thread])


def _stage_too_long(stage: str, hours: float) -> AnalysisError:
    return AnalysisError(
        f"The stage {stage} did not end within {hours:g} hours and was stopped. Is the recording "
        "that long? COACH_STAGE_HOURS allows more."
    )


def _end_process(outage: Exception) -> NoReturn:
    """End this process after an outage; its jobs go on when the outage is over."""
    _log.error("database or store is away (%s); this worker ends", type(outage).__name__)
    os._exit(1)


def _analysis_gave_up(error: Exception) -> AnalysisError:
    said = str(error) if isinstance(error, (StageDied, CoachError)) else type(error).__name__
    tries = _TRIES if isinstance(error, _MAY_PASS) else 1
    return AnalysisError(
        f"The analysis was tried {tries} times and did not succeed. {said} "
        "Try again when the cause is removed."
    )
