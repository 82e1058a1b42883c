"""The interface over a real Postgres: what is said in SQL means the same there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa
from postgres import new_database

from coach_api.people import accounts
from coach_api.problems import Problem
from coach_api.settings import Settings
from coach_api.store.migrate import migrate
from coach_api.webhooks.outbox import deliver_due

from .conftest import Person, Service


@pytest.fixture
def settings(settings: Settings, postgres: str) -> Settings:
    chosen = replace(settings, database_url=new_database(postgres))
    migrate(chosen)
    return chosen


@pytest.fixture
def service(make_service: Callable[..., Service]) -> Service:
    return make_service(private_webhooks=True)


def test_from_upload_to_erasure(service: Service, mentor: Person, lead: Person) -> None:
    mentor.client.post("/v1/webhooks", json={"url": "http://127.0.0.1:1/"}).raise_for_status()
    made = [service.upload(mentor, seed, mentor="Ada", partner="Bo") for seed in range(3)]
    assert service.upload(mentor, 0) == made[0]

    page = mentor.client.get("/v1/sessions", params={"limit": 2}).json()
    rest = mentor.client.get("/v1/sessions", params={"cursor": page["next"]}).json()
    assert [item["id"] for item in page["items"] + rest["items"]] == made[::-1]

    path = f"/v1/sessions/{made[0]}"
    change = {"kind": "set_mentor", "speaker": "B"}
    correction = mentor.client.post(f"{path}/corrections", json=change).json()
    assert mentor.client.get(f"{path}/scorecard").json()["corrected"]
    mentor.client.delete(f"{path}/corrections/{correction['id']}").raise_for_status()
    mentor.client.patch(path, json={"title": "New"}).raise_for_status()

    assert lead.client.get(path).status_code == 404
    mentor.client.post(f"{path}/shares", json={"email": lead.email}).raise_for_status()
    assert lead.client.get(f"{path}/scorecard").json()["recording"]["id"] == "New"
    key = mentor.client.get("/v1/people").json()[0]["key"]
    assert len(mentor.client.get(f"/v1/trends/{key}").json()[0]["points"]) == 3

    wish = {"text": "Leave room", "measure": "talk_share", "direction": "less"}
    mentor.client.post("/v1/goals", json=wish).raise_for_status()
    service.upload(mentor, 7, partner="Bo")
    service.upload(mentor, 8, held_on="2026-03-02")
    told = mentor.client.get("/v1/goals").json()[0]["comparison"]
    assert (told["sessions_before"], told["sessions_after"]) == (4, 1)

    calls: list[str] = []

    async def send(url: str, body: bytes, headers: dict[str, str]) -> int:
        calls.append(url)
        return 200

    async def twice() -> None:
        await asyncio.gather(*[deliver_due(service.context, send) for _ in range(2)])

    asyncio.run(twice())
    asyncio.run(twice())
    assert len(calls) == 5

    assert mentor.client.get("/v1/me/export").status_code == 200
    assert mentor.client.delete(path).status_code == 204
    assert mentor.client.delete("/v1/me").status_code == 204
    assert mentor.client.get("/v1/me").status_code == 401


def test_days_are_those_of_utc_wherever_the_server_is(service: Service, mentor: Person) -> None:
    with service.context.engine.begin() as db:
        name = db.execute(sa.text("SELECT current_database()")).scalar_one()
        db.execute(sa.text(f"ALTER DATABASE \"{name}\" SET timezone TO 'Pacific/Kiritimati'"))
    service.context.engine.dispose()
    session_id = service.upload(mentor, mentor="Ada")
    with service.context.engine.begin() as db:
        late = sa.text("UPDATE sessions SET created_at = '2026-03-02T23:30:00+00:00'")
        db.execute(late)
    assert mentor.client.get(f"/v1/sessions/{session_id}").json()["held_on"] == "2026-03-02"
    key = mentor.client.get(f"/v1/sessions/{session_id}").json()["mentor_key"]
    series = mentor.client.get(f"/v1/trends/{key}", params={"measure": "talk_share"}).json()
    assert series[0]["points"][0]["held_on"] == "2026-03-02"


def test_corrections_at_once_come_one_by_one(service: Service, mentor: Person) -> None:
    path = f"/v1/sessions/{service.upload(mentor)}/corrections"

    def name(number: int) -> int:
        change = {"kind": "rename", "speaker": "A", "name": f"Name {number}"}
        return int(mentor.client.post(path, json=change).status_code)

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(name, range(12))) == {201}
    listed = mentor.client.get(path).json()
    assert [each["number"] for each in listed] == list(range(1, 13))


def test_two_admins_who_step_down_at_once_leave_one(service: Service) -> None:
    first, second = (service.person(f"{name}@example.org", "admin") for name in "ab")
    engine = service.context.engine

    def step_down() -> None:
        with engine.begin() as db:
            accounts.change(db, second.id, role="mentor")

    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as db:
            accounts.change(db, first.id, role="mentor")
            other = pool.submit(step_down)
            time.sleep(0.3)
        with pytest.raises(Problem, match="at least one admin"):
            other.result(30)
