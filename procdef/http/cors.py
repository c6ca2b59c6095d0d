"""Web pages of other origins: the headers by which a browser lets them read responses (the CORS protocol of the Fetch standard)."""

from __future__ import annotations

from flask import Flask, Response, request

from procdef.http.responses import no_content
from procdef.settings import origins_of
from procdef.store.store import Store

READABLE = "ETag, Content-Disposition, X-Request-Id, X-Total-Count, X-Next-Cursor, X-Usage-Index, X-Events-Newest, X-Events-Lost"
SENT = (
    *("Accept", "Authorization", "Cache-Control", "Content-Type", "If-Match", "If-Modified-Since", "If-None-Match", "Pragma"),
    *("X-Request-Id", "X-Requested-With", "X-XSRF-TOKEN"),
)
"""The headers that clients in browsers send; procdef reads four of them."""
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": ", ".join(SENT),
    "Access-Control-Max-Age": "600",
}


def add_to(app: Flask, store: Store) -> None:
    """Let pages of the origins in the settings send requests with credentials; a response names its own origin, never a wildcard."""
    allowed = origins_of(store.settings.cors_origins)

    def mark(response: Response) -> Response:
        response.vary.add("Origin")
        origin = request.headers.get("Origin")
        if origin in allowed:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"
            response.headers["Access-Control-Expose-Headers"] = READABLE
            if _is_preflight():
                response.headers.update(PREFLIGHT)
        return response

    def answer_preflight() -> Response | None:
        return no_content() if _is_preflight() and request.headers.get("Origin") in allowed else None

    if allowed:
        app.before_request(answer_preflight)
        app.after_request(mark)


def _is_preflight() -> bool:
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
