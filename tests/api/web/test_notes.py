"""Private notes: kept at moments and sessions, read by their author alone, erased with both."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Person, Service
from .signed_in import browser, send
from .test_a_person import found, ids
from .test_privacy import everywhere, opened

TEXT = "Felt rushed here, breathe"


@pytest.fixture
def session(service: Service, mentor: Person) -> str:
    return f"/sessions/{service.upload(mentor)}"


def kept(who: Person, session: str) -> list[dict[str, Any]]:
    answer = who.client.get(f"/v1{session}/notes")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()
    return found


def test_notes_stand_at_moments_and_at_the_session(
    service: Service, mentor: Person, session: str
) -> None:
    client = browser(service, mentor)
    assert f'href="{session}/notes?at=4.5"' in client.get(f"{session}/fix?at=5&speaker=B").text
    asked = client.get(f"{session}/notes?at=17").text
    assert "A note at 0:17" in asked and 'name="moment" value="17.0"' in asked
    send(client, f"{session}/notes", text=TEXT, moment="17.0").raise_for_status()
    page = send(client, f"{session}/notes", text="A good talk\nin all").text
    assert f'href="{session}/review#line-16200"' in page
    assert [(each["text"], each["moment"]) for each in kept(mentor, session)] == [
        ("A good talk\nin all", None), (TEXT, 17.0),
    ]  # fmt: skip
    piece = client.get(f"{session}/notes?bare=1").text
    assert TEXT in piece and "<html" not in piece
    assert f'data-src="{session}/notes?bare=1"' in client.get(session).text
    assert send(client, f"{session}/notes", text="  ").status_code == 422


def test_nobody_else_reads_a_note(
    service: Service, mentor: Person, lead: Person, admin: Person, session: str
) -> None:
    note = mentor.client.post(f"/v1{session}/notes", json={"text": TEXT, "moment": 3}).json()
    for other in (lead, admin):
        mentor.client.post(f"/v1{session}/shares", json={"email": other.email}).raise_for_status()
        reader = browser(service, other)
        for part in ("", "/review", "/measures"):
            page = reader.get(session + part)
            assert page.status_code == 200 and TEXT not in page.text and "/notes" not in page.text
        for path in (f"{session}/notes", f"/v1{session}/notes"):
            assert reader.get(path).status_code == 403
        assert other.client.delete(f"/v1{session}/notes/{note['id']}").status_code == 403
        assert TEXT.encode() not in other.client.get(f"/v1{session}/exports/html").content
    assert TEXT.encode() not in mentor.client.get(f"/v1{session}/exports/html").content


def test_a_note_is_taken_along_by_its_author_only_and_found_by_name(
    service: Service, mentor: Person, admin: Person, session: str
) -> None:
    text = "Bartholomew looked away"
    mentor.client.post(f"/v1{session}/notes", json={"text": text}).raise_for_status()
    about = f"sessions/{session.rpartition('/')[2]}/session.json"
    with opened(mentor.client.get("/v1/me/export")) as archive:
        assert text.encode() in archive.read(about)
    body = found(admin, "Bartholomew")
    assert body["sessions"][0]["places"] == ["note"]
    chosen = {"name": "Bartholomew", "sessions": ids(body["sessions"]), "consent": "letter 7"}
    with opened(admin.client.post("/v1/people/export", json=chosen)) as archive:
        assert text.encode() not in archive.read(about)


def test_an_erased_note_is_gone_and_so_is_one_of_an_erased_session(
    service: Service, mentor: Person, session: str
) -> None:
    client = browser(service, mentor)
    send(client, f"{session}/notes", text=TEXT)
    assert everywhere(service, TEXT)
    send(client, f"{session}/notes/{kept(mentor, session)[0]['id']}/erase")
    assert kept(mentor, session) == [] and everywhere(service, TEXT) == []
    send(client, f"{session}/notes", text=TEXT)
    mentor.client.delete(f"/v1{session}").raise_for_status()
    assert everywhere(service, TEXT) == []
