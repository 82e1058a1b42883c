"""The whole way of a mentor in a real browser: link, upload with consent, progress, correction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect, sync_playwright

from coach_api.people import accounts, links
from coach_api.people.links import local_link
from coach_api.store.tables import users

from .conftest import SECRET_WORD, Service

pytestmark = pytest.mark.browser

DEMO = Path(__file__).parents[3] / "docs" / "demo" / "demo.opus"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1200, "height": 800}
PATIENCE = 60_000


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
            lambda said: (
                complaints.append(said.text)
                if said.type == "error" and "Failed to load resource" not in said.text
                else None
            ),
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


@pytest.fixture
def reviewed(service: Service, address: str, page: Page) -> Page:
    """The transcript of a session, opened in its scorecard."""
    session_id = service.upload(service.person("own@example.org"))
    with service.context.engine.begin() as db:
        owner = accounts.find_by_email(db, "own@example.org")
        assert owner is not None
        secret = links.issue(db, owner.id)
    page.goto(f"{address}/sign-in/{secret}")
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{address}/sessions/{session_id}")
    page.get_by_role("heading", name="Listen and read").click()
    page.locator(".transcript").wait_for()
    return page


def test_a_label_is_put_right_where_it_stands(reviewed: Page) -> None:
    page = reviewed
    page.evaluate("window.isSamePage = true")
    expect(page.locator("#digest .lead")).to_contain_text("2 of them open")
    chip = page.locator("#line-0 .chip")
    chip.click()
    page.get_by_role("menuitem", name="a closed question").click()
    expect(page.locator("#digest .lead")).to_contain_text("1 of them open")
    expect(page.locator("#line-0 .chip")).to_have_text(re.compile("closed question"))
    expect(page.locator("#line-0 .chip")).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("At 0:00: a closed question")
    page.keyboard.press("z")
    expect(page.locator("#digest .lead")).to_contain_text("2 of them open")
    expect(page.get_by_role("status")).to_contain_text("Undone")
    page.keyboard.press("o")
    page.keyboard.press("Enter")
    page.keyboard.press("x")
    expect(page.locator("#line-0 .chip")).to_have_count(0)
    expect(page.locator("#digest .lead")).to_contain_text("1 of them open")
    page.get_by_role("heading", name="Names and changes").click()
    page.get_by_text("At 0:00: no question").last.wait_for()
    assert page.evaluate("window.isSamePage"), "the page was loaded again"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_speaker_words_and_a_missing_label_are_put_right_there(reviewed: Page) -> None:
    page = reviewed
    page.locator("#line-4500 .voice").click()
    page.get_by_role("menuitem", name="Speaker A").click()
    expect(page.locator("#line-4500")).to_have_count(0)
    expect(page.locator("#line-0")).to_contain_text(SECRET_WORD)
    page.keyboard.press("z")
    expect(page.locator("#line-4500 .what")).to_contain_text(SECRET_WORD)
    page.locator("#line-41000 .fix").click()
    page.locator(".choices textarea").fill("You wanted to say no.")
    page.get_by_role("button", name="Change the words").click()
    expect(page.locator("#line-41000 .said")).to_have_text("You wanted to say no.")
    page.locator("#line-41000 .fix").click()
    page.get_by_role("button", name="a reflection that adds meaning").click()
    expect(page.locator("#line-41000 .chip")).to_contain_text("adds meaning")


def test_what_cannot_be_changed_is_said_and_nothing_else_happens(reviewed: Page) -> None:
    page = reviewed
    page.evaluate("document.querySelector('#line-0 .chip').dataset.speaker = 'Z'")
    page.locator("#line-0 .chip").click()
    page.get_by_role("menuitem", name="no question").click()
    expect(page.get_by_role("status")).to_contain_text("says nothing between")
    expect(page.locator("#line-0 .chip")).to_have_count(1)


def test_a_link_of_the_app_signs_in_by_itself(service: Service, address: str, page: Page) -> None:
    page.goto(local_link(service.context.engine, address) + "#enter")
    page.get_by_role("heading", name="Sessions").wait_for()


PAPER = {"A4": (688, 1017), "Letter": (710, 949)}
"""What fits between the margins of a page, in CSS pixels."""


@pytest.mark.parametrize("paper", PAPER)
def test_the_first_page_on_paper_holds_the_essence(
    service: Service, address: str, page: Page, paper: str
) -> None:
    session = f"/sessions/{service.upload(service.person('own@example.org'))}"
    with service.context.engine.begin() as db:
        owner = db.execute(sa.select(users.c.id).where(users.c.email == "own@example.org")).scalar()
        secret = links.issue(db, str(owner))
    page.goto(f"{address}/sign-in/{secret}#enter")
    page.get_by_role("heading", name="Sessions").wait_for()
    page.goto(address + session)
    for _ in range(8):
        page.keyboard.press("n")
        assert page.evaluate("document.activeElement.closest('.paper') === null")
    pages = re.findall(rb"/Type\s*/Page[^s]", page.pdf(format=paper))
    assert 2 <= len(pages) <= 3
    width, height = PAPER[paper]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(media="print")
    box = page.get_by_role("heading", name="Why it matters").bounding_box()
    assert box is not None and box["y"] <= height
    expect(page.get_by_role("heading", name="What stood out")).to_be_visible()
    expect(page.get_by_role("heading", name="Everything else")).to_be_hidden()
    expect(page.locator("#digest summary").first).to_be_hidden()
