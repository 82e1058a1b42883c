"""Pictures of all pages at both widths, with the built-in hour: ``make screenshots``.

With ``--readme`` it also writes the three that README shows.
"""

from __future__ import annotations

import sys

from playwright.sync_api import Browser, Page, StorageState, sync_playwright
from served_hour import ROOT, Hour, served_hour

OUT = ROOT / "out/screenshots"
PICTURES = ROOT / "docs/pictures"
WIDTHS = {"desk": (1280, 800), "phone": (390, 844)}
PLACES = {
    "sessions": "/", "upload": "/upload", "practice": "/practice", "trends": "/trends",
    "rehearse": "/practice/rehearse", "programme": "/programme",
    "users": "/users", "people": "/people", "account": "/account",
}  # fmt: skip
PARTS = {
    "digest": "", "review": "/review", "measures": "/measures", "method": "/method",
    "changes": "/changes", "fix": "/fix?at=72&speaker=A",
}  # fmt: skip


def main() -> None:
    """Draw everything."""
    OUT.mkdir(parents=True, exist_ok=True)
    with served_hour() as service, sync_playwright() as api:
        browser = api.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        state = _signed_in(browser, service)
        for width, (wide, high) in WIDTHS.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": wide, "height": high},
                    color_scheme=scheme,
                    storage_state=state,
                )
                _all(context.new_page(), service, f"{width}-{scheme}")
                context.close()
        if "--readme" in sys.argv:
            _for_readme(browser, service, state)
        browser.close()


def _signed_in(browser: Browser, service: Hour) -> StorageState:
    context = browser.new_context()
    page = context.new_page()
    page.goto(service.link)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    state = context.storage_state()
    context.close()
    return state


def _all(page: Page, service: Hour, name: str) -> None:
    base = service.session.rpartition("/sessions/")[0]
    addresses = {place: base + path for place, path in PLACES.items()}
    addresses |= {part: service.session + path for part, path in PARTS.items()}
    for place, address in addresses.items():
        page.goto(address)
        page.screenshot(path=OUT / f"{place}-{name}.png", full_page=place != "review")


def _for_readme(browser: Browser, service: Hour, state: object) -> None:
    """The digest, correcting in place, and a phone."""
    PICTURES.mkdir(exist_ok=True)
    desk = browser.new_context(viewport={"width": 1100, "height": 760}, storage_state=state)  # type: ignore[arg-type]
    page = desk.new_page()
    page.goto(service.session)
    page.screenshot(path=PICTURES / "digest.png")
    page.goto(f"{service.session}/review?kind=open&kind=closed")
    page.locator(".chip").nth(6).click()
    page.screenshot(path=PICTURES / "fix.png")
    desk.close()
    phone = browser.new_context(viewport={"width": 390, "height": 760}, storage_state=state)  # type: ignore[arg-type]
    page = phone.new_page()
    page.goto(service.session)
    page.locator("#feedback").scroll_into_view_if_needed()
    page.screenshot(path=PICTURES / "phone.png")
    phone.close()


if __name__ == "__main__":
    main()
