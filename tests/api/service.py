"""Real workers on a real database, with the fake stage program: for the tests of the engine."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from coach.analysis.facts import Annotated, DecodedFile, Diarized, Encoded, Transcribed
from coach.analysis.job import Job
from coach.analysis.recognition import PRINTS
from coach.analysis.stages import STAGES
from coach.config import Config
from coach.conversation import ModelUsed
from coach.interchange.json import dump
from coach.ports import Diarization, Transcript, VoicePrint
from coach.talk import talk
from coach_api.settings import Settings
from coach_api.store.database import connect
from coach_api.store.migrate import migrate
from coach_api.store.objects import Storage, recording_key
from coach_api.store.tables import INTERACTIVE, new_id, sessions, users
from coach_api.store.vault import open_store
from coach_api.work.durable import DurableJobs

HERE = Path(__file__).parent
PATIENCE = 180.0
"""Seconds to wait for what comes in one or two where nobody else is at work."""
RECORDED_ON = date(2026, 3, 2)
CONVERSATION = talk("A 0-3 what happened then?", "B 3.2-9 i told him so", "A 8-9 mhm")


def write_fake_results(folder: Path) -> None:
    """What each stage will be said to have found; TRACE is replaced by who ran it."""
    folder.mkdir(parents=True)
    models = (ModelUsed(PRINTS, "fake", "f" * 64),)
    trace = (ModelUsed("fake", "TRACE"),)
    prints = (VoicePrint("A", (1.0, 0.0), 20.0), VoicePrint("B", (0.0, 1.0), 20.0))
    conv = CONVERSATION
    found = {
        "decode": DecodedFile(9.0, 1, notes=("TRACE",), recorded_on=RECORDED_ON),
        "transcribe": Transcribed(Transcript(conv.words, "en"), trace),
        "diarize": Diarized(Diarization(conv.speech, conv.speech, prints, ("TRACE",)), models),
        "annotate": Annotated(conv.words, conv.sentences, trace),
        "encode": Encoded("", "data:audio/ogg;base64,T2dnUw=="),
    }
    for stage, value in found.items():
        (folder / f"{stage}.json").write_text(dump(value))


@dataclass
class Service:
    """A service under test: its parts in this process, its workers in others."""

    settings: Settings
    engine: sa.Engine
    storage: Storage
    jobs: DurableJobs
    owner: str
    root: Path

    @property
    def marks(self) -> Path:
        """Where stages leave their marks."""
        return self.root / "marks"

    def environment(self, **more: str) -> dict[str, str]:
        """The variables of the service's processes."""
        return {
            **os.environ,
            **self.settings.environment(),
            "PYTHONPATH": str(HERE),
            "FAKE_EARS_MARKS": str(self.marks),
            "FAKE_EARS_RESULTS": str(self.root / "found"),
            **more,
        }

    def upload(
        self, text: str, *, priority: int = INTERACTIVE, media_type: str = "audio/wav"
    ) -> str:
        """Accept a recording, as the API does."""
        session_id, sha256 = new_id(), hashlib.sha256(text.encode()).hexdigest()
        self.foresee(sha256)
        part = self.settings.uploads_dir / f"{session_id}.part"
        part.write_text(text)
        key = recording_key(session_id, sha256)
        self.storage.adopt(part, key)
        row = {
            "id": session_id, "owner_id": self.owner, "sha256": sha256, "size": len(text),
            "blob_key": key, "priority": priority, "suffix": ".wav", "media_type": media_type,
        }  # fmt: skip
        with self.engine.begin() as tx:
            tx.execute(sa.insert(sessions).values(row))
            self.jobs.enqueue(tx, session_id, priority=priority)
        return session_id

    def foresee(self, sha256: str) -> None:
        """Tell the fake program the keys of a content's stages."""
        folder = self.root / "found"
        job = Job(folder, sha256, folder, folder, Config())
        keys = {stage.name: stage.key(job) for stage in STAGES.values()}
        (folder / f"{sha256}.keys").write_text(json.dumps(keys))

    def row(self, session_id: str) -> Any:
        """The session's row."""
        with self.engine.connect() as connection:
            query = sa.select(sessions).where(sessions.c.id == session_id)
            return connection.execute(query).one_or_none()

    def wait(self, session_id: str, *statuses: str) -> Any:
        """Wait until the session has one of the statuses."""
        wait_for(lambda: self.row(session_id).status in statuses)
        return self.row(session_id)

    def marked(self, stage: str, event: str) -> list[str]:
        """The contents of which that stage has begun or ended, with repetitions."""
        return [path.name.split(".")[0] for path in self.marks.glob(f"*.{stage}.{event}.*")]

    @contextmanager
    def workers(self, number: int = 1, **more: str) -> Iterator[list[subprocess.Popen[bytes]]]:
        """Run worker processes while the context is open; they are not started again."""
        argv = [sys.executable, "-m", "coach_api.work.worker"]
        env = self.environment(**more)
        running = [subprocess.Popen(argv, env=env) for _ in range(number)]
        try:
            yield running
        finally:
            for process in running:
                process.send_signal(signal.SIGCONT)
                process.terminate()
            for process in running:
                process.wait(PATIENCE)


@contextmanager
def service_on(settings: Settings) -> Iterator[Service]:
    """A service with one user and no worker yet."""
    settings = replace(settings, stage_program="fake_ears")
    migrate(settings)
    root = settings.data_dir.parent
    (root / "marks").mkdir(exist_ok=True)
    write_fake_results(root / "found")
    engine, storage = connect(settings), open_store(settings)
    jobs = DurableJobs(settings, engine, storage)
    owner = new_id()
    with engine.begin() as tx:
        tx.execute(sa.insert(users).values(id=owner, email="owner@example.org"))
    yield Service(settings, engine, storage, jobs, owner, root)
    jobs.close()
    engine.dispose()


def wait_for(is_so: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError(f"It was not so after {seconds} s.")
        time.sleep(0.05)


def slowness() -> float:
    """How many times longer a process takes to start than where nobody else is at work; 1 or more.

    For what is promised in seconds: it is promised on a machine that has the time.
    """
    begun = time.monotonic()
    for _ in range(3):
        subprocess.run([sys.executable, "-c", ""], check=True)
    return max(1.0, (time.monotonic() - begun) / 3 / _START_SECONDS)


_START_SECONDS = 0.03
