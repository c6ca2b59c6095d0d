"""Checks of a request's body that do not depend on its content: no coding, and no more bytes than a setting allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Request

from procdef.errors import CodedBody, CodedTransfer

PLAIN_BODY, PLAIN_TRANSFER = ("", "identity"), ("", "chunked")


def check_codings(environ: Mapping[str, Any]) -> None:
    """Raises CodedBody where the headers say that the body is compressed, CodedTransfer where they say so of the transfer."""
    transfer = str(environ.get("HTTP_TRANSFER_ENCODING", "")).strip().lower()
    if transfer not in PLAIN_TRANSFER:
        raise CodedTransfer(f"The Transfer-Encoding {transfer!r} is not supported. Send the body without it, or only chunked.")
    coding = str(environ.get("HTTP_CONTENT_ENCODING", "")).strip().lower()
    if coding not in PLAIN_BODY:
        raise CodedBody(f"The Content-Encoding {coding!r} is not supported. Send the body without compression.")


def too_large(request: Request, setting: str) -> str:
    """The message for a body that is longer than the request may have; it names the setting."""
    return f"The body has more than {request.max_content_length} bytes ({setting})."
