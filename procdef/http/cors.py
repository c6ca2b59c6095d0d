"""Pages of other origins: what a browser must be told so that they may read the answers (the Fetch standard's CORS protocol)."""

from __future__ import annotations

from flask import Flask, Response, request

from procdef.http.responses import no_content
from procdef.settings import origins_of

READABLE = "ETag, Content-Disposition, X-Request-Id"
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


def allow(app: Flask, origins: str) -> None:
    """Let pages of these origins, separated by commas, ask with credentials; each is named to itself only, never a wildcard."""
    allowed = origins_of(origins)

    def mark(answer: Response) -> Response:
        answer.vary.add("Origin")
        origin = request.headers.get("Origin")
        if origin in allowed:
            answer.headers["Access-Control-Allow-Origin"] = origin
            answer.headers["Access-Control-Allow-Credentials"] = "true"
            answer.headers["Access-Control-Expose-Headers"] = READABLE
            if _is_preflight():
                answer.headers.update(PREFLIGHT)
        return answer

    def answer_preflight() -> Response | None:
        return no_content() if _is_preflight() and request.headers.get("Origin") in allowed else None

    if allowed:
        app.before_request(answer_preflight)  # before it is asked who asks: a browser does not say that in a preflight
        app.after_request(mark)


def _is_preflight() -> bool:
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
