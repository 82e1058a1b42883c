"""Who may do what: every route x every role x own, shared and other's sessions.

``make access`` prints the matrix, after it was tested.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import Response
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from coach_api.people import accounts, tokens
from coach_api.sessions import rehearsal
from coach_api.settings import Settings
from coach_api.store.database import connect
from coach_api.store.objects import Storage
from coach_api.store.tables import enrolments, goals, new_id, notes, uploads, webhooks
from coach_api.web.app import create_app
from coach_api.web.callers import COOKIE, identify
from coach_api.web.cookies import sign_in
from coach_api.web.pages import PAGES
from coach_api.web.routes import ROUTES

from .conftest import InlineJobs, Person, Service

OK, SIGN_IN, FORBIDDEN, HIDDEN = "ok", 401, 403, 404

ACTORS = (
    "nobody", "mentor own", "mentor shared", "mentor other", "lead own", "lead shared",
    "lead other", "admin own", "admin shared", "admin other",
)  # fmt: skip

Verdicts = dict[str, Any]


def verdicts(*, own: Any, shared: Any, other: Any, admin_shared: Any, admin_other: Any) -> Verdicts:
    return {
        "nobody": SIGN_IN,
        "mentor own": own, "mentor shared": shared, "mentor other": other,
        "lead own": own, "lead shared": shared, "lead other": other,
        "admin own": own, "admin shared": admin_shared, "admin other": admin_other,
    }  # fmt: skip


def of_role(mentor: Any, lead: Any, admin: Any, nobody: Any = SIGN_IN) -> Verdicts:
    found = {"nobody": nobody}
    for actor in ACTORS[1:]:
        found[actor] = {"mentor": mentor, "lead": lead, "admin": admin}[actor.split()[0]]
    return found


OPEN = of_role(OK, OK, OK, nobody=OK)
ANYBODY = of_role(OK, OK, OK)
LEADS = of_role(FORBIDDEN, OK, OK)
ADMINS = of_role(FORBIDDEN, FORBIDDEN, OK)
STATUS = verdicts(own=OK, shared=OK, other=HIDDEN, admin_shared=OK, admin_other=OK)
READ = verdicts(own=OK, shared=OK, other=HIDDEN, admin_shared=OK, admin_other=FORBIDDEN)
OWNER = verdicts(
    own=OK, shared=FORBIDDEN, other=HIDDEN, admin_shared=FORBIDDEN, admin_other=FORBIDDEN
)
HOUSE = verdicts(own=OK, shared=FORBIDDEN, other=HIDDEN, admin_shared=OK, admin_other=OK)
MINE = verdicts(own=OK, shared=HIDDEN, other=HIDDEN, admin_shared=HIDDEN, admin_other=HIDDEN)

S = "/v1/sessions/{session_id}"
MATRIX: dict[str, Verdicts] = {
    "GET /healthz": OPEN,
    "GET /readyz": OPEN,
    "GET /metrics": ADMINS,
    "GET /v1/consent": OPEN,
    "POST /v1/sessions": ANYBODY,
    "GET /v1/sessions": ANYBODY,
    f"GET {S}": STATUS,
    f"PATCH {S}": OWNER,
    f"DELETE {S}": HOUSE,
    f"POST {S}/cancel": HOUSE,
    f"POST {S}/retry": HOUSE,
    f"GET {S}/consents": READ,
    f"GET {S}/events": STATUS,
    f"GET {S}/scorecard": READ,
    f"GET {S}/conversation": READ,
    f"GET {S}/speakers": READ,
    f"GET {S}/audio": READ,
    f"HEAD {S}/audio": READ,
    f"GET {S}/audio/copy": READ,
    f"HEAD {S}/audio/copy": READ,
    f"GET {S}/exports/{{format}}": READ,
    f"GET {S}/corrections": READ,
    f"POST {S}/corrections": OWNER,
    f"DELETE {S}/corrections/{{correction_id}}": OWNER,
    f"GET {S}/shares": OWNER,
    f"POST {S}/shares": OWNER,
    f"DELETE {S}/shares/{{user_id}}": OWNER,
    "POST /v1/uploads": ANYBODY,
    "OPTIONS /v1/uploads": OPEN,
    "HEAD /v1/uploads/{upload_id}": MINE,
    "PATCH /v1/uploads/{upload_id}": MINE,
    "DELETE /v1/uploads/{upload_id}": MINE,
    "GET /v1/people": ANYBODY,
    "GET /v1/trends/{key}": ANYBODY,
    "GET /v1/programme": LEADS,
    "GET /v1/enrolments": ANYBODY,
    "POST /v1/enrolments": OWNER,
    "DELETE /v1/enrolments/{enrolment_id}": MINE,
    "GET /v1/me": ANYBODY,
    "PUT /v1/me/password": ANYBODY,
    "GET /v1/me/export": ANYBODY,
    "DELETE /v1/me": ANYBODY,
    "POST /v1/people/find": ADMINS,
    "POST /v1/people/export": ADMINS,
    "POST /v1/people/erase": ADMINS,
    "GET /v1/tokens": ANYBODY,
    "POST /v1/tokens": ANYBODY,
    "DELETE /v1/tokens/{token_id}": MINE,
    "GET /v1/users": ADMINS,
    "POST /v1/users": ADMINS,
    "PATCH /v1/users/{user_id}": ADMINS,
    "DELETE /v1/users/{user_id}": ADMINS,
    "GET /v1/webhooks": ANYBODY,
    "POST /v1/webhooks": ANYBODY,
    "DELETE /v1/webhooks/{webhook_id}": MINE,
    "GET /v1/webhooks/{webhook_id}/deliveries": MINE,
    f"GET {S}/notes": OWNER,
    f"POST {S}/notes": OWNER,
    f"DELETE {S}/notes/{{note_id}}": OWNER,
    "GET /sessions/{session_id}/notes": OWNER,
    "POST /sessions/{session_id}/notes": OWNER,
    "POST /sessions/{session_id}/notes/{note_id}/erase": OWNER,
    "GET /v1/goals": ANYBODY,
    "POST /v1/goals": ANYBODY,
    "POST /v1/goals/{goal_id}/end": MINE,
    "DELETE /v1/goals/{goal_id}": MINE,
    "GET /": ANYBODY,
    "GET /sign-in": OPEN,
    "POST /sign-in": OPEN,
    "GET /sign-in/oidc": of_role(HIDDEN, HIDDEN, HIDDEN, nobody=HIDDEN),
    "GET /sign-in/oidc/back": of_role(HIDDEN, HIDDEN, HIDDEN, nobody=HIDDEN),
    "GET /sign-in/{secret}": of_role(OK, OK, OK, nobody=SIGN_IN),
    "POST /sign-in/{secret}": of_role(SIGN_IN, SIGN_IN, SIGN_IN, nobody=SIGN_IN),
    "POST /sign-out": ANYBODY,
    "GET /sessions/{session_id}": STATUS,
    "POST /sessions/{session_id}/cancel": HOUSE,
    "POST /sessions/{session_id}/retry": HOUSE,
    "POST /sessions/{session_id}/delete": HOUSE,
    "POST /sessions/{session_id}/about": OWNER,
    "POST /sessions/{session_id}/sound": OWNER,
    "POST /sessions/{session_id}/voice": OWNER,
    "POST /sessions/{session_id}/shares": OWNER,
    "POST /sessions/{session_id}/shares/{user_id}/remove": OWNER,
    "GET /assets/{name}": OPEN,
    "GET /trends": ANYBODY,
    "GET /practice": ANYBODY,
    "POST /practice/goals": ANYBODY,
    "POST /practice/goals/{goal_id}/end": MINE,
    "POST /practice/goals/{goal_id}/erase": MINE,
    "POST /sessions/{session_id}/goal": OWNER,
    "GET /practice/rehearse": ANYBODY,
    "GET /practice/rehearse/{session_id}/{at}": MINE,
    "POST /practice/rehearse/{session_id}/{at}": MINE,
    "GET /programme": LEADS,
    "GET /programme.csv": LEADS,
    "GET /upload": ANYBODY,
    "POST /upload": ANYBODY,
    "GET /sessions/{session_id}/review": READ,
    "GET /sessions/{session_id}/measures": READ,
    "GET /sessions/{session_id}/method": READ,
    "GET /sessions/{session_id}/evidence/{name}": READ,
    "GET /sessions/{session_id}/observations": READ,
    "GET /sessions/{session_id}/changes": OWNER,
    "GET /sessions/{session_id}/fix": OWNER,
    "POST /sessions/{session_id}/corrections": OWNER,
    "POST /sessions/{session_id}/corrections/{correction_id}/undo": OWNER,
    "GET /account": ANYBODY,
    "POST /account/password": ANYBODY,
    "POST /account/second-factor/begin": ANYBODY,
    "POST /account/second-factor": ANYBODY,
    "POST /account/second-factor/off": ANYBODY,
    "POST /account/tokens": ANYBODY,
    "POST /account/tokens/{token_id}/revoke": MINE,
    "POST /account/webhooks": ANYBODY,
    "POST /account/webhooks/{webhook_id}/delete": MINE,
    "POST /account/voices/{enrolment_id}/forget": MINE,
    "POST /account/erase": ANYBODY,
    "POST /account/stop": of_role(FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "POST /": ANYBODY,
    "GET /people": ADMINS,
    "POST /people": ADMINS,
    "POST /people/export": ADMINS,
    "POST /people/erase": ADMINS,
    "GET /users": ADMINS,
    "POST /users": ADMINS,
    "POST /users/{user_id}": ADMINS,
    "POST /users/{user_id}/link": ADMINS,
}

GOAL = {"text": "Ask more.", "measure": "open_questions", "direction": "more"}
JSON: dict[str, Any] = {
    "POST /v1/goals": GOAL,
    f"POST {S}/notes": {"text": "Ask more."},
    f"PATCH {S}": {"title": "New"},
    f"POST {S}/corrections": {"kind": "rename", "speaker": "A", "name": "Ada"},
    f"POST {S}/shares": {"email": "third@example.org"},
    "PUT /v1/me/password": {"password": "long enough it is"},
    "POST /v1/people/find": {"name": "Nobody Such"},
    "POST /v1/people/export": {"name": "Nobody Such", "consent": "letter 1"},
    "POST /v1/people/erase": {"name": "Nobody Such"},
    "POST /v1/tokens": {"name": "x"},
    "PATCH /v1/users/{user_id}": {"role": "mentor"},
    "POST /v1/webhooks": {"url": "http://127.0.0.1:1/x"},
}
QUERY = {"GET /sessions/{session_id}/fix": "?at=1&speaker=A"}
FORM: dict[str, dict[str, str]] = {
    "POST /sessions/{session_id}/sound": {"until": "2026-01-05"},
    "POST /sessions/{session_id}/voice": {"speaker": "A", "agreed": "true"},
    "POST /account/webhooks": {"url": "http://127.0.0.1:1/x"},
    "POST /sessions/{session_id}/notes": {"text": "Ask more."},
    "POST /practice/goals": GOAL,
    "POST /people": {"name": "Ada"},
    "POST /people/export": {"name": "Ada", "consent": "letter 3"},
    "POST /people/erase": {"name": "Ada"},
    "POST /sign-in": {"email": "a@b", "password": "wrong"},
    "POST /sessions/{session_id}/corrections": {"kind": "set_mentor", "speaker": "B"},
    "POST /account/password": {"password": "long enough it is"},
    "POST /account/second-factor": {"secret": "A" * 32, "code": "0"},
    "POST /account/second-factor/off": {"code": "0"},
    "POST /account/tokens": {"name": "x"},
    "POST /sessions/{session_id}/shares": {"email": "third@example.org"},
}


@dataclass
class World:
    """One service with a user of each role, and things that each of them owns."""

    service: Service
    numbers: Iterator[int]

    def fresh(self, role: str) -> Person:
        return self.service.person(f"{role}{next(self.numbers)}@example.org", role)

    def cast(self, actor: str) -> tuple[Person | None, Person]:
        """Who acts, and who owns what is acted on."""
        if actor == "nobody":
            return None, self.fresh("mentor")
        role, relation = actor.split()
        acting = self.fresh(role)
        return acting, acting if relation == "own" else self.fresh("mentor")


@pytest.fixture(scope="module")
def world(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("world"), rate_factor=1e6, min_free_bytes=1,
        private_webhooks=True,
    )  # fmt: skip
    settings.prepare()
    (settings.data_dir / "coach.db").write_bytes(migrated.read_bytes())
    jobs = InlineJobs(connect(settings), Storage(settings.storage))
    service = Service(create_app(settings, jobs), settings, jobs)
    service.person("third@example.org")
    service.person("keeper@example.org", "admin")
    yield World(service, count())
    service.context.engine.dispose()
    jobs.engine.dispose()


def all_routes() -> set[str]:
    return {
        f"{method} {route.path}"
        for router in (*ROUTES, *PAGES)
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }


def test_every_route_is_in_the_matrix() -> None:
    assert all_routes() == set(MATRIX)


def test_the_matrix_can_be_printed() -> None:
    lines = printed().splitlines()
    sys.stdout.write(f"\n{printed()}\n")
    assert len(lines) == len(MATRIX) + 1
    assert len({len(line) for line in lines}) == 1


def printed() -> str:
    """The matrix as a table of text."""
    names = {OK: "yes", SIGN_IN: "sign in", FORBIDDEN: "no", HIDDEN: "not there"}
    rows = [["", *ACTORS]]
    rows += [[route, *(names[MATRIX[route][actor]] for actor in ACTORS)] for route in MATRIX]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("route", MATRIX)
def test_the_matrix(world: World, route: str, actor: str) -> None:
    acting, owner = world.cast(actor)
    session_id = ""
    if "{session_id}" in route or route == "POST /v1/enrolments":
        session_id = world.service.upload(owner, seed=next(world.numbers))
    if session_id and acting and "shared" in actor:
        share = {"email": acting.email}
        owner.client.post(f"/v1/sessions/{session_id}/shares", json=share).raise_for_status()
    answer = ask(world, route, acting, owner, session_id)
    verdict = MATRIX[route][actor]
    if verdict == OK:
        assert answer.status_code not in (401, 403, 404) or signing_in(route), answer.text
        assert answer.status_code < 500
    else:
        assert answer.status_code == verdict, answer.text


def signing_in(route: str) -> bool:
    return route == "POST /sign-in"


def ask(world: World, route: str, acting: Person | None, owner: Person, session_id: str) -> Any:
    method, path = route.split(" ")
    client, csrf = client_for(world.service, acting, path)
    if acting and route in IN_BROWSER:
        client, csrf = browser_of(world.service, acting)
        client.headers["X-CSRF-Token"] = csrf
    path = path.format(**ids(world, owner, session_id, path))
    options: dict[str, Any] = {"follow_redirects": False}
    if route == "POST /v1/sessions":
        options |= {"data": {"consent": "true"}, "files": {"recording": ("x.wav", b"RIFFxxxxWAVE")}}
    elif route == "POST /upload":
        fields = {"consent": "true", "csrf": csrf}
        options |= {"data": fields, "files": {"recording": ("x.wav", b"RIFFxxxxWAVE")}}
    elif "/v1/uploads" in route:
        options |= {"content": b"x" if method == "PATCH" else b"", "headers": TUS}
    elif route == "POST /v1/enrolments":
        options["json"] = {"session_id": session_id, "speaker": "A", "name": "Ada"}
    elif route in ("POST /v1/users", "POST /users"):
        key = "json" if "v1" in route else "data"
        options[key] = {"email": f"new{next(world.numbers)}@example.org", "csrf": csrf}
        if key == "json":
            del options[key]["csrf"]
    elif route in JSON:
        options["json"] = JSON[route]
    elif method == "POST":
        options["data"] = {"csrf": csrf, **FORM.get(route, {})}
    return client.request(method, path + QUERY.get(route, ""), **options)


TUS = {
    "Tus-Resumable": "1.0.0", "Upload-Length": "5", "Upload-Metadata": "consent dHJ1ZQ==",
    "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream",
}  # fmt: skip
IN_BROWSER = ("PUT /v1/me/password", "POST /v1/tokens")
"""A token may not do these."""


def client_for(service: Service, acting: Person | None, path: str) -> tuple[TestClient, str]:
    """A client with a token for the interface, or signed in as a browser for the pages."""
    if acting is None:
        return service.client(), ""
    if path.startswith("/v1/") or path == "/metrics":
        return acting.client, ""
    return browser_of(service, acting)


def browser_of(service: Service, acting: Person) -> tuple[TestClient, str]:
    """A client that is signed in, and what its forms must carry."""
    with service.context.engine.begin() as db:
        _, secret = tokens.issue(db, acting.id, "browser", [tokens.BROWSER])
    principal = identify(service.context, None, secret)
    assert principal is not None
    return service.client(cookies={COOKIE: secret}), principal.csrf


def ids(world: World, owner: Person, session_id: str, path: str) -> dict[str, str]:
    """Ids of things of the owner, made when the path needs them."""
    makers: dict[str, Any] = {
        "session_id": lambda: session_id,
        "format": lambda: "vtt",
        "key": lambda: "x" * 32,
        "name": lambda: "talk_share" if "/evidence/" in path else "scorecard.css",
        "secret": lambda: "coach_unknown",
        "at": lambda: card_of(world, owner),
        "correction_id": lambda: correction(owner, session_id),
        "user_id": lambda: third(world),
        "upload_id": lambda: insert(world, uploads, owner_id=owner.id, size=5, part=part(world)),
        "enrolment_id": lambda: insert(world, enrolments, owner_id=owner.id, name="x", print=[1.0]),
        "goal_id": lambda: insert(world, goals, user_id=owner.id, **GOAL),
        "note_id": lambda: insert(
            world, notes, author_id=owner.id, session_id=session_id, text="Ask more."
        ),
        "webhook_id": lambda: insert(world, webhooks, owner_id=owner.id, url="x", secret="x"),
        "token_id": lambda: token(world, owner),
    }
    if "/sessions/{session_id}/shares/{user_id}" in path:
        makers["user_id"] = lambda: shared_with(world, owner, session_id)
    return {name: make() for name, make in makers.items() if f"{{{name}}}" in path}


def correction(owner: Person, session_id: str) -> str:
    change = {"kind": "rename", "speaker": "A", "name": "Ada"}
    made = owner.client.post(f"/v1/sessions/{session_id}/corrections", json=change)
    return str(made.json()["id"])


def card_of(world: World, owner: Person) -> str:
    context = world.service.context
    with context.engine.connect() as db:
        return str(rehearsal.cards(context, db, owner.id)[0].at)


def shared_with(world: World, owner: Person, session_id: str) -> str:
    user_id = third(world)
    with world.service.context.engine.connect() as db:
        email = accounts.read_user(db, user_id).email
    owner.client.post(f"/v1/sessions/{session_id}/shares", json={"email": email})
    return user_id


def third(world: World) -> str:
    return world.fresh("mentor").id


def token(world: World, owner: Person) -> str:
    with world.service.context.engine.begin() as db:
        return tokens.issue(db, owner.id, "x", ["read"])[0]


def part(world: World) -> str:
    name = f"{next(world.numbers)}.part"
    (world.service.settings.uploads_dir / name).touch()
    return name


def insert(world: World, table: sa.Table, **values: Any) -> str:
    made = new_id()
    with world.service.context.engine.begin() as db:
        db.execute(table.insert().values(id=made, **values))
    return made


SCOPED = [
    ("GET /v1/sessions", "read"), ("POST /v1/uploads", "write"), ("GET /v1/users", "admin"),
    ("GET /metrics", "metrics"), ("DELETE /v1/me", "write"), ("GET /v1/me/export", "read"),
]  # fmt: skip


@pytest.mark.parametrize("has", tokens.SCOPES)
@pytest.mark.parametrize(("route", "needs"), SCOPED)
def test_a_token_may_what_its_scopes_say(world: World, route: str, needs: str, has: str) -> None:
    person = world.service.person(f"s{next(world.numbers)}@example.org", "admin", (has,))
    answer = ask(world, route, person, person, "0" * 32)
    assert (answer.status_code == 403) == (has != needs), answer.text


def test_a_token_changes_no_credentials(world: World) -> None:
    """Whoever has it would keep what they got when it is revoked."""
    script = world.service.person("script@example.org", "admin", tokens.SCOPES)
    other = world.fresh("mentor")
    for answer in (
        script.client.put("/v1/me/password", json={"password": "long enough it is"}),
        script.client.post("/v1/tokens", json={"name": "x", "scopes": ["read"]}),
        script.client.post("/v1/users", json={"email": "me-too@example.org", "role": "admin"}),
        script.client.patch(f"/v1/users/{other.id}", json={"role": "admin"}),
    ):
        assert answer.status_code == 403
        assert "sign in in a browser" in answer.json()["detail"]


def test_a_token_of_an_admin_without_the_scope_leaves_other_sessions_alone(
    world: World,
) -> None:
    owner = world.fresh("mentor")
    admin = world.service.person("house@example.org", "admin", ("read", "write"))
    session_id = world.service.upload(owner, seed=next(world.numbers))
    path = f"/v1/sessions/{session_id}"
    for answer in (
        admin.client.get(path), admin.client.delete(path), admin.client.post(f"{path}/cancel"),
        admin.client.post(f"{path}/retry"),
    ):  # fmt: skip
        assert answer.status_code == 404
    assert session_id not in admin.client.get("/v1/sessions").text
    assert owner.client.get(path).status_code == 200
    keeper = world.service.person("keeper2@example.org", "admin", ("write", "admin"))
    assert keeper.client.delete(path).status_code == 204


def test_nobody_makes_a_token_that_may_more_than_their_role(world: World) -> None:
    client, csrf = browser_of(world.service, world.fresh("mentor"))
    wish = {"name": "x", "scopes": ["read", "admin"]}
    answer = client.post("/v1/tokens", json=wish, headers={"X-CSRF-Token": csrf})
    assert answer.status_code == 403


def test_revoked_disabled_and_misplaced_secrets_are_worth_nothing(world: World) -> None:
    person, keeper = world.fresh("mentor"), world.fresh("admin")
    browser, csrf = browser_of(world.service, person)
    good = {"X-CSRF-Token": csrf}
    mine = browser.post("/v1/tokens", json={"name": "x"}, headers=good).json()
    client = world.service.client(mine["token"])
    assert client.get("/v1/me").status_code == 200
    assert world.service.client(cookies={COOKIE: mine["token"]}).get("/v1/me").status_code == 401
    person.client.delete(f"/v1/tokens/{mine['id']}")
    assert client.get("/v1/me").status_code == 401
    keeper.client.patch(f"/v1/users/{person.id}", json={"disabled": True})
    assert person.client.get("/v1/me").status_code == 401


def test_a_browser_writes_only_with_its_csrf_token(world: World) -> None:
    person = world.fresh("mentor")
    client, csrf = client_for(world.service, person, "/")
    wish = {"name": "x"}
    assert client.post("/v1/tokens", json=wish).status_code == 403
    good = {"X-CSRF-Token": csrf}
    assert client.post("/v1/tokens", json=wish, headers=good).status_code == 201
    foreign = good | {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/v1/tokens", json=wish, headers=foreign).status_code == 403
    assert client.post("/account/tokens", data={"name": "x"}).status_code == 403
    assert client.post("/account/tokens", data={"name": "x", "csrf": "x"}).status_code == 403


def test_the_last_admin_stays(service: Service, admin: Person) -> None:
    for change in ({"role": "mentor"}, {"disabled": True}):
        assert admin.client.patch(f"/v1/users/{admin.id}", json=change).status_code == 409
    assert admin.client.delete("/v1/me").status_code == 409
    assert admin.client.get("/v1/me").status_code == 200


def test_names_and_title_are_for_readers(service: Service, mentor: Person, admin: Person) -> None:
    session_id = service.upload(mentor, mentor="Ada", partner="Bo", title="Secret plans")
    seen = admin.client.get(f"/v1/sessions/{session_id}").text
    listed = admin.client.get("/v1/sessions").text
    assert session_id in seen and session_id in listed
    assert all(word not in seen + listed for word in ("Ada", "Bo", "Secret"))


def test_signing_in_sets_a_cookie_that_scripts_cannot_read(make_service: Any) -> None:
    service = make_service(public_url="https://coach.example.org")
    person = service.person("m@example.org")
    answer = Response()
    with service.context.engine.begin() as db:
        sign_in(service.context, db, person.id, answer)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "secure" in cookie and "samesite=lax" in cookie
