"""The page as a reader has it: in a browser, by keyboard, on a phone, on paper, without script."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from coach.conversation import Conversation
from coach.interchange.json import load
from coach.page.html import render
from coach.scorecard import score

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
SMALLEST_TARGET = 24  # px, WCAG 2.2 success criterion 2.5.8


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The golden session as a page with sound and as one without."""
    folder = tmp_path_factory.mktemp("pages")
    told = (ROOT / "tests/golden/session.conversation.json").read_text(encoding="utf-8")
    conv = load(Conversation, told)
    sound = base64.b64encode((ROOT / "docs/demo/demo.opus").read_bytes()).decode()
    pages = {"sound": f"data:audio/ogg;base64,{sound}", "silent": None}
    for name, source in pages.items():
        html = render(score(conv), conv, audio_src=source)
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return folder


def until(page: Page, condition: str) -> None:
    """Wait for a condition from outside: the policy of the page forbids to do so from within."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never true: {condition}")


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def opened(browser: Browser, files: Path, complaints: list[str]) -> Iterator[Page]:
    """The page with sound; everything that it asks for or complains of is written down."""
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(("file:", "data:")) else complaints.append(request.url)
        ),
    )
    page.goto((files / "sound.html").as_uri())
    yield page
    page.close()


def test_it_asks_for_nothing_and_complains_of_nothing(opened: Page, complaints: list[str]) -> None:
    opened.get_by_role("button", name="Play from").first.click()
    until(opened, "document.querySelector('audio').currentTime > 0")
    assert complaints == []


def test_the_first_tab_stop_leads_past_the_navigation(opened: Page) -> None:
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "skip"
    opened.keyboard.press("Enter")
    until(opened, "location.hash === '#content'")
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "moment"


def test_a_moment_plays_from_its_start_and_stops_at_its_end(opened: Page) -> None:
    button = opened.locator("#questions button.moment").first
    start, end = (float(button.get_attribute(f"data-{side}") or 0) for side in ("start", "end"))
    button.press("Enter")
    until(opened, f"document.querySelector('audio').currentTime > {start}")
    assert button.get_attribute("aria-pressed") == "true"
    assert opened.locator(".line.playing").count() == 1
    assert opened.locator(".playhead.on").count() == 1
    until(opened, "document.querySelector('audio').paused")
    assert button.get_attribute("aria-pressed") == "false"
    assert end <= opened.evaluate("document.querySelector('audio').currentTime") < end + 1.5


def test_pressing_again_pauses(opened: Page) -> None:
    button = opened.locator("#feedback button.moment").first
    button.press("Enter")
    until(opened, "!document.querySelector('audio').paused")
    button.press("Enter")
    assert opened.evaluate("document.querySelector('audio').paused")


def test_arrow_keys_walk_along_the_timeline(opened: Page) -> None:
    labels = opened.locator(".rows .mark").evaluate_all("all => all.map(m => m.ariaLabel)")
    focused = "document.activeElement.getAttribute('aria-label')"
    opened.locator(".rows .mark").first.focus()
    for key, expected in (
        ("ArrowRight", labels[1]), ("ArrowLeft", labels[0]), ("ArrowLeft", labels[0]),
        ("End", labels[-1]), ("Home", labels[0]),
    ):  # fmt: skip
        opened.keyboard.press(key)
        assert opened.evaluate(focused) == expected
    assert opened.locator('.rows .mark[tabindex="0"]').count() == 1
    opened.keyboard.press("Space")
    until(opened, "!document.querySelector('audio').paused")


def test_every_control_has_a_name_and_is_large_enough(opened: Page) -> None:
    for control in opened.get_by_role("button").all():
        assert (control.get_attribute("aria-label") or control.inner_text()).strip()
    for moment in opened.locator("button.moment").all():
        box = moment.bounding_box()
        assert box is not None
        assert box["height"] >= SMALLEST_TARGET
        assert box["width"] >= SMALLEST_TARGET


def test_focus_can_be_seen(opened: Page) -> None:
    opened.locator("nav a").first.focus()
    opened.keyboard.press("Tab")
    style = "getComputedStyle(document.activeElement).outlineStyle"
    assert opened.evaluate(style) == "solid"


def test_the_transcript_can_be_narrowed(opened: Page) -> None:
    lines = opened.locator(".line:visible")
    before = lines.count()
    opened.get_by_label("Only lines with a question").check()
    assert 0 < lines.count() < before


@pytest.mark.parametrize("width", [320, 360, 768])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_scrolls_sideways(browser: Browser, files: Path, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700}, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto((files / "sound.html").as_uri())
    for details in page.locator("summary").all():
        details.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_without_script_every_moment_leads_into_the_transcript(
    browser: Browser, files: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((files / "sound.html").as_uri())
    moment = page.locator("#questions a.moment").first
    target = moment.get_attribute("href") or ""
    moment.click()
    assert page.url.endswith(target)
    assert page.locator(target).is_visible()
    assert page.locator("audio").is_visible()
    context.close()


def test_without_sound_moments_stay_links(browser: Browser, files: Path) -> None:
    page = browser.new_page()
    page.goto((files / "silent.html").as_uri())
    assert page.locator("button.moment").count() == 0
    assert page.locator("a.moment").count() > 20
    page.close()


def test_in_a_notebook_it_stays_in_its_frame(
    browser: Browser, tmp_path: Path, complaints: list[str]
) -> None:
    told = (ROOT / "tests/golden/session.conversation.json").read_text(encoding="utf-8")
    card = score(load(Conversation, told))
    (tmp_path / "notebook.html").write_text(f"<!doctype html>{card._repr_html_()}")
    page = browser.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.goto((tmp_path / "notebook.html").as_uri())
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="Questions").click()
    expect(frame.get_by_role("heading", name="Your questions")).to_be_in_viewport()
    assert complaints == []
    page.close()


def test_on_paper_everything_is_open_and_nothing_is_in_the_way(opened: Page) -> None:
    opened.emulate_media(media="print")
    opened.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not opened.locator("nav").is_visible()
    assert not opened.locator("audio").is_visible()
    assert opened.locator("table").is_visible()
