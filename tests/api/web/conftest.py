"""The service over a real database and a real store, with jobs that end at once."""

from __future__ import annotations

import io
import math
import socket
import struct
import threading
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from coach.analysis.facts import Diarized
from coach.conversation import ActName, Conversation, Recording
from coach.interchange.json import dump
from coach.ports import Diarization, VoicePrint
from coach.talk import talk
from coach_api.people import accounts, tokens
from coach_api.sessions.context import Context
from coach_api.sessions.erasure import forget_pages
from coach_api.sessions.jobs import JobProgress
from coach_api.sessions.scoring import SessionDetails, score_corrected
from coach_api.settings import Settings
from coach_api.store.database import connect, use_wal
from coach_api.store.migrate import migrate
from coach_api.store.objects import Storage, stage_key
from coach_api.store.tables import INTERACTIVE, results, sessions
from coach_api.web.app import create_app

SECRET_WORD = "zanzibar"


def spoken() -> Conversation:
    """What every recording turns out to say."""
    conv = talk(
        "A 0-4 So how was your week?",
        f"B 4.5-16 It was hard, I thought of {SECRET_WORD} and felt rather tired all week",
        "A 16.2-18 What made it hard?",
        "B 18.5-30 My manager asked for the report twice and I could not say no",
        "A 28-33 Did you tell her that it was too much for you?",
        "B 33.5-40 No, I did not dare",
        "A 41-44 You wanted to say no and it felt too risky.",
        "B 44.3-50 Yes, exactly that",
        duration=52.0,
    )
    asked: dict[int, ActName] = {0: "open_question", 2: "open_question", 4: "closed_question"}
    sentences = tuple(
        replace(s, acts=replace(s.acts, act=asked[i])) if i in asked else s
        for i, s in enumerate(conv.sentences)
    )
    return replace(conv, sentences=sentences, recording=Recording("talk", 52.0))


@dataclass
class InlineJobs:
    """An engine of jobs whose jobs end when `run` is called, or at once with `at_once`."""

    engine: sa.Engine
    storage: Storage
    at_once: bool = True
    conversation: Conversation = field(default_factory=spoken)
    failure: str = ""
    _open: list[str] = field(default_factory=list)

    def enqueue(self, tx: sa.Connection, session_id: str, *, priority: int = INTERACTIVE) -> None:
        self._open.append(session_id)
        if self.at_once:
            self._end(tx, session_id)

    def run(self) -> None:
        for session_id in [*self._open]:
            with self.engine.begin() as tx:
                self._end(tx, session_id)

    def _end(self, tx: sa.Connection, session_id: str) -> None:
        self._open.remove(session_id)
        mine = sessions.c.id == session_id
        if self.failure:
            wrong = {"error_type": "InputError", "error_detail": self.failure}
            tx.execute(sessions.update().where(mine).values(status="failed", **wrong))
            return
        row = tx.execute(sa.select(sessions).where(mine)).one()
        card = score_corrected(
            self.conversation, [], SessionDetails(row.title, row.mentor, row.partner)
        )
        tx.execute(
            results.insert().values(
                session_id=session_id, conversation=dump(self.conversation), scorecard=dump(card)
            )
        )
        tx.execute(sessions.update().where(mine).values(status="done", fraction=1.0))
        prints = (VoicePrint("A", (1.0, 0.0), 12.0), VoicePrint("B", (0.0, 1.0), 20.0))
        heard = Diarized(Diarization(self.conversation.speech, self.conversation.speech, prints))
        self.storage.put_once(stage_key(session_id, "diarize-0.json"), dump(heard).encode())

    def cancel(self, session_id: str) -> bool:
        return self._change(session_id, ("queued", "running"), "cancelled")

    def retry(self, session_id: str) -> bool:
        if not self._change(session_id, ("failed", "cancelled"), "queued"):
            return False
        self._open.append(session_id)
        return True

    def _change(self, session_id: str, before: tuple[str, ...], after: str) -> bool:
        with self.engine.begin() as tx:
            found = sessions.c.id == session_id, sessions.c.status.in_(before)
            return tx.execute(sessions.update().where(*found).values(status=after)).rowcount == 1

    def progress(self, session_id: str) -> JobProgress | None:
        with self.engine.connect() as db:
            row = db.execute(sa.select(sessions).where(sessions.c.id == session_id)).one_or_none()
        return JobProgress(row.status, row.stage, row.fraction, 12.0) if row else None

    def forget(self, session_id: str) -> None:
        with self.engine.begin() as tx:
            tx.execute(sessions.delete().where(sessions.c.id == session_id))
        forget_pages(self.engine)
        self.storage.erase(f"recordings/{session_id}/")
        self.storage.erase(f"stages/{session_id}/")


