"""The tokens of forms: a page of another origin does not know them, so it cannot send a form of procdef's.

A token is a hash of a secret that the browser has in a cookie, which no script can read: that of its session, or one that is made for
forms where nobody is logged in. A new login makes the tokens before it invalid.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from hashlib import sha256

from flask import Response, g, request
from markupsafe import Markup

from procdef.errors import ProcdefError
from procdef.http import auth, sessions
from procdef.http.responses import store
from procdef.http.state import state

FIELD = "procdef-token"
"""The name of a form's field."""
OLD_LOGIN = "This form is from before the last login, or not from this browser."
OLD_COOKIE = "This form is not from this browser, or the browser was closed since the page was opened."
"""What is said about a form without a right token, where people log in and where they do not."""
HEADER = "X-Procdef-Token"
PURPOSE = b"a form of procdef"
OWN = (None, "same-origin", "none")
"""The values of Sec-Fetch-Site for a form of procdef's own pages; None is sent by browsers that do not know the header."""


class StaleForm(ProcdefError):
    """A form was not made for this browser and this login."""

    def __init__(self, fields: Sequence[tuple[str, str]] = ()) -> None:
        """`fields` are what the form has sent, so that somebody who has logged in again can send it once more."""
        super().__init__(OLD_LOGIN if auth.is_on(store().settings) else OLD_COOKIE)
        self.fields = tuple(fields)


def note_browser() -> None:
    """Note the browser's cookie in the state, before a view."""
    if state().browser is None:
        state().browser = sessions.value_of(sessions.FORMS)


def form_token() -> Markup:
    """The field with the token, for a form of the present page. A browser without a cookie gets one with the response."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, _token(_secret()))


def check(given: str, fields: Sequence[tuple[str, str]]) -> None:
    """Raises StaleForm with the form's fields if a token is none of the present browser's, or a page of another origin sends the form."""
    secret = state().browser
    is_right = secret is not None and hmac.compare_digest(_token(secret).encode(), given.encode("utf-8", "surrogatepass"))
    if not is_right or request.headers.get("Sec-Fetch-Site") not in OWN:
        raise StaleForm([field for field in fields if field[0] != FIELD])


def put_cookie(response: Response) -> Response:
    """The response, with the cookie if a form of it needs a new one."""
    if (secret := g.pop(FIELD, None)) is not None:
        sessions.put(response, sessions.FORMS, secret)
    return response


def _secret() -> str:
    if state().browser is None:
        state().browser = g.setdefault(FIELD, secrets.token_urlsafe(32))
    return state().browser or ""


def _token(secret: str) -> str:
    return hmac.new(secret.encode(), PURPOSE, sha256).hexdigest()
