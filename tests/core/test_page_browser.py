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
    assert "moment" in opened.evaluate("document.activeElement.className")


def current(page: Page) -> float:
    return float(page.evaluate("document.querySelector('audio').currentTime"))


def test_a_moment_plays_from_its_start_and_stops_at_its_end(opened: Page) -> None:
    button = opened.locator("#feedback button.moment").first
    opened.evaluate("document.getElementById('review').open = true")
    start, end = (float(button.get_attribute(f"data-{side}") or 0) for side in ("start", "end"))
    button.press("Enter")
    until(opened, f"document.querySelector('audio').currentTime > {start} + 0.5")
    assert button.get_attribute("aria-pressed") == "true"
    assert opened.locator(".line.playing").count() == 1
    assert opened.locator(".playhead.on").count() > 0
    until(opened, "document.querySelector('audio').paused")
    assert button.get_attribute("aria-pressed") == "false"
    assert end <= current(opened) < end + 1.5


def test_who_drags_the_player_out_of_a_moment_hears_on(opened: Page) -> None:
    button = opened.locator("#feedback button.moment").first
    end = float(button.get_attribute("data-end") or 0)
    button.press("Enter")
    until(opened, "!document.querySelector('audio').paused")
    opened.evaluate(f"document.querySelector('audio').currentTime = {end} + 20")
    until(opened, f"document.querySelector('audio').currentTime > {end} + 20.7")
    assert not opened.evaluate("document.querySelector('audio').paused")
    assert button.get_attribute("aria-pressed") == "false"


def test_who_pauses_in_a_moment_and_drags_plays_on_at_the_first_press(opened: Page) -> None:
    opened.locator("#feedback button.moment").first.press("Enter")
    until(opened, "!document.querySelector('audio').paused")
    opened.evaluate("document.querySelector('audio').pause()")
    opened.evaluate("document.querySelector('audio').currentTime = 100")
    opened.evaluate("document.activeElement.blur()")
    opened.keyboard.press("Space")
    until(opened, "document.querySelector('audio').currentTime > 100.7")


def test_pressing_again_pauses(opened: Page) -> None:
    button = opened.locator("#feedback button.moment").first
    button.press("Enter")
    until(opened, "!document.querySelector('audio').paused")
    button.press("Enter")
    assert opened.evaluate("document.querySelector('audio').paused")


def test_a_paused_moment_goes_on_and_still_ends(opened: Page) -> None:
    button = opened.locator("#feedback button.moment").first
    end = float(button.get_attribute("data-end") or 0)
    button.press("Enter")
    until(opened, "!document.querySelector('audio').paused")
    button.press("Enter")
    before = current(opened)
    button.press("Enter")
    until(opened, "document.querySelector('audio').paused")
    assert before < end <= current(opened) < end + 1.5


def test_keys_play_step_and_go_from_moment_to_moment(opened: Page) -> None:
    opened.evaluate("document.getElementById('review').open = true")
    body = opened.locator("body")
    body.press("Space")
    until(opened, "!document.querySelector('audio').paused")
    body.press("Space")
    until(opened, "document.querySelector('audio').paused")
    body.press("ArrowRight")
    until(opened, "document.querySelector('audio').currentTime >= 5")
    body.press("ArrowLeft")
    until(opened, "document.querySelector('audio').currentTime < 2")
    starts = [
        float(value)
        for value in opened.locator(".line:not([data-kinds=''])").evaluate_all(
            "all => all.map(line => line.dataset.start)"
        )
    ]
    first = min(start for start in starts if start > current(opened) + 0.3)
    body.press("n")
    until(opened, f"Math.abs(document.querySelector('audio').currentTime - {first}) < 1.5")


