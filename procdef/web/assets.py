"""The files that pages load: stylesheet, scripts and icon. Each has the hash of its content in its URL, so browsers keep it for ever."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from importlib.resources import files

from flask import Response, request

from procdef.http.routes import Answer, Cached, Routes, View, named
from procdef.picture import stylesheet

routes = Routes("Web page")
PATH = "/static/"
MEDIA = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
"""The media types by the end of the name."""
FOR_EVER, ASK_AGAIN = "public, max-age=31536000, immutable", "no-cache"
STYLES = ("page.css", "parts.css", "media.css")
"""The files that the stylesheet is made of, in their order: what all pages have, what some have, and what is different in other media."""
STYLESHEET = STYLES[0]


@dataclass(frozen=True, slots=True)
class Asset:
    """A file by its name: its bytes and their hash."""

    name: str
    data: bytes
    digest: str

    @property
    def url(self) -> str:
        """Its URL, which changes with its content."""
        return f"{PATH}{self.name}?v={self.digest}"


def _read() -> dict[str, Asset]:
    """All files. The stylesheet is one, and has the rules of the pictures that are part of pages at its end."""
    folder = files("procdef.web") / "static"
    found = {file.name: file.read_bytes() for file in folder.iterdir() if file.name.rpartition(".")[2] in MEDIA}
    style = b"".join(found.pop(name) for name in STYLES) + stylesheet().encode()
    return {name: _asset(name, data) for name, data in sorted({**found, STYLESHEET: style}.items())}


def _asset(name: str, data: bytes) -> Asset:
    return Asset(name, data, blake2b(data, digest_size=8).hexdigest())


ASSETS = _read()
"""Every file by its name."""


def asset(name: str) -> str:
    """The URL of a file."""
    return ASSETS[name].url


def _view(found: Asset) -> View:
    def send() -> Response:
        response = Response(found.data, content_type=f"{MEDIA[found.name.rpartition('.')[2]]}; charset=utf-8")
        response.headers["Cache-Control"] = FOR_EVER if request.args.get("v") == found.digest else ASK_AGAIN
        return response

    return named(send, "GET", PATH + found.name, "A file that pages load.")


for _asset_of_page in ASSETS.values():
    _answer = Answer(200, "The file.", MEDIA[_asset_of_page.name.rpartition(".")[2]], {"type": "string"})
    routes.route("GET", PATH + _asset_of_page.name, "Load a file of the pages", _answer, produces=None, cached=Cached.NEVER)(
        _view(_asset_of_page)
    )
PUBLIC = {route.path: "It is the same for everybody, and the page for the login needs it." for route in routes.rows}
"""The paths that need no login, each with the reason."""
