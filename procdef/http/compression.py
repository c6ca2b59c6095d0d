"""Answers made smaller for clients that ask for it (RFC 9110, Accept-Encoding)."""

from __future__ import annotations

import re

from flask import Flask, Response, request
from flask_compress import Compress

CODINGS = ("zstd", "br", "gzip")
"""The content codings, the first being taken where a client likes several alike; at levels that cost less than what they save."""
MEDIA = ("application/json", "application/problem+json", "application/xhtml+xml", "application/xml", "text/html", "text/plain", "text/xml")

REFUSED = re.compile(r";\s*q=0(\.0*)?\s*(,|$)")
"""A coding that is not acceptable, which the library takes for the least liked."""


def allow(app: Flask, least: int) -> None:
    """Compress successful answers from this many bytes on, where the client asks for it; 0 for none.

    An answer that is compressed keeps its ETag, which is weak. A client that refuses any coding by its name gets none.
    """
    if least:
        app.config.update(
            COMPRESS_ALGORITHM=CODINGS,
            COMPRESS_ALGORITHM_STREAMING=CODINGS,
            COMPRESS_MIMETYPES=MEDIA,
            COMPRESS_MIN_SIZE=least,
            COMPRESS_LEVEL=1,
            COMPRESS_BR_LEVEL=1,
            COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,  # an answer that the client has is never made
            COMPRESS_REGISTER=False,
        )
        compress = Compress(app)

        def pack(answer: Response) -> Response:
            accepted = request.environ.get("HTTP_ACCEPT_ENCODING", "")
            if accepted and not REFUSED.search(accepted):
                return compress.after_request(answer)
            answer.headers.add("Vary", "Accept-Encoding")
            return answer

        app.after_request(pack)
