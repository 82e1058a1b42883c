"""Recordings in pieces, by tus 1.0 (https://tus.io/protocols/resumable-upload)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import ClientDisconnect

from coach_api.intake import resumable, tus
from coach_api.people.principal import Principal
from coach_api.sessions import retention
from coach_api.store.tables import now, sessions, uploads

from .conftest import Person, Service, wav
from .test_uploading import kind, left_over

UPLOADS = "/v1/uploads"
SPOKEN = {"Tus-Resumable": "1.0.0"}


def announce(who: Person, body: bytes, **fields: str) -> Any:
    fields = {"filename": "x.wav", "filetype": "audio/wav", "consent": "true", **fields}
    return create(who, len(body), tus.write_metadata(fields))


def create(who: Person, size: int, metadata: str) -> Any:
    headers = {**SPOKEN, "Upload-Length": str(size), "Upload-Metadata": metadata}
    return who.client.post(UPLOADS, headers=headers)


def send(who: Person, at: str, body: bytes, offset: int, **more: str) -> Any:
    headers = {
        **SPOKEN, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset),
        **{name.replace("_", "-"): text for name, text in more.items()},
    }  # fmt: skip
    return who.client.patch(at, content=body, headers=headers)


def ask(who: Person, at: str) -> Any:
    return who.client.head(at, headers=SPOKEN)


def offset_of(answer: Any) -> int:
    return int(answer.headers["upload-offset"])


def begin(who: Person, body: bytes, **fields: str) -> str:
    """Announce an upload; gives its address."""
    answer = announce(who, body, **fields)
    assert answer.status_code == 201, answer.text
    address: str = answer.headers["location"]
    return address


def session_of(who: Person, answer: Any) -> dict[str, Any]:
    assert answer.status_code in (200, 204), answer.text
    found: dict[str, Any] = who.client.get(answer.headers["content-location"]).json()
    return found


def checksum(body: bytes, algorithm: str = "sha1") -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, body).digest()).decode()}"


def test_the_service_says_what_it_speaks(service: Service) -> None:
    answer = service.client().options(UPLOADS)
    assert answer.status_code == 204
    said = {name: text for name, text in answer.headers.items() if name.startswith("tus-")}
    assert said == {
        "tus-resumable": "1.0.0",
        "tus-version": "1.0.0",
        "tus-extension": "creation,creation-defer-length,termination,checksum,expiration",
        "tus-checksum-algorithm": "sha1,sha256",
        "tus-max-size": str(service.settings.max_upload_bytes),
    }


def test_an_upload_goes_on_where_it_stands_and_becomes_a_session(
    service: Service, mentor: Person
) -> None:
    body = wav(seconds=1.0)
    at = begin(mentor, body, title="In pieces", mentor="Ada", language="en")
    assert offset_of(send(mentor, at, body[:5000], 0)) == 5000
    assert kind(send(mentor, at, body[:5000], 0)) == (409, "conflict")
    assert kind(send(mentor, at, body[:5000], 9000)) == (409, "conflict")
    stands = ask(mentor, at)
    assert stands.status_code == 200
    assert (offset_of(stands), stands.headers["upload-length"]) == (5000, str(len(body)))
    assert tus.read_metadata(stands.headers["upload-metadata"])["title"] == "In pieces"
    assert "no-store" in stands.headers["cache-control"]
    assert "content-location" not in stands.headers
    done = send(mentor, at, body[5000:], 5000)
    session = session_of(mentor, done)
    assert (session["title"], session["mentor"]) == ("In pieces", "Ada")
    with service.context.engine.connect() as db:
        assert db.scalar(sa.select(sessions.c.config)) == {"language": "en"}
    assert mentor.client.get(f"/v1/sessions/{session['id']}/audio").content == body
    assert left_over(service) == []


def test_a_client_that_missed_the_last_answer_finds_its_session(
    service: Service, mentor: Person
) -> None:
    at = begin(mentor, wav(), title="Somebody")
    done = send(mentor, at, wav(), 0)
    again = ask(mentor, at)
    assert offset_of(again) == len(wav())
    assert again.headers["content-location"] == done.headers["content-location"]
    assert "upload-metadata" not in again.headers, "names are the session's from now on"
    assert session_of(mentor, send(mentor, at, b"", len(wav())))["title"] == "Somebody"
    assert mentor.client.delete(at, headers=SPOKEN).status_code == 204
    assert session_of(mentor, done)["title"] == "Somebody"


def test_an_erased_session_leaves_no_upload(service: Service, mentor: Person) -> None:
    at = begin(mentor, wav())
    session = session_of(mentor, send(mentor, at, wav(), 0))
    assert mentor.client.delete(f"/v1/sessions/{session['id']}").status_code == 204
    assert ask(mentor, at).status_code == 404


def test_a_recording_that_is_known_is_its_session(service: Service, mentor: Person) -> None:
    session_id = service.upload(mentor, seed=7)
    at = begin(mentor, wav(7), title="Another title")
    session = session_of(mentor, send(mentor, at, wav(7), 0))
    assert (session["id"], session["title"]) == (session_id, "Another title")
    assert ask(mentor, at).headers["content-location"].endswith(session_id)
    assert left_over(service) == []


def test_offsets_survive_a_restart(make_service: Any) -> None:
    first = make_service()
    mentor = first.person("m@example.org")
    at = begin(mentor, wav())
    send(mentor, at, wav()[:100], 0)
    first.context.engine.dispose()
    later = make_service()
    mentor.client = later.client(mentor.token)
    assert offset_of(ask(mentor, at)) == 100
    assert session_of(mentor, send(mentor, at, wav()[100:], 100))["status"] == "done"


def test_bytes_behind_the_row_are_overwritten(service: Service, mentor: Person) -> None:
    """A crash between writing and noting leaves bytes that nobody was promised."""
    body = wav(seconds=0.5)
    at = begin(mentor, body)
    send(mentor, at, body[:1000], 0)
    (part,) = service.settings.uploads_dir.iterdir()
    with part.open("ab") as file:
        file.write(b"never noted")
    session = session_of(mentor, send(mentor, at, body[1000:], 1000))
    assert mentor.client.get(f"/v1/sessions/{session['id']}/audio").content == body


def take(service: Service, who: Person, at: str, pieces: list[bytes], **more: Any) -> None:
    """Send pieces over a connection that breaks after them."""
    principal = Principal(who.id, "mentor", "t", frozenset(["write"]), "", "")
    upload = resumable.find(service.context, principal, at.rsplit("/", 1)[1])

    async def body() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece
        raise ClientDisconnect

    asyncio.run(resumable.append(service.context, principal, upload, 0, body(), **more))


def test_what_came_before_a_connection_broke_counts(service: Service, mentor: Person) -> None:
    at = begin(mentor, wav())
    take(service, mentor, at, [wav()[:60], wav()[60:100]])
    assert offset_of(ask(mentor, at)) == 100


def test_with_a_checksum_it_counts_only_whole(service: Service, mentor: Person) -> None:
    at = begin(mentor, wav())
    whole = tus.read_checksum(checksum(wav()))
    take(service, mentor, at, [wav()[:100]], checksum=whole)
    assert offset_of(ask(mentor, at)) == 0
    changed = send(mentor, at, b"x" * 100, 0, upload_checksum=checksum(wav()[:100]))
    assert kind(changed) == (460, "checksum-mismatch")
    assert offset_of(ask(mentor, at)) == 0
    for begin_at, end, algorithm in ((0, 100, "sha1"), (100, len(wav()), "sha256")):
        piece = wav()[begin_at:end]
        sent = send(mentor, at, piece, begin_at, upload_checksum=checksum(piece, algorithm))
        assert offset_of(sent) == end
    assert session_of(mentor, sent)["status"] == "done"


@pytest.mark.parametrize("said", ["crc32 AAAA", "sha1", "sha1 -", "sha1 AAA"])
def test_a_checksum_that_cannot_be_compared_is_refused(
    service: Service, mentor: Person, said: str
) -> None:
    at = begin(mentor, wav())
    refused = send(mentor, at, wav(), 0, upload_checksum=said)
    if said == "sha1":
        assert kind(refused) == (460, "checksum-mismatch")
    else:
        assert kind(refused) == (400, "unreadable-request")
    assert offset_of(ask(mentor, at)) == 0


def test_refused_uploads(service: Service, mentor: Person) -> None:
    assert kind(announce(mentor, wav(), consent="false")) == (422, "consent-missing")
    assert kind(announce(mentor, b"")) == (422, "invalid-request")
    assert kind(announce(mentor, wav(), languages="en")) == (422, "invalid-request")
    assert kind(create(mentor, 5, "consent dHJ1ZQ==,consent dHJ1ZQ==")) == (
        400, "unreadable-request",
    )  # fmt: skip
    assert kind(create(mentor, 5, "consent true!")) == (400, "unreadable-request")
    assert kind(create(mentor, 2**60, "consent dHJ1ZQ==")) == (413, "too-large")
    at = begin(mentor, b"12345")
    assert kind(send(mentor, at, b"123456", 0)) == (413, "too-large")
    assert kind(send(mentor, at, b"1", 0, Content_Type="audio/wav")) == (415, "wrong-content-type")
    assert offset_of(ask(mentor, at)) == 0
    assert mentor.client.delete(at, headers=SPOKEN).status_code == 204
    assert ask(mentor, at).status_code == 404
    assert left_over(service) == []


@pytest.mark.parametrize("pieces", [[b"12345"], [b"<html>" + bytes(600), b"the end"]])
def test_what_is_no_recording_ends_as_soon_as_it_shows(
    service: Service, mentor: Person, pieces: list[bytes]
) -> None:
    at = begin(mentor, b"".join(pieces))
    assert kind(send(mentor, at, pieces[0], 0)) == (415, "not-a-recording")
    assert ask(mentor, at).status_code == 404
    assert left_over(service) == []


def test_every_answer_says_the_version_and_every_request_must(
    service: Service, mentor: Person
) -> None:
    at = begin(mentor, wav())
    for headers in ({}, {"Tus-Resumable": "0.2.2"}):
        answers = [
            mentor.client.post(UPLOADS, headers=headers),
            mentor.client.head(at, headers=headers),
            mentor.client.patch(at, headers=headers),
            mentor.client.delete(at, headers=headers),
        ]
        assert {answer.status_code for answer in answers} == {412}
        assert {answer.headers["tus-version"] for answer in answers} == {"1.0.0"}
    answers += [
        service.client().post(UPLOADS, headers=SPOKEN),
        ask(mentor, f"{UPLOADS}/{'0' * 32}"),
        send(mentor, at, b"x", -1),
    ]
    assert [answer.status_code for answer in answers[-3:]] == [401, 404, 422]
    assert {answer.headers["tus-resumable"] for answer in answers} == {"1.0.0"}
    assert "tus-resumable" not in mentor.client.get("/v1/sessions").headers


def test_a_method_in_a_header_counts(service: Service, mentor: Person) -> None:
    """For clients whose network lets no PATCH pass."""
    at = begin(mentor, wav())
    headers = {
        **SPOKEN, "X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
    }  # fmt: skip
    assert session_of(mentor, mentor.client.post(at, content=wav(), headers=headers))
    headers = {"X-HTTP-Method-Override": "DELETE"}
    session_id = service.upload(mentor, seed=2)
    assert mentor.client.post(f"/v1/sessions/{session_id}", headers=headers).status_code == 405


def test_lost_bytes_are_said(service: Service, mentor: Person) -> None:
    at = begin(mentor, wav())
    send(mentor, at, wav()[:100], 0)
    for part in service.settings.uploads_dir.iterdir():
        part.unlink()
    assert kind(send(mentor, at, wav()[100:], 100)) == (404, "not-found")


def test_an_upload_has_its_time(service: Service, mentor: Person) -> None:
    made = announce(mentor, wav())
    at = made.headers["location"]
    left = parsedate_to_datetime(made.headers["upload-expires"]) - now()
    hours = timedelta(hours=service.settings.upload_hours)
    assert hours - timedelta(minutes=5) < left <= hours
    assert (
        send(mentor, at, wav()[:9], 0).headers["upload-expires"] == made.headers["upload-expires"]
    )
    with service.context.engine.begin() as db:
        db.execute(sa.update(uploads).values(created_at=now() - hours))
    assert ask(mentor, at).status_code == 404
    assert kind(send(mentor, at, wav()[9:], 9)) == (404, "not-found")
    for folder in (service.settings.uploads_dir, service.settings.locks_dir):
        for path in folder.iterdir():
            os.utime(path, (0, 0))
    assert retention.purge_uploads(service.settings, service.context.engine) == 2
    assert left_over(service) == []
    assert list(service.settings.locks_dir.iterdir()) == []
    with service.context.engine.connect() as db:
        assert db.execute(sa.select(uploads)).all() == []


@given(
    st.dictionaries(
        st.text(
            st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=","), min_size=1
        ),
        st.text(st.characters(exclude_categories=["Cs"])),
    )
)
def test_metadata_reads_back(fields: dict[str, str]) -> None:
    assert tus.read_metadata(tus.write_metadata(fields)) == fields


def begin_untold(who: Person) -> str:
    metadata = tus.write_metadata({"consent": "true"})
    headers = {**SPOKEN, "Upload-Defer-Length": "1", "Upload-Metadata": metadata}
    answer = who.client.post(UPLOADS, headers=headers)
    assert answer.status_code == 201
    return str(answer.headers["location"])


def test_a_recording_can_be_sent_while_it_is_made(service: Service, mentor: Person) -> None:
    body, at = wav(), begin_untold(mentor)
    assert ask(mentor, at).headers["upload-defer-length"] == "1"
    half = len(body) // 2
    assert offset_of(send(mentor, at, body[:half], 0)) == half
    assert offset_of(send(mentor, at, body[half:], half)) == len(body)
    assert "upload-length" not in ask(mentor, at).headers
    for _ in range(2):  # who missed the answer asks again
        whole = send(mentor, at, b"", len(body), upload_length=str(len(body)))
        session = whole.headers["content-location"]
        assert mentor.client.get(session).json()["status"] == "done"
    assert mentor.client.get(f"{session}/audio").content == body
    assert left_over(service) == []


@pytest.mark.parametrize("length", [0, 3, 10**15])
def test_a_length_that_cannot_be_is_refused_and_nothing_is_lost(
    mentor: Person, length: int
) -> None:
    at = begin_untold(mentor)
    send(mentor, at, wav()[:10], 0)
    assert send(mentor, at, b"", 10, upload_length=str(length)).status_code in (409, 413, 422)
    assert offset_of(ask(mentor, at)) == 10


def test_without_a_length_the_limit_of_a_recording_holds(make_service: Any) -> None:
    service = make_service(max_upload_bytes=len(wav()))
    mentor = service.person("m@example.org")
    at = begin_untold(mentor)
    assert kind(send(mentor, at, wav() + b"x", 0)) == (413, "too-large")


def test_a_length_is_told_now_or_later_and_not_both(mentor: Person) -> None:
    for headers in ({}, {"Upload-Length": "5", "Upload-Defer-Length": "1"}):
        answer = mentor.client.post(UPLOADS, headers={**SPOKEN, **headers})
        assert answer.status_code == 422
