"""How fast the pages are in a browser: Chromium opens each with an empty cache, on a server whose own caches are cold.

`python -m bench.web` fills the stores that are not filled yet, and prints the table.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click
from playwright.sync_api import APIRequestContext, Browser, sync_playwright

from bench import fill, servers
from bench.servers import ROOT
from tests.servers.chromium import find_chromium
from tests.web.chrome import FLAGS

TIMES = """() => new Promise(done => {
    const found = () => {
        const page = performance.getEntriesByType('navigation')[0], images = performance.getEntriesByType('resource')
        const paint = performance.getEntriesByName('first-contentful-paint')[0]
        if (!paint) return requestAnimationFrame(found)
        done([page.responseStart, paint.startTime, Math.max(page.loadEventEnd, ...images.map(each => each.responseEnd)),
              images.filter(each => each.name.includes('/thumbnail/')).length,
              [page, ...images].reduce((sum, each) => sum + each.transferSize, 0)])
    }
    found()
})"""
"""What the browser measured, in ms since the navigation began: the first byte, the first paint, the last file. Then thumbnails and bytes."""
PROMISED, MOST_BEYOND = 100_000, 1000
"""Up to so many definitions each page has a limit of its own; with more all have this one."""
WINDOW = {"width": 1280, "height": 900}


class Opened(NamedTuple):
    """A page that is measured, its URL, and in how many milliseconds it must be painted if there are up to PROMISED definitions."""

    name: str
    url: str
    most: int


PAGES = (
    Opened("the latest definitions", "/definitions?latestVersion=true", 300),
    Opened("all definitions", "/definitions", 300),
    Opened("by name", "/definitions?latestVersion=true&sortBy=name&sortOrder=asc", 300),
    Opened("by version", "/definitions?latestVersion=true&sortBy=version&sortOrder=desc", 300),
    Opened("by tenant", "/definitions?latestVersion=true&sortBy=tenantId&sortOrder=asc", 300),
    Opened("by time", "/definitions?latestVersion=true&sortBy=deployTime&sortOrder=desc", 300),
    Opened("a search", "/definitions?latestVersion=true&nameOrKeyLike=%2512%25", 300),
    Opened("the latest that match", "/definitions?latestMatching=true&nameOrKeyLike=%2512%25", 300),
    Opened("using something", "/definitions?latestVersion=true&uses=topic:shipping", 300),
    Opened("nothing found", "/definitions?latestVersion=true&nameOrKeyLike=%25zzz%25&suspended=true", 300),
    Opened("the last page", "/definitions?firstResult={last}", 300),
    Opened("facet: tenant", "/definitions/values?of=tenantIdIn", 300),
    Opened("facet: tag, filtered", "/definitions/values?of=versionTag&latestVersion=true", 300),
    Opened("facet: state, filtered", "/definitions/values?of=suspended&nameOrKeyLike=%251%25", 300),
    Opened("deployments", "/deployments", 300),
    Opened("deployments by name", "/deployments?sortBy=name&sortOrder=asc", 300),
    Opened("a search of deployments", "/deployments?nameLike=%25nt%2012%25&after=2020-01-01T00:00:00.000%2B0000", 300),
    Opened("no such deployment", "/deployments?nameLike=%25zzz%25", 300),
    Opened("the last deployments", "/deployments?firstResult={last}", 300),
    Opened("facet: source", "/deployments/values?of=source", 300),
    Opened("facet: tenant, searched", "/deployments/values?of=tenantIdIn&nameLike=%251%25", 300),
    Opened("a deployment", "/deployments/{deployment}", 300),
    Opened("incidents", "/incidents?sortBy=incidentTimestamp&sortOrder=desc", 300),
    Opened("a search of incidents", "/incidents?incidentMessageLike=%25refused%25", 300),
    Opened("facet: type", "/incidents/values?of=incidentType", 300),
    Opened("used", "/used?sortBy=definitions&sortOrder=desc", 300),
    Opened("used by the latest", "/used?latestVersion=true", 300),
    Opened("used, a kind", "/used?kind=topic&latestVersion=true", 300),
    Opened("places", "/used/places?kind=topic&value=shipping&latestVersion=true", 300),
    Opened("all places", "/used/places", 300),
    Opened("find a word", "/find?q=123", 300),
    Opened("find several words", "/find?q=process%2012", 300),
    Opened("find an id", "/find?q={id}", 400),
    Opened("processes", "/processes", 300),
    Opened("a search of processes", "/processes?processName=12", 300),
    Opened("a definition", "{definition}{tenant}", 400),
    Opened("its versions", "{definition}/versions{tenant}", 400),
    Opened("what it uses", "{definition}/uses{tenant}", 400),
    Opened("its callers", "{definition}/used-by{tenant}", 400),
    Opened("its file", "{definition}/xml{tenant}", 400),
    Opened("a difference", "{definition}/1..2{tenant}", 400),
    Opened("a difference of two keys", "/diff?left={id}&right={other}", 400),
)
"""The pages that read the store, in their order."""


class Times(NamedTuple):
    """What one opening took, in ms, with the thumbnails that it has loaded and the bytes that were sent."""

    first_byte: float
    paint: float
    complete: float
    thumbnails: float
    size: float


def measure(url: str, rounds: int) -> Iterator[tuple[Opened, Times]]:
    """Each page of a server, with the medians of several openings. The server starts again for each round."""
    program = find_chromium()
    if program is None:
        raise click.ClickException("no Chromium is installed")
    found: dict[Opened, list[Times]] = {page: [] for page in PAGES}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS])
        for number in range(rounds):
            with servers.procdef(url, keeps=False) as server:
                for page in PAGES:
                    found[page].append(_open(browser, _root(server), page, number))
        browser.close()
    for page, times in found.items():
        yield page, Times(*(statistics.median(each) for each in zip(*times, strict=True)))


def _root(server: servers.Server) -> str:
    return server.url.removesuffix("/engine-rest")


def _open(browser: Browser, root: str, page: Opened, number: int) -> Times:
    context = browser.new_context(viewport=WINDOW)  # type: ignore[arg-type]
    try:
        tab = context.new_page()
        tab.goto(
            root + page.url.format_map(_names(context.request, f"{root}/engine-rest/process-definition", number)), wait_until="networkidle"
        )
        return Times(*tab.evaluate(TIMES))
    finally:
        context.close()


def _names(asked: APIRequestContext, url: str, number: int) -> Mapping[str, Any]:
    """What the URLs of pages have in braces. Each round has other definitions."""
    one, other = asked.get(f"{url}?latestVersion=true&maxResults=2&firstResult={number * 7}").json()
    return {
        "definition": f"/d/{one['key']}",
        "tenant": "" if one["tenantId"] is None else f"?tenant={one['tenantId']}",
        "deployment": one["deploymentId"],
        "id": one["id"],
        "other": other["id"],
        "last": asked.get(f"{url}/count").json()["count"] - 50,
    }


def table(size: int, database: str, found: Sequence[tuple[Opened, Times]]) -> Iterator[str]:
    """The lines of the table for one store."""
    yield f"{size:,} definitions, {database}: ms until the first byte, the first paint, the last file"
    yield f"{'page':24}{'byte':>7}{'paint':>7}{'last':>7}{'pictures':>10}{'kB':>7}  at most"
    for page, times in found:
        most = page.most if size <= PROMISED else MOST_BEYOND
        judged = f"  {most} {'' if times.paint <= most else 'TOO SLOW'}"
        yield f"{page.name:24}{times[0]:7.0f}{times[1]:7.0f}{times[2]:7.0f}{times[3]:10.0f}{times[4] / 1000:7.0f}{judged}"


@click.command()
@click.option("--sizes", default="100000", show_default=True, help="Numbers of definitions, separated by commas.")
@click.option("--rounds", default=3, show_default=True, help="How often each page is opened; what counts is the median.")
@click.option("--data", type=click.Path(file_okay=False, resolve_path=True, path_type=Path), default=ROOT / "var/bench", help="Stores.")
@click.option("--url", help="The URL of a filled database, instead of stores of its own.")
def main(sizes: str, rounds: int, data: Path, url: str | None) -> None:
    """Measure how fast the pages are painted."""
    data.mkdir(parents=True, exist_ok=True)
    for size in map(int, sizes.split(",")):
        lines = table(size, (url or "sqlite").partition(":")[0], [*measure(url or fill.sqlite_store(data, size), rounds)])
        sys.stdout.write("\n".join([*lines, "", ""]))


if __name__ == "__main__":
    main()
