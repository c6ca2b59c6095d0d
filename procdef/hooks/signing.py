"""The headers that let a receiver check who has sent a request, and that nobody has changed it: Standard Webhooks 1.0."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from hashlib import sha256

from procdef.store.events.hooks import SECRET


def headers(secret: str, ident: str, seconds: int, body: bytes) -> dict[str, str]:
    """The headers of a request: its id, which is the same in each try, when it is sent, in seconds since 1970, and the signature."""
    key = b64decode(secret.removeprefix(SECRET))
    signed = b".".join((ident.encode(), str(seconds).encode(), body))
    signature = b64encode(hmac.new(key, signed, sha256).digest()).decode()
    return {"webhook-id": ident, "webhook-timestamp": str(seconds), "webhook-signature": f"v1,{signature}"}