def test_a_click_on_the_timeline_on_a_word_or_on_a_sign_goes_there(opened: Page) -> None:
    strip = opened.locator("#timeline .row")
    box = strip.bounding_box()
    assert box is not None
    strip.click(position={"x": box["width"] / 2, "y": 10})
    until(opened, "Math.abs(document.querySelector('audio').currentTime - 84) < 4")
    opened.evaluate("document.getElementById('review').open = true")
    said = opened.locator(".transcript .said").nth(9)
    start, end = (float(said.get_attribute(f"data-{side}") or 0) for side in ("start", "end"))
    said.click()
    until(opened, f"document.querySelector('audio').currentTime < {end} + 1")
    assert current(opened) >= start
    opened.locator("details.rows summary").click()
    row, mark = (
        opened.locator(".rows .row").nth(1),
        opened.locator(".rows .row").nth(1).locator(".mark").first,
    )
    frame, sign = row.bounding_box(), mark.bounding_box()
    assert frame is not None and sign is not None
    place = sign["x"] + sign["width"] / 2 - frame["x"]
    row.click(position={"x": place, "y": 30})
    at = float(mark.get_attribute("data-start") or 0)
    until(opened, f"Math.abs(document.querySelector('audio').currentTime - {at}) < 1.5")


def test_the_speed_is_kept(opened: Page) -> None:
    opened.get_by_label("Speed").select_option("1.5")
    assert opened.evaluate("document.querySelector('audio').playbackRate") == 1.5
    opened.reload()
    until(opened, "document.querySelector('audio').playbackRate === 1.5")


def test_a_link_to_a_second_opens_the_transcript_there(browser: Browser, files: Path) -> None:
    page = browser.new_page()
    page.goto((files / "sound.html").as_uri() + "#t=91")
    until(page, "document.querySelector('.line.target') !== null")
    line = page.locator(".line.target")
    assert float(line.get_attribute("data-start") or 0) <= 91
    expect(line).to_be_in_viewport()
    until(page, "Math.abs(document.querySelector('audio').currentTime - 91) < 0.5")
    page.close()


def test_every_control_has_a_name_and_is_large_enough(opened: Page) -> None:
    for control in opened.get_by_role("button").all():
        assert (control.get_attribute("aria-label") or control.inner_text()).strip()
    opened.evaluate("document.querySelectorAll('details').forEach(d => (d.open = true))")
    shown = "button.moment:not(.paper *), .player button, .pick"  # the rest is for paper
    for moment in opened.locator(shown).all():
        box = moment.bounding_box()
        assert box is not None
        assert box["height"] >= SMALLEST_TARGET
        assert box["width"] >= SMALLEST_TARGET


def test_focus_can_be_seen(opened: Page) -> None:
    opened.locator("#feedback button.moment").first.focus()
    opened.keyboard.press("Tab")
    style = "getComputedStyle(document.activeElement).outlineStyle"
    assert opened.evaluate(style) == "solid"


def test_the_transcript_is_searched_and_filtered(opened: Page) -> None:
    opened.evaluate("document.getElementById('review').open = true")
    lines = opened.locator(".transcript > .line:visible")
    everything = lines.count()
    opened.get_by_role("checkbox", name="open questions").check()
    opened.get_by_role("checkbox", name="closed questions").check()
    questions = lines.count()
    assert 0 < questions < everything
    assert opened.locator(".opened:visible").count() > 0
    opened.get_by_role("searchbox").fill("worries")
    assert lines.count() == 1
    assert opened.locator(".found").inner_text() == "1 line"
    opened.get_by_role("checkbox", name="Tomas").check()
    assert lines.count() == 0


@pytest.mark.parametrize("width", [320, 360, 768])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_scrolls_sideways(browser: Browser, files: Path, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700}, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto((files / "sound.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => (d.open = true))")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_without_script_every_moment_leads_into_the_transcript(
    browser: Browser, files: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((files / "sound.html").as_uri())
    moment = page.locator("#feedback a.moment").first
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
    frame.get_by_role("link", name="Skip to the feedback").focus()
    frame.get_by_role("link", name="Skip to the feedback").press("Enter")
    expect(frame.get_by_role("heading", name="After the talk")).to_be_in_viewport()
    assert complaints == []
    page.close()


def test_on_paper_everything_is_open_and_nothing_is_in_the_way(opened: Page) -> None:
    opened.emulate_media(media="print")
    opened.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not opened.locator("audio").is_visible()
    assert opened.locator(".measures .evidence").first.is_visible()
