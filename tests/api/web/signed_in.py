"""A browser that is signed in, for the tests of pages."""

from __future__ import annotations

import re
from typing import Any

from fastapi.testclient import TestClient

from coach_api.people import links
from coach_api.web.callers import COOKIE

from .conftest import Person, Service

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
