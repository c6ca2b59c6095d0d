"""Conditional requests: a response that is made of the store alone has an ETag, and a client that has the response already gets 304.

The ETag is a hash of the store's revision, of the request, of the user, of the cookie of a browser and of procdef's version: a newer
version may write the same content in another way. It is weak: a compressed response has the same ETag as the uncompressed one.

The revision is never newer than the content of the response. With a newer one a client would keep old content for new; with an older one
it only asks once more in vain. So where a response is made of several reads, the revision is read before the first of them.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from flask import Response, request

from procdef.common.metadata import version
from procdef.http.responses import no_content, reader
from procdef.http.routes import Cached, View
from procdef.http.state import state_of

VERSION = version()


def conditional(view: View, cached: Cached) -> View:
    """The view of a GET whose responses have an ETag; it is not called where the client has the response already."""

    def respond(**segments: str) -> Response:
        environ = request.environ
        is_first = cached is Cached.BEFORE_READS
        revision = reader().revision() if is_first or "HTTP_IF_NONE_MATCH" in environ else None
        if revision is not None and _is_known(environ, revision):
            return _tagged(no_content(304), revision, environ)
        response = view(**segments)
        return _tagged(response, revision if is_first else state_of(environ).read_revision, environ)

    return respond


def _is_known(environ: dict[str, Any], revision: str) -> bool:
    return "HTTP_IF_NONE_MATCH" in environ and _etag(environ, revision) in request.if_none_match.as_set(include_weak=True)


def _tagged(response: Response, revision: str | None, environ: dict[str, Any]) -> Response:
    if revision is not None:
        response.headers["ETag"] = f'W/"{_etag(environ, revision)}"'
        if not response.is_streamed:
            state_of(environ).revision = revision
    return response


def _etag(environ: dict[str, Any], revision: str) -> str:
    """The tag without quotes. The path is the one that the client sent, so each alias has its own tags."""
    state = state_of(environ)
    parts = [VERSION, revision, environ["PATH_INFO"], environ["QUERY_STRING"], environ.get("HTTP_ACCEPT", ""), state.user or ""]
    parts += [] if state.browser is None else [state.browser]
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
