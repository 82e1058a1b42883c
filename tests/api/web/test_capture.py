"""Recordings come in through a real browser: dropped, cut off, together, and recorded there."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, Route, expect, sync_playwright

from coach_api.people.links import local_link
from coach_api.store.tables import sessions

from .conftest import Service, wav

pytestmark = pytest.mark.browser

PIECE = 4 * 2**20
FAKE_MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
UPLOADS = "**/v1/uploads/*"


@pytest.fixture
def context() -> Iterator[BrowserContext]:
    with sync_playwright() as api:
        browser = api.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", *FAKE_MICROPHONE]
        )
        yield browser.new_context(permissions=["microphone"])
        browser.close()


@pytest.fixture
def page(service: Service, address: str, context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(local_link(service.context.engine, address))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}/")
    page.goto(f"{address}/upload")
    return page


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A recording of three pieces."""
    path = tmp_path / "large.wav"
    path.write_bytes(wav() + bytes(2 * PIECE))
    return path


def submit(page: Page) -> None:
    page.get_by_label("Everybody who is heard").check()
    page.get_by_role("button", name="Upload and analyse").click()


def kept(service: Service) -> list[bytes]:
    """The recordings in the store, the oldest first."""
    storage = service.context.storage
    with service.context.engine.connect() as db:
        rows = db.execute(sa.select(sessions).order_by(sessions.c.created_at)).all()
    return [storage.read(row.blob_key) or b"" for row in rows]


def cut(times: int) -> tuple[Callable[[Route], None], list[int]]:
    """Break the connection so many times after the first piece; notes where pieces began."""
    offsets: list[int] = []

    def answer(route: Route) -> None:
        offset = int(route.request.headers.get("upload-offset", "-1"))
        if offset > 0 and len([each for each in offsets if each > 0]) < times:
            offsets.append(offset)
            route.abort()
            return
        offsets.append(offset)
        route.continue_()

    return answer, offsets


def test_an_upload_that_is_cut_three_times_is_finished(
    service: Service, page: Page, large: Path
) -> None:
    answer, offsets = cut(3)
    page.route(UPLOADS, answer)
    page.set_input_files("input[type=file]", large)
    submit(page)
    expect(page.get_by_text("it goes on by itself")).to_be_visible()
    page.wait_for_url("**/sessions/*")
    assert kept(service) == [large.read_bytes()]
    assert offsets.count(0) == 1, "the first piece is sent once"


def test_an_upload_goes_on_after_the_page_was_closed(
    service: Service,
    address: str,
    context: BrowserContext,
    page: Page,
    large: Path,
) -> None:
    page.route(UPLOADS, cut(1000)[0])
    page.set_input_files("input[type=file]", large)
    submit(page)
    expect(page.get_by_text("it goes on by itself")).to_be_visible()
    page.close()
    page = context.new_page()
    answer, offsets = cut(0)
    page.route(UPLOADS, answer)
    page.goto(f"{address}/upload")
    expect(page.get_by_text("was not finished")).to_be_visible()
    page.set_input_files("input[type=file]", large)
    submit(page)
    page.wait_for_url("**/sessions/*")
    assert kept(service) == [large.read_bytes()] and 0 not in offsets
    page.goto(f"{address}/upload")
    expect(page.get_by_text("was not finished")).to_be_hidden()


def two_files(folder: Path) -> list[Path]:
    paths = [folder / "Lena.wav", folder / "Ada.WAV"]
    for number, path in enumerate(paths):
        path.write_bytes(wav(number))
    return paths


def test_two_files_are_one_conversation(service: Service, page: Page, tmp_path: Path) -> None:
    page.set_input_files("input[type=file]", two_files(tmp_path))
    expect(page.get_by_text("Lena.wav")).to_be_visible()
    expect(page.get_by_role("radio", name="one conversation")).to_be_checked()
    submit(page)
    page.wait_for_url("**/sessions/*")
    [bundle] = kept(service)
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        assert archive.testzip() is None
        assert [archive.read(name) for name in archive.namelist()] == [wav(0), wav(1)]
        assert archive.namelist() == ["1.wav", "2.WAV"]


