"""What is asked of the engine and of procdef: each request once, in an order, and none of them changes the filled world.

Where the order of an answer depends on ids that a server makes up, the comparison leaves the order of equals open; so pages are asked for
only where sort and ids decide it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.camunda.protocol.test_conversion import BOOLS, DATES, INTS, LISTS
from tests.samples import bpmn, form, form_of

DATES_BY_WORD = {"PAST": "2013-01-23T14:42:45.000+0200", "FAR": "2099-01-01T00:00:00.000+0000"}


@dataclass(frozen=True)
class Request:
    """One request: `path` with its query, the names in it still to be replaced; `note` says what the body is."""

    method: str
    path: str
    body: bytes = b""
    content_type: str = ""
    accept: str | None = None
    note: str = ""

    @property
    def label(self) -> str:
        """The request in one line, by which its answer is found again."""
        accept = "" if self.accept is None else f" Accept: {self.accept}"
        body = f" {self.content_type.split(';')[0]}: {self.note or self.body.decode()}" if self.content_type else ""
        return f"{self.method} {self.path}{body}{accept}"


def _sections() -> dict[str, str]:
    text = Path(__file__).with_name("requests.txt").read_text(encoding="utf-8")
    for word, date in DATES_BY_WORD.items():
        text = re.sub(rf"\b{word}\b", quote(date), text)
    parts = re.split(r"^\[(.*)\]\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


SECTIONS = _sections()


def _words(section: str) -> list[str]:
    return SECTIONS[section].split()


def _lines(section: str) -> list[str]:
    return SECTIONS[section].strip().splitlines()


def _lists() -> Iterator[str]:
    for section in SECTIONS:
        if section.endswith("?"):
            path = section.removeprefix("GET ")
            yield from (path + query for query in ["", *_words(section)])
            yield from (path.replace("?", "/count?") + query for query in ["", *_words(section)[::5]])
        elif section.startswith("sorts of "):
            path = section.removeprefix("sorts of ")
            yield from (f"{path}?sortBy={name}&sortOrder={order}" for name in _words(section) for order in ("asc", "desc"))
    yield from (f"/process-definition/count?{query}" for query in _words("wrong queries") + _words("wrong pages")[:4])


def _pages() -> Iterator[str]:
    yield from (f"/process-definition?withoutTenantId=true&{page}" for page in _words("pages"))
    for sort in ("id", "name", "version", "versionTag", "deployTime"):
        yield from (f"/process-definition?key=ten&sortBy={sort}&sortOrder={order}&firstResult=3&maxResults=5" for order in ("asc", "desc"))
    yield from (f"/deployment?sortBy=deploymentTime&sortOrder=desc&{page}" for page in _words("pages")[:6])
    yield from (f"{path}?{page}" for path in ("/process-definition", "/deployment") for page in _words("wrong pages"))
    yield from (f"/process-definition?{query}" for query in _words("wrong queries"))


def _conversions() -> Iterator[str]:
    for name, cases in (("suspended", BOOLS), ("version", INTS), ("keysIn", LISTS), ("deployedAfter", DATES)):
        yield from (f"/process-definition/count?{name}={quote(text, safe='')}" for text, _ in cases)


def _accepting() -> Iterator[Request]:
    for path in ("/process-definition/count", "/process-definition/nope"):
        yield from (Request("GET", path, accept=accept) for accept in ["", *_lines("Accept")])
    yield Request("GET", "/deployment/{@deployment1}/resources/{@resource1/order.bpmn}/data", accept="text/html")
    yield Request("GET", "/process-definition/{@order/1}/diagram", accept="application/json")


def _uploads() -> Iterator[Request]:
    plain, doctype = bpmn("refused"), b'<!DOCTYPE x [<!ENTITY e "e">]>' + bpmn("refused").partition(b"\n")[2]
    bodies = {
        "JSON": (b"{}", "application/json"),
        "URL-encoded": (b"a=b", "application/x-www-form-urlencoded"),
        "no file": form([], {"deployment-name": "x"}),
        "no file name": form_of([('form-data; name="data"', plain)]),
        "junk": (b"junk", "multipart/form-data; boundary=x"),
        "no boundary": (b"junk", "multipart/form-data"),
        "an empty file": form([("empty.bpmn", b"")]),
        "no XML": form([("text.bpmn", b"hello")]),
        "a DOCTYPE": form([("a.bpmn", doctype)]),
        "one key in two files": form([("a.bpmn", plain), ("b.bpmn", plain)]),
        "a long version tag": form([("a.bpmn", bpmn("refused", versionTag="x" * 65))]),
        "a long deployment name": form([("a.txt", b"x")], {"deployment-name": "x" * 256}),
        "a long file name": form([("x" * 256, b"x")]),
    }
    yield from (Request("POST", "/deployment/create", *body, note=note) for note, body in bodies.items())
    yield Request("POST", "/deployment/create", *form([("a.bpmn", plain)]), accept="text/html", note="a good file")


def _bodies() -> Iterator[Request]:
    for line in _lines("bodies"):
        method, path, body = line.split(" ", 2)
        yield Request(method, path, body.encode(), "application/json")
    suspended = "/process-definition/{@kyc/1}/suspended"
    yield Request("PUT", suspended, b"", "application/json")
    yield Request("PUT", suspended, b"{}", "text/plain")


def requests() -> list[Request]:
    """Every request."""
    found = [Request("GET", path) for part in (_lists(), _pages(), _words("GET"), _conversions()) for path in part]
    found += [Request("HEAD", path) for path in _words("HEAD")]
    found += [Request(method, path) for method, path in map(str.split, _lines("methods"))]
    found += [*_accepting(), *_uploads(), *_bodies()]
    return list({request.label: request for request in found}.values())
