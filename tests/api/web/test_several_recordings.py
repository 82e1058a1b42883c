"""Several recordings of one conversation are one session; what no browser plays has a copy."""

from __future__ import annotations

import zipfile
from typing import Any

import pytest
import sqlalchemy as sa

from coach_api.intake.multipart import MAX_FILES
from coach_api.sessions.sounds import copy_key
from coach_api.store.tables import sessions

from .conftest import Person, Service, wav
from .signed_in import browser


def send(who: Person, *bodies: bytes, **form: str) -> Any:
    files = [("recording", (f"Lena {i}.wav", body, "audio/wav")) for i, body in enumerate(bodies)]
    return who.client.post("/v1/sessions", data={"consent": "true", **form}, files=files)


def row_of(service: Service, session_id: str) -> Any:
    with service.context.engine.connect() as db:
        return db.execute(sa.select(sessions).where(sessions.c.id == session_id)).one()


def test_two_recordings_are_one_session(service: Service, mentor: Person, tmp_path: Any) -> None:
    answer = send(mentor, wav(1), wav(2))
    assert answer.status_code == 201
    row = row_of(service, answer.json()["id"])
    assert (row.media_type, row.title) == ("application/zip", "Lena 0")
    kept = tmp_path / "kept.zip"
    kept.write_bytes(mentor.client.get(f"/v1/sessions/{row.id}/audio").content)
    with zipfile.ZipFile(kept) as archive:
        assert [archive.read(name) for name in archive.namelist()] == [wav(1), wav(2)]
    assert list(service.settings.uploads_dir.iterdir()) == []


def test_the_same_recordings_are_the_same_session(mentor: Person) -> None:
    first, again, turned = (
        send(mentor, *both) for both in ([wav(1), wav(2)],) * 2 + ([wav(2), wav(1)],)
    )
    assert (first.status_code, again.status_code, turned.status_code) == (201, 200, 201)
    assert first.json()["id"] == again.json()["id"] != turned.json()["id"]


@pytest.mark.parametrize(
    ("bodies", "status"),
    [
        ((wav(), b""), 422),
        ((wav(), b"%PDF-1.7 and so on" * 9), 415),
        (tuple(wav(i) for i in range(MAX_FILES + 1)), 413),
    ],
)
def test_one_bad_file_refuses_all_and_leaves_nothing(
    service: Service, mentor: Person, bodies: tuple[bytes, ...], status: int
) -> None:
    assert send(mentor, *bodies).status_code == status
    assert list(service.settings.uploads_dir.iterdir()) == []


def test_all_together_may_not_be_too_large(service: Service, mentor: Person) -> None:
    object.__setattr__(service.settings, "max_upload_bytes", 2 * len(wav()) - 1)
    assert send(mentor, wav(1)).status_code == 201
    assert send(mentor, wav(2), wav(3)).status_code == 413


def test_a_document_is_no_bundle(mentor: Person) -> None:
    document = b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml" + bytes(200)
    assert send(mentor, document).status_code == 415


def test_what_no_browser_plays_is_played_from_its_copy(service: Service, mentor: Person) -> None:
    session_id = send(mentor, wav(1), wav(2)).json()["id"]
    row = row_of(service, session_id)
    address = f"/v1/sessions/{session_id}/audio/copy"
    assert f'src="{address}"' in browser(service, mentor).get(f"/sessions/{session_id}").text
    assert mentor.client.get(address).status_code == 410
    service.context.storage.put_once(copy_key(row.id, row.sha256), b"OggS and so on")
    part = mentor.client.get(address, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"OggS")
    assert part.headers["content-type"] == "audio/ogg"
    service.context.jobs.forget(session_id)
    assert service.context.storage.size(copy_key(row.id, row.sha256)) is None
