"""The pages of an account and of its users: signing in, links, consent, voices, webhooks."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from coach_api.people import links, passwords
from coach_api.problems import Problem
from coach_api.store.tables import webhooks
from coach_api.web.callers import COOKIE

from .conftest import Person, Service
from .signed_in import HTML, browser, send


def test_a_link_signs_in_once(service: Service, mentor: Person) -> None:
    with service.context.engine.begin() as db:
        secret = links.issue(db, mentor.id)
    first, second = service.client(), service.client()
    assert first.post(f"/sign-in/{secret}", headers=HTML).url.path == "/"
    again = second.post(f"/sign-in/{secret}", headers=HTML)
    assert again.status_code == 401 and "used" in again.text
    assert first.get(f"/sign-in/{secret}", headers=HTML).url.path == "/"
    assert first.get("/sign-in", headers=HTML).url.path == "/"


def test_the_owner_of_a_local_service_is_made_once(service: Service) -> None:
    for _ in range(2):
        link = links.local_link(service.context.engine, "http://127.0.0.1:8000/")
        assert link.startswith("http://127.0.0.1:8000/sign-in/coach_")
        client = service.client()
        assert client.post(link.removeprefix("http://127.0.0.1:8000")).status_code == 200
        assert client.get("/v1/me").json()["role"] == "admin"
    assert len(client.get("/v1/users").json()) == 1


def test_passwords(service: Service, mentor: Person) -> None:
    with service.context.engine.begin() as db:
        passwords.set_password(db, mentor.id, "a good password")
        with pytest.raises(Problem):
            passwords.set_password(db, mentor.id, "short")
    client = service.client()
    form = {"email": mentor.email.upper(), "password": "a good password"}
    assert client.post("/sign-in", data=form, headers=HTML).url.path == "/"
    for wrong in ({"password": "another password"}, {"email": "nobody@example.org"}):
        answer = service.client().post("/sign-in", data=form | wrong, headers=HTML)
        assert answer.status_code == 401 and "do not belong together" in answer.text


def test_guessing_passwords_is_slowed_down(make_service: Any) -> None:
    service = make_service(rate_factor=1.0)
    form = {"email": "a@example.org", "password": "guess"}
    codes = [service.client().post("/sign-in", data=form).status_code for _ in range(12)]
    assert codes[:3] == [401] * 3 and codes[-1] == 429


def test_signing_out_ends_the_sign_in_itself(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    kept = client.cookies[COOKIE]
    assert send(client, "/sign-out").url.path == "/sign-in"
    assert service.client(cookies={COOKIE: kept}).get("/v1/me").status_code == 401


def test_a_page_needs_signing_in(service: Service) -> None:
    answer = service.client().get("/", headers=HTML)
    assert answer.status_code == 401 and 'action="/sign-in"' in answer.text


def test_who_came_by_a_link_is_told_to_set_a_password(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    assert "Set a password" in client.get("/").text
    send(client, "/account/password", password="a good password")
    assert "Set a password" not in client.get("/").text
    link = links.local_link(service.context.engine, "http://testserver")
    assert "Set a password" not in service.client().post(link, headers=HTML).text


def test_an_admin_makes_links_for_newcomers_alone(
    service: Service, mentor: Person, admin: Person
) -> None:
    client = browser(service, admin)
    page = send(client, f"/users/{mentor.id}/link").text
    link = re.search(r"http://testserver(/sign-in/coach_[\w-]+)", page)
    assert link and service.client().post(link[1]).status_code == 200
    service.upload(mentor)
    refused = send(client, f"/users/{mentor.id}/link")
    assert refused.status_code == 403 and "sign-in/coach_" not in refused.text
    assert f"/users/{mentor.id}/link" not in client.get("/users").text


def test_the_account_page(service: Service, mentor: Person, admin: Person) -> None:
    client = browser(service, mentor)
    page = send(client, "/account/tokens", name="my script").text
    found = re.search(r"coach_[\w-]{43}", page)
    assert found and service.client(found[0]).get("/v1/me").status_code == 200
    assert found[0] not in client.get("/account").text
    token_id = re.findall(r"/account/tokens/(\w+)/revoke", page)[-1]
    send(client, f"/account/tokens/{token_id}/revoke")
    assert service.client(found[0]).get("/v1/me").status_code == 401
    assert "is set" in send(client, "/account/password", password="a good password").text
    assert client.get("/account").status_code == 200
    assert mentor.client.get("/v1/me").status_code == 401
    assert send(client, "/account/erase", confirm="no").status_code == 422
    assert send(client, "/account/erase", confirm="erase").url.path == "/sign-in"


def test_an_admin_invites_and_locks_out(service: Service, admin: Person) -> None:
    client = browser(service, admin)
    page = send(client, "/users", email="new@example.org", role="lead").text
    link = re.search(r"http://testserver(/sign-in/coach_[\w-]+)", page)
    assert link is not None
    newcomer = service.client()
    assert newcomer.post(link[1]).status_code == 200
    assert newcomer.get("/v1/me").json()["role"] == "lead"
    user_id = newcomer.get("/v1/me").json()["id"]
    send(client, f"/users/{user_id}", role="mentor")
    assert newcomer.get("/v1/me").json()["role"] == "mentor"
    send(client, f"/users/{user_id}", disabled="true")
    assert newcomer.get("/v1/me").status_code == 401
    assert send(client, "/users", email="new@example.org").status_code == 409


def test_a_wrong_password_keeps_the_address(service: Service) -> None:
    form = {"email": "a@example.org", "password": "guess"}
    answer = service.client().post("/sign-in", data=form, headers=HTML)
    assert 'value="a@example.org"' in answer.text


def test_the_rule_of_passwords_is_said_beforehand(service: Service, mentor: Person) -> None:
    page = browser(service, mentor).get("/account").text
    assert f"at least {passwords.MIN_LENGTH} characters" in page


def test_an_invitation_can_be_copied(service: Service, admin: Person) -> None:
    page = send(browser(service, admin), "/users", email="new@example.org").text
    assert re.search(r'data-copy="http://testserver/sign-in/coach_[\w-]+"', page)


def test_consent_is_on_record_and_the_sound_is_kept_for_less(
    service: Service, mentor: Person
) -> None:
    client = browser(service, mentor)
    session = f"/sessions/{service.upload(mentor, partner='Bo')}"
    page = client.get(f"{session}/changes").text
    assert "Bo has agreed" in page and "The mentor has agreed" in page
    latest = mentor.client.get(f"/v1{session}").json()["audio_until"][:10]
    assert f'max="{latest}"' in page
    day = (date.fromisoformat(latest) - timedelta(days=60)).isoformat()
    page = send(client, f"{session}/sound", until=day)
    assert page.url.path == f"{session}/changes" and f'value="{day}"' in page.text
    assert mentor.client.get(f"/v1{session}").json()["audio_until"].startswith(f"{day}T00:00:00")
    assert send(client, f"{session}/sound", until="2999-01-01").status_code == 422


def test_a_mentor_has_their_voice_remembered_and_forgotten(
    service: Service, mentor: Person
) -> None:
    client = browser(service, mentor)
    session = f"/sessions/{service.upload(mentor, mentor='Ada')}"
    assert "I agree that a print of it is kept" in client.get(f"{session}/changes").text
    refused = send(client, f"{session}/voice", speaker="A")
    assert refused.status_code == 422 and mentor.client.get("/v1/enrolments").json() == []
    page = send(client, f"{session}/voice", speaker="A", agreed="true")
    assert page.url.path == f"{session}/changes" and "This voice is remembered" in page.text
    (known,) = mentor.client.get("/v1/enrolments").json()
    assert known["name"] == "Ada" and "Ada" in client.get("/account").text
    send(client, f"/account/voices/{known['id']}/forget").raise_for_status()
    assert mentor.client.get("/v1/enrolments").json() == []
    assert "I agree that a print" in client.get(f"{session}/changes").text


def test_webhooks_are_added_and_deleted_under_account(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    page = send(client, "/account/webhooks", url="https://1.1.1.1/hook")
    assert page.status_code == 200 and "https://1.1.1.1/hook" in page.text
    with service.context.engine.connect() as db:
        secret = db.scalar(sa.select(webhooks.c.secret))
    assert isinstance(secret, str)
    assert secret in page.text and secret not in client.get("/account").text
    (made,) = mentor.client.get("/v1/webhooks").json()
    send(client, f"/account/webhooks/{made['id']}/delete").raise_for_status()
    assert mentor.client.get("/v1/webhooks").json() == []
    refused = send(client, "/account/webhooks", url="http://127.0.0.1:1/")
    assert refused.status_code == 422 and mentor.client.get("/v1/webhooks").json() == []
