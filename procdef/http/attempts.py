"""Logins at a provider that a browser has begun: what must come back, made of a secret in a cookie and of the time, and stored nowhere.

The cookie is sent when the provider leads the browser back, which no cookie is that stays on procdef's own pages.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from time import time
from typing import NamedTuple

from flask import Response

from procdef.http import sessions
from procdef.http.logins import LoginRefused

COOKIE = "procdef-login"
LENGTH = 600
"""Seconds that a login at the provider may take."""


class Attempt(NamedTuple):
    """What one login in a browser must come back with, and the secret that only this browser and procdef know of it."""

    state: str
    nonce: str
    verifier: str


class Begun(NamedTuple):
    """A login that a browser has begun: what must come back, and the page that the browser wanted to see."""

    attempt: Attempt
    target: str


def begin(target: str) -> tuple[Attempt, str]:
    """A new login of the present browser, and the secret for its cookie: that of a login in another tab, if there is one."""
    secret = sessions.value_of(COOKIE) or secrets.token_urlsafe(32)
    return _attempt(secret, f"{int(time()):x}.{secrets.token_urlsafe(16)}.{urlsafe_b64encode(target.encode()).decode()}"), secret


def found(state: str) -> Begun:
    """The login with which the present browser comes back. Raises LoginRefused for one of another browser, and for an old one."""
    secret, (head, _, _) = sessions.value_of(COOKIE), state.rpartition(".")
    if secret is None:
        raise LoginRefused("the browser has not begun this login, or its cookie is too old")
    attempt = _attempt(secret, head)
    if not hmac.compare_digest(attempt.state.encode(), state.encode("utf-8", "surrogatepass")):
        raise LoginRefused("the state is not that of this browser")
    begun, _, target = head.split(".")
    if not 0 <= time() - int(begun, 16) <= LENGTH:
        raise LoginRefused("the login has taken too long")
    return Begun(attempt, urlsafe_b64decode(target).decode())


def put_cookie(response: Response, secret: str) -> None:
    """Let the browser keep the secret for as long as the login may take."""
    sessions.put(response, COOKIE, secret, "Lax", LENGTH)


def _attempt(secret: str, head: str) -> Attempt:
    def derived(purpose: str) -> str:
        return hmac.new(secret.encode(), f"{purpose} {head}".encode("utf-8", "surrogatepass"), sha256).hexdigest()

    return Attempt(f"{head}.{derived('state')}", derived("nonce"), derived("verifier"))
