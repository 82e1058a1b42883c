"""A full disk, two requests at once, a store that is away, receivers that never answer."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from obstore.exceptions import GenericError

from coach.analysis.stages import sha256_of
from coach_api.intake import resumable
from coach_api.intake.parts import PartFile
from coach_api.people import accounts
from coach_api.people.principal import Principal
from coach_api.problems import Problem
from coach_api.sessions import dossier
from coach_api.store.objects import Storage, StorageFull
from coach_api.store.tables import uploads
from coach_api.store.vault import Vault
from coach_api.webhooks import outbox
from coach_api.webhooks.outbox import deliver_due, keep_delivering

from .conftest import Person, Service, wav
from .test_tus import ask, begin, offset_of, send, session_of
from .test_uploading import kind, left_over, post
from .test_webhooks import Receiver

MIB = 1 << 20


def room_of(monkeypatch: pytest.MonkeyPatch, service: Service, size: int) -> None:
    """Let the disk have room for so many bytes of uploads."""

    def usage(_: object) -> Any:
        used = sum(path.stat().st_size for path in service.settings.uploads_dir.iterdir())
        return SimpleNamespace(free=size - used)

    monkeypatch.setattr(shutil, "disk_usage", usage)


def test_an_upload_is_not_refused_for_the_room_that_it_has_taken(
    make_service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make_service(min_free_bytes=MIB // 2)
    room_of(monkeypatch, service, 4 * MIB)
    part = PartFile(service.settings)
    for piece in (wav(), *[bytes(MIB)] * 3):
        part.write(piece)
    with pytest.raises(Problem, match="no room"):
        part.write(bytes(MIB))
    part.discard()


def test_an_upload_in_pieces_waits_for_room(
    make_service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make_service(min_free_bytes=MIB // 2)
    mentor = service.person("m@example.org")
    sound = wav() + bytes(3 * MIB - len(wav()))
    at = begin(mentor, sound)
    with service.context.engine.connect() as db:
        upload = db.execute(sa.select(uploads)).one()
    principal = Principal(mentor.id, "mentor", "t", frozenset(["write"]), "", "")

    async def body() -> AsyncIterator[bytes]:
        for start in range(0, 3 * MIB, MIB):
            yield sound[start : start + MIB]

    with monkeypatch.context() as small, pytest.raises(Problem, match="no room"):
        room_of(small, service, 2 * MIB)
        asyncio.run(resumable.append(service.context, principal, upload, 0, body()))
    assert offset_of(ask(mentor, at)) == MIB
    assert offset_of(send(mentor, at, sound[MIB : 2 * MIB], MIB)) == 2 * MIB


def test_a_disk_that_is_full_after_all_is_said(
    service: Service, mentor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written may find no room only when it is to be durable."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    at = begin(mentor, wav())
    with monkeypatch.context() as nowhere:
        nowhere.setattr(os, "fsync", full)
        assert kind(post(mentor, wav(1), consent="true")) == (507, "storage-full")
        assert kind(send(mentor, at, wav(), 0)) == (507, "storage-full")
    assert len(left_over(service)) == 1, "the upload in pieces, which goes on"
    assert session_of(mentor, send(mentor, at, wav(), 0))


@contextmanager
def files_may_have(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_part_that_cannot_be_written_is_removed(service: Service) -> None:
    """Closing it would write the rest, and fail again."""
    part = PartFile(service.settings)
    part.write(wav())
    with files_may_have(512):
        with pytest.raises(StorageFull):
            part.finish()
        part.discard()
    assert left_over(service) == []


def test_an_upload_that_is_completed_twice_at_once_is_one_session(
    service: Service, mentor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashing gigabytes takes longer than some clients wait before they ask again."""
    at = begin(mentor, wav())
    send(mentor, at, wav()[:-1], 0)
    answers: list[Any] = []
    hashed = sha256_of

    def complete() -> Any:
        return send(mentor, at, wav()[-1:], len(wav()) - 1)

    def slowly(path: Any) -> str:
        monkeypatch.setattr(resumable, "sha256_of", hashed)
        answers.append(complete())
        return hashed(path)

    monkeypatch.setattr(resumable, "sha256_of", slowly)
    answers.append(complete())
    assert [answer.status_code for answer in answers] == [409, 204]
    assert len(mentor.client.get("/v1/sessions").json()["items"]) == 1
    assert left_over(service) == []


