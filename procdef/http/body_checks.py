"""What a request's body may be, whatever is in it: not coded, and not longer than a setting allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Request

from procdef.errors import CodedBody, CodedTransfer

PLAIN_BODY, PLAIN_TRANSFER = ("", "identity"), ("", "chunked")


def check_codings(environ: Mapping[str, Any]) -> None:
    """Raises CodedBody where a request says that its body is compressed, CodedTransfer where its transfer is."""
    transfer = str(environ.get("HTTP_TRANSFER_ENCODING", "")).strip().lower()
    if transfer not in PLAIN_TRANSFER:
        raise CodedTransfer(f"The Transfer-Encoding {transfer!r} is not supported. Send the body without it, or only chunked.")
    coding = str(environ.get("HTTP_CONTENT_ENCODING", "")).strip().lower()
    if coding not in PLAIN_BODY:
        raise CodedBody(f"The Content-Encoding {coding!r} is not supported. Send the body without compression.")


def too_large(request: Request, setting: str) -> str:
    """What is wrong with a body that is longer than the request may have, with the setting that says so."""
    return f"The body has more than {request.max_content_length} bytes ({setting})."
