"""Protection from web pages of other origins, which can use the browser of somebody who can reach procdef.

A page of another origin can send requests, though it may not read the responses. Browsers name the origin of a request in `Sec-Fetch-Site`
and `Origin`; no page can change these headers. A page can also let its own name resolve to this server (DNS rebinding). It is of the same
origin then, and its name is in `Host`. Clients other than browsers send neither of the two headers, and no request of theirs is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from procdef.errors import ForeignPage, NoHost, UnknownHost
from procdef.http import auth, health
from procdef.http.routes import SAFE
from procdef.settings import Settings, bare, is_loopback, origins_of

FOREIGN = frozenset({"cross-site", "same-site"})
"""The values of Sec-Fetch-Site for a page of another origin."""
PORTS = {"http": ":80", "https": ":443"}
HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]/@\s]*?)\.?(:\d*)?")
"""The value of a Host header: a name or an address, a dot that changes nothing, a port."""
REMEMBERED = 256

Check = Callable[[Mapping[str, Any]], None]


def check(settings: Settings) -> Check:
    """What checks a request's WSGI environment before anything else.

    It raises NoHost, UnknownHost or ForeignPage.
    """
    is_served, may_change = _hosts(settings), _origins(settings)

    def check_request(environ: Mapping[str, Any]) -> None:
        host = environ.get("HTTP_HOST")
        if host is None:
            if environ.get("SERVER_PROTOCOL") == "HTTP/1.1":
                raise NoHost
        elif not is_served(host) and environ["PATH_INFO"] not in health.PATHS:
            raise UnknownHost(host)
        if environ["REQUEST_METHOD"] not in SAFE:
            may_change(environ)

    return check_request


def _hosts(settings: Settings) -> Callable[[str], bool]:
    """Whether procdef serves a request with this Host header."""
    listed = {name for name in map(_bare, settings.allowed_hosts.split(",")) if name}
    if not listed and not _is_open_to_this_host_alone(settings):
        return lambda _host: True
    names = listed | {urlsplit(settings.public_url).hostname}

    @lru_cache(REMEMBERED)
    def is_served(host: str) -> bool:
        found = HOST.fullmatch(host)
        name = _bare(found[1]) if found is not None else ""
        return name in names or _is_loopback_name(name)

    return is_served


def _is_open_to_this_host_alone(settings: Settings) -> bool:
    return not auth.is_on(settings) and is_loopback(settings.host)


def _bare(host: str) -> str:
    return bare(host.strip().lower())


def _is_loopback_name(name: str) -> bool:
    return name == "localhost" or name.endswith(".localhost") or is_loopback(name)


def _origins(settings: Settings) -> Check:
    """What raises ForeignPage for a request that changes something, where a page of another origin sends it."""
    allowed, own = origins_of(settings.cors_origins), _origin_of(settings.public_url)

    def may_change(environ: Mapping[str, Any]) -> None:
        origin, site = environ.get("HTTP_ORIGIN"), environ.get("HTTP_SEC_FETCH_SITE")
        if origin in allowed:
            return
        if site in FOREIGN or origin == "null":
            raise ForeignPage(origin)
        if origin is not None and site != "same-origin" and origin.lower() != own and not _is_of(origin.lower(), environ):
            raise ForeignPage(origin)

    return may_change


def _origin_of(url: str) -> str | None:
    """The origin of a URL as browsers write it; None where there is no URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower().removesuffix(PORTS[parts.scheme])}" if parts.netloc else None


def _is_of(origin: str, environ: Mapping[str, Any]) -> bool:
    """Whether an origin is that of the request's Host; the scheme may be that of a proxy."""
    scheme, _, host = origin.partition("://")
    port = PORTS.get(scheme)
    return port is not None and host == environ.get("HTTP_HOST", "").lower().removesuffix(port)