@dataclass
class Person:
    """A user with a token and a client that uses it."""

    id: str
    email: str
    token: str
    client: TestClient


@dataclass
class Service:
    """A running app and its parts."""

    app: FastAPI
    settings: Settings
    jobs: InlineJobs

    @property
    def context(self) -> Context:
        context: Context = self.app.state.context
        return context

    def client(self, token: str = "", **options: Any) -> TestClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return TestClient(self.app, headers=headers, raise_server_exceptions=True, **options)

    def person(self, email: str, role: str = "mentor", scopes: tuple[str, ...] = ()) -> Person:
        with self.context.engine.begin() as db:
            user_id = accounts.create(db, email, role=role)
            wanted = scopes or tokens.SCOPES
            _, secret = tokens.issue(db, user_id, "test", wanted)
        return Person(user_id, email, secret, self.client(secret))

    def upload(self, who: Person, seed: int = 0, **fields: str) -> str:
        """Upload a recording; the session's id."""
        form = {"consent": "true", **fields}
        answer = who.client.post(
            "/v1/sessions", data=form, files={"recording": ("x.wav", wav(seed), "audio/wav")}
        )
        assert answer.status_code in (200, 201), answer.text
        found: str = answer.json()["id"]
        return found


def wav(seed: int = 0, seconds: float = 0.2) -> bytes:
    """A small sound file that differs from seed to seed."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        tone = (
            int(9000 * math.sin(2 * math.pi * (200 + seed) * i / 8000))
            for i in range(int(8000 * seconds))
        )
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in tone))
    return buffer.getvalue()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy, for migrating takes a second."""
    folder = tmp_path_factory.mktemp("migrated")
    migrate(Settings(data_dir=folder, reserve_bytes=0))
    return folder / "coach.db"


@pytest.fixture
def settings(tmp_path: Path, migrated: Path) -> Settings:
    settings = Settings(data_dir=tmp_path / "data", rate_factor=1000.0, min_free_bytes=1)
    settings.prepare()
    with sa.create_engine(f"sqlite:///{migrated}").connect() as source:
        target = settings.data_dir / "coach.db"
        source.exec_driver_sql(f"VACUUM INTO '{target}'")
    use_wal(target)
    return settings


@pytest.fixture
def make_service(settings: Settings) -> Iterator[Any]:
    """Builds services, which may share the data directory."""
    made: list[Service] = []

    def make(**changes: Any) -> Service:
        chosen = replace(settings, **changes)
        jobs = InlineJobs(connect(chosen), Storage(chosen.storage))
        service = Service(create_app(chosen, jobs), chosen, jobs)
        made.append(service)
        return service

    yield make
    for service in made:
        service.context.engine.dispose()
        service.jobs.engine.dispose()


@pytest.fixture
def service(make_service: Callable[..., Service]) -> Service:
    return make_service()


@pytest.fixture
def mentor(service: Service) -> Person:
    return service.person("mentor@example.org")


@pytest.fixture
def lead(service: Service) -> Person:
    return service.person("lead@example.org", "lead")


@pytest.fixture
def admin(service: Service) -> Person:
    return service.person("admin@example.org", "admin")


@pytest.fixture
def address(service: Service) -> Iterator[str]:
    """The service, listening."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(service.app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join()
