"""Goals: taken from a scorecard or written, shown at the upload, answered by the next scorecard."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from coach.conversation import Acts
from coach.talk import talk
from coach_api.store.tables import goals

from .conftest import Person, Service, spoken
from .signed_in import browser, send
from .test_a_person import erase, found, ids
from .test_privacy import everywhere, opened

OWN = {"text": "Ask what it was like", "measure": "open_ratio", "direction": "more"}


def session(service: Service, who: Person, seed: int, share: float) -> str:
    """A session in which the mentor speaks that share of the time."""
    own = round(300 * share)
    service.jobs.conversation = talk(f"A 0-{own} so", f"B {own}-300 well", duration=300.0)
    return service.upload(who, seed)


def progress(who: Person) -> list[dict[str, Any]]:
    answer = who.client.get("/v1/goals")
    assert answer.status_code == 200, answer.text
    body: list[dict[str, Any]] = answer.json()
    return body


def test_the_thing_to_try_becomes_a_goal(service: Service, mentor: Person) -> None:
    service.jobs.conversation = closed_questions()
    client = browser(service, mentor)
    path = f"/sessions/{service.upload(mentor)}"
    assert "Take this as a goal" in client.get(path).text
    page = send(client, f"{path}/goal")
    assert page.url.path == "/practice" and 'href="' + path in page.text
    send(client, f"{path}/goal")
    (only,) = progress(mentor)
    attempt = mentor.client.get(f"/v1{path}/scorecard").json()["feedback"]["attempt"]
    assert only["goal"]["text"] == attempt["title"]
    assert only["goal"]["measure"] == "reflection_to_question"
    assert only["goal"]["direction"] == "more"
    assert "You practise this" in client.get(path).text
    assert attempt["title"] in client.get("/upload").text


def closed_questions() -> Any:
    conv = spoken()
    asked = talk(*[
        line for number in range(8) for line in (
            f"A {20 * number}-{20 * number + 3} Did you tell your manager about it?",
            f"B {20 * number + 4}-{20 * number + 19} Yes I told them and it was fine in the end",
        )
    ])  # fmt: skip
    sentences = tuple(
        replace(s, acts=Acts("closed_question", 0.99)) if s.speaker == "A" else s
        for s in asked.sentences
    )
    return replace(asked, sentences=sentences, recording=replace(conv.recording, duration=160.0))


def test_the_next_scorecards_answer_whether_it_changed(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    for seed, share in enumerate((0.62, 0.60, 0.64)):
        session(service, mentor, seed, share)
    wish = {"text": "Leave more room", "measure": "talk_share", "direction": "less"}
    assert "No goal yet" in client.get("/practice").text
    send(client, "/practice/goals", **wish).raise_for_status()
    assert "No session since" in client.get("/practice").text
    old, new = session(service, mentor, 0, 0.62), session(service, mentor, 9, 0.3)
    answer = client.get(f"/sessions/{new}").text
    assert "This is beyond chance, and what you wanted" in answer
    assert re.search(r"Before: 62% in 3 sessions; since: 30% in 1 session", answer)
    assert "Leave more room" not in client.get(f"/sessions/{old}").text, "it was before the goal"
    (only,) = progress(mentor)
    assert only["comparison"]["verdict"] == "changed"
    assert only["comparison"]["before"] == pytest.approx(0.62)
    low, high = only["comparison"]["interval"]
    assert low < -0.32 < high < 0


def test_what_was_held_before_the_goal_is_no_answer_to_it(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    session(service, mentor, 1, 0.6)
    send(client, "/practice/goals", text="Less", measure="talk_share", direction="less")
    late = session(service, mentor, 2, 0.3)
    assert progress(mentor)[0]["comparison"]["sessions_after"] == 1
    mentor.client.patch(f"/v1/sessions/{late}", json={"held_on": "2026-01-05"})
    assert progress(mentor)[0]["comparison"]["sessions_before"] == 2
    assert progress(mentor)[0]["comparison"]["sessions_after"] == 0
    assert "Your goal" not in client.get(f"/sessions/{late}").text


def test_two_sessions_are_too_few(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    session(service, mentor, 1, 0.6)
    send(client, "/practice/goals", text="Less", measure="talk_share", direction="less")
    new = session(service, mentor, 2, 0.3)
    assert "Two sessions are too few" in client.get(f"/sessions/{new}").text
    assert progress(mentor)[0]["comparison"]["interval"] is None


def test_an_ended_goal_is_on_no_page_but_its_own(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    session(service, mentor, 1, 0.6)
    send(client, "/practice/goals", **OWN)
    goal_id = progress(mentor)[0]["goal"]["id"]
    new = session(service, mentor, 2, 0.3)
    assert OWN["text"] in client.get(f"/sessions/{new}").text
    page = send(client, f"/practice/goals/{goal_id}/end")
    assert "No goal yet" in page.text and OWN["text"] in page.text
    for path in ("/upload", f"/sessions/{new}"):
        assert OWN["text"] not in client.get(path).text
    send(client, f"/practice/goals/{goal_id}/erase")
    assert progress(mentor) == [] and everywhere(service, OWN["text"]) == []


@pytest.mark.parametrize("wrong", [
    {"measure": "words"}, {"measure": "dance"}, {"direction": "up"}, {"text": " "},
])  # fmt: skip
def test_a_goal_has_words_and_a_measure(
    service: Service, mentor: Person, wrong: dict[str, str]
) -> None:
    assert mentor.client.post("/v1/goals", json=OWN | wrong).status_code == 422
    assert send(browser(service, mentor), "/practice/goals", **(OWN | wrong)).status_code == 422
    assert progress(mentor) == []


def test_goals_are_ones_own(service: Service, mentor: Person, lead: Person) -> None:
    goal_id = mentor.client.post("/v1/goals", json=OWN).json()["id"]
    client = browser(service, mentor)
    path = f"/sessions/{service.upload(mentor)}"
    send(client, f"{path}/shares", email=lead.email)
    for _ in range(3):
        service.upload(mentor, 5)
    assert OWN["text"] in client.get(path).text
    read = browser(service, lead).get(path).text
    assert OWN["text"] not in read and "as a goal" not in read
    assert progress(lead) == []
    assert lead.client.post(f"/v1/goals/{goal_id}/end").status_code == 404
    assert lead.client.delete(f"/v1/goals/{goal_id}").status_code == 404
    assert send(browser(service, lead), f"{path}/goal").status_code == 403


def test_goals_are_taken_along_found_by_name_and_erased(
    service: Service, mentor: Person, admin: Person
) -> None:
    goal = mentor.client.post("/v1/goals", json=OWN | {"text": "Let Bartholomew finish"}).json()
    with opened(mentor.client.get("/v1/me/export")) as archive:
        assert b"Let Bartholomew finish" in archive.read("account.json")
    body = found(admin, "Bartholomew")
    assert ids(body["goals"]) == [goal["id"]] and body["goals"][0]["places"] == ["goal"]
    wish = {"name": "Bartholomew", "goals": [goal["id"]], "consent": "letter 7"}
    with opened(admin.client.post("/v1/people/export", json=wish)) as archive:
        assert b"Let Bartholomew finish" in archive.read("account.json")
    assert erase(admin, "Bartholomew", goals=[goal["id"]]) == 204
    assert everywhere(service, "Let Bartholomew finish") == [] and progress(mentor) == []


def test_a_goal_outlives_the_session_that_it_was_taken_from(
    service: Service, mentor: Person
) -> None:
    service.jobs.conversation = closed_questions()
    path = f"/sessions/{service.upload(mentor)}"
    send(browser(service, mentor), f"{path}/goal")
    mentor.client.delete(f"/v1{path}")
    (only,) = progress(mentor)
    assert only["goal"]["session_id"] is None
    mentor.client.delete("/v1/me")
    with service.context.engine.connect() as db:
        assert db.execute(sa.select(goals)).all() == []
