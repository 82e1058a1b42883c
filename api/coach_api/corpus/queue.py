"""The queue of recordings to hear: sessions of the service's job engine, at low priority.

The store of a corpus holds links to the recordings, never copies; results of stages lie beside
them. The database is a file in the corpus's folder, or COACH_DATABASE_URL for many machines.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy import Connection

from coach.analysis.facts import Facts
from coach.analysis.job import Job
from coach.analysis.run import facts_of
from coach.analysis.stages import ANALYSIS, write_atomically
from coach.config import Config, make_config
from coach_api.corpus.outcome import SourceFile
from coach_api.sessions import job_records
from coach_api.sessions.job_records import ACTIVE, job_name
from coach_api.settings import Settings
from coach_api.store.database import connect, hold, leave_whole
from coach_api.store.migrate import migrate
from coach_api.store.objects import ELSEWHERE, recording_key, stage_key
from coach_api.store.tables import BATCH, now, sessions, users
from coach_api.store.vault import open_store
from coach_api.work.durable import DurableJobs
from coach_api.work.processes import Program, worker_programs

_STOP_SECONDS = 10.0
_LATE = timedelta(seconds=15)  # that what a worker notes may be seen late
_ALL_EVERY = 60.0
_STATE = (
    sessions.c.id, sessions.c.updated_at, sessions.c.status, sessions.c.stage, sessions.c.fraction,
    sessions.c.error_type, sessions.c.error_detail,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class State:
    """The state of a recording in the queue."""

    status: str
    stage: str = ""
    fraction: float = 0.0
    error: str = ""
    message: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether its job has ended."""
        return self.status not in ACTIVE


