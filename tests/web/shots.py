"""The pictures of the pages that the documentation shows, a row for each. `make screenshots` makes them again.

What differs each time is the same in each of them: ids, and the time since something happened.
"""

from __future__ import annotations

import sys
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

from playwright.sync_api import Browser, FilePayload, Page

from tests.web import office
from tests.web.chrome import chrome, seen
from tests.web.sites import Kind, Site, started
from tests.web.states import Doing

FOLDER = Path(__file__).parents[2] / "docs/_static/pages"
LARGEST = 60 * 1024
"""Bytes of a picture at most."""
QUALITY = 80
"""Of 100; text is still sharp."""
WIDE, PHONE = (1060, 640), (360, 700)
IDS = """
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node; (node = walker.nextNode());)
        node.data = node.data.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "5f0c8e1a-7d3b-11f1-9a2e-0242ac110002")"""
"""Ids are new in each store; in a picture they are one."""
LATER = timedelta(hours=3)
"""How long ago everything in the pictures happened."""


class Shot(NamedTuple):
    """A picture: its name, the URL of the page, whether it is dark, the size of the window, and what somebody does before it is taken."""

    name: str
    url: str
    dark: bool = False
    size: tuple[int, int] = WIDE
    doing: Doing | None = None


def _with_a_plan(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("sales")
    files: list[FilePayload] = [
        {"name": name, "mimeType": "application/xml", "buffer": data}
        for name, data in (("claim.bpmn", office.CLAIM), ("order-draft.bpmn", office.WRONG), ("order.bpmn", office.ORDER))
    ]
    page.get_by_label("Files", exact=True).set_input_files(files)
    page.locator("[data-plan] li").first.wait_for()


LIST = "/definitions?latestVersion=true&sortBy=name&sortOrder=asc"
SHOTS = (
    Shot("list", LIST),
    Shot("list-phone", LIST, size=PHONE),
    Shot("definition", "/d/order", size=(1060, 720)),
    Shot("definition-dark", "/d/order?element=ship", dark=True, size=(1060, 720)),
    Shot("definition-phone", "/d/order", size=PHONE),
    Shot("difference", "/d/order/1..2"),
    Shot("deploy", "/deploy", size=(1060, 760), doing=_with_a_plan),
    Shot("deployment", "/deployments/{deployment}", size=(1060, 480)),
    Shot("suspend", "/d/order/2/state", size=(1060, 620)),
    Shot("incidents", "/incidents?sortBy=incidentTimestamp&sortOrder=desc", size=(1060, 420)),
    Shot("used", "/used?sortBy=definitions&sortOrder=desc"),
    Shot("places", "/used/places?latestVersion=true&kind=topic&value=shipping", size=(1060, 420)),
    Shot("find", "/find?q=order", size=(1060, 640)),
    Shot("api", "/docs/api/camunda/listUsage", dark=True),
)


def take(browser: Browser, site: Site, shot: Shot) -> bytes:
    """The picture of a row, as WebP, which is half as large as PNG."""
    width, height = shot.size
    mode = {"color_scheme": "dark" if shot.dark else "light", "viewport": {"width": width, "height": height}}
    with seen(browser, **mode, reduced_motion="reduce", locale="en-GB", timezone_id="UTC") as shown:
        shown.page.clock.set_fixed_time(datetime.now(UTC) + LATER)
        page = shown.open(site.root + shot.url.format_map(site.names))
        if shot.doing is not None:
            shot.doing(page)
        page.wait_for_load_state("networkidle")
        page.evaluate(IDS)
        taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
        return b64decode(taken["data"])


def main(folder: Path = FOLDER) -> None:
    """Write every picture into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with started(Path(mkdtemp()), Kind(office.fill)) as site, chrome() as browser:
        for shot in SHOTS:
            (folder / f"{shot.name}.webp").write_bytes(take(browser, site, shot))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
