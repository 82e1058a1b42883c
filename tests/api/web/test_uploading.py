"""Recordings come in: whole, in pieces, twice, wrong."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from coach.config import make_config
from coach_api.intake.sniff import media_type
from coach_api.problems import Problem
from coach_api.store.tables import consents, sessions

from .conftest import Person, Service, wav


def post(who: Person, body: bytes | None, name: str = "x.wav", **form: str) -> Any:
    files = {"recording": (name, body, "audio/wav")} if body is not None else {"other": ("", b"")}
    return who.client.post("/v1/sessions", data=form, files=files)


def kind(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["title"] and said["detail"] and said["status"] == answer.status_code
    return answer.status_code, said["type"].removeprefix("/problems/")


def left_over(service: Service) -> list[str]:
    return [path.name for path in service.settings.uploads_dir.iterdir()]


def test_a_recording_becomes_a_session(service: Service, mentor: Person) -> None:
    answer = post(mentor, wav(), consent="true", mentor="Ada", partner="Bo", title="First")
    assert answer.status_code == 201
    assert set(answer.json()) == {"id", "status"}
    assert answer.headers["location"] == f"/v1/sessions/{answer.json()['id']}"
    got = mentor.client.get(answer.headers["location"]).json()
    assert (got["title"], got["mentor"], got["status"]) == ("First", "Ada", "done")
    assert got["has_audio"] and got["audio_until"] and got["access"] == "own"
    assert left_over(service) == []


def test_the_same_content_is_the_same_session(service: Service, mentor: Person) -> None:
    first = post(mentor, wav(), consent="true")
    again = post(mentor, wav(), name="other.wav", consent="true")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    other = service.person("other@example.org")
    assert post(other, wav(), consent="true").json()["id"] != first.json()["id"]
    assert left_over(service) == []


def test_an_idempotency_key_is_one_session(service: Service, mentor: Person) -> None:
    mentor.client.headers["Idempotency-Key"] = "once"
    first = post(mentor, wav(1), consent="true")
    assert post(mentor, wav(1), consent="true").json()["id"] == first.json()["id"]
    assert kind(post(mentor, wav(2), consent="true")) == (409, "conflict")
    assert left_over(service) == []


def test_consent_of_both_is_recorded(service: Service, mentor: Person) -> None:
    session_id = service.upload(mentor, partner="Bo")
    said = mentor.client.get(f"/v1/sessions/{session_id}/consents").json()
    assert {each["part"]: each["participant"] for each in said} == {"mentor": "", "partner": "Bo"}
    assert {each["given_by"] for each in said} == {mentor.id}
    wording = mentor.client.get("/v1/consent").json()
    assert {each["wording_version"] for each in said} == {wording["version"]}


@pytest.mark.parametrize(
    ("body", "form", "expected"),
    [
        (wav(), {}, (422, "consent-missing")),
        (wav(), {"consent": "false"}, (422, "consent-missing")),
        (wav(), {"consent": "perhaps"}, (422, "invalid-request")),
        (wav(), {"consent": "true", "colour": "red"}, (422, "invalid-request")),
        (wav(), {"consent": "true", "title": "x" * 301}, (422, "invalid-request")),
        (wav(), {"consent": "true", "speakers": "many"}, (422, "invalid-request")),
        (wav(), {"consent": "true", "channels": "three"}, (422, "invalid-request")),
        (wav(), {"consent": "true", "title": "x" * 5000}, (413, "too-large")),
        (b"", {"consent": "true"}, (422, "invalid-request")),
        (None, {"consent": "true"}, (422, "invalid-request")),
        (b"%PDF-1.7 and so on" * 9, {"consent": "true"}, (415, "not-a-recording")),
        (bytes(100_000), {"consent": "true"}, (415, "not-a-recording")),
        (b"MZ", {"consent": "true"}, (415, "not-a-recording")),
    ],
)
def test_refusals(
    service: Service, mentor: Person, body: bytes | None, form: dict[str, str], expected: Any
) -> None:
    assert kind(post(mentor, body, **form)) == expected
    assert left_over(service) == []
    with service.context.engine.connect() as db:
        assert db.execute(sa.select(sessions)).all() == []


@pytest.mark.parametrize(
    ("form", "name", "options"),
    [
        ({"mentor": "Ada"}, "Ada", {}),
        ({"mentor": "Ada", "mentor_first": "true"}, "Ada", {"mentor": "first"}),
        ({"mentor": "first"}, "", {"mentor": "first"}),
        ({"mentor": "B", "language": "en"}, "", {"mentor": "B", "language": "en"}),
        ({"speakers": "3", "channels": "mixed"}, "", {"speakers": "3", "channels": "mixed"}),
    ],
)
def test_options_have_the_words_of_the_command_line(
    service: Service, mentor: Person, form: dict[str, str], name: str, options: dict[str, str]
) -> None:
    assert post(mentor, wav(), consent="true", **form).status_code == 201
    with service.context.engine.connect() as db:
        row = db.execute(sa.select(sessions)).one()
    assert (row.mentor, row.config) == (name, options)
    assert make_config(row.config).mentor == options.get("mentor", "guess")


def test_what_is_no_form_is_refused(mentor: Person) -> None:
    answer = mentor.client.post("/v1/sessions", json={"consent": True})
    assert kind(answer) == (415, "wrong-content-type")
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    cut = b'--x\r\nContent-Disposition: form-data; name="recording"\r\n\r\nRIFF'
    answer = mentor.client.post("/v1/sessions", content=cut, headers=headers)
    assert kind(answer) == (400, "unreadable-request")
    answer = mentor.client.post("/v1/sessions", content=b"nonsense", headers=headers)
    assert kind(answer) == (400, "unreadable-request")


def test_a_file_twice_or_too_many_fields_are_refused(mentor: Person) -> None:
    part = ("recording", ("x.wav", wav(), "audio/wav"))
    answer = mentor.client.post("/v1/sessions", data={"consent": "true"}, files=[part, part])
    assert kind(answer) == (422, "invalid-request")
    many = {f"f{i}": "x" for i in range(30)}
    assert kind(post(mentor, wav(), **many)) == (413, "too-large")


def test_too_large_is_refused_by_what_comes_not_by_what_is_said(make_service: Any) -> None:
    service = make_service(max_upload_bytes=100_000)
    mentor = service.person("m@example.org")
    body = wav() + bytes(300_000)
    assert kind(post(mentor, body, consent="true")) == (413, "too-large")

    def pieces() -> Any:
        yield b'--x\r\nContent-Disposition: form-data; name="recording"; filename="x"\r\n\r\n'
        yield body

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = mentor.client.post("/v1/sessions", content=pieces(), headers=headers)
    assert kind(answer) == (413, "too-large")
    assert left_over(service) == []


def test_a_full_disk_is_said(make_service: Any) -> None:
    service = make_service(min_free_bytes=2**60)
    mentor = service.person("m@example.org")
    assert kind(post(mentor, wav(), consent="true")) == (507, "storage-full")
    assert left_over(service) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\x\\y.wav", "a\x00b.wav", "", "é" * 300])
def test_names_of_files_play_no_part(service: Service, mentor: Person, name: str) -> None:
    answer = post(mentor, wav(), name=name or "x", consent="true")
    assert answer.status_code == 201
    paths = [path for path in service.settings.data_dir.rglob("*") if path.is_file()]
    assert all("passwd" not in path.name and "é" not in path.name for path in paths)


def test_a_failed_analysis_says_why_and_can_be_tried_again(
    service: Service, mentor: Person
) -> None:
    service.jobs.failure = "The file has no sound."
    session_id = service.upload(mentor)
    got = mentor.client.get(f"/v1/sessions/{session_id}").json()
    assert got["status"] == "failed"
    assert got["failure"] == {"type": "InputError", "detail": "The file has no sound."}
    assert kind(mentor.client.get(f"/v1/sessions/{session_id}/scorecard")) == (409, "not-ready")
    service.jobs.failure = ""
    again = mentor.client.post(f"/v1/sessions/{session_id}/retry").json()
    assert again["status"] == "queued" and again["progress"] is not None
    service.jobs.run()
    assert mentor.client.get(f"/v1/sessions/{session_id}").json()["status"] == "done"
    assert kind(mentor.client.post(f"/v1/sessions/{session_id}/retry")) == (409, "conflict")
    assert kind(mentor.client.post(f"/v1/sessions/{session_id}/cancel")) == (409, "conflict")


def test_a_queued_session_can_be_cancelled(service: Service, mentor: Person) -> None:
    service.jobs.at_once = False
    session_id = service.upload(mentor)
    cancelled = mentor.client.post(f"/v1/sessions/{session_id}/cancel").json()
    assert cancelled["status"] == "cancelled"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"RIFF\x00\x00\x00\x00WAVE", "audio/wav"),
        (b"RIFF\x00\x00\x00\x00AVI ", "video/x-msvideo"),
        (b"FORM\x00\x00\x00\x00AIFF", "audio/aiff"),
        (b"\x00\x00\x00\x20ftypM4A ", "audio/mp4"),
        (b"\x00\x00\x00\x20ftypisom", "video/mp4"),
        (b"\x00\x00\x00\x20moov", "video/quicktime"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"fLaC", "audio/flac"),
    ],
)
def test_sound_is_known_by_its_first_bytes(head: bytes, expected: str) -> None:
    assert media_type(head + bytes(40)) == expected


@pytest.mark.parametrize("head", [b"", b"\xff", b"\xff\xff", b"<html>", b"PK\x05\x06", b"\x7fELF"])
def test_other_files_are_not(head: bytes) -> None:
    if head == b"\xff\xff":
        assert media_type(head) == "audio/mpeg"
        return
    with pytest.raises(Problem):
        media_type(head)


def test_consents_are_rows_of_the_session(service: Service, mentor: Person) -> None:
    session_id = service.upload(mentor)
    with service.context.engine.connect() as db:
        assert len(db.execute(sa.select(consents)).all()) == 2
    mentor.client.delete(f"/v1/sessions/{session_id}")
    with service.context.engine.connect() as db:
        assert db.execute(sa.select(consents)).all() == []


def test_an_upload_that_breaks_off_leaves_nothing_and_no_alarm(
    service: Service, mentor: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """The connection ends in the middle of the body: as the server tells it to the app."""
    head = b'--x\r\nContent-Disposition: form-data; name="recording"; filename="x.wav"\r\n\r\n'
    events = iter(
        [
            {"type": "http.request", "body": head + wav()[:900], "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    sent: list[Any] = []

    async def receive() -> Any:
        return next(events)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = {
        "authorization": f"Bearer {mentor.token}",
        "content-type": "multipart/form-data; boundary=x",
    }
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": "/v1/sessions",
        "raw_path": b"/v1/sessions", "query_string": b"", "root_path": "", "scheme": "http",
        "headers": [(name.encode(), text.encode()) for name, text in headers.items()],
        "server": ("testserver", 80), "client": ("127.0.0.1", 1), "state": {},
    }  # fmt: skip
    asyncio.run(service.app(scope, receive, send))
    assert sent == []
    assert list(service.settings.uploads_dir.iterdir()) == []
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []
