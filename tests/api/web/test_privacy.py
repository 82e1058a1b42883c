"""Erasing erases, exporting exports everything, and nothing personal is logged."""

from __future__ import annotations

import io
import json
import logging
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from coach_api.store.tables import new_id, results, sign_in_links

from .conftest import SECRET_WORD, Person, Service, wav
from .test_tus import begin

NAMES = ("Wilhelmina", "Bartholomew", "Quarterly talk")


@pytest.fixture
def session_id(service: Service, mentor: Person) -> str:
    title, partner = NAMES[2], NAMES[1]
    return service.upload(mentor, seed=5, mentor=NAMES[0], partner=partner, title=title)


def places_of(needle: bytes, folder: Path) -> list[str]:
    """The files, the database among them, in which these bytes can be found."""
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and needle.lower() in path.read_bytes().lower()
    ]


def everywhere(service: Service, *needles: str | bytes) -> list[str]:
    found = []
    for needle in needles:
        raw = needle if isinstance(needle, bytes) else needle.encode()
        found += places_of(raw, service.settings.data_dir)
    return found


def test_deleting_leaves_nothing_of_a_session(
    service: Service, mentor: Person, session_id: str
) -> None:
    sound = wav(5)[200:400]
    change = {"kind": "rename", "speaker": "A", "name": "Hildegard"}
    mentor.client.post(f"/v1/sessions/{session_id}/corrections", json=change)
    wish = {"session_id": session_id, "speaker": "A", "name": "Theophania"}
    enrolled = mentor.client.post("/v1/enrolments", json=wish).json()["id"]
    assert everywhere(service, SECRET_WORD) and everywhere(service, sound)
    assert everywhere(service, *NAMES) and everywhere(service, "Hildegard", "Theophania")

    mentor.client.delete(f"/v1/enrolments/{enrolled}")
    assert mentor.client.delete(f"/v1/sessions/{session_id}").status_code == 204

    assert everywhere(service, SECRET_WORD, sound, *NAMES, "Hildegard", "Theophania") == []
    assert mentor.client.get(f"/v1/sessions/{session_id}").status_code == 404


def test_erasing_a_user_leaves_no_address_and_no_session(
    service: Service, mentor: Person, admin: Person, session_id: str
) -> None:
    begin(mentor, wav(), mentor="Ingeborg")
    assert everywhere(service, mentor.email, SECRET_WORD, "Ingeborg")
    assert mentor.client.delete("/v1/me").status_code == 204
    assert everywhere(service, mentor.email, SECRET_WORD, *NAMES, "Ingeborg") == []
    assert mentor.client.get("/v1/me").status_code == 401
    assert list(service.settings.uploads_dir.iterdir()) == []


def opened(answer: Any) -> zipfile.ZipFile:
    assert answer.headers["content-type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_the_export_has_everything_but_secrets(
    service: Service, mentor: Person, session_id: str
) -> None:
    archive = opened(mentor.client.get("/v1/me/export"))
    folder = f"sessions/{session_id}"
    assert archive.read(f"{folder}/recording.wav") == wav(5)
    assert SECRET_WORD in archive.read(f"{folder}/conversation.json").decode()
    assert json.loads(archive.read(f"{folder}/scorecard.json"))["measurements"]
    about = json.loads(archive.read(f"{folder}/session.json"))
    assert about["session"]["mentor"] == NAMES[0] and len(about["consents"]) == 2
    account = json.loads(archive.read("account.json"))
    assert account["user"][0]["email"] == mentor.email and account["actions"]
    assert "hash" not in account["api_tokens"][0]
    assert list(service.settings.work_dir.iterdir()) == []