def test_an_upload_that_the_database_refused_can_be_completed_again(
    service: Service, mentor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sound was in the store already, under the name of a session that there is not."""
    at = begin(mentor, wav())

    def away(*_: object, **more: object) -> None:
        raise sa.exc.OperationalError("", None, Exception("database is locked"))

    with monkeypatch.context() as locked:
        locked.setattr(service.jobs, "enqueue", away)
        assert kind(send(mentor, at, wav(), 0)) == (503, "unavailable")
        assert kind(post(mentor, wav(1), consent="true")) == (503, "unavailable")
    assert len(left_over(service)) == 1
    assert list(service.context.storage.keys("recordings")) == []
    stands = offset_of(ask(mentor, at))
    assert stands < len(wav()), "a client that believes itself done would not ask again"
    done = send(mentor, at, wav()[stands:], stands)
    assert mentor.client.get(f"{done.headers['content-location']}/audio").content == wav()


def test_an_export_that_breaks_off_leaves_nothing(
    service: Service, mentor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.upload(mentor)
    with dossier.archive_of_user(service.context, mentor.id) as archive:
        assert list(service.settings.work_dir.iterdir()) == [], "whoever is killed leaves it there"
        assert archive.read(2) == b"PK"

    def lost(*_: object) -> Iterator[bytes]:
        yield b"some"
        raise FileNotFoundError

    monkeypatch.setattr(Vault, "stream", lost)
    assert mentor.client.get("/v1/me/export").status_code == 500
    assert list(service.settings.work_dir.iterdir()) == []


def test_a_store_that_is_away_is_said(
    service: Service, mentor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise GenericError("The connection was refused.")

    session_id = service.upload(mentor)
    for look in ("read", "version"):
        monkeypatch.setattr(Storage, look, away)
    assert kind(mentor.client.get("/readyz")) == (503, "unavailable")
    assert kind(mentor.client.get(f"/v1/sessions/{session_id}/audio")) == (503, "unavailable")


def test_who_is_made_twice_at_once_is_a_conflict(
    service: Service, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "find_by_email", lambda db, email: None)
    answers = [admin.client.post("/v1/users", json={"email": "x@example.org"}) for _ in range(2)]
    assert answers[0].status_code == 201
    assert kind(answers[1]) == (409, "conflict")


@pytest.fixture
def hooked(make_service: Any) -> tuple[Service, Person]:
    """A scorecard that two webhooks are to be told of."""
    service = make_service(private_webhooks=True)
    mentor = service.person("hooked@example.org")
    for path in ("slow", "quick"):
        url = f"http://127.0.0.1:1/{path}"
        mentor.client.post("/v1/webhooks", json={"url": url}).raise_for_status()
    service.upload(mentor)
    return service, mentor


def errors_of(mentor: Person) -> dict[str, str]:
    hooks = {each["url"][-4:]: each["id"] for each in mentor.client.get("/v1/webhooks").json()}
    return {
        name: mentor.client.get(f"/v1/webhooks/{hook}/deliveries").json()[0]["last_error"]
        for name, hook in hooks.items()
    }


def test_a_receiver_that_never_ends_its_answer_holds_up_nobody(
    hooked: tuple[Service, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    service, mentor = hooked
    monkeypatch.setattr(outbox, "_CALL_SECONDS", 1.0, raising=False)

    async def send(url: str, body: bytes, headers: dict[str, str]) -> int:
        await asyncio.sleep(3600 if url.endswith("slow") else 0)
        return 204

    async def deliver() -> None:
        await asyncio.wait_for(deliver_due(service.context, send), 120)

    asyncio.run(deliver())
    assert errors_of(mentor) == {"slow": "TimeoutError", "uick": ""}


def test_a_call_that_goes_wrong_in_an_unforeseen_way_is_a_failed_call(
    hooked: tuple[Service, Person],
) -> None:
    service, mentor = hooked
    receiver = Receiver([ValueError("odd"), ValueError("odd")])
    assert asyncio.run(deliver_due(service.context, receiver)) == 2
    assert set(errors_of(mentor).values()) == {"ValueError"}


def test_webhooks_go_on_after_whatever_happens(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[None] = []

    async def run() -> None:
        async def due(*_: object) -> int:
            looks.append(None)
            if len(looks) > 1:
                done.set()
                return 0
            raise RuntimeError("can't start new thread")

        done = asyncio.Event()
        monkeypatch.setattr(outbox, "deliver_due", due)
        monkeypatch.setattr(outbox, "CHECK_SECONDS", 0.01)
        sender = asyncio.create_task(keep_delivering(service.context))
        waiting = asyncio.create_task(done.wait())
        await asyncio.wait((sender, waiting), timeout=120, return_when=asyncio.FIRST_COMPLETED)
        sender.cancel()
        waiting.cancel()
        await asyncio.gather(sender, waiting, return_exceptions=True)

    asyncio.run(run())
    assert len(looks) > 1
