"""What is read: scorecard, conversation, sound, exports, progress, trends; and corrections."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from coach.conversation import Conversation
from coach.interchange.json import load
from coach.scorecard import Scorecard
from coach.talk import talk
from coach_api.people import accounts, tokens
from coach_api.problems import Problem
from coach_api.sessions.programme import LEAST_MENTORS
from coach_api.store.tables import api_tokens, now, results, sessions
from coach_api.web.ranges import parse_range

from .conftest import Person, Service, wav
from .signed_in import browser


@pytest.fixture
def session_id(service: Service, mentor: Person) -> str:
    return service.upload(mentor, mentor="Ada", partner="Bo", title="First talk")


def card_of(who: Person, session_id: str) -> Scorecard:
    return load(Scorecard, who.client.get(f"/v1/sessions/{session_id}/scorecard").text)


def correct(who: Person, session_id: str, **change: Any) -> Any:
    return who.client.post(f"/v1/sessions/{session_id}/corrections", json=change)


def test_the_scorecard_is_json_or_a_page(mentor: Person, session_id: str) -> None:
    path = f"/v1/sessions/{session_id}/scorecard"
    plain = mentor.client.get(path)
    assert plain.headers["content-type"] == "application/json"
    assert [s.name for s in load(Scorecard, plain.text).speakers] == ["Ada", "Bo"]
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    page = mentor.client.get(path, headers=browser)
    assert page.headers["content-type"].startswith("text/html")
    assert "<script>" not in page.text and " style=" not in page.text and "<style" not in page.text


def test_a_scorecard_that_is_known_is_not_sent_again(mentor: Person, session_id: str) -> None:
    path = f"/v1/sessions/{session_id}/scorecard"
    tag = mentor.client.get(path).headers["etag"]
    assert mentor.client.get(path, headers={"If-None-Match": tag}).status_code == 304
    correct(mentor, session_id, kind="set_mentor", speaker="B")
    assert mentor.client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_a_correction_changes_the_scorecard_and_can_be_undone(
    mentor: Person, session_id: str
) -> None:
    before = card_of(mentor, session_id)
    made = correct(mentor, session_id, kind="set_mentor", speaker="B")
    assert made.status_code == 201
    changed = card_of(mentor, session_id)
    assert changed.corrected and changed.mentor is not None and changed.mentor.id == "B"
    undone = mentor.client.delete(f"/v1/sessions/{session_id}/corrections/{made.json()['id']}")
    assert undone.json()["undone_at"]
    assert card_of(mentor, session_id).measurements == before.measurements
    listed = mentor.client.get(f"/v1/sessions/{session_id}/corrections").json()
    assert [each["number"] for each in listed] == [1]
    assert listed[0]["author_id"] == mentor.id and listed[0]["made_at"]


def test_the_original_is_never_changed(mentor: Person, session_id: str) -> None:
    path = f"/v1/sessions/{session_id}/conversation"
    original = mentor.client.get(path, params={"original": True}).text
    span = {"start": 0.0, "end": 4.0}
    correct(mentor, session_id, kind="edit_text", span=span, speaker="A", text="Well?")
    assert mentor.client.get(path, params={"original": True}).text == original
    shown = load(Conversation, mentor.client.get(path).text)
    assert shown.words_of("A")[0].text == "Well?"


CHANGES = [
    {"kind": "rename", "speaker": "A", "name": "Eve"},
    {"kind": "set_mentor", "speaker": "B"},
    {"kind": "swap", "first": "A", "second": "B"},
    {"kind": "merge", "speaker": "B", "into": "A"},
    {"kind": "reattribute", "span": {"start": 0, "end": 4}, "speaker": "A", "to": "B"},
    {"kind": "edit_text", "span": {"start": 0, "end": 4}, "speaker": "A", "text": "Well?"},
    {
        "kind": "relabel", "span": {"start": 0, "end": 4}, "speaker": "A",
        "acts": {"act": "closed_question"},
    },
    {"kind": "overrule", "span": {"start": 28, "end": 30}, "overlap": "terminal"},
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(change["kind"]))
def test_every_kind_of_correction(mentor: Person, session_id: str, change: Any) -> None:
    before = mentor.client.get(f"/v1/sessions/{session_id}/scorecard").json()
    made = correct(mentor, session_id, **change)
    assert made.status_code == 201, made.text
    after = mentor.client.get(f"/v1/sessions/{session_id}/scorecard").json()
    assert after["corrected"] and not before["corrected"]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "rename", "speaker": "Z", "name": "Eve"},
        {"kind": "rename", "speaker": "A"},
        {"kind": "dance"},
        {"kind": "edit_text", "span": {"start": 4, "end": 0}, "speaker": "A", "text": "x"},
        {"kind": "edit_text", "span": {"start": 99, "end": 100}, "speaker": "A", "text": "x"},
    ],
)
def test_a_correction_that_does_not_fit_changes_nothing(
    mentor: Person, session_id: str, change: Any
) -> None:
    before = mentor.client.get(f"/v1/sessions/{session_id}/scorecard")
    refused = correct(mentor, session_id, **change)
    assert refused.status_code == 422 and refused.json()["detail"]
    after = mentor.client.get(f"/v1/sessions/{session_id}/scorecard")
    assert after.headers["etag"] == before.headers["etag"]
    assert mentor.client.get(f"/v1/sessions/{session_id}/corrections").json() == []


def test_new_names_reach_the_scorecard(mentor: Person, session_id: str) -> None:
    changed = mentor.client.patch(f"/v1/sessions/{session_id}", json={"mentor": "Eve"})
    assert changed.json()["mentor"] == "Eve"
    assert card_of(mentor, session_id).speakers[0].name == "Eve"


def test_sound_can_be_kept_shorter_but_not_longer(mentor: Person, session_id: str) -> None:
    path = f"/v1/sessions/{session_id}"
    assert mentor.client.patch(path, json={"audio_until": "2999-01-01T00:00Z"}).status_code == 422
    sooner = mentor.client.patch(path, json={"audio_until": now().isoformat()})
    assert sooner.status_code == 200


def test_sound_is_read_by_ranges(service: Service, mentor: Person, session_id: str) -> None:
    path, body = f"/v1/sessions/{session_id}/audio", wav()
    whole = mentor.client.get(path)
    assert (whole.content, whole.headers["content-type"]) == (body, "audio/wav")
    assert whole.headers["accept-ranges"] == "bytes"
    part = mentor.client.get(path, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, body[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(body)}"
    head = mentor.client.head(path)
    assert head.headers["content-length"] == str(len(body)) and head.content == b""
    beyond = mentor.client.get(path, headers={"Range": f"bytes={len(body)}-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{len(body)}"
    with service.context.engine.begin() as db:
        db.execute(sessions.update().values(blob_key=""))
    assert mentor.client.get(path).status_code == 410


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None), ("", None), ("bytes=-", None), ("bytes=5-2", None), ("items=0-1", None),
        ("bytes=0-1,4-5", None), ("bytes=0-", (0, 10)), ("bytes=0-99", (0, 10)),
        ("bytes=-99", (0, 10)), ("bytes=9-9", (9, 10)),
    ],
)  # fmt: skip
def test_ranges(header: str | None, expected: Any) -> None:
    assert parse_range(header, 10) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=-0", "bytes=99-100"])
def test_ranges_behind_the_end(header: str) -> None:
    with pytest.raises(Problem):
        parse_range(header, 10)


def test_exports(mentor: Person, session_id: str) -> None:
    described = mentor.client.get("/v1/openapi.json").json()
    path = "/v1/sessions/{session_id}/exports/{format}"
    names = described["paths"][path]["get"]["parameters"][1]["schema"]["enum"]
    assert len(names) > 5
    for name in names:
        made = mentor.client.get(f"/v1/sessions/{session_id}/exports/{name}")
        assert made.status_code == 200 and made.text.strip(), name
        assert re.fullmatch(
            rf'attachment; filename="session-{session_id[:8]}\.\S+"',
            made.headers["content-disposition"],
        )
    assert mentor.client.get(f"/v1/sessions/{session_id}/exports/exe").status_code == 422


def test_the_page_is_taken_along_with_or_without_the_sound(
    service: Service, mentor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = service.upload(mentor, seed=5)
    path = f"/v1/sessions/{session_id}/exports/html"
    uploaded = mentor.client.get(f"/v1/sessions/{session_id}/audio").content
    monkeypatch.setattr("coach_api.store.objects.CHUNK", 1000)  # no multiple of three
    embedded = mentor.client.get(path, params={"sound": True})
    assert embedded.status_code == 200
    assert embedded.headers["content-disposition"].endswith('.html"')
    found = re.findall(r'src="data:audio/wav;base64,([^"]*)"', embedded.text)
    assert [base64.b64decode(each, validate=True) for each in found] == [uploaded]
    assert "data:audio" not in mentor.client.get(path).text

    link = f"{path}?sound=true"
    client = browser(service, mentor)
    assert link in client.get(f"/sessions/{session_id}").text
    other = mentor.client.get(path.replace("html", "srt"), params={"sound": True})
    assert other.status_code == 422
    monkeypatch.setattr("coach_api.sessions.exports.MOST_EMBEDDED", len(uploaded) - 1)
    refused = mentor.client.get(link)
    assert refused.status_code == 413 and "one by one" in refused.json()["detail"]
    assert link not in client.get(f"/sessions/{session_id}").text
    with service.context.engine.begin() as db:
        db.execute(sessions.update().values(blob_key=""))
    assert mentor.client.get(link).status_code == 410
    assert link not in client.get(f"/sessions/{session_id}").text


def test_events_end_when_the_analysis_ends(service: Service, mentor: Person) -> None:
    service.jobs.at_once = False
    session_id = service.upload(mentor, seed=3)
    with mentor.client.stream("GET", f"/v1/sessions/{session_id}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert "no-store" in stream.headers["cache-control"]
        lines = stream.iter_lines()
        assert next(lines) == "event: progress"
        first = json.loads(next(lines).removeprefix("data: "))
        assert first["status"] == "queued" and first["seconds_left"] == 12.0
        service.jobs.run()
        rest = "".join(lines)
    assert '"status": "done"' in rest


def test_events_end_when_the_session_is_deleted(service: Service, mentor: Person) -> None:
    service.jobs.at_once = False
    session_id = service.upload(mentor, seed=4)
    with mentor.client.stream("GET", f"/v1/sessions/{session_id}/events") as stream:
        lines = stream.iter_lines()
        next(lines)
        service.jobs.forget(session_id)
        assert "event: gone" in list(lines)


@pytest.mark.parametrize("how", ["revoked", "expired", "locked out"])
def test_events_end_with_their_token(service: Service, mentor: Person, how: str) -> None:
    service.jobs.at_once = False
    session_id = service.upload(mentor, seed=4)
    with mentor.client.stream("GET", f"/v1/sessions/{session_id}/events") as stream:
        lines = stream.iter_lines()
        next(lines)
        with service.context.engine.begin() as db:
            if how == "revoked":
                tokens.revoke_all(db, mentor.id)
            elif how == "expired":
                over = now() - timedelta(seconds=1)
                db.execute(sa.update(api_tokens).values(expires_at=over))
            else:
                accounts.change(db, mentor.id, disabled=True)
        assert "event: gone" in list(lines)


@pytest.mark.parametrize("moment", [
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-27T10:00:00", "tomorrow",
    -1e300, "0000-00-00T00:00:00Z",
])  # fmt: skip
def test_a_moment_that_is_none_is_refused(
    service: Service, mentor: Person, moment: str | float
) -> None:
    path = f"/v1/sessions/{service.upload(mentor)}"
    assert mentor.client.patch(path, json={"audio_until": moment}).status_code == 422
    said = base64.urlsafe_b64encode(f"{moment} 0a0b".encode()).decode()
    # A moment without a zone is one of ours for a cursor, as it was.
    expected = (200, 422) if moment == "2026-11-27T10:00:00" else (422,)
    assert mentor.client.get("/v1/sessions", params={"cursor": said}).status_code in expected


def test_lists_come_in_pages(service: Service, mentor: Person) -> None:
    made = {service.upload(mentor, seed=seed) for seed in range(5)}
    seen: list[str] = []
    cursor = None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = mentor.client.get("/v1/sessions", params=params).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == 5 and set(seen) == made
    assert mentor.client.get("/v1/sessions", params={"status": "failed"}).json()["items"] == []
    assert mentor.client.get("/v1/sessions", params={"cursor": "?"}).status_code == 422


def test_trends_pool_the_parts(service: Service, mentor: Person) -> None:
    for seed in range(2):
        service.upload(mentor, seed=seed, mentor="Ada", partner="Bo")
    service.upload(mentor, seed=9, mentor="Ada", partner="Cy")
    people = mentor.client.get("/v1/people").json()
    by_partner = {each["partner"]: each for each in people}
    assert by_partner[None]["sessions"] == 3 and by_partner["Bo"]["sessions"] == 2
    trend = mentor.client.get(f"/v1/trends/{by_partner['Bo']['key']}").json()
    share = next(series for series in trend if series["measure"] == "talk_share")
    assert len(share["points"]) == 2
    assert share["pooled"] == pytest.approx(share["points"][0]["value"])
    pair = mentor.client.get("/v1/sessions", params={"pair": by_partner["Bo"]["key"]}).json()
    assert len(pair["items"]) == 2
    other = service.person("other@example.org")
    assert other.client.get("/v1/people").json() == []
    hidden = other.client.get(f"/v1/trends/{by_partner['Bo']['key']}").json()
    assert all(series["points"] == [] for series in hidden)
    wrong = {"measure": "beauty"}
    assert mentor.client.get("/v1/trends/x", params=wrong).status_code == 422


@pytest.mark.parametrize(
    "damaged", ["", "{", "[]", '{"speakers": []}', '{"speakers": 1, "measurements": [1]}']
)
def test_one_damaged_scorecard_does_not_end_trends_and_totals(
    service: Service, mentor: Person, lead: Person, damaged: str
) -> None:
    for number in range(LEAST_MENTORS - 1):
        service.upload(service.person(f"m{number}@example.org"))
    for seed in range(2):
        bad = service.upload(mentor, seed=seed, mentor="Ada", partner="Bo")
    mine = results.c.session_id == bad
    with service.context.engine.begin() as db:
        db.execute(results.update().where(mine).values(scorecard=damaged))
    key = next(e["key"] for e in mentor.client.get("/v1/people").json() if e["partner"] == "Bo")
    series = mentor.client.get(f"/v1/trends/{key}").json()
    assert len(next(s for s in series if s["measure"] == "talk_share")["points"]) == 1
    totals = lead.client.get("/v1/programme").json()
    assert totals["mentors"] == totals["sessions"] == LEAST_MENTORS


def test_totals_of_few_mentors_are_withheld(service: Service, lead: Person) -> None:
    for number in range(LEAST_MENTORS - 1):
        service.upload(service.person(f"m{number}@example.org"))
    assert lead.client.get("/v1/programme").json()["withheld"]
    service.upload(service.person("m9@example.org"))
    totals = lead.client.get("/v1/programme").json()
    assert totals["withheld"] is None and totals["mentors"] == LEAST_MENTORS
    assert {each["measure"] for each in totals["measures"]} >= {"talk_share", "open_ratio"}


def test_a_total_is_of_enough_mentors_who_have_it(service: Service, lead: Person) -> None:
    for number in range(LEAST_MENTORS):
        service.upload(service.person(f"m{number}@example.org"))
        service.jobs.conversation = talk("A 0-30 So this is my week.", "B 31-60 I see.")
    pooled = {
        each["measure"]: each["pooled"]
        for each in lead.client.get("/v1/programme").json()["measures"]
    }
    assert pooled["talk_share"] is not None
    assert pooled["open_ratio"] is None and pooled["reflection_to_question"] is None
    service.jobs.conversation = talk("A 0-30 So this is my week.", mentor=None)
    service.upload(service.person("unknown@example.org"))
    assert lead.client.get("/v1/programme").json()["mentors"] == LEAST_MENTORS


def test_an_enrolled_voice_is_recognised(service: Service, mentor: Person) -> None:
    first, second = service.upload(mentor, seed=1), service.upload(mentor, seed=2)
    wish = {"session_id": first, "speaker": "A", "name": "Ada"}
    enrolled = mentor.client.post("/v1/enrolments", json=wish).json()
    assert set(enrolled) == {"id", "name", "created_at"}
    speakers = mentor.client.get(f"/v1/sessions/{second}/speakers").json()
    assert speakers[0]["resembles"] == {"name": "Ada", "similarity": 1.0, "is_sure": True}
    assert speakers[1]["resembles"] is None and speakers[1]["seconds"] > 20
    assert mentor.client.post("/v1/enrolments", json=wish | {"speaker": "Q"}).status_code == 422
    assert len(mentor.client.get("/v1/enrolments").json()) == 1
    assert mentor.client.delete(f"/v1/enrolments/{enrolled['id']}").status_code == 204
    assert mentor.client.get("/v1/enrolments").json() == []


def test_results_survive_the_end_of_the_sound(service: Service, mentor: Person) -> None:
    session_id = service.upload(mentor)
    with service.context.engine.begin() as db:
        db.execute(sa.update(sessions).values(blob_key="", audio_until=None))
    assert mentor.client.get(f"/v1/sessions/{session_id}").json()["has_audio"] is False
    assert card_of(mentor, session_id).measurements


def test_moments_for_an_observation_form_are_a_page_and_a_document(
    service: Service, mentor: Person, lead: Person
) -> None:
    session_id = service.upload(mentor, title="A talk")
    made = mentor.client.get(f"/v1/sessions/{session_id}/exports/observations")
    assert made.headers["content-type"].endswith("wordprocessingml.document")
    assert made.headers["content-disposition"].endswith('.observations.docx"')
    client = browser(service, mentor)
    page = client.get(f"/sessions/{session_id}/observations").text
    assert "ICF 7" in page and "So how was your week?" in page and "open question" in page
    assert f"/sessions/{session_id}/observations" in client.get(f"/sessions/{session_id}").text
    hidden = browser(service, lead).get(f"/sessions/{session_id}/observations")
    assert hidden.status_code == 404
