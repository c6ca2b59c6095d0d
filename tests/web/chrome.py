"""A real browser on the pages: Chromium of the system, driven by Playwright. One for all tests of the pages."""

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
COLORS = ["color-contrast", "link-in-text-block"]
"""The rules of axe that find something else in other colors."""
MODES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": DESKTOP},
    "dark": {"color_scheme": "dark", "viewport": DESKTOP},
    "forced colours": {"color_scheme": "dark", "forced_colors": "active", "viewport": DESKTOP},
    "phone": {"color_scheme": "light", "viewport": PHONE, "has_touch": True},
    "phone without scripts": {"color_scheme": "dark", "viewport": PHONE, "java_script_enabled": False},
}
"""How people look at pages."""


def has_scripts(mode: str) -> bool:
    """Whether scripts run in a mode."""
    return bool(MODES[mode].get("java_script_enabled", True))


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
        self.user = ""
        self.said: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("requestfailed", self._note_failure)

    def _note_failure(self, request: Request) -> None:
        """The next page aborts what the one before was still loading."""
        if "ERR_ABORTED" not in (request.failure or ""):
            self.said.append(f"{request.url}: {request.failure}")

    def be(self, root: str, user: str, password: str) -> None:
        """Be logged in as a user of a server; an empty one is nobody."""
        if user != self.user:
            self.page.context.clear_cookies()
            self.user = user
            if user:
                log_in(self.open(f"{root}/login"), user, password)

    def open(self, url: str, status: int = 200) -> Page:
        """Open a URL, and wait until all of it is there."""
        answer = self.page.goto(url, wait_until="load")
        assert answer is not None
        assert answer.status == status
        return self.page

    def sideways(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def findings(self, *, colors_only: bool = False) -> list[str]:
        """What axe finds: each rule, with the first elements. With `colors_only` by the rules about colors, which is faster."""
        options = {"resultTypes": ["violations"], **({"runOnly": COLORS} if colors_only else {})}
        axe = Axe("") if self.page.evaluate("'axe' in window") else Axe()
        result = axe.run(self.page, options=options).response
        assert len(result["passes"]) >= (1 if colors_only else 10)
        found = result["violations"]
        return [f"{rule['id']}: {[node['html'][:120] for node in rule['nodes'][:3]]}" for rule in found]


def log_in(page: Page, user: str, password: str) -> None:
    """Fill in and send the form for the login that a page shows."""
    page.get_by_label("User id").fill(user)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_load_state("load")


@contextmanager
def seen(browser: Browser, **mode: Any) -> Iterator[Seen]:
    """A new page in a mode, in a profile of its own."""
    context = browser.new_context(**mode)
    try:
        yield Seen(context.new_page())
    finally:
        context.close()
