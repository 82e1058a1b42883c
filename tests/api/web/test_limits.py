"""Rate limits, scorecards kept in memory, tokens' last use, the commands."""

from __future__ import annotations

import time
from contextlib import ExitStack
from datetime import timedelta

import pytest
from click.testing import CliRunner

from coach_api.cli.accounts import token, user
from coach_api.people.limits import RATES, RateLimits
from coach_api.people.tokens import Touches
from coach_api.problems import Problem
from coach_api.settings import Settings
from coach_api.store.recent import Recent

from .conftest import Person, Service


def test_a_bucket_empties_and_fills_again() -> None:
    moment = [0.0]
    limits = RateLimits(clock=lambda: moment[0])
    rate = RATES["sign-in"]
    for _ in range(int(rate.burst)):
        limits.spend("sign-in", "a")
    with pytest.raises(Problem) as caught:
        limits.spend("sign-in", "a")
    assert caught.value.headers["Retry-After"] == "30"
    limits.spend("sign-in", "b")
    moment[0] = 1 / rate.per_second
    limits.spend("sign-in", "a")
    with pytest.raises(Problem):
        limits.spend("sign-in", "a")


def test_the_table_of_buckets_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach_api.people.limits._MOST_BUCKETS", 10)
    limits = RateLimits()
    for number in range(50):
        limits.spend("read", str(number))
    assert len(limits._buckets) <= 10


def test_kept_scorecards_have_a_limit_and_a_revision() -> None:
    recent = Recent(10, len)
    assert recent.get("a", 1, lambda: b"12345") == b"12345"
    assert recent.get("a", 2, lambda: b"54321") == b"54321"
    recent.get("b", 1, lambda: b"12345")
    recent.get("c", 1, lambda: b"12345")
    assert recent.get("a", 2, lambda: b"again") == b"again"
    recent.forget("a")
    assert recent.get("a", 2, lambda: b"fresh") == b"fresh"
    assert recent.get("big", 1, lambda: bytes(99)) == bytes(99)
    assert recent.get("big", 1, lambda: b"not kept") == b"not kept"


def test_a_token_is_touched_once_an_hour() -> None:
    touches = Touches(timedelta(hours=72))
    assert [touches.is_due("a"), touches.is_due("a"), touches.is_due("b")] == [True, False, True]


def test_the_commands(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_DATA_DIR", str(service.settings.data_dir))
    run = CliRunner().invoke
    made = run(token, ["create", "--name", "x"])
    assert made.exit_code == 0
    client = service.client(made.output.splitlines()[-1])
    assert client.get("/v1/me").json()["email"] == "owner@localhost"
    invited = run(user, ["create", "m@example.org", "--role", "lead"])
    again = run(user, ["link", "m@example.org"])
    owner = run(user, ["link"]).stdout.strip().removeprefix("http://127.0.0.1:8000")
    browser = service.client()
    assert browser.post(owner).status_code == 200
    assert browser.get("/v1/me").json()["email"] == "owner@localhost"
    for link in (invited, again):
        assert "set COACH_PUBLIC_URL" in link.stderr
        path = link.stdout.strip().removeprefix("http://127.0.0.1:8000")
        browser = service.client()
        assert browser.post(path).status_code == 200
        assert browser.get("/v1/me").json()["role"] == "lead"
    monkeypatch.setenv("COACH_PUBLIC_URL", "https://coach.example.org")
    public = run(user, ["link", "m@example.org"])
    assert public.stdout.startswith("https://coach.example.org/sign-in/") and not public.stderr
    more = ["--user", "m@example.org", "--scope", "read", "--days", "30"]
    scoped = run(token, ["create", "--name", "x", *more])
    reader = service.client(scoped.output.splitlines()[-1])
    assert reader.get("/v1/me").status_code == 200
    assert reader.get("/v1/tokens").status_code == 403
    assert isinstance(run(user, ["link", "nobody@example.org"]).exception, Problem)
    assert isinstance(run(user, ["create", "nonsense"]).exception, Problem)


def test_the_key_is_the_configured_one_or_a_kept_one(settings: Settings) -> None:
    from dataclasses import replace

    from coach_api.people.secrets import signing_key

    assert signing_key(replace(settings, secret_key="given")) == b"given"
    made = signing_key(settings)
    assert len(made) == 32 and signing_key(settings) == made


def test_what_is_erased_while_it_is_read_is_not_kept() -> None:
    recent = Recent(10, len)

    def read() -> bytes:
        recent.forget("s")
        return b"words"

    assert recent.get("s", 1, read) == b"words"
    assert recent.get("s", 1, lambda: b"asked") == b"asked"


def test_what_is_stored_anew_is_kept_in_place_of_what_was_read() -> None:
    recent = Recent(10, len)
    assert recent.get("s", 1, lambda: b"read") == b"read"
    assert recent.renew("s", 1, lambda: b"stored") == b"stored"
    assert recent.get("s", 1, lambda: b"asked") == b"stored"


def test_made_up_methods_are_counted_as_one(service: Service, admin: Person) -> None:
    for number in range(3):
        service.client().request(f"MADEUP{number}", "/healthz")
    counted = admin.client.get("/metrics").text
    assert "MADEUP" not in counted
    assert 'method="other"' in counted


def test_readers_do_not_wait_for_those_who_hold_connections(
    service: Service, mentor: Person
) -> None:
    session_id = service.upload(mentor)
    with ExitStack() as held:
        for _ in range(30):
            held.enter_context(service.context.engine.connect())
        began = time.monotonic()
        mentor.client.get(f"/v1/sessions/{session_id}/scorecard").raise_for_status()
    assert time.monotonic() - began < 20, "a connection is waited for 30 s"
