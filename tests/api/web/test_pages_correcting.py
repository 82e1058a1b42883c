"""Correcting on the pages of a session, with and without a script."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from coach.analysis.roles import assign_roles
from coach.conversation import Acts
from coach.talk import talk

from .conftest import SECRET_WORD, Person, Service, spoken
from .signed_in import browser, csrf, send

A_LINE = {"start": 0, "end": 4, "speaker": "A"}


FORMS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "rename", "speaker": "A", "name": "Eve"}, "Speaker A is called Eve"),
    ({"kind": "set_mentor", "speaker": "B"}, "Speaker B (mentor) is the mentor"),
    ({"kind": "swap", "speaker": "A", "to": "B"}, "Speaker A (mentee) and Speaker B (mentor) were"),
    ({"kind": "merge", "speaker": "B", "to": "A"}, "Speaker B is Speaker A (mentor)"),
    ({"kind": "reattribute", "to": "B", **A_LINE}, "At 0:00: said by Speaker B (mentee), not Sp"),
    ({"kind": "edit_text", "text": "Well?", **A_LINE}, "At 0:00: other words of Speaker A"),
    ({"kind": "relabel", "label": "closed_question", **A_LINE}, "At 0:00: a closed question"),
    (
        {"kind": "overrule", "start": 30.5, "end": 33, "speaker": "", "label": "terminal"},
        "At 0:30: ordinary turn-taking",
    ),
    (
        {"kind": "judge_feeling", "start": 4.5, "end": 16, "speaker": "B", "label": "none"},
        "At 0:04: no feeling",
    ),
]


@pytest.mark.parametrize(("form", "said"), FORMS, ids=[str(form["kind"]) for form, _ in FORMS])
def test_every_correction_has_a_form(
    service: Service, mentor: Person, form: Any, said: str
) -> None:
    client = browser(service, mentor)
    session_id = service.upload(mentor)
    path = f"/sessions/{session_id}/corrections"
    page = send(client, path, back="changes", **form)
    assert page.status_code == 200 and page.url.path == f"/sessions/{session_id}/changes"
    assert f"1. {said}" in page.text
    assert "corrected by hand" in client.get(f"/sessions/{session_id}").text
    made = mentor.client.get(f"/v1{path}").json()[0]["id"]
    assert "undone" in send(client, f"{path}/{made}/undo").text


LABELS = [
    ("logistics", "not counted", "a closed question, either-or, about the meeting"),
    ("rhetorical", "not counted", "a closed question, either-or, rhetorical"),
    ("kind:why", "why", "a closed question, either-or, why"),
    ("kind:alternative", "", "a closed question"),
    ("reflection_complex", "reflection, adds meaning", "a reflection that adds meaning"),
    ("advice_without_permission", "advice, not asked for", "advice that was not asked for"),
    ("affirmation", "affirmation", "an affirmation"),
]


@pytest.mark.parametrize(("label", "chip", "said"), LABELS, ids=[each[0] for each in LABELS])
def test_every_label_can_be_set(
    service: Service, mentor: Person, label: str, chip: str, said: str
) -> None:
    conv = spoken()
    first = replace(conv.sentences[0], acts=Acts("closed_question", 0.9, ("alternative",)))
    service.jobs.conversation = replace(conv, sentences=(first, *conv.sentences[1:]))
    client = browser(service, mentor)
    session = f"/sessions/{service.upload(mentor)}"
    send(client, f"{session}/corrections", kind="relabel", label=label, **A_LINE)
    line = client.get(f"{session}/review").text.partition('id="line-4500"')[0]
    assert chip in line.partition('id="line-0"')[2]
    assert said in client.get(f"{session}/changes").text


def test_a_label_that_is_taken_away_is_gone(service: Service, mentor: Person) -> None:
    conv = spoken()
    first = replace(conv.sentences[0], acts=Acts(listening=("reflection_simple", "information")))
    service.jobs.conversation = replace(conv, sentences=(first, *conv.sentences[1:]))
    client = browser(service, mentor)
    session = f"/sessions/{service.upload(mentor)}"
    assert 'data-value="reflection_simple"' in client.get(f"{session}/review").text
    send(client, f"{session}/corrections", kind="relabel", label="no_listening", **A_LINE)
    assert 'data-value="reflection_simple"' not in client.get(f"{session}/review").text
    answer = mentor.client.get(f"/v1{session}/conversation").json()
    assert answer["sentences"][0]["acts"]["listening"] == ["information"]
    refused = send(client, f"{session}/corrections", kind="relabel", label="dance", **A_LINE)
    assert refused.status_code == 422


IN_PLACE = {"X-In-Place": "1"}


def test_corrected_in_place_the_answer_has_what_has_changed(
    service: Service, mentor: Person
) -> None:
    client = browser(service, mentor)
    session = f"/sessions/{service.upload(mentor)}"
    assert "3 questions, 2 of them open" in client.get(session).text
    form = {"csrf": csrf(client), "kind": "relabel", "label": "closed_question", **A_LINE}
    answer = client.post(f"{session}/corrections", data=form, headers=IN_PLACE).json()
    assert answer["told"] == "At 0:00: a closed question"
    assert [each["id"] for each in answer["lines"]] == ["line-0"]
    assert 'data-value="closed_question"' in answer["lines"][0]["html"]
    assert "3 questions, 1 of them open" in answer["digest"]
    assert answer["removed"] == [] and answer["kinds"]["closed"] == 2
    undo = f"{session}/corrections/{answer['id']}/undo"
    back = client.post(undo, data={"csrf": csrf(client)}, headers=IN_PLACE).json()
    assert back["undone"] and "3 questions, 2 of them open" in back["digest"]
    assert 'data-value="open_question"' in back["lines"][0]["html"]


def test_what_is_given_to_the_other_moves_in_place(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    session = f"/sessions/{service.upload(mentor)}"
    form = {"csrf": csrf(client), "kind": "reattribute", "to": "B", **A_LINE}
    answer = client.post(f"{session}/corrections", data=form, headers=IN_PLACE).json()
    assert answer["removed"] == ["line-4500"], "one line now, with what followed"
    line = answer["lines"][0]
    assert line["id"] == "line-0" and line["after"] == ""
    assert SECRET_WORD in line["html"]


def test_a_reader_with_whom_it_is_shared_has_nothing_to_correct(
    service: Service, mentor: Person, lead: Person
) -> None:
    client, other = browser(service, mentor), browser(service, lead)
    session = f"/sessions/{service.upload(mentor)}"
    send(client, f"{session}/shares", email=lead.email)
    page = other.get(f"{session}/review").text
    assert SECRET_WORD in page and "/fix?" not in page
    for path in (f"{session}/changes", f"{session}/fix?at=1&speaker=A"):
        assert other.get(path).status_code == 403
    assert send(other, f"{session}/corrections", kind="set_mentor", speaker="B").status_code == 403


def options(page: str, name: str) -> list[tuple[str, str]]:
    """The values and texts of a choice, without their numbers."""
    _, _, rest = page.partition(f'<select name="{name}"')
    return re.findall(r'value="([\d.]+)".*?>\d+\. (.*?)<', rest.partition("</select>")[0])


def test_some_words_of_a_line_are_given_to_the_other(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    session = f"/sessions/{service.upload(mentor)}"
    path = f"{session}/corrections"
    page = client.get(f"{session}/fix", params={"at": 5, "speaker": "B"}).text
    starts, ends = (options(page, name) for name in ("start", "end"))
    chosen = {"speaker": "B", "to": "A", "start": starts[2][0], "end": ends[4][0]}
    send(client, path, kind="reattribute", **chosen).raise_for_status()
    words = mentor.client.get(f"/v1{session}/conversation").json()["words"]
    moved = [each for each in words if str(each["span"]["start"]) in dict(starts[2:5])]
    assert [each["speaker"] for each in moved] == ["A", "A", "A"]
    assert [each["text"] for each in moved] == [text for _, text in starts[2:5]]
    backwards = chosen | {"start": starts[4][0], "end": ends[2][0]}
    assert send(client, path, kind="reattribute", **backwards).status_code == 422


def test_every_kind_of_form_is_on_a_page(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    session = f"/sessions/{service.upload(mentor)}"
    overlap = mentor.client.get(f"/v1{session}/scorecard").json()["overlaps"][0]["span"]
    at = (overlap["start"] + overlap["end"]) / 2
    pages = [
        client.get(f"{session}/changes"),
        client.get(f"{session}/fix", params={"at": 5, "speaker": "B"}),
        client.get(f"{session}/fix", params={"at": at}),
    ]
    kinds = {kind for page in pages for kind in re.findall(r'name="kind" value="(\w+)"', page.text)}
    assert kinds >= {str(form["kind"]) for form, _ in FORMS} - {"judge_feeling"}
    assert client.get(f"{session}/fix", params={"at": 4000, "speaker": "B"}).status_code == 404


def test_after_a_correction_one_goes_on_where_one_was(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    session = f"/sessions/{service.upload(mentor)}"
    for back, place in (
        ("review#line-4500", "/review#line-4500"), ("changes", "/changes"),
        ("//elsewhere.example", ""), ("", ""),
    ):  # fmt: skip
        form = {"csrf": csrf(client), "kind": "set_mentor", "speaker": "A", "back": back}
        answer = client.post(f"{session}/corrections", data=form, follow_redirects=False)
        assert answer.headers["location"] == session + place


def test_another_act_leaves_the_kinds_that_fit(service: Service, mentor: Person) -> None:
    acts = Acts("closed_question", 0.9, ("follow_up", "tag", "logistics"), ("affirmation",))
    conv = spoken()
    first = replace(conv.sentences[0], acts=acts)
    service.jobs.conversation = replace(conv, sentences=(first, *conv.sentences[1:]))
    client = browser(service, mentor)
    session = f"/sessions/{service.upload(mentor)}"

    def relabelled(label: str) -> dict[str, Any]:
        send(client, f"{session}/corrections", kind="relabel", label=label, **A_LINE)
        answer = mentor.client.get(f"/v1{session}/conversation").json()
        found: dict[str, Any] = answer["sentences"][0]["acts"]
        return found

    assert relabelled("closed_question")["kinds"] == ["follow_up", "tag", "logistics"]
    assert relabelled("open_question")["kinds"] == ["follow_up", "logistics"]
    none = relabelled("other")
    assert none["kinds"] == [] and none["listening"] == ["affirmation"]


def test_who_the_mentor_is_can_be_said_where_it_was_guessed(
    service: Service, mentor: Person
) -> None:
    service.jobs.conversation = assign_roles(spoken(), "guess")
    client = browser(service, mentor)
    session = f"/sessions/{service.upload(mentor, mentor='Ada', partner='Bo')}"
    page = client.get(session).text
    assert "Who the mentor is was guessed" in page and "You (Ada)" in page
    form = {"kind": "set_mentor", "speaker": "B", "back": ""}
    page = send(client, f"{session}/corrections", **form).text
    assert "was guessed" not in page
    names = {
        each["id"]: (each["name"], each["role"])
        for each in mentor.client.get(f"/v1{session}/conversation").json()["speakers"]
    }
    assert names == {"A": ("Bo", "mentee"), "B": ("Ada", "mentor")}


def test_a_form_that_is_no_correction_is_refused(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    path = f"/sessions/{service.upload(mentor)}/corrections"
    assert send(client, path, kind="dance").status_code == 422
    assert send(client, path, kind="relabel", speaker="A").status_code == 422


def test_a_feeling_is_judged_where_it_is_named(service: Service, mentor: Person) -> None:
    service.jobs.conversation = talk(
        "A 0-4 So how was your week?", "B 4.5-16 I felt so lonely in that room.",
        "A 16.2-18 Which room was it?", "B 18.5-30 The one upstairs.",
    )  # fmt: skip
    client = browser(service, mentor)
    session = f"/sessions/{service.upload(mentor)}"
    assert 'data-group="feeling" data-value="passed"' in client.get(f"{session}/review").text
    forms = client.get(f"{session}/fix", params={"at": 5, "speaker": "B"}).text
    assert "a feeling that was picked up" in forms
    said = {"kind": "judge_feeling", "start": 4.5, "end": 16, "speaker": "B"}
    for label, there in (("picked_up", True), ("none", False)):
        page = send(client, f"{session}/corrections", back="review", label=label, **said).text
        assert ('data-group="feeling" data-value="picked_up"' in page) == there
