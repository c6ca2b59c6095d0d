"""Authentication. A request without valid credentials gets 401, unless its route is public.

Clients send a user's id and password (HTTP Basic) or a token, browsers the cookie of their session. Where authentication is off, neither
the header `Authorization` nor the cookie counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, Response, request
from flask_httpauth import HTTPAuth, HTTPBasicAuth, HTTPTokenAuth
from werkzeug.datastructures import Authorization

from procdef.http import sessions
from procdef.http.logins import LOGINS, Logins, logins
from procdef.http.state import state
from procdef.settings import NONE, OFF, Settings
from procdef.store.identity import tokens
from procdef.store.store import Store

REALM = "default"
LONGEST = 8190
"""Characters of the header at most; gunicorn refuses a longer one."""

SECURITY: Mapping[str, Mapping[str, str]] = {
    "basic": {"type": "http", "scheme": "basic", "description": "A user's id and password."},
    "token": {"type": "http", "scheme": "bearer", "description": "A token, as `procdef token add` makes it."},
    "key": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "The same token without `Bearer` before it."},
}
"""The ways to log in, as OpenAPI writes them."""


@dataclass(frozen=True, slots=True)
class AuthPolicy:
    """How the paths below a prefix are protected.

    `unauthorized` makes the response to a client without valid credentials. `public` are the rules of public routes, each with the reason.
    `has_forms` says whether a session may change something there.
    """

    prefix: str
    unauthorized: Callable[[], Response]
    public: Mapping[str, str]
    has_forms: bool = False


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

    def __init__(self, _store: Store) -> None:
        super().__init__(realm=REALM)

        def verify(token: str) -> str | None:
            owner = logins().owner_of(token)
            if owner is None:
                return None
            user = state().log_in(owner)
            state().valid_until = min(filter(None, (owner.expires, tokens.next_note())))
            return user

        self.verify_token(verify)

    def get_auth(self) -> Authorization | None:
        """What the header says; None where it is of another scheme."""
        scheme, token = _header()
        if token and scheme.lower() != "bearer":
            return None
        return Authorization("bearer", token=token or scheme)


HANDLERS: Mapping[str, Callable[[Store], HTTPAuth]] = {"basic": Basic, "token": Bearer}
"""By word of the setting. The first challenge of a 401 is that of the first one."""


def is_on(settings: Settings) -> bool:
    """Whether clients must authenticate."""
    return settings.auth not in (OFF, NONE)


def is_by_token(settings: Settings) -> bool:
    """Whether a token is needed, because the settings allow no passwords."""
    return next(iter(HANDLERS)) not in settings.auth.split(",")


def has_passwords(settings: Settings) -> bool:
    """Whether users can log in with a password."""
    return is_on(settings) and not is_by_token(settings)


def current_user() -> str | None:
    """The id of the authenticated user; None where authentication is off."""
    return state().user


def require_login(app: Flask, store: Store, policies: Sequence[AuthPolicy]) -> None:
    """Require valid credentials, except for public routes. The first policy counts whose prefix a path has."""
    app.extensions[LOGINS] = Logins(store)
    if is_on(store.settings):
        words = store.settings.auth.split(",")
        handlers = [handler(store) for word, handler in HANDLERS.items() if word in words]
        app.before_request(lambda: _authenticate(handlers, policies))


def _authenticate(handlers: Sequence[HTTPAuth], policies: Sequence[AuthPolicy]) -> Response | None:
    """401 without valid credentials; None where the request may go on, whose user is noted in its state."""
    policy = next(row for row in policies if f"{request.path}/".startswith(f"{row.prefix}/"))
    if request.url_rule is not None and request.url_rule.rule in policy.public:
        return None
    user = _user_of_header(handlers) or sessions.authenticate(may_change=policy.has_forms)
    if user is None:
        response = policy.unauthorized()
        if response.status_code == 401 and "WWW-Authenticate" not in response.headers:
            response.headers.extend(("WWW-Authenticate", handler.authenticate_header()) for handler in handlers)
        return response
    state().user = user
    return None


def _user_of_header(handlers: Sequence[HTTPAuth]) -> str | None:
    given = [(handler, credentials) for handler in handlers if (credentials := handler.get_auth()) is not None]
    if not given and request.environ.get("HTTP_AUTHORIZATION"):
        logins().refusals.add(None, "header Authorization has no accepted form")
    return next((user for handler, credentials in given if (user := handler.authenticate(credentials, None)) is not None), None)


def _header() -> tuple[str, str]:
    """Scheme and credentials of the header; both empty where there is none, or where it is too long."""
    value = request.environ.get("HTTP_AUTHORIZATION", "").strip()
    scheme, _, credentials = value.partition(" ") if len(value) <= LONGEST else ("", "", "")
    return scheme, credentials.strip()
