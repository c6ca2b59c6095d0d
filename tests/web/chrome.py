"""A real browser on the pages: Chromium of the system, driven by Playwright. One for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.missing import missing
from tests.servers.chromium import find_chromium

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
MODES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": DESKTOP},
    "dark": {"color_scheme": "dark", "viewport": DESKTOP},
    "forced colours": {"color_scheme": "dark", "forced_colors": "active", "viewport": DESKTOP},
    "phone": {"color_scheme": "light", "viewport": PHONE, "has_touch": True},
    "phone without scripts": {"color_scheme": "dark", "viewport": PHONE, "java_script_enabled": False},
}
"""How people look at pages."""


@contextmanager
def chrome() -> Iterator[Browser]:
    """The browser; without one these tests are skipped, in CI they fail."""
    program = find_chromium()
    if program is None:
        missing("no Chromium is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS])
        try:
            yield browser
        finally:
            browser.close()


class Seen:
    """A page in one mode, with all that the browser had to say about it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("requestfailed", self._note_failure)

    def _note_failure(self, request: Request) -> None:
        """The next page aborts what the one before was still loading."""
        if "ERR_ABORTED" not in (request.failure or ""):
            self.said.append(f"{request.url}: {request.failure}")

    def open(self, url: str, status: int = 200) -> Page:
        """Open a URL, and wait until all of it is there."""
        answer = self.page.goto(url, wait_until="load")
        assert answer is not None
        assert answer.status == status
        return self.page

    def sideways(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def findings(self) -> list[str]:
        """What axe finds: each rule, with the first elements."""
        result = Axe().run(self.page).response
        assert len(result["passes"]) > 10
        found = result["violations"]
        return [f"{rule['id']}: {[node['html'][:120] for node in rule['nodes'][:3]]}" for rule in found]


@contextmanager
def seen(browser: Browser, **mode: Any) -> Iterator[Seen]:
    """A new page in a mode, in a profile of its own."""
    context = browser.new_context(**mode)
    try:
        yield Seen(context.new_page())
    finally:
        context.close()
