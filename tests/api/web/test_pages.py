"""The pages of sessions: uploading, progress, sharing; and what all answers have."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .conftest import SECRET_WORD, Person, Service, wav
from .signed_in import browser, csrf, send


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


def test_a_page_that_cannot_be_is_not_found(service: Service, mentor: Person) -> None:
    answer = browser(service, mentor).get("/sessions/abc")
    assert answer.status_code == 404 and "pattern" not in answer.text
    assert mentor.client.get("/v1/sessions/abc").status_code == 422


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


def test_sessions_are_searched_by_title_and_names_and_only_ones_own(
    service: Service, mentor: Person
) -> None:
    other = service.person("other@example.org")
    service.upload(mentor, 1, title="First steps", partner="Élodie")
    service.upload(mentor, 2, title="Money", partner="Bo")
    service.upload(other, 3, title="Secret steps", partner="Élodie")
    client = browser(service, mentor)
    for words, found, hidden in (
        ("STEPS", "First steps", "Money"),
        ("élodie", "First steps", "Money"),
        ("bo", "Money", "First steps"),
    ):
        page = send(client, "/", words=words).text
        assert found in page and hidden not in page and "Secret" not in page
    assert "No session has this" in send(client, "/", words="nothing like it").text
    assert send(client, "/", words=" ").url.path == "/"
