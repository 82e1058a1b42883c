"""A second factor: a password or a link alone does not sign in, and a code does so once."""

from __future__ import annotations

import re
import time
from typing import Any

import pyotp
import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from coach_api.cli.accounts import user

from .conftest import Person, Service
from .test_credentials import GOOD, HTML, by_link, by_password, is_signed_in, link_for, send


class App:
    """The app that gives the codes; it does not wait for the next half minute."""

    def __init__(self, secret: str) -> None:
        self._app, self._step = pyotp.TOTP(secret), 0

    def code(self) -> str:
        """A code that was not given yet: this moment's, then the next one's."""
        self._step += 1
        return self._app.at(int(time.time()), counter_offset=self._step - 1)


@pytest.fixture
def app(service: Service, mentor: Person) -> tuple[App, list[str]]:
    """A mentor with a password and a second factor: the app, and the codes on paper."""
    client = by_link(service, mentor)
    send(client, "/account/password", password=GOOD)
    page = send(client, "/account/second-factor/begin").text
    found = re.search(r'name="secret" value="([A-Z2-7]{32})"', page)
    assert found is not None
    assert "otpauth://totp/" in page
    app = App(found[1])
    wrong = send(client, "/account/second-factor", secret=found[1], code="000000")
    assert wrong.status_code == 422
    page = send(client, "/account/second-factor", secret=found[1], code=app.code()).text
    paper = re.findall(r"\b[0-9a-f]{6}-[0-9a-f]{6}\b", page)
    assert len(paper) == 8
    assert paper[0] not in client.get("/account").text
    return app, paper


def enter(service: Service, who: Person, **fields: str) -> tuple[TestClient, Any]:
    client = service.client()
    client.headers.update(HTML)
    form = {"email": who.email, "password": GOOD, **fields}
    return client, client.post("/sign-in", data=form)


def test_a_password_needs_a_code_too(
    service: Service, mentor: Person, app: tuple[App, list[str]]
) -> None:
    assert by_password(service, mentor, GOOD) is None
    _, answer = enter(service, mentor)
    assert answer.status_code == 401
    assert 'name="code"' in answer.text
    for wrong in ("000000", "", "nonsense"):
        assert not is_signed_in(enter(service, mentor, code=wrong)[0])
    code = app[0].code()
    assert is_signed_in(enter(service, mentor, code=code)[0])
    assert not is_signed_in(enter(service, mentor, code=code)[0]), "a code is taken once"


def test_a_wrong_password_does_not_tell_of_the_code(
    service: Service, mentor: Person, app: tuple[App, list[str]]
) -> None:
    client = service.client()
    answer = client.post("/sign-in", data={"email": mentor.email, "password": "x"}, headers=HTML)
    assert 'name="code"' not in answer.text


def test_a_code_on_paper_signs_in_once(
    service: Service, mentor: Person, app: tuple[App, list[str]]
) -> None:
    first = app[1][0]
    assert is_signed_in(enter(service, mentor, code=f" {first.upper()} ")[0])
    assert not is_signed_in(enter(service, mentor, code=first)[0])
    assert is_signed_in(enter(service, mentor, code=app[1][1])[0])


def test_a_link_needs_a_code_too_and_is_kept_until_it_is_right(
    service: Service, mentor: Person, app: tuple[App, list[str]]
) -> None:
    link, client = link_for(service, mentor), service.client()
    assert 'name="code"' in client.get(link, headers=HTML).text
    assert client.post(link, data={"code": "000000"}).status_code == 401
    assert not is_signed_in(client)
    client.post(link, data={"code": app[0].code()})
    assert is_signed_in(client)


def test_turning_it_off_needs_a_code(
    service: Service, mentor: Person, app: tuple[App, list[str]]
) -> None:
    client, _ = enter(service, mentor, code=app[1][0])
    assert send(client, "/account/second-factor/off", code="000000").status_code == 422
    assert by_password(service, mentor, GOOD) is None
    assert send(client, "/account/second-factor/off", code=app[1][1]).status_code == 200
    assert by_password(service, mentor, GOOD) is not None


def test_who_lost_the_app_is_let_in_by_who_runs_the_machine(
    service: Service, mentor: Person, app: tuple[App, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COACH_DATA_DIR", str(service.settings.data_dir))
    made = CliRunner().invoke(user, ["link", mentor.email, "--without-second-factor"])
    client = service.client()
    client.post(made.stdout.strip().removeprefix("http://127.0.0.1:8000"))
    assert is_signed_in(client)


def test_the_key_of_the_app_is_in_no_export(
    service: Service, mentor: Person, app: tuple[App, list[str]]
) -> None:
    client, _ = enter(service, mentor, code=app[1][0])
    assert b"recovery" not in client.get("/v1/me/export").content