class Queue:
    """Gets the facts of recordings from worker processes, until it is closed.

    Parameters
    ----------
    settings : of the corpus: data folder, database and store.
    corpus : name of the corpus within the database.
    workers : processes to run here; 0 when others run elsewhere.
    """

    def __init__(self, settings: Settings, corpus: str, workers: int) -> None:
        migrate(settings)
        self._settings = settings
        self._store = Path(settings.data_dir.resolve() / "store")
        self._engine, self._storage = connect(settings), open_store(settings)
        self._jobs = DurableJobs(settings, self._engine, self._storage)
        self._owner = hashlib.sha256(corpus.encode()).hexdigest()[:32]
        self._programs: list[Program] = worker_programs(settings, workers)
        self._changed, self._look_at_all = now(), 0.0
        self._make_owner()

    def close(self) -> None:
        """Stop the workers; the next run goes on with their jobs."""
        deadline = time.monotonic() + _STOP_SECONDS
        for program in self._programs:
            program.terminate()
        for program in self._programs:
            program.stop(deadline)
        self._jobs.close()
        self._engine.dispose()
        leave_whole(self._settings)

    def keep_workers_running(self) -> None:
        """Start the workers that do not run."""
        for program in self._programs:
            program.check()

    def facts(self, sha256: str, config: Config) -> Facts | None:
        """Read the facts of a recording with these options; None while a stage is unfinished.

        Parameters
        ----------
        sha256 : of the recording.
        config : whose options the stages depend on.
        """
        job = _job(sha256, config)
        kept: dict[Path, bytes] = {}
        for stage in reversed(ANALYSIS):  # mostly it is the last one that is not there
            found = self._storage.read(stage_key(self.name(sha256), stage.result(job).name))
            if found is None:
                return None
            kept[stage.result(job)] = found
        return facts_of(job, kept.__getitem__)

    def name(self, sha256: str) -> str:
        """Name the session of a recording with this content."""
        return hashlib.sha256(f"{self._owner}:{sha256}".encode()).hexdigest()[:32]

    def enqueue(self, source: SourceFile, config: Config) -> str:
        """Enqueue a recording unless it is already, with these options; return its session.

        Parameters
        ----------
        source : the recording.
        config : the options of the analysis.

        Returns
        -------
        The id of the session.
        """
        sha256 = source.sha256
        session_id = self.name(sha256)
        key = self._link(source, session_id)
        with self._engine.begin() as tx:
            hold(tx)
            row = tx.execute(
                sa.select(sessions).where(sessions.c.id == session_id).with_for_update()
            ).one_or_none()
            if (
                row is not None
                and row.status in ACTIVE
                and has_same_facts(make_config(row.config), config)
            ):
                return session_id
            if row is None:
                self._insert(tx, session_id, source)
            else:
                job_records.restart(tx, session_id)
            tx.execute(
                sa.update(sessions)
                .where(sessions.c.id == session_id)
                .values(config=config.as_dict(), blob_key=key, suffix=_suffix(source.path))
            )
            self._jobs.enqueue(tx, session_id, priority=BATCH)
        if row is not None and row.status in ACTIVE:
            self._jobs.book.cancel(job_name(session_id, row.run))
        return session_id

    def forget(self, sha256: str) -> None:
        """Erase the facts of a recording; the recording itself stays where it is."""
        self._jobs.forget(self.name(sha256))

    def states(self) -> Mapping[str, State]:
        """Read the states of the sessions that are running, or ended since the last call.

        Once a minute all of them are read: clocks of machines may differ by more than `_LATE`.
        """
        moment = time.monotonic()
        is_due = moment >= self._look_at_all
        since = self._changed - _LATE
        query = sa.select(*_STATE).where(sessions.c.owner_id == self._owner)
        if is_due:
            self._look_at_all = moment + _ALL_EVERY
        else:
            query = query.where(sessions.c.status != "queued", sessions.c.updated_at >= since)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        self._changed = max((row.updated_at for row in rows), default=self._changed)
        return {row.id: State(*row[2:]) for row in rows}

    def _make_owner(self) -> None:
        """Make the owner of the corpus's sessions, unless another run has made it."""
        owner = {"id": self._owner, "email": f"corpus-{self._owner}@localhost"}
        with suppress(sa.exc.IntegrityError), self._engine.begin() as tx:
            tx.execute(sa.insert(users).values(owner))

    def _insert(self, tx: Connection, session_id: str, source: SourceFile) -> None:
        tx.execute(
            sa.insert(sessions).values(
                id=session_id, owner_id=self._owner, sha256=source.sha256, size=source.size,
                priority=BATCH,
            )
        )  # fmt: skip

    def _link(self, source: SourceFile, session_id: str) -> str:
        """Put a link to the recording into the store."""
        key = recording_key(session_id, source.sha256)
        if "://" in source.path:
            write_atomically(self._store / (key + ELSEWHERE), source.path)
            return key + ELSEWHERE
        path = Path(source.path)
        link = self._store / key
        if not (link.is_symlink() and link.readlink() == path):
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(path)
        return key


def settings_for(inner: Path, base: Settings) -> Settings:
    """Make the settings of a corpus whose inner folder is `inner`.

    Its store is always in that folder; the database may be a server.

    Parameters
    ----------
    inner : a folder in the output of the corpus.
    base : the settings of the deployment.
    """
    database = "" if base.is_sqlite else base.database_url
    return Settings(
        data_dir=inner.resolve(), database_url=database, stage_program=base.stage_program,
        stage_hours=base.stage_hours, max_attempts=base.max_attempts,
        retry_seconds=base.retry_seconds, log_level="ERROR",
    )  # fmt: skip


def _job(sha256: str, config: Config) -> Job:
    return Job(Path(), sha256, Path(), Path(), config)


def has_same_facts(one: Config, other: Config) -> bool:
    """Whether two sets of options lead to the same facts.

    Parameters
    ----------
    one, other : options of the analysis.
    """
    last = ANALYSIS[-1]
    return last.key(_job("", one)) == last.key(_job("", other))


def _suffix(path: str) -> str:
    return Path(urlsplit(path).path if "://" in path else path).suffix[:16]
