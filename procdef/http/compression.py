"""Compressed responses, for clients that ask for them (RFC 9110, Accept-Encoding)."""

from __future__ import annotations

import re

from flask import Flask, Response, request
from flask_compress import Compress

from procdef.store.store import Store

CODINGS = ("zstd", "br", "gzip")
"""The content codings; the first one is taken where a client prefers none. Their levels cost less time than they save."""
MEDIA = (
    "application/json",
    "application/problem+json",
    "application/xhtml+xml",
    "application/xml",
    "image/svg+xml",
    "text/css",
    "text/csv",
    "text/html",
    "text/javascript",
    "text/markdown",
    "text/plain",
    "text/xml",
)

REFUSED = re.compile(r";\s*q=0(\.0*)?\s*(,|$)")
"""A coding that the client refuses. The library takes it for the one that the client likes least."""


def add_to(app: Flask, store: Store) -> None:
    """Compress successful responses from as many bytes on as the settings say, where the client asks for it.

    A compressed response keeps its ETag, which is weak. A client that refuses any coding by its name gets none.
    """
    if least := store.settings.compress_from:
        app.config.update(
            COMPRESS_ALGORITHM=CODINGS,
            COMPRESS_ALGORITHM_STREAMING=CODINGS,
            COMPRESS_MIMETYPES=MEDIA,
            COMPRESS_MIN_SIZE=least,
            COMPRESS_LEVEL=1,
            COMPRESS_BR_LEVEL=1,
            COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,  # such a response is not even made: see etag
            COMPRESS_REGISTER=False,
        )
        compress = Compress(app)

        def pack(response: Response) -> Response:
            accepted = request.environ.get("HTTP_ACCEPT_ENCODING", "")
            if accepted and not REFUSED.search(accepted):
                return compress.after_request(response)
            response.vary.add("Accept-Encoding")
            return response

        app.after_request(pack)
