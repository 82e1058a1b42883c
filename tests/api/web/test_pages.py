"""The pages: signing in, uploading, correcting, accounts, users; and what all answers have."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from coach_api.auth import links, passwords
from coach_api.auth.principal import COOKIE
from coach_api.problems import Problem

from .conftest import SECRET_WORD, Person, Service, wav

HTML = {"Accept": "text/html,*/*;q=0.8"}


def browser(service: Service, who: Person) -> TestClient:
    """A client that signed in with a link."""
    with service.context.engine.begin() as db:
        secret = links.issue(db, who.id)
    client = service.client()
    client.headers.update(HTML)
    client.get(f"/sign-in/{secret}").raise_for_status()
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
    assert first.get(f"/sign-in/{secret}", headers=HTML).url.path == "/"
    again = second.get(f"/sign-in/{secret}", headers=HTML)
    assert again.status_code == 401 and "used" in again.text
    assert first.get("/sign-in", headers=HTML).url.path == "/"


def test_the_owner_of_a_local_service_is_made_once(service: Service) -> None:
    for _ in range(2):
        link = links.local_link(service.context.engine, "http://127.0.0.1:8000/")
        assert link.startswith("http://127.0.0.1:8000/sign-in/coach_")
        client = service.client()
        assert client.get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200
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
    assert "My &lt;b&gt;talk&lt;/b&gt;" in page.text and SECRET_WORD in page.text
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


FORMS = [
    {"kind": "rename", "speaker": "A", "name": "Eve"},
    {"kind": "set_mentor", "speaker": "B"},
    {"kind": "swap", "speaker": "A", "to": "B"},
    {"kind": "merge", "speaker": "B", "to": "A"},
    {"kind": "reattribute", "start": 0, "end": 4, "speaker": "A", "to": "B"},
    {"kind": "edit_text", "start": 0, "end": 4, "speaker": "A", "text": "Well?"},
    {"kind": "relabel", "start": 0, "end": 4, "speaker": "A", "label": "closed_question"},
    {"kind": "overrule", "start": 30.5, "end": 33, "speaker": "", "label": "terminal"},
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: str(form["kind"]))
def test_every_correction_has_a_form(service: Service, mentor: Person, form: Any) -> None:
    client = browser(service, mentor)
    session_id = service.upload(mentor)
    path = f"/sessions/{session_id}/corrections"
    page = send(client, path, **form)
    assert page.status_code == 200 and page.url.path == path
    assert form["kind"].replace("_", " ") in page.text
    assert "corrected by hand" in client.get(f"/sessions/{session_id}").text
    made = mentor.client.get(f"/v1{path}").json()[0]["id"]
    assert "undone" in send(client, f"{path}/{made}/undo").text


def options(page: str, name: str) -> list[tuple[str, str]]:
    """The values and texts of a choice, without their numbers."""
    _, _, rest = page.partition(f'<select name="{name}"')
    return re.findall(r'value="([\d.]+)".*?>\d+\. (.*?)<', rest.partition("</select>")[0])


def test_some_words_of_a_line_are_given_to_the_other(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    path = f"/sessions/{service.upload(mentor)}/corrections"
    line = re.findall(r'<li class="entry wide" id="(line-\d+)">', client.get(path).text)[1]
    assert f"?line={line}#{line}" in client.get(path).text
    page = client.get(path, params={"line": line}).text
    starts, ends = (options(page, name) for name in ("start", "end"))
    chosen = {"speaker": "B", "to": "A", "start": starts[2][0], "end": ends[4][0]}
    send(client, path, kind="reattribute", **chosen).raise_for_status()
    session = path.removesuffix("/corrections")
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
    assert page.count("<circle") >= 3 and "Ada, over 3 scorecards" in page
    pair = re.findall(r'href="/trends\?of=(\w+)"[^>]*>Ada with Bo', page)[0]
    of_pair = client.get("/trends", params={"of": pair}).text
    assert "Ada with Bo, over 2 scorecards" in of_pair
    assert "Ada" not in browser(service, lead).get("/trends", params={"of": pair}).text


def test_the_programme_page_has_totals_and_no_names(service: Service, lead: Person) -> None:
    client = browser(service, lead)
    for number in range(3):
        assert "Totals need 3 mentors" in client.get("/programme").text
        service.upload(service.person(f"m{number}@example.org"), mentor="Ada")
    page = client.get("/programme").text
    assert "Over 3 scorecards of 3 mentors" in page and "Talk share" in page
    assert "Ada" not in page


def test_every_kind_of_form_is_on_the_page(service: Service, mentor: Person) -> None:
    client = browser(service, mentor)
    page = client.get(f"/sessions/{service.upload(mentor)}/corrections").text
    kinds = set(re.findall(r'name="kind" value="(\w+)"', page))
    assert kinds >= {str(form["kind"]) for form in FORMS} - {"overrule"}


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
    assert newcomer.get(link[1]).status_code == 200
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
    assert client.get("/healthz").json() == client.get("/readyz").json() == {"status": "ok"}
    service.upload(admin)
    counted = admin.client.get("/metrics").text
    assert 'coach_sessions{status="done"} 1.0' in counted
    assert 'route="/v1/sessions"' in counted and "coach_uploaded_bytes_total" in counted
    with service.context.engine.begin() as db:
        db.exec_driver_sql("DROP TABLE alembic_version")
    assert client.get("/readyz").status_code == 503
