"""The job of a session: its stages in order, and what becomes of errors.

The job is one step of the engine, which keeps neither arguments nor a result of it: its name says
which run it is, and how it ended is written in the session's row. An error that the user can
understand is a value here, `Settled`. What is worth another try is raised.
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
from coach.analysis.stages import ANALYSIS, Stage, fraction_of
from coach.errors import AnalysisError, CoachError, InputError, NoRoom
from coach.interchange.json import dump
from coach.ports import Progress
from coach_api.sessions import job_records, voices
from coach_api.sessions.job_records import Run, Settled, run_named, settled_by
from coach_api.sessions.scoring import scored
from coach_api.settings import Settings
from coach_api.work.scheduler import Gate
from coach_api.work.stage_runner import StageDied
from coach_api.work.workspace import Bench

_TRIES, _GROWTH = 4, 3.0

_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")
_OUTAGES = (sa.exc.SQLAlchemyError, StoreError)
_MAY_PASS = (StageDied, NoRoom, OSError, *_OUTAGES)
_EVERY = 0.5  # seconds between two notes of progress


class Analysis:
    """What the steps of a workflow do, for one worker."""

    def __init__(self, settings: Settings, engine: sa.Engine, bench: Bench) -> None:
        self._settings, self._engine, self._bench = settings, engine, bench
        self.gate = Gate()
        self.running: set[str] = set()

    @asynccontextmanager
    async def turn(self, job: str) -> AsyncIterator[None]:
        """Register a running job and wait for its turn; its bench is cleared afterwards."""
        session_id, number = run_named(job)
        self.running.add(job)
        try:
            await self.waits(session_id, number)
            run = await self._run_or_end(job)
            async with self.gate.job(interactive=run is not None and run.is_interactive):
                yield
        finally:
            self._bench.clear_of(session_id, number)
            self.running.discard(job)

    async def analyse(self, job: str) -> None:
        """Run all stages of a job that have no result yet, then write how it ended.

        It may be done twice: results in the store say which stages are done.
        """
        run = await self._run_or_end(job)
        if run is None:
            return
        try:
            settled = await self._settled(run)
            if settled is not None:
                await self._tried(_in_thread, self.fail, run.session_id, run.number, settled)
        except _OUTAGES as error:
            _end_here(error)

    async def _run_or_end(self, job: str) -> Run | None:
        session_id, number = run_named(job)
        try:
            return await _in_thread(
                self._write, lambda tx: job_records.run_of(tx, session_id, number)
            )
        except _OUTAGES as error:
            _end_here(error)

    async def _settled(self, run: Run) -> Settled | None:
        """Analyse; gives the error that stays, None when there is a result or nobody wants one."""
        try:
            return await self._all(run)
        except _OUTAGES:
            raise
        except Exception as error:
            return settled_by(_gave_up(error))

    async def _all(self, run: Run) -> Settled | None:
        for stage in ANALYSIS:
            settled = await self._tried(
                self._hear, stage, run.session_id, run.number, run.is_interactive
            )
            if settled is not None:
                return settled
        return await self._tried(_in_thread, self._conclude, run.session_id, run.number)

    async def _tried(self, work: Callable[..., Awaitable[_Answer]], *arguments: Any) -> _Answer:
        """Do a part of an analysis, and do it again when what stopped it may pass."""
        for number in range(_TRIES - 1):
            try:
                return await work(*arguments)
            except _MAY_PASS as error:
                _log.info("a stage is tried again after %s", type(error).__name__)
                await asyncio.sleep(self._settings.retry_seconds * _GROWTH**number)
        return await work(*arguments)

    async def _hear(
        self, stage: Stage[Any], session_id: str, number: int, interactive: bool
    ) -> Settled | None:
        limit: asyncio.Timeout | None = None
        if not self.gate.is_open(interactive=interactive):
            await self.waits(session_id, number)
        async with self.gate.core(interactive=interactive):
            run = await self._begin(session_id, number, stage.name)
            if run is None:
                return None
            try:
                job = await _in_thread(self._bench.lay_out, run)
                async with asyncio.timeout(self._settings.stage_hours * 3600) as limit:
                    await self._bench.run(run, job, stage, self._follow(run, stage.name))
            except TimeoutError:
                if limit is None or not limit.expired():
                    raise  # it was the store's, or the file system's
                return settled_by(_too_long(stage.name, self._settings.stage_hours))
            except NoRoom:
                raise
            except CoachError as error:
                return settled_by(error, run)
        return None

    def _conclude(self, session_id: str, number: int) -> Settled | None:
        """Score what was heard, and store the results; a corpus scores by itself."""
        while (
            run := self._write(lambda tx: job_records.run_of(tx, session_id, number))
        ) is not None:
            if not run.is_interactive:
                self._write(lambda tx: job_records.finish_hearing(tx, session_id, number))
                return None
            settled = self._score(run)
            if settled is not None:
                return settled
        return None

    def _score(self, run: Run) -> Settled | None:
        """Score once; nothing is stored if title or names were changed meanwhile."""
        try:
            job = self._bench.lay_out(run)
            known = self._write(lambda tx: voices.known_in(tx, run.session_id))
            facts = facts_of(job)
            conv = interpret(facts, job.config, known)
            card = scored(conv, (), run.given)
        except CoachError as error:
            return settled_by(error, run)
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

    def fail(self, session_id: str, number: int, settled: Settled) -> None:
        """Store why there is no scorecard."""
        _log.warning("session %s failed: %s", session_id, settled[0])
        self._write(lambda tx: job_records.fail(tx, session_id, number, settled))

    async def waits(self, session_id: str, number: int) -> None:
        """Say that a job waits for its turn, also one that had begun when its worker died.

        If it still waits when this worker dies, it is not to blame; see `coach_api.work.reconcile`.
        """
        await _in_thread(
            self._noted, session_id, lambda tx: job_records.wait(tx, session_id, number)
        )

    async def _begin(self, session_id: str, number: int, stage: str) -> Run | None:
        def begin(tx: Connection) -> Run | None:
            job_records.advance(tx, session_id, number, stage, fraction_of(Progress(stage, 0, 1)))
            return job_records.run_of(tx, session_id, number)

        return await _in_thread(self._write, begin)

    def _follow(self, run: Run, stage: str) -> Callable[[Progress], asyncio.Future[None]]:
        """Make the follower of a run that notes progress now and then."""
        noted = time.monotonic()

        async def follow(progress: Progress) -> None:
            nonlocal noted, stage
            self._check_length(progress)
            if progress.stage == stage and time.monotonic() - noted < _EVERY:
                return
            noted, stage = time.monotonic(), progress.stage
            await asyncio.to_thread(self._note, run, progress)

        return lambda progress: asyncio.ensure_future(follow(progress))

    def _check_length(self, progress: Progress) -> None:
        """Stop decoding what is too long: a small file can hold days of silence."""
        longest = self._settings.max_duration_hours
        if progress.stage == "decode" and progress.done > longest * 3600:
            raise InputError(
                f"The recording is longer than {longest:g} hours, the most that this service takes "
                "(COACH_MAX_DURATION_HOURS). Cut it into parts, one per conversation."
            )

    def _note(self, run: Run, progress: Progress) -> None:
        self._noted(
            run.session_id,
            lambda tx: job_records.advance(
                tx, run.session_id, run.number, progress.stage, fraction_of(progress)
            ),
        )

    def _noted(self, session_id: str, work: Callable[[Connection], object]) -> None:
        """Write what may as well be missing: no stage is stopped for it."""
        try:
            self._write(work)
        except sa.exc.SQLAlchemyError as error:
            _log.info("session %s: a note was not made (%s)", session_id, type(error).__name__)

    def _write(self, work: Callable[[Connection], _Answer]) -> _Answer:
        with self._engine.begin() as tx:
            return work(tx)


async def _in_thread(work: Callable[..., _Answer], *arguments: Any) -> _Answer:
    """Do it in a thread, and see its end even when cancelled: what it writes is cleared after."""
    thread = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    try:
        return await asyncio.shield(thread)
    finally:
        await asyncio.wait([thread])


def _too_long(stage: str, hours: float) -> AnalysisError:
    return AnalysisError(
        f"The stage {stage} did not end within {hours:g} hours and was stopped. Is the recording "
        "that long? COACH_STAGE_HOURS allows more."
    )


def _end_here(outage: Exception) -> NoReturn:
    """End this process: the recording is not to blame, and its job goes on when that is over."""
    _log.error("database or store is away (%s); this worker ends", type(outage).__name__)
    os._exit(1)


def _gave_up(error: Exception) -> AnalysisError:
    said = str(error) if isinstance(error, (StageDied, CoachError)) else type(error).__name__
    tries = _TRIES if isinstance(error, _MAY_PASS) else 1
    return AnalysisError(
        f"The analysis was tried {tries} times and did not succeed. {said} "
        "Try again when the cause is removed."
    )
