"""Attacks on the limits of sign-in: fresh buckets, and locking others out."""

from __future__ import annotations

from typing import Any

import pytest

from coach_api.people import passwords
from coach_api.people.attempts import Attempts
from coach_api.people.limits import RATES, RateLimits
from coach_api.problems import Problem

_SPELLINGS = ("a@example.org", " a@example.org", "A@EXAMPLE.ORG\t", "\u2003a@Example.org ")
_GUESSES = int(RATES["sign-in"].burst)


@pytest.fixture
def attempts() -> Attempts:
    return Attempts(RateLimits(clock=lambda: 0.0))


def test_spellings_of_an_address_are_one_account(make_service: Any) -> None:
    service = make_service(rate_factor=1.0)
    forms = [{"email": _SPELLINGS[n % 4], "password": "guess"} for n in range(_GUESSES + 1)]
    codes = [service.client().post("/sign-in", data=form).status_code for form in forms]
    assert codes == [401] * _GUESSES + [429]


def test_accents_are_one_account_too(attempts: Attempts) -> None:
    for _ in range(_GUESSES):
        attempts.begin("jos\u00e9@example.org", "1.2.3.4")
    with pytest.raises(Problem):
        attempts.begin("jose\u0301@example.org", "1.2.3.4")


def test_guesses_from_elsewhere_do_not_lock_the_owner_out(attempts: Attempts) -> None:
    for _ in range(_GUESSES):
        attempts.begin("owner@example.org", "6.6.6.6")
    with pytest.raises(Problem):
        attempts.begin("owner@example.org", "6.6.6.6")
    attempts.begin("owner@example.org", "1.2.3.4")


def test_guesses_from_everywhere_do_not_either_where_they_signed_in_before(
    attempts: Attempts,
) -> None:
    attempts.begin("owner@example.org", "1.2.3.4")
    attempts.succeed("owner@example.org", "1.2.3.4")
    with pytest.raises(Problem):
        for number in range(1_000):
            attempts.begin("owner@example.org", f"6.6.6.{number}")
    attempts.begin("owner@example.org", "1.2.3.4")


def test_a_workshop_signs_in_from_one_address(attempts: Attempts) -> None:
    for number in range(60):
        attempts.begin(f"{number}@example.org", "1.2.3.4")
        attempts.succeed(f"{number}@example.org", "1.2.3.4")


def test_one_address_does_not_guess_at_all_accounts(attempts: Attempts) -> None:
    with pytest.raises(Problem):
        for number in range(1_000):
            attempts.begin(f"{number}@example.org", "6.6.6.6")


def test_who_signs_in_often_is_not_refused(make_service: Any) -> None:
    service = make_service(rate_factor=1.0)
    someone = service.person("m@example.org")
    with service.context.engine.begin() as db:
        passwords.set_password(db, someone.id, "granite otter lamp nine")
    form = {"email": " M@example.org", "password": "granite otter lamp nine"}
    for _ in range(_GUESSES + 2):
        answer = service.client().post("/sign-in", data=form, follow_redirects=False)
        assert answer.status_code == 303
