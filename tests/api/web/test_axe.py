"""No page has a violation of WCAG 2.2 AA that axe-core finds, at both widths, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from hour import hour
from playwright.sync_api import Browser, Page, sync_playwright

from coach_api.people import links

from .conftest import Service

pytestmark = pytest.mark.browser

WIDTHS = {"desk": (1280, 800), "phone": (390, 844)}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
TARGETS = {"rules": {"target-size": {"enabled": True}}}
PARTS = (
    "",
    "/review",
    "/measures",
    "/method",
    "/changes",
    "/notes?at=5",
    "/observations",
    "/fix?at=5&speaker=B",
)
PAGES = (
    "/",
    "/upload",
    "/practice",
    "/practice/rehearse",
    "/trends",
    "/programme",
    "/users",
    "/people",
    "/account",
    "/nowhere",
)


LET_GO = """
for (const each of document.querySelectorAll("body *"))
  if (["fixed", "sticky"].includes(getComputedStyle(each).position)) each.style.position = "static";
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as api:
        browser = api.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


def violations(page: Page, within: str | None = None) -> list[str]:
    """What axe finds, each with the first element."""
    found = Axe().run(page, within, options=RULES | TARGETS).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


def checked(page: Page, address: str) -> list[str]:
    """Open a page, all that folds on it included, and check it.

    The player is let go of the window's edge: what it happens to cover is no too small a target,
    for a reader can scroll it free.
    """
    page.goto(address)
    page.evaluate(
        "for (const d of document.querySelectorAll('details:not([data-src], .menu)')) d.open = true"
    )
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.evaluate(LET_GO)
    return violations(page) + (["scrolls sideways"] if wide else [])


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(
    service: Service, address: str, chromium: Browser, width: str, scheme: str
) -> None:
    service.jobs.conversation = hour(3)
    admin = service.person("admin@example.org", "admin")
    service.person("other@example.org")
    session = f"/sessions/{service.upload(admin, title='A talk', partner='Bo')}"
    service.upload(admin, 2, title="Another", partner="Bo")
    with service.context.engine.begin() as db:
        secret = links.issue(db, admin.id)
    wide, high = WIDTHS[width]
    size = {"width": wide, "height": high}
    context = chromium.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    found = {"/sign-in": checked(page, f"{address}/sign-in")}
    found["/sign-in/LINK"] = checked(page, f"{address}/sign-in/{secret}")
    page.get_by_role("button", name="Sign in").click()
    for path in (*(session + part for part in PARTS), *PAGES):
        found[path] = checked(page, address + path)
    page.goto(f"{address}/people")
    page.get_by_label("Name").fill("Bo")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("heading", name="What was found").wait_for()
    found["/people found"] = violations(page)
    context.close()
    assert {path: said for path, said in found.items() if said} == {}


def test_axe_finds_nothing_in_the_choices_of_a_label(
    service: Service, address: str, chromium: Browser
) -> None:
    owner = service.person("own@example.org")
    session = f"/sessions/{service.upload(owner)}"
    with service.context.engine.begin() as db:
        secret = links.issue(db, owner.id)
    page = chromium.new_page()
    page.goto(f"{address}/sign-in/{secret}")
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{address}{session}/review")
    for opener in ("#line-0 .chip", "#line-0 .fix"):
        page.locator(opener).click()
        page.locator(".choices").last.wait_for()
        assert violations(page, ".choices") == []
        page.keyboard.press("Escape")
    page.close()
