"""The cookies of browsers: that of a session, and that of forms where nobody is logged in. No script can read them.

A session counts for a request that changes nothing, wherever it goes, so that a browser can follow a link to JSON. For a change it counts
only on the paths of pages, whose forms have a token besides: see `procdef.web.tokens`.
"""

from __future__ import annotations

from flask import Response, request

from procdef.http.responses import store
from procdef.http.routes import SAFE
from procdef.http.state import state
from procdef.store.identity import sessions
from procdef.store.identity.tokens import Owner

SESSION, FORMS = "procdef-session", "procdef-forms"
"""The names of the cookies. Behind TLS they have a prefix, by which a browser takes them from this host alone."""
OVER_TLS = "__Host-"
LONGEST = 200
"""Characters of a cookie's value at most."""


def authenticate(*, may_change: bool) -> str | None:
    """The id of the user whose session the request has, which is noted in the state; None where there is none that counts."""
    secret = value_of(SESSION)
    if secret is None or not (may_change or request.method in SAFE):
        return None
    owner = sessions.owner_of(store(), secret)
    if owner is None:
        return None
    state().browser = secret
    return state().log_in(owner)


def begin(response: Response, owner: Owner) -> None:
    """Begin a session of a user, which ends when the credentials do at the latest, and give the browser its cookie.

    The session that the browser had ends: nobody could log out of it any more.
    """
    if (before := value_of(SESSION)) is not None:
        sessions.end(store(), before)
    put(response, SESSION, sessions.begin(store(), owner))
    remove(response, FORMS)


def end(response: Response) -> None:
    """End the session of the request, and let the browser forget what it has seen in it."""
    if (secret := value_of(SESSION)) is not None:
        sessions.end(store(), secret)
    remove(response, SESSION)
    response.headers["Clear-Site-Data"] = '"cache"'


def value_of(name: str) -> str | None:
    """The value of a cookie; None where the request has none, or one that is none of procdef's."""
    value = request.cookies.get(_full(name), "")
    return value if 0 < len(value) <= LONGEST else None


def put(response: Response, name: str, value: str, samesite: str = "Strict", seconds: int | None = None) -> None:
    """Let the browser send a value until it is closed, or for some seconds: with requests of procdef's own pages alone.

    With `samesite` Lax also if a page of another server leads to one of procdef's.
    """
    response.set_cookie(_full(name), value, seconds, secure=_is_secure(), httponly=True, samesite=samesite, path="/")


def remove(response: Response, name: str) -> None:
    """Let the browser forget a value."""
    response.delete_cookie(_full(name), secure=_is_secure(), httponly=True, samesite="Strict", path="/")


def _full(name: str) -> str:
    return f"{OVER_TLS}{name}" if _is_secure() else name


def _is_secure() -> bool:
    """Whether the browser reaches procdef over TLS."""
    return request.is_secure or store().settings.public_url.startswith("https:")
