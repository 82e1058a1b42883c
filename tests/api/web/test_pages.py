"""The pages: signing in, uploading, correcting, accounts, users; and what all answers have."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from coach.analysis.roles import assign_roles
from coach.conversation import Acts
from coach.talk import talk
from coach_api.people import links, passwords
from coach_api.problems import Problem
from coach_api.store.tables import webhooks
from coach_api.web.callers import COOKIE

from .conftest import SECRET_WORD, Person, Service, spoken, wav

HTML = {"Accept": "text/html,*/*;q=0.8"}


def browser(service: Service, who: Person) -> TestClient:
    """A client that signed in with a link."""
    with service.context.engine.begin() as db:
        secret = links.issue(db, who.id)
    client = service.client()
    client.headers.update(HTML)
    client.post(f"/sign-in/{secret}").raise_for_status()
    assert COOKIE in client.cookies
    return client


def csrf(client: TestClient, path: str = "/account") -> str:
    found = re.search(r'name="csrf" value="(\w+)"', client.get(path).text)
    assert found is not None
    return found[1]


def send(client: TestClient, path: str, **fields: Any) -> Any:
    return client.post(path, data={"csrf": csrf(client), **fields})


def test_a_link_signs_in_once(service: Service, mentor: Person) -> None:
    with service.context.engine.begin() as db:
        secret = links.issue(db, mentor.id)
    first, second = service.client(), service.client()
    assert first.post(f"/sign-in/{secret}", headers=HTML).url.path == "/"
    again = second.post(f"/sign-in/{secret}", headers=HTML)
    assert again.status_code == 401 and "used" in again.text
    assert first.get(f"/sign-in/{secret}", headers=HTML).url.path == "/"
    assert first.get("/sign-in", headers=HTML).url.path == "/"


def test_the_owner_of_a_local_service_is_made_once(service: Service) -> None:
    for _ in range(2):
        link = links.local_link(service.context.engine, "http://127.0.0.1:8000/")
        assert link.startswith("http://127.0.0.1:8000/sign-in/coach_")
        client = service.client()
        assert client.post(link.removeprefix("http://127.0.0.1:8000")).status_code == 200
        assert client.get("/v1/me").json()["role"] == "admin"
    assert len(client.get("/v1/users").json()) == 1


def test_passwords(service: Service, mentor: Person) -> None:
    with service.context.engine.begin() as db:
        passwords.set_password(db, mentor.id, "a good password")
        with pytest.raises(Problem):
            passwords.set_password(db, mentor.id, "short")
    client = service.client()
    form = {"email": mentor.email.upper(), "password": "a good password"}
    assert client.post("/sign-in", data=form, headers=HTML).url.path == "/"
    for wrong in ({"password": "another password"}, {"email": "nobody@example.org"}):
        answer = service.client().post("/sign-in", data=form | wrong, headers=HTML)
        assert answer.status_code == 401 and "do not belong together" in answer.text


def test_guessing_passwords_is_slowed_down(make_service: Any) -> None:
    service = make_service(rate_factor=1.0)
    form = {"email": "a@example.org", "password": "guess"}
    codes = [service.client().post("/sign-in", data=form).status_code for _ in range(12)]
    assert codes[:3] == [401] * 3 and codes[-1] == 429


def test_signing_out_ends_the_sign_in_itself(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    kept = client.cookies[COOKIE]
    assert send(client, "/sign-out").url.path == "/sign-in"
    assert service.client(cookies={COOKIE: kept}).get("/v1/me").status_code == 401


def test_a_page_needs_signing_in(service: Service) -> None:
    answer = service.client().get("/", headers=HTML)
    assert answer.status_code == 401 and 'action="/sign-in"' in answer.text


def test_a_recording_is_uploaded_without_a_script(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    assert "Nothing here yet" in client.get("/").text
    form = {"csrf": csrf(client), "consent": "true", "title": "My <b>talk</b>", "partner": "Bo"}
    files = {"recording": ("x.wav", wav(), "audio/wav")}
    page = client.post("/upload", data=form, files=files)
    assert page.status_code == 200 and page.url.path.startswith("/sessions/")
    assert "My &lt;b&gt;talk&lt;/b&gt;" in page.text
    assert SECRET_WORD in client.get(f"{page.url.path}/review").text
    assert "/assets/scorecard.css" in page.text and "/audio" in page.text
    assert "My &lt;b&gt;talk" in client.get("/").text
    refused = client.post("/upload", data=form | {"csrf": "x"}, files=files)
    assert refused.status_code == 403
    refused = client.post("/upload", data={"csrf": form["csrf"]}, files=files)
    assert refused.status_code == 422 and "Consent is missing" in refused.text


def test_progress_failure_and_retry(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    service.jobs.at_once = False
    session_id = service.upload(mentor)
    page = client.get(f"/sessions/{session_id}").text
    assert f'data-watch="/v1/sessions/{session_id}/events"' in page
    assert "stopped" in send(client, f"/sessions/{session_id}/cancel").text
    assert "data-watch" in send(client, f"/sessions/{session_id}/retry").text
    service.jobs.failure = "The file has no sound. Choose another."
    service.jobs.run()
    assert "The file has no sound." in client.get(f"/sessions/{session_id}").text
    assert send(client, f"/sessions/{session_id}/delete").url.path == "/"
    assert client.get(f"/sessions/{session_id}").status_code == 404


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


@pytest.mark.parametrize("part", ["review", "measures", "method", "evidence/talk_share"])
def test_every_part_is_for_those_who_may_read_the_session(
    service: Service, mentor: Person, lead: Person, part: str
) -> None:
    session = f"/sessions/{service.upload(mentor)}"
    assert browser(service, mentor).get(f"{session}/{part}").status_code == 200
    assert browser(service, lead).get(f"{session}/{part}").status_code == 404
    assert browser(service, mentor).get(f"{session}/evidence/dance").status_code == 404


def test_the_transcript_is_filtered_without_a_script(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    review = f"/sessions/{service.upload(mentor)}/review"
    asked = client.get(review, params={"kind": ["closed", "open"], "speaker": "A"}).text
    assert asked.count('class="line') == 3 and SECRET_WORD not in asked
    found = client.get(review, params={"find": SECRET_WORD.upper()}).text
    assert found.count('class="line') == 1
    assert 'value="closed" checked' in asked


def test_pages_are_compressed_and_recordings_are_not(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    session_id = service.upload(mentor)
    packed = {"Accept-Encoding": "gzip"}
    page = client.get(f"/sessions/{session_id}", headers=packed)
    assert page.headers["content-encoding"] == "gzip"
    sound = client.get(f"/v1/sessions/{session_id}/audio", headers=packed)
    assert "content-encoding" not in sound.headers and "content-length" in sound.headers


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


def test_the_trends_page(service: Service, mentor: Person, lead: Person) -> None:
    client = browser(service, mentor)
    assert "Nothing to compare yet" in client.get("/trends").text
    for seed in range(3):
        service.upload(mentor, seed, mentor="Ada", partner=("Bo", "Cy")[seed % 2])
    page = client.get("/trends").text
    assert page.count("<circle") >= 3 and "You, over 3 scorecards" in page
    pair = re.findall(r'href="/trends\?of=(\w+)"[^>]*>You with Bo', page)[0]
    of_pair = client.get("/trends", params={"of": pair}).text
    assert "You with Bo, over 2 scorecards" in of_pair
    reader = browser(service, lead)
    assert "Bo" not in reader.get("/trends", params={"of": pair}).text
    unnamed = service.upload(mentor, 7)
    assert "You, over 4 scorecards" in client.get("/trends").text, "whatever name was typed"
    send(client, f"/sessions/{unnamed}/shares", email=lead.email)
    assert f"{mentor.email}, over 1 scorecard" in reader.get("/trends").text
    service.upload(lead, 8)
    assert "You, over 1 scorecard" in reader.get("/trends").text, "one's own come first"


def test_trends_go_by_the_day_of_the_session(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    for seed, day in ((1, "2026-03-02"), (2, "2026-01-05"), (3, "2026-02-03")):
        service.upload(mentor, seed, held_on=day)
    page = client.get("/trends").text
    listed = re.findall(r">(\d+ \w+ 2026)</a> <span>", page)[:3]
    assert listed == ["5 January 2026", "3 February 2026", "2 March 2026"]
    assert "5 Jan 2026</text>" in page and "2 Mar 2026</text>" in page
    assert "Usual so far" in page and '<rect class="band"' in page
    assert re.search(r"<b>[^<]*%</b> <span class=\"soft small\">\d+ s of \d+ s</span>", page)


def test_the_goal_is_drawn_where_it_was_set(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    for seed, day in enumerate(("2026-01-05", "2026-02-03", "2026-03-02")):
        service.upload(mentor, seed, held_on=day)
    wish = {"text": "Ask and wait", "measure": "stacked_questions", "direction": "less"}
    assert "Ask and wait" not in client.get("/trends").text
    mentor.client.post("/v1/goals", json=wish).raise_for_status()
    first = client.get("/trends").text.partition("</article>")[0]
    assert "Ask and wait" in first and "Usual before the goal" in first
    assert first.count('<line class="goal"') == 1 and "per hour" in first


@pytest.mark.parametrize("day", ["2999-01-01", "1904-01-01", "yesterday"])
def test_a_session_has_a_day_of_the_past(service: Service, mentor: Person, day: str) -> None:
    form = {"consent": "true", "held_on": day}
    files = {"recording": ("x.wav", wav(), "audio/wav")}
    assert mentor.client.post("/v1/sessions", data=form, files=files).status_code == 422


def test_the_day_is_said_after_the_upload_too(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    form = {"csrf": csrf(client), "consent": "true", "held_on": ""}
    page = client.post("/upload", data=form, files={"recording": ("x.wav", wav(), "audio/wav")})
    session = page.url.path
    today = mentor.client.get(f"/v1{session}").json()
    assert today["held_on"] == today["created_at"][:10]
    about = {"title": "A talk", "mentor": "", "partner": "", "held_on": "2026-05-04"}
    assert 'value="2026-05-04"' in send(client, f"{session}/about", **about).text
    assert mentor.client.get(f"/v1{session}").json()["held_on"] == "2026-05-04"


def test_the_programme_page_has_totals_and_no_names(service: Service, lead: Person) -> None:
    client = browser(service, lead)
    for number in range(3):
        assert "Totals need 3 mentors" in client.get("/programme").text
        service.upload(service.person(f"m{number}@example.org"), mentor="Ada")
    page = client.get("/programme").text
    assert "Over 3 scorecards of 3 mentors" in page and "Talk share" in page
    assert "Ada" not in page


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


def test_title_and_names_are_given_after_the_upload_too(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    session = f"/sessions/{service.upload(mentor, title='First')}"
    page = send(client, f"{session}/about", title="A hard week", mentor="", partner="Bo").text
    assert 'value="A hard week"' in page and "Bo (mentee)" in page
    assert "<h1>A hard week</h1>" in client.get(session).text
    assert "You with Bo" in client.get("/trends").text
    assert "First" not in send(client, f"{session}/about", title="", mentor="", partner="").text


def test_a_session_is_shared_on_its_page_and_taken_back(
    service: Service, mentor: Person, lead: Person
) -> None:
    client, other = browser(service, mentor), browser(service, lead)
    session = f"/sessions/{service.upload(mentor, title='First talk')}"
    assert "Nothing here yet" in other.get("/").text
    assert lead.email in send(client, f"{session}/shares", email=lead.email).text
    listed, read = other.get("/").text, other.get(session).text
    assert "First talk" in listed and f"shared by {mentor.email}" in listed
    assert f"shared by {mentor.email}, who is “you” on this page" in read
    assert (
        "/fix?" not in read
        and "/changes" not in read
        and "/shares" not in read
        and "/delete" not in read
    )
    refused = send(client, f"{session}/shares", email="nobody@example.org")
    assert refused.status_code == 422 and "ask an admin to invite them" in refused.text
    assert lead.email not in send(client, f"{session}/shares/{lead.id}/remove").text
    assert other.get(session).status_code == 404


def test_alone_there_is_nobody_to_share_with(service: Service, mentor: Person) -> None:
    page = browser(service, mentor).get(f"/sessions/{service.upload(mentor)}").text
    assert ">Share<" not in page and "/shares" not in page


def test_who_came_by_a_link_is_told_to_set_a_password(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    assert "Set a password" in client.get("/").text
    send(client, "/account/password", password="a good password")
    assert "Set a password" not in client.get("/").text
    link = links.local_link(service.context.engine, "http://testserver")
    assert "Set a password" not in service.client().post(link, headers=HTML).text


def test_a_page_that_cannot_be_is_not_found(service: Service, mentor: Person) -> None:
    answer = browser(service, mentor).get("/sessions/abc")
    assert answer.status_code == 404 and "pattern" not in answer.text
    assert mentor.client.get("/v1/sessions/abc").status_code == 422


def test_an_admin_makes_links_for_newcomers_alone(
    service: Service, mentor: Person, admin: Person
) -> None:
    client = browser(service, admin)
    page = send(client, f"/users/{mentor.id}/link").text
    link = re.search(r"http://testserver(/sign-in/coach_[\w-]+)", page)
    assert link and service.client().post(link[1]).status_code == 200
    service.upload(mentor)
    refused = send(client, f"/users/{mentor.id}/link")
    assert refused.status_code == 403 and "sign-in/coach_" not in refused.text
    assert f"/users/{mentor.id}/link" not in client.get("/users").text


def test_a_form_that_is_no_correction_is_refused(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    path = f"/sessions/{service.upload(mentor)}/corrections"
    assert send(client, path, kind="dance").status_code == 422
    assert send(client, path, kind="relabel", speaker="A").status_code == 422


def test_the_account_page(service: Service, mentor: Person, admin: Person) -> None:
    client = browser(service, mentor)
    page = send(client, "/account/tokens", name="my script").text
    found = re.search(r"coach_[\w-]{43}", page)
    assert found and service.client(found[0]).get("/v1/me").status_code == 200
    assert found[0] not in client.get("/account").text
    token_id = re.findall(r"/account/tokens/(\w+)/revoke", page)[-1]
    send(client, f"/account/tokens/{token_id}/revoke")
    assert service.client(found[0]).get("/v1/me").status_code == 401
    assert "is set" in send(client, "/account/password", password="a good password").text
    assert client.get("/account").status_code == 200
    assert mentor.client.get("/v1/me").status_code == 401
    assert send(client, "/account/erase", confirm="no").status_code == 422
    assert send(client, "/account/erase", confirm="erase").url.path == "/sign-in"


def test_an_admin_invites_and_locks_out(service: Service, admin: Person) -> None:
    client = browser(service, admin)
    page = send(client, "/users", email="new@example.org", role="lead").text
    link = re.search(r"http://testserver(/sign-in/coach_[\w-]+)", page)
    assert link is not None
    newcomer = service.client()
    assert newcomer.post(link[1]).status_code == 200
    assert newcomer.get("/v1/me").json()["role"] == "lead"
    user_id = newcomer.get("/v1/me").json()["id"]
    send(client, f"/users/{user_id}", role="mentor")
    assert newcomer.get("/v1/me").json()["role"] == "mentor"
    send(client, f"/users/{user_id}", disabled="true")
    assert newcomer.get("/v1/me").status_code == 401
    assert send(client, "/users", email="new@example.org").status_code == 409


@pytest.mark.parametrize("path", ["/", "/sign-in", "/v1/me", "/nowhere", "/static/pages.css"])
def test_every_answer_has_safe_headers(service: Service, path: str) -> None:
    headers = service.client().get(path).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"]
    assert "strict-transport-security" not in headers


def test_https_is_kept(make_service: Any) -> None:
    service = make_service(public_url="https://coach.example.org")
    assert "max-age" in service.client().get("/").headers["strict-transport-security"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [("text/html", "text/html"), ("*/*", "application/problem+json"),
     ("application/json, text/html;q=0.5", "application/problem+json")],
)  # fmt: skip
def test_errors_come_in_the_form_that_is_asked_for(
    service: Service, accept: str, expected: str
) -> None:
    answer = service.client().get("/nowhere", headers={"Accept": accept})
    assert answer.status_code == 404 and answer.headers["content-type"].startswith(expected)


def test_health_and_metrics(service: Service, admin: Person) -> None:
    client = service.client()
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok", "room": "ok", "cleanup": "ok"}
    service.upload(admin)
    counted = admin.client.get("/metrics").text
    assert 'coach_sessions{status="done"} 1.0' in counted
    assert 'route="/v1/sessions"' in counted and "coach_uploaded_bytes_total" in counted
    with service.context.engine.begin() as db:
        db.exec_driver_sql("DROP TABLE alembic_version")
    assert client.get("/readyz").status_code == 503


def test_a_session_without_a_title_is_called_by_its_file(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    form = {"csrf": csrf(client), "consent": "true"}
    files = {"recording": ("C:\\talks\\Monday 3.wav", wav(3), "audio/wav")}
    page = client.post("/upload", data=form, files=files)
    assert "<h1>Monday 3</h1>" in page.text
    assert re.search(r"Monday 3</a>.*?, \d+:\d\d", client.get("/").text, re.DOTALL)


def test_a_session_without_any_name_is_called_the_same_everywhere(
    service: Service, mentor: Person
) -> None:
    client = browser(service, mentor)
    session_id = service.upload(mentor, 4)
    send(client, f"/sessions/{session_id}/about", title="", mentor="", partner="")
    called = re.search(r"Session of \d+ \w+ \d+, \d+:\d\d", client.get("/").text)
    assert called
    assert f"<h1>{called[0]}</h1>" in client.get(f"/sessions/{session_id}").text


def test_the_same_file_again_says_so_and_keeps_the_new_title(
    service: Service, mentor: Person
) -> None:
    client = browser(service, mentor)
    first = service.upload(mentor, title="First")
    form = {"csrf": csrf(client), "consent": "true", "title": "Second", "partner": "Bo"}
    page = client.post("/upload", data=form, files={"recording": ("x.wav", wav(), "audio/wav")})
    assert page.url.path == f"/sessions/{first}"
    assert "uploaded before" in page.text and "<h1>Second</h1>" in page.text
    assert mentor.client.get(f"/v1/sessions/{first}").json()["partner"] == "Bo"
    service.upload(mentor)
    assert mentor.client.get(f"/v1/sessions/{first}").json()["title"] == "Second"


def test_how_long_sound_is_kept_is_a_whole_number_of_days(service: Service, mentor: Person) -> None:
    assert "kept for 90 days" in browser(service, mentor).get("/upload").text


def test_errors_stand_on_the_page_where_they_happened(
    service: Service, mentor: Person, admin: Person
) -> None:
    client = browser(service, admin)
    again = send(client, "/users", email=mentor.email)
    assert again.status_code == 409 and "Invite somebody" in again.text
    assert f'value="{mentor.email}"' in again.text and 'role="alert"' in again.text
    session = f"/sessions/{service.upload(admin)}"
    unknown = send(client, f"{session}/shares", email="nobody@example.org")
    assert unknown.status_code == 422 and "What stood out" in unknown.text
    assert 'value="nobody@example.org"' in unknown.text and 'role="alert"' in unknown.text
    wrong = send(client, "/account/erase", confirm="ease")
    assert wrong.status_code == 422 and "Nothing was erased" in wrong.text
    assert "Take everything along" in wrong.text


def test_a_wrong_password_keeps_the_address(service: Service) -> None:
    form = {"email": "a@example.org", "password": "guess"}
    answer = service.client().post("/sign-in", data=form, headers=HTML)
    assert 'value="a@example.org"' in answer.text


def test_the_rule_of_passwords_is_said_beforehand(service: Service, mentor: Person) -> None:
    page = browser(service, mentor).get("/account").text
    assert f"at least {passwords.MIN_LENGTH} characters" in page


def test_an_invitation_can_be_copied(service: Service, admin: Person) -> None:
    page = send(browser(service, admin), "/users", email="new@example.org").text
    assert re.search(r'data-copy="http://testserver/sign-in/coach_[\w-]+"', page)


@pytest.mark.parametrize("place", ["/", "/practice", "/trends", "/programme", "/users", "/account"])
def test_the_navigation_says_where_one_is(service: Service, admin: Person, place: str) -> None:
    page = browser(service, admin).get(place).text
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', page) == [place]


def test_the_list_has_figures_and_refreshes_while_something_runs(
    service: Service, mentor: Person
) -> None:
    client = browser(service, mentor)
    service.upload(mentor)
    page = client.get("/").text
    assert re.search(r"Talk share <b>\d+%( to \d+%)?</b>", page) and "data-refresh" not in page
    service.jobs.at_once = False
    service.upload(mentor, 1)
    assert "data-refresh" in client.get("/").text


def test_that_a_session_was_erased_is_said(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    page = send(client, f"/sessions/{service.upload(mentor)}/delete")
    assert page.url.path == "/" and "The session is erased" in page.text


def test_what_is_for_research_stands_apart_in_the_menu(service: Service, mentor: Person) -> None:
    page = browser(service, mentor).get(f"/sessions/{service.upload(mentor)}").text
    mine, _, research = page.partition("For research tools")
    assert "Scorecard, as a page" in mine and "Subtitles" in mine and "Praat" not in mine
    assert "Praat" in research and "ConvoKit" in research


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


def test_consent_is_on_record_and_the_sound_is_kept_for_less(
    service: Service, mentor: Person
) -> None:
    client = browser(service, mentor)
    session = f"/sessions/{service.upload(mentor, partner='Bo')}"
    page = client.get(f"{session}/changes").text
    assert "Bo has agreed" in page and "The mentor has agreed" in page
    latest = mentor.client.get(f"/v1{session}").json()["audio_until"][:10]
    assert f'max="{latest}"' in page
    day = (date.fromisoformat(latest) - timedelta(days=60)).isoformat()
    page = send(client, f"{session}/sound", until=day)
    assert page.url.path == f"{session}/changes" and f'value="{day}"' in page.text
    assert mentor.client.get(f"/v1{session}").json()["audio_until"].startswith(f"{day}T00:00:00")
    assert send(client, f"{session}/sound", until="2999-01-01").status_code == 422


def test_a_mentor_has_their_voice_remembered_and_forgotten(
    service: Service, mentor: Person
) -> None:
    client = browser(service, mentor)
    session = f"/sessions/{service.upload(mentor, mentor='Ada')}"
    assert "I agree that a print of it is kept" in client.get(f"{session}/changes").text
    refused = send(client, f"{session}/voice", speaker="A")
    assert refused.status_code == 422 and mentor.client.get("/v1/enrolments").json() == []
    page = send(client, f"{session}/voice", speaker="A", agreed="true")
    assert page.url.path == f"{session}/changes" and "This voice is remembered" in page.text
    (known,) = mentor.client.get("/v1/enrolments").json()
    assert known["name"] == "Ada" and "Ada" in client.get("/account").text
    send(client, f"/account/voices/{known['id']}/forget").raise_for_status()
    assert mentor.client.get("/v1/enrolments").json() == []
    assert "I agree that a print" in client.get(f"{session}/changes").text


def test_webhooks_are_added_and_deleted_under_account(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    page = send(client, "/account/webhooks", url="https://1.1.1.1/hook")
    assert page.status_code == 200 and "https://1.1.1.1/hook" in page.text
    with service.context.engine.connect() as db:
        secret = db.scalar(sa.select(webhooks.c.secret))
    assert isinstance(secret, str)
    assert secret in page.text and secret not in client.get("/account").text
    (made,) = mentor.client.get("/v1/webhooks").json()
    send(client, f"/account/webhooks/{made['id']}/delete").raise_for_status()
    assert mentor.client.get("/v1/webhooks").json() == []
    refused = send(client, "/account/webhooks", url="http://127.0.0.1:1/")
    assert refused.status_code == 422 and mentor.client.get("/v1/webhooks").json() == []
