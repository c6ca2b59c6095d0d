"""Who asks: HTTP Basic against the users of the store, and tokens. What is not open to anybody is refused to who does not say who it is.

Where authentication is off nothing of this is there, and the header `Authorization` is ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, Response, request
from flask_httpauth import HTTPAuth, HTTPBasicAuth, HTTPTokenAuth
from werkzeug.datastructures import Authorization

from procdef.http.logins import LOGINS, Logins, logins
from procdef.http.state import state
from procdef.settings import NONE, OFF, Settings
from procdef.store.identity import tokens
from procdef.store.store import Store

REALM = "default"
LONGEST = 8190
"""Characters of the header that are looked at; gunicorn lets no longer one in."""

SECURITY: Mapping[str, Mapping[str, str]] = {
    "basic": {"type": "http", "scheme": "basic", "description": "A user's id and password."},
    "token": {"type": "http", "scheme": "bearer", "description": "A token, as `procdef token add` makes it."},
    "key": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "The same token without `Bearer` before it."},
}
"""The ways to log in, as OpenAPI has them."""


@dataclass(frozen=True, slots=True)
class AuthPolicy:
    """A surface's way in: the path below which it stands, what it answers to who is not known, and its open rules, each with the reason."""

    prefix: str
    refuse: Callable[[], Response]
    open: Mapping[str, str]


class Basic(HTTPBasicAuth):  # type: ignore[misc]
    """A user's id and password (RFC 7617)."""

    def __init__(self, _store: Store) -> None:
        super().__init__(realm=REALM)

        def verify(user: str, password: str) -> str | None:
            return user if logins().is_right(user, password) else None

        self.verify_password(verify)

    def get_auth(self) -> Authorization | None:
        """What the header says; None where it is of another scheme or cannot be read."""
        return super().get_auth() if _header()[0].lower() == "basic" else None


class Bearer(HTTPTokenAuth):  # type: ignore[misc]
    """A token, behind the word Bearer (RFC 6750) or alone."""

    def __init__(self, store: Store) -> None:
        super().__init__(realm=REALM)

        def verify(token: str) -> str | None:
            owner = tokens.owner_of(store, token)
            if owner is None:
                logins().refusals.add(None, "wrong or expired token")
                return None
            state().valid_until = owner.expires
            return owner.user_id

        self.verify_token(verify)

    def get_auth(self) -> Authorization | None:
        """What the header says; None where it is of another scheme."""
        scheme, token = _header()
        if token and scheme.lower() != "bearer":
            return None
        return Authorization("bearer", token=token or scheme)


HANDLERS: Mapping[str, Callable[[Store], HTTPAuth]] = {"basic": Basic, "token": Bearer}
"""By word of the setting, the first being the first that a client is told of."""


def is_on(settings: Settings) -> bool:
    """Whether who asks has to say who it is."""
    return settings.auth not in (OFF, NONE)


def current_user() -> str | None:
    """The id of the user who asks; None where authentication is off."""
    return state().user


def require_login(app: Flask, store: Store, entrances: Sequence[AuthPolicy]) -> None:
    """Let nobody in who is not known, but by open rules; of the entrances the first counts below which a path is."""
    app.extensions[LOGINS] = Logins(store)
    if is_on(store.settings):
        words = store.settings.auth.split(",")
        handlers = [handler(store) for word, handler in HANDLERS.items() if word in words]
        app.before_request(lambda: _let_in(handlers, entrances))


def _let_in(handlers: Sequence[HTTPAuth], entrances: Sequence[AuthPolicy]) -> Response | None:
    entrance = next(row for row in entrances if f"{request.path}/".startswith(f"{row.prefix}/"))
    if request.url_rule is not None and request.url_rule.rule in entrance.open:
        return None
    given = [(handler, credentials) for handler in handlers if (credentials := handler.get_auth()) is not None]
    if not given and request.environ.get("HTTP_AUTHORIZATION"):
        logins().refusals.add(None, "header Authorization has no accepted form")
    user = next((user for handler, credentials in given if (user := handler.authenticate(credentials, None)) is not None), None)
    if user is None:
        answer = entrance.refuse()
        answer.headers.extend(("WWW-Authenticate", handler.authenticate_header()) for handler in handlers)
        return answer
    state().user = user
    return None


def _header() -> tuple[str, str]:
    """Scheme and credentials of the header; both empty where there is none, or none that is worth a look."""
    value = request.environ.get("HTTP_AUTHORIZATION", "").strip()
    scheme, _, credentials = value.partition(" ") if len(value) <= LONGEST else ("", "", "")
    return scheme, credentials.strip()