def test_the_export_can_be_read_without_a_program(
    service: Service, mentor: Person, session_id: str
) -> None:
    goal = {"text": "Let <them> finish", "measure": "talk_share", "direction": "less"}
    mentor.client.post("/v1/goals", json=goal).raise_for_status()
    mentor.client.post(f"/v1/sessions/{session_id}/notes", json={"text": "Breathe"})
    archive = opened(mentor.client.get("/v1/me/export"))
    index = archive.read("index.html").decode()
    for said in (mentor.email, "Let &lt;them&gt; finish", "Breathe", NAMES[1], NAMES[2]):
        assert said in index
    linked = re.findall(r'href="([^"]+)"', index)
    assert {*linked} <= {*archive.namelist()} and len(linked) == 3
    assert SECRET_WORD in archive.read(f"sessions/{session_id}/scorecard.html").decode()


def test_a_damaged_scorecard_is_taken_along_as_it_is(
    service: Service, mentor: Person, session_id: str
) -> None:
    with service.context.engine.begin() as db:
        db.execute(results.update().values(scorecard="{"))
    archive = opened(mentor.client.get("/v1/me/export"))
    assert archive.read(f"sessions/{session_id}/scorecard.json") == b"{"
    assert f"sessions/{session_id}/scorecard.html" not in archive.namelist()


def test_no_names_words_or_secrets_are_logged(
    service: Service, mentor: Person, session_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="coach_api")
    change = {"kind": "edit_text", "span": {"start": 0, "end": 4}, "speaker": "A", "text": NAMES[0]}
    mentor.client.post(f"/v1/sessions/{session_id}/corrections", json=change)
    mentor.client.post(f"/v1/sessions/{session_id}/corrections", json={"kind": NAMES[0]})
    mentor.client.get(f"/sign-in/{mentor.token}", params={"name": NAMES[1]})
    mentor.client.get("/v1/nowhere/" + NAMES[1])
    service.upload(mentor, seed=8, mentor=NAMES[0])
    logged = caplog.text
    assert "/v1/sessions/{session_id}/corrections" in logged and "/sign-in/{secret}" in logged
    for word in (*NAMES, SECRET_WORD, mentor.token, mentor.email):
        assert word not in logged


def test_an_unexpected_error_is_logged_without_its_message(
    service: Service, mentor: Person, caplog: pytest.LogCaptureFixture, monkeypatch: Any
) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError(f"{NAMES[0]} said something")

    monkeypatch.setattr("coach_api.sessions.trends.people", fails)
    answer = mentor.client.get("/v1/people")
    assert answer.status_code == 500
    assert answer.json()["type"] == "/problems/internal-error"
    assert NAMES[0] not in answer.text + caplog.text and "RuntimeError" in caplog.text


def test_a_database_that_does_not_answer_says_when_to_come_back(
    service: Service, mentor: Person, caplog: pytest.LogCaptureFixture
) -> None:
    with service.context.engine.begin() as db:
        db.exec_driver_sql("DROP TABLE consents")
    session = {"recording": ("x.wav", wav(), "audio/wav")}
    form = {"consent": "true", "mentor": NAMES[0]}
    answer = mentor.client.post("/v1/sessions", data=form, files=session)
    assert answer.status_code == 503 and answer.headers["retry-after"]
    assert NAMES[0] not in caplog.text + answer.text


def test_values_show_nothing_personal(service: Service, mentor: Person) -> None:
    from coach_api.schemas.uploads import About
    from coach_api.web.callers import identify

    principal = identify(service.context, mentor.token, None)
    shown = repr(principal) + repr(service.context) + repr(service.settings)
    shown += repr(About(mentor=NAMES[0]))
    for word in (mentor.email, mentor.token, NAMES[0], service.context.key.hex()):
        assert word not in shown


def test_only_hashes_of_secrets_are_kept(service: Service, mentor: Person) -> None:
    with service.context.engine.begin() as db:
        from coach_api.people import links

        link = links.issue(db, mentor.id)
        assert db.execute(sign_in_links.select()).all()
    assert everywhere(service, link, mentor.token) == []
    assert oct((service.settings.data_dir / "secret.key").stat().st_mode & 0o777) == "0o600"
    assert new_id() != new_id()
