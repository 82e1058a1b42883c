"""Passwords, links and tokens: what they open, what ends them, what a link alone does not do."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from coach_api.people import links, tokens
from coach_api.store.tables import api_tokens, now, sign_in_links

from .conftest import Person, Service

HTML = {"Accept": "text/html,*/*;q=0.8"}
GOOD, BETTER = "stapler lantern orbit fig", "meadow cobalt engine twelve"


def link_for(service: Service, who: Person) -> str:
    with service.context.engine.begin() as db:
        return f"/sign-in/{links.issue(db, who.id)}"


def by_link(service: Service, who: Person) -> TestClient:
    client = service.client()
    client.headers.update(HTML)
    client.post(link_for(service, who)).raise_for_status()
    return client


def by_password(service: Service, who: Person, password: str) -> TestClient | None:
    client = service.client()
    client.headers.update(HTML)
    form = {"email": who.email, "password": password}
    return client if client.post("/sign-in", data=form).url.path == "/" else None


def send(client: TestClient, path: str, **fields: str) -> Any:
    found = re.search(r'name="csrf" value="(\w+)"', client.get("/account").text)
    assert found is not None
    return client.post(path, data={"csrf": found[1], **fields})


def is_signed_in(client: TestClient) -> bool:
    return client.get("/v1/me", headers={"Accept": "application/json"}).status_code == 200


def make_old(service: Service, **ago: timedelta) -> None:
    """Let tokens have been made, or used, so long ago."""
    with service.context.engine.begin() as db:
        db.execute(sa.update(api_tokens).values(**{name: now() - by for name, by in ago.items()}))


def test_looking_at_a_link_uses_nothing_up(service: Service, mentor: Person) -> None:
    """Chat programs and mail scanners open every link that they see."""
    link, program = link_for(service, mentor), service.client()
    for _ in range(3):
        page = program.get(link, headers=HTML)
        assert page.status_code == 200
        assert "set-cookie" not in page.headers
        assert mentor.email in page.text
    assert not is_signed_in(program)
    person = service.client()
    assert person.post(link).status_code == 200
    assert is_signed_in(person)
    assert service.client().get(link).status_code == 401


def test_a_link_changes_the_account_only_when_it_is_pressed(
    service: Service, mentor: Person, lead: Person
) -> None:
    client, link = by_link(service, mentor), link_for(service, lead)
    page = client.get(link)
    assert f"Change to {lead.email}" in page.text
    assert client.get("/v1/me", headers={"Accept": "*/*"}).json()["id"] == mentor.id
    foreign = client.post(link, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    client.post(link)
    assert client.get("/v1/me", headers={"Accept": "*/*"}).json()["id"] == lead.id


def test_a_password_is_changed_with_the_present_one(service: Service, mentor: Person) -> None:
    assert send(by_link(service, mentor), "/account/password", password=GOOD).status_code == 200
    client = by_password(service, mentor, GOOD)
    assert client is not None
    for old in ("", "not it at all"):
        refused = send(client, "/account/password", password=BETTER, old=old)
        assert refused.status_code == 403
    assert send(client, "/account/password", password=BETTER, old=GOOD).status_code == 200
    assert by_password(service, mentor, GOOD) is None
    assert by_password(service, mentor, BETTER) is not None


def test_who_forgot_a_password_comes_by_a_link_for_a_while(
    service: Service, mentor: Person
) -> None:
    client = by_link(service, mentor)
    send(client, "/account/password", password=GOOD)
    client = by_link(service, mentor)
    assert "Present password" not in client.get("/account").text
    make_old(service, created_at=timedelta(hours=2), last_used_at=timedelta(0))
    assert "Present password" in client.get("/account").text
    assert send(client, "/account/password", password=BETTER).status_code == 403
    client = by_link(service, mentor)
    assert send(client, "/account/password", password=BETTER).status_code == 200


def test_a_new_password_ends_everything_else(service: Service, mentor: Person) -> None:
    client, other, link = (
        by_link(service, mentor), by_link(service, mentor), link_for(service, mentor)
    )  # fmt: skip
    assert send(client, "/account/password", password=GOOD).status_code == 200
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert mentor.client.get("/v1/me").status_code == 401
    assert service.client().post(link).status_code == 401


@pytest.mark.parametrize("password", [
    "password12", "1234567890", "qwertyuiop", "aaaaaaaaaaaa", "iloveyou1234", "mentor@example.org",
    "example.org2", "Listening1", "trustno1trustno1",
])  # fmt: skip
def test_a_password_that_everybody_guesses_is_refused(
    service: Service, mentor: Person, password: str
) -> None:
    client = by_link(service, mentor)
    refused = send(client, "/account/password", password=password)
    assert refused.status_code == 422
    assert "easily guessed" in refused.text
    assert password not in refused.text
    assert by_password(service, mentor, password) is None


def test_a_browser_that_is_idle_is_signed_out(make_service: Any) -> None:
    service = make_service(idle_hours=8)
    mentor = service.person("m@example.org")
    client = by_link(service, mentor)
    make_old(service, created_at=timedelta(days=3), last_used_at=timedelta(hours=7))
    assert is_signed_in(client)
    make_old(service, last_used_at=timedelta(hours=9))
    assert not is_signed_in(client)
    assert mentor.client.get("/v1/me").status_code == 200  # a token of a script is not idle


def test_a_token_ends_when_its_time_is_up(service: Service, mentor: Person) -> None:
    client = by_link(service, mentor)
    page = send(client, "/account/tokens", name="for a day", days="1").text
    found = re.search(r"coach_[\w-]{43}", page)
    assert found is not None
    script = service.client(found[0])
    assert script.get("/v1/me").status_code == 200
    with service.context.engine.begin() as db:
        ends = sa.update(api_tokens).where(api_tokens.c.expires_at.is_not(None))
        db.execute(ends.values(expires_at=now() - timedelta(seconds=1)))
        assert "for a day" not in [row.name for row in tokens.list_tokens(db, mentor.id)]
    assert script.get("/v1/me").status_code == 401


def test_locking_somebody_out_ends_their_links(
    service: Service, mentor: Person, admin: Person
) -> None:
    link_for(service, mentor)
    admin.client.patch(f"/v1/users/{mentor.id}", json={"disabled": True}).raise_for_status()
    with service.context.engine.connect() as db:
        assert db.execute(sa.select(sign_in_links)).all() == []
