"""Webhooks: who is called, with what signature, how often, and where not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from standardwebhooks import Webhook, WebhookVerificationError

from coach_api.problems import Problem
from coach_api.store.tables import deliveries, now
from coach_api.webhooks import targets
from coach_api.webhooks.outbox import MOST_ATTEMPTS, deliver_due, keep_delivering
from coach_api.webhooks.signing import make_secret, signed_headers
from coach_api.webhooks.targets import check_url

from .conftest import Person, Service


@dataclass
class Receiver:
    """Answers calls and remembers them."""

    answers: list[int | Exception] = field(default_factory=list)
    calls: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    async def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        self.calls.append((url, body, headers))
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def service(make_service: Callable[..., Service]) -> Service:
    return make_service(private_webhooks=True)


@pytest.fixture
def hook(mentor: Person) -> dict[str, str]:
    made = mentor.client.post("/v1/webhooks", json={"url": "http://127.0.0.1:1/hook"})
    found: dict[str, str] = made.json()
    return found


def deliver(service: Service, receiver: Receiver) -> int:
    return asyncio.run(deliver_due(service.context, receiver))


def later(service: Service) -> None:
    with service.context.engine.begin() as db:
        db.execute(deliveries.update().values(next_at=now() - timedelta(seconds=1)))


def test_a_ready_scorecard_is_announced_once_and_signed(
    service: Service, mentor: Person, hook: dict[str, str]
) -> None:
    session_id, receiver = service.upload(mentor), Receiver()
    assert deliver(service, receiver) == 1
    later(service)
    assert deliver(service, receiver) == 0
    ((url, body, headers),) = receiver.calls
    assert url == "http://127.0.0.1:1/hook"
    said = json.loads(body)
    assert (said["event"], said["session_id"]) == ("scorecard.ready", session_id)
    assert Webhook(hook["secret"]).verify(body, headers) == said
    (delivery,) = mentor.client.get(f"/v1/webhooks/{hook['id']}/deliveries").json()
    assert delivery["delivered_at"] and delivery["attempts"] == 1
    assert delivery["id"] == said["delivery_id"] == headers["webhook-id"]


def test_a_receiver_refuses_what_was_not_signed_for_it() -> None:
    secret, at = make_secret(), now()
    headers = signed_headers(secret, "one", "{}", at)
    assert Webhook(secret).verify(b"{}", headers) == {}
    others = [
        (make_secret(), b"{}", headers),
        (secret, b"[]", headers),
        (secret, b"{}", headers | {"webhook-id": "two"}),
        (secret, b"{}", signed_headers(secret, "one", "{}", at - timedelta(minutes=6))),
    ]
    for key, body, given in others:
        with pytest.raises(WebhookVerificationError):
            Webhook(key).verify(body, given)


def test_a_secret_of_before_is_its_own_key() -> None:
    headers = signed_headers("coach_secret", "one", "{}", now())
    assert Webhook(b"coach_secret").verify("{}", headers) == {}


def test_what_was_ready_before_and_what_others_own_is_not_announced(
    service: Service, mentor: Person
) -> None:
    service.upload(mentor)
    mentor.client.post("/v1/webhooks", json={"url": "http://127.0.0.1:1/hook"})
    service.upload(service.person("other@example.org"), seed=2)
    assert deliver(service, Receiver()) == 0


def test_a_failed_call_is_tried_again_later_and_not_for_ever(
    service: Service, mentor: Person, hook: dict[str, str]
) -> None:
    service.upload(mentor)
    receiver = Receiver([500, httpx.ConnectError("no"), *[302] * 20])
    assert deliver(service, receiver) == 1
    assert deliver(service, receiver) == 0, "not before its time"
    (row,) = mentor.client.get(f"/v1/webhooks/{hook['id']}/deliveries").json()
    assert row["last_error"] == "answered 500" and row["delivered_at"] is None
    for _ in range(MOST_ATTEMPTS + 3):
        later(service)
        deliver(service, receiver)
    assert len(receiver.calls) == MOST_ATTEMPTS


def test_two_processes_do_not_call_twice(
    service: Service, mentor: Person, hook: dict[str, str]
) -> None:
    service.upload(mentor)
    receiver = Receiver()

    async def both() -> tuple[int, int]:
        return await asyncio.gather(
            deliver_due(service.context, receiver), deliver_due(service.context, receiver)
        )

    asyncio.run(both())
    assert len(receiver.calls) == 1


def test_a_deleted_webhook_is_called_no_more(
    service: Service, mentor: Person, hook: dict[str, str]
) -> None:
    service.upload(mentor)
    assert mentor.client.delete(f"/v1/webhooks/{hook['id']}").status_code == 204
    assert deliver(service, Receiver()) == 0
    assert mentor.client.get("/v1/webhooks").json() == []


def test_the_service_itself_delivers(
    service: Service, mentor: Person, hook: dict[str, str], monkeypatch: Any
) -> None:
    called: list[bytes] = []

    async def run() -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            called.append(await reader.readuntil(b"}"))
            writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            await writer.drain()
            writer.close()
            done.set()

        done = asyncio.Event()
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        with service.context.engine.begin() as db:
            db.execute(sa.text("UPDATE webhooks SET url = :u"), {"u": f"http://127.0.0.1:{port}/"})
        sender = asyncio.create_task(keep_delivering(service.context))
        await asyncio.wait_for(done.wait(), 120)
        await asyncio.sleep(0.1)
        sender.cancel()
        await asyncio.gather(sender, return_exceptions=True)
        server.close()

    service.upload(mentor)
    asyncio.run(run())
    assert b"webhook-signature: v1," in called[0].lower() and b"scorecard.ready" in called[0]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/", "https://", "nonsense", "https://user:pass@example.org/",
        "http://example.org/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.8/",
        "https://169.254.169.254/latest", "https://localhost/", "https://example.org:99999/",
        "https://[/", "https://nobody.invalid/", "https://[64:ff9b::a9fe:a9fe]/",
        "https://[64:ff9b::7f00:1]/", "https://[64:ff9b:1::a00:8]/", "https://[2002:7f00:1::]/",
        "https://[2002:a00:8::1]/", "https://[::ffff:10.0.0.8]/", "https://[::7f00:1]/",
        "https://[2001:0:a9fe:a9fe::]/", "https://224.0.0.1/", "https://[ff0e::1]/",
    ],
)  # fmt: skip
def test_webhooks_do_not_lead_into_the_own_network(url: str) -> None:
    with pytest.raises(Problem):
        check_url(url, private=False)


def test_a_public_address_is_fine(monkeypatch: Any) -> None:
    for found in ("93.184.216.34", "2606:4700::1111", "64:ff9b::5db8:d822"):
        monkeypatch.setattr(targets, "look_up", lambda host, port, found=found: [found])
        check_url("https://example.org/hook", private=False)


def test_an_address_that_moved_inside_is_not_called(
    service: Service, mentor: Person, hook: dict[str, str], make_service: Any
) -> None:
    service.upload(mentor)
    strict = make_service(private_webhooks=False)
    receiver = Receiver()
    assert deliver(strict, receiver) == 1
    assert receiver.calls == []


def test_there_is_an_end_to_webhooks(mentor: Person) -> None:
    answers = [
        mentor.client.post("/v1/webhooks", json={"url": "http://127.0.0.1:1/"}).status_code
        for _ in range(21)
    ]
    assert answers == [201] * 20 + [409]
