"""The whole way of a mentor in a real browser: link, upload with consent, progress, correction."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Page, sync_playwright

from coach_api.people.links import local_link

from .conftest import SECRET_WORD, Service

pytestmark = pytest.mark.browser

DEMO = Path(__file__).parents[3] / "docs" / "demo" / "demo.opus"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1200, "height": 800}
PATIENCE = 60_000


@pytest.fixture
def address(service: Service) -> Iterator[str]:
    """The service, listening."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(service.app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join()


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    """A browser's page that fails the test when a script or the content policy complains."""
    complaints: list[str] = []
    with sync_playwright() as api:
        browser = api.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport=request.param)
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" else None,
        )
        yield page
        browser.close()
    assert complaints == []


def test_from_the_link_to_a_corrected_scorecard(service: Service, address: str, page: Page) -> None:
    service.jobs.at_once = False
    service.person("third@example.org")
    page.goto(local_link(service.context.engine, address))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Upload a recording").first.click()

    page.set_input_files("input[type=file]", DEMO)
    page.get_by_label("Title").fill("The demo")
    page.get_by_label("Your mentee").fill("Bo")
    button = page.get_by_role("button", name="Upload and analyse")
    button.click()
    assert page.url.endswith("/upload"), "no upload without consent"
    page.get_by_label("Everybody who is heard").check()
    button.click()

    page.wait_for_url("**/sessions/*")
    page.get_by_role("heading", name="Waiting for its turn").wait_for()
    session_id = page.url.rpartition("/")[2]
    service.jobs.run()
    page.get_by_role("heading", name="What stood out").wait_for()
    assert page.get_by_role("heading", name="The demo").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_role("heading", name="Listen and read").click()
    page.get_by_text(SECRET_WORD).first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.wait_for_function("document.querySelector('audio').duration > 100")

    page.get_by_text("Share", exact=True).first.click()
    page.get_by_label("E-mail address").fill("third@example.org")
    page.get_by_role("button", name="Share").click()
    page.get_by_text("Share", exact=True).first.click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Take back from third@example.org").click()
    page.get_by_text("Share", exact=True).first.click()
    assert not page.get_by_text("Take back").is_visible()

    page.get_by_role("heading", name="Names and changes").click()
    page.get_by_label("Name", exact=True).first.fill("Hildegard")
    page.get_by_role("button", name="Rename").first.click()
    page.get_by_role("heading", name="Hildegard (mentor)").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("link", name="Trends").click()
    page.get_by_role("heading", name="Talk share").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{address}/sessions/{session_id}")
    assert page.get_by_text("corrected by hand").first.is_visible()
    assert "Hildegard" in page.inner_text("header.top")

    page.get_by_text("Delete", exact=True).click()
    page.get_by_role("button", name="Erase this session").click()
    page.get_by_role("heading", name="Nothing here yet").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="How well did you listen?").wait_for()