def test_two_files_are_two_conversations_when_one_says_so(
    service: Service,
    address: str,
    page: Page,
    tmp_path: Path,
) -> None:
    page.set_input_files("input[type=file]", two_files(tmp_path))
    page.get_by_label("a conversation each").check()
    submit(page)
    page.wait_for_url(f"{address}/")
    assert kept(service) == [wav(0), wav(1)]
    expect(page.get_by_role("link", name="Lena")).to_be_visible()
    expect(page.get_by_role("link", name="Ada")).to_be_visible()


def test_files_can_be_dropped(page: Page) -> None:
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["x"], "dropped.wav"));
            const form = document.querySelector("#upload");
            form.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
        }"""
    )
    expect(page.get_by_text("dropped.wav")).to_be_visible()
    assert page.evaluate("document.querySelector('input[type=file]').files.length") == 1


def test_the_same_file_again_says_so(
    service: Service, address: str, page: Page, large: Path
) -> None:
    for _ in range(2):
        page.goto(f"{address}/upload")
        page.set_input_files("input[type=file]", large)
        submit(page)
        page.wait_for_url("**/sessions/*")
    assert page.url.endswith("?again=1") and len(kept(service)) == 1


def test_what_is_no_recording_is_said_where_it_happened(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "notes.wav"
    path.write_bytes(b"no sound at all" * 20)
    page.set_input_files("input[type=file]", path)
    submit(page)
    expect(page.get_by_role("alert")).to_contain_text("does not begin like a sound")
    expect(page.get_by_role("button", name="Upload and analyse")).to_be_enabled()


def test_a_conversation_is_recorded_in_the_browser(service: Service, page: Page) -> None:
    page.get_by_role("button", name="Start recording").click()
    expect(page.get_by_role("button", name="Stop and analyse")).to_be_hidden()  # consent first
    page.get_by_label("Everybody who is heard").check()
    page.get_by_role("button", name="Start recording").click()
    expect(page.locator(".clock")).to_have_text("0:02")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Title").fill("Said while it ran")
    page.get_by_role("button", name="Stop and analyse").click()
    page.wait_for_url("**/sessions/*")
    assert page.get_by_role("heading", name="Said while it ran").is_visible()
    [sound] = kept(service)
    assert sound.startswith(b"\x1a\x45\xdf\xa3") and len(sound) > 2000


def test_a_recording_survives_that_the_page_is_loaded_anew(service: Service, page: Page) -> None:
    page.get_by_label("Everybody who is heard").check()
    page.get_by_role("button", name="Start recording").click()
    with page.expect_response(UPLOADS) as answer:
        assert answer.value.request.method == "PATCH"
    page.reload()
    page.get_by_role("button", name="Analyse what there is").click()
    page.wait_for_url("**/sessions/*")
    assert len(kept(service)[0]) > 2000


def test_what_was_recorded_can_be_deleted(service: Service, page: Page) -> None:
    page.get_by_label("Everybody who is heard").check()
    page.get_by_role("button", name="Start recording").click()
    with page.expect_response(UPLOADS) as answer:
        assert answer.value.request.method == "PATCH"
    page.reload()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("button", name="Start recording")).to_be_visible()
    assert list(service.settings.uploads_dir.iterdir()) == []


def test_the_browser_can_tell_when_a_scorecard_is_ready(
    service: Service, context: BrowserContext, page: Page, tmp_path: Path
) -> None:
    service.jobs.at_once = False
    context.grant_permissions(["notifications"])
    page.add_init_script(
        """window.told = [];
        window.Notification = class extends Notification {
            constructor(text) { super(text); localStorage.setItem("told", text); }
        };
        Object.defineProperty(document, "hidden", { get: () => true });"""
    )
    page.set_input_files("input[type=file]", two_files(tmp_path)[0])
    submit(page)
    button = page.get_by_role("button", name="Tell me when it is ready")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    service.jobs.run()
    page.get_by_role("heading", name="What stood out").wait_for()
    assert page.evaluate("localStorage.getItem('told')") == "The scorecard is ready"
