"""A person without an account: found wherever they are named, and nobody else with them."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
import sqlalchemy as sa

from coach_api.store.tables import audit, consents, enrolments, results, sessions

from .conftest import Person, Service, wav
from .signed_in import browser, send
from .test_privacy import everywhere
from .test_tus import begin

CONSENT = "letter 2026-11-27/3"


def found(admin: Person, name: str) -> dict[str, Any]:
    answer = admin.client.post("/v1/people/find", json={"name": name})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def ids(matches: list[dict[str, Any]]) -> list[str]:
    return [match["id"] for match in matches]


def erase(admin: Person, name: str, **chosen: list[str]) -> int:
    answer = admin.client.post("/v1/people/erase", json={"name": name, **chosen})
    return answer.status_code


def correct(who: Person, session_id: str, **change: Any) -> str:
    answer = who.client.post(f"/v1/sessions/{session_id}/corrections", json=change)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.mark.parametrize(("kept", "asked"), [
    ("Élodie", "élodie"), ("Élodie", "E\u0301LODIE"), ("ÖZGÜR Şahin", "özgür şahin"),
    ("Ana  Müller", " ana MÜLLER "), ("Weiß", "WEISS"), ("Ольга", "ОЛЬГА"),
])  # fmt: skip
def test_names_are_compared_whatever_their_letters(
    service: Service, mentor: Person, admin: Person, kept: str, asked: str
) -> None:
    session_id = service.upload(mentor, partner=kept)
    wish = {"session_id": session_id, "speaker": "B", "name": kept}
    voice = mentor.client.post("/v1/enrolments", json=wish).json()["id"]
    service.upload(mentor, 2, partner="Somebody else")
    body = found(admin, asked)
    assert ids(body["sessions"]) == [session_id]
    assert ids(body["voices"]) == [voice]
    assert body["sessions"][0]["is_exact"]
    assert body["sessions"][0]["owner_id"] == mentor.id
    assert kept not in str(body)
    assert erase(admin, asked, sessions=[session_id], voices=[voice]) == 204
    assert everywhere(service, kept) == []


def test_a_name_that_a_correction_gave_is_found(
    service: Service, mentor: Person, admin: Person
) -> None:
    session_id, undone = service.upload(mentor, 1), service.upload(mentor, 2)
    correct(mentor, session_id, kind="rename", speaker="B", name="Bartholomew")
    correction = correct(mentor, undone, kind="rename", speaker="B", name="bartholomew")
    mentor.client.delete(f"/v1/sessions/{undone}/corrections/{correction}")
    body = found(admin, "Bartholomew")
    assert sorted(ids(body["sessions"])) == sorted([session_id, undone])
    assert "correction" in body["sessions"][0]["places"]


def test_a_name_that_a_scorecard_has_is_found(
    service: Service, mentor: Person, admin: Person
) -> None:
    """As a recognised voice gives it to a speaker."""
    session_id = service.upload(mentor)
    with service.context.engine.begin() as db:
        text = db.scalar(sa.select(results.c.conversation))
        assert text is not None and '"name":null' in text.replace(" ", "")
        named = text.replace('"name": null', '"name": "Theophania"')
        named = named.replace('"name":null', '"name":"Theophania"')
        db.execute(sa.update(results).values(conversation=named))
    assert ids(found(admin, "theophania")["sessions"]) == [session_id]


def test_an_upload_under_way_is_found_and_erased(
    service: Service, mentor: Person, admin: Person
) -> None:
    upload = begin(mentor, wav(), partner="Ingeborg").rsplit("/", 1)[1]
    assert ids(found(admin, "INGEBORG")["uploads"]) == [upload]
    assert erase(admin, "INGEBORG", uploads=[upload]) == 204
    assert everywhere(service, "Ingeborg") == []
    assert list(service.settings.uploads_dir.iterdir()) == []


def test_a_part_of_a_name_is_shown_as_a_part(
    service: Service, mentor: Person, admin: Person
) -> None:
    whole = service.upload(mentor, 1, partner="Lena")
    longer = service.upload(mentor, 2, partner="Lena Meyer")
    title = service.upload(mentor, 3, title="What Lena said")
    service.upload(mentor, 4, partner="Helena")
    body = found(admin, "lena")
    shown = {each["id"]: (each["places"], each["is_exact"]) for each in body["sessions"]}
    assert shown == {
        whole: (["partner", "consent", "scorecard"], True),
        longer: (["partner", "consent", "scorecard"], False),
        title: (["title"], False),
    }


@pytest.mark.parametrize("name", ["the mentor", "The Mentor", "the partner", "mentor"])
def test_an_unnamed_person_has_no_name(
    service: Service, mentor: Person, admin: Person, name: str
) -> None:
    service.upload(mentor, 1)
    service.upload(service.person("other@example.org"), 2)
    assert not any(found(admin, name).values())
    with service.context.engine.connect() as db:
        said = db.execute(sa.select(consents.c.part, consents.c.participant)).all()
    assert sorted(map(tuple, said)) == [("mentor", "")] * 2 + [("partner", "")] * 2


@pytest.mark.parametrize("path", ["erase", "export"])
def test_only_what_was_found_is_acted_on(
    service: Service, mentor: Person, admin: Person, path: str
) -> None:
    bo, ada = service.upload(mentor, 1, partner="Bo"), service.upload(mentor, 2, partner="Ada")
    wish = {"name": "Bo", "sessions": [bo, ada]}
    more = {"consent": CONSENT} if path == "export" else {}
    answer = admin.client.post(f"/v1/people/{path}", json=wish | more)
    assert answer.status_code == 409
    assert mentor.client.get(f"/v1/sessions/{bo}").status_code == 200
    assert actions(service) == []


def test_what_was_not_chosen_stays(service: Service, mentor: Person, admin: Person) -> None:
    first, second = service.upload(mentor, 1, partner="Bo"), service.upload(mentor, 2, partner="Bo")
    assert erase(admin, "Bo", sessions=[first]) == 204
    assert mentor.client.get(f"/v1/sessions/{first}").status_code == 404
    assert mentor.client.get(f"/v1/sessions/{second}").status_code == 200
    assert actions(service) == [("person.erased", ""), ("session.deleted", first)]


def test_an_export_names_the_consent_and_the_sessions_that_were_read(
    service: Service, mentor: Person, admin: Person
) -> None:
    bo = service.upload(mentor, 1, partner="Bo")
    service.upload(mentor, 2, partner="Bo")
    wish: dict[str, Any] = {"name": "bo", "sessions": [bo]}
    assert admin.client.post("/v1/people/export", json=wish).status_code == 422
    answer = admin.client.post("/v1/people/export", json=wish | {"consent": CONSENT})
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert {name.split("/")[1] for name in archive.namelist() if "/" in name} == {bo}
    assert actions(service) == [("person.exported", CONSENT), ("session.exported", bo)]


def actions(service: Service) -> list[tuple[str, str]]:
    """What the audit says of persons, and of sessions that went."""
    wanted = sa.select(audit.c.action, audit.c.object).where(
        audit.c.action.in_(
            ("person.exported", "person.erased", "session.exported", "session.deleted")
        )
    )
    with service.context.engine.connect() as db:
        return sorted((row.action, row.object) for row in db.execute(wanted))


def test_a_print_goes_with_the_session_it_was_made_from(
    service: Service, mentor: Person, admin: Person
) -> None:
    session_id, kept = service.upload(mentor, 1, partner="Bo"), service.upload(mentor, 2)
    for made_from, name in ((session_id, "B. of marketing"), (kept, "me")):
        wish = {"session_id": made_from, "speaker": "B", "name": name}
        assert mentor.client.post("/v1/enrolments", json=wish).status_code == 201
    assert erase(admin, "Bo", sessions=[session_id]) == 204
    assert [each["name"] for each in mentor.client.get("/v1/enrolments").json()] == ["me"]
    assert everywhere(service, "of marketing") == []
    with service.context.engine.connect() as db:
        assert db.scalars(sa.select(enrolments.c.session_id)).all() == [kept]
        assert db.scalars(sa.select(sessions.c.id)).all() == [kept]


def chosen(text: str, kind: str) -> list[str]:
    return re.findall(rf'name="{kind}" value="(\w+)"', text)


def test_an_admin_finds_exports_and_erases_a_person_in_pages(
    service: Service, mentor: Person, admin: Person
) -> None:
    theirs = service.upload(mentor, partner="Élodie")
    others = service.upload(mentor, 2, partner="Bob", title="With Elodie's friend")
    client = browser(service, admin)
    shown = send(client, "/people", name="ÉLODIE")
    assert chosen(shown.text, "sessions") == [theirs] and "as the mentee" in shown.text
    refused = send(client, "/people/export", name="Élodie", sessions=theirs)
    assert refused.status_code == 422 and "consent" in refused.text
    taken = send(client, "/people/export", name="Élodie", sessions=theirs, consent=CONSENT)
    with zipfile.ZipFile(io.BytesIO(taken.content)) as archive:
        assert any(theirs in name for name in archive.namelist())
    assert send(client, "/people/erase", name="Élodie", sessions=theirs).status_code == 422
    stolen = send(client, "/people/erase", name="Élodie", sessions=others, sure="true")
    assert stolen.status_code == 409
    erased = send(client, "/people/erase", name="Élodie", sessions=theirs, sure="true")
    assert erased.status_code == 200 and "erased" in erased.text
    assert mentor.client.get(f"/v1/sessions/{theirs}").status_code == 404
    assert mentor.client.get(f"/v1/sessions/{others}").status_code == 200
    with service.context.engine.connect() as db:
        said = {(row.action, row.object) for row in db.execute(sa.select(audit))}
    assert {("person.exported", CONSENT), ("session.deleted", theirs)} <= said


def test_the_pages_say_when_nothing_is_found_or_chosen(service: Service, admin: Person) -> None:
    client = browser(service, admin)
    assert "found nowhere" in send(client, "/people", name="Nobody").text
    for action in ("export", "erase"):
        answer = send(client, f"/people/{action}", name="Nobody", consent=CONSENT, sure="true")
        assert answer.status_code == 422
