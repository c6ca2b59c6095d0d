"""Authentication. A request without valid credentials gets 401, unless its route is public.

Clients send a user's id and password (HTTP Basic) or a token, browsers the cookie of their session. Where authentication is off, neither
the header `Authorization` nor the cookie counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, request
from flask_httpauth import HTTPAuth, HTTPBasicAuth, HTTPTokenAuth
from werkzeug.datastructures import Authorization

from procdef.http import sessions
from procdef.http.logins import LOGINS, LoginRefused, Logins, logins
from procdef.http.proxies import Proxies
from procdef.http.state import state
from procdef.settings import BASIC, NONE, OFF, OIDC, PROXY, TOKEN, Settings
from procdef.store.identity import tokens
from procdef.store.store import Store

if TYPE_CHECKING:
    from procdef.http.provider import Provider

REALM = "default"
LONGEST = 8190
"""Characters of the header at most; gunicorn refuses a longer one."""
BACK = "/login/provider/back"
"""Where the provider sends browsers back to."""
PROVIDER = "procdef.provider"
"""Where the application has its `Provider`."""

SECURITY: Mapping[str, Mapping[str, str]] = {
    "basic": {"type": "http", "scheme": "basic", "description": "A user's id and password."},
    "token": {"type": "http", "scheme": "bearer", "description": "A token, as `procdef token add` makes it."},
    "signed": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of the provider that logs users in.",
    },
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

    def __init__(self, store: Store) -> None:
        super().__init__(realm=REALM)
        self._leaves_signed = store.settings.accepts(OIDC)

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
        if (token and scheme.lower() != "bearer") or (self._leaves_signed and is_signed(token)):
            return None
        return Authorization("bearer", token=token or scheme)


class Signed(HTTPTokenAuth):  # type: ignore[misc]
    """An access token that the provider has signed, behind the word Bearer."""

    def __init__(self, _store: Store) -> None:
        super().__init__(realm=REALM)

        def verify(token: str) -> str | None:
            if (found := provider()) is None:
                return None
            try:
                return state().log_in(found.owner_of(token))
            except LoginRefused as error:
                logins().refusals.add(None, str(error))
                return None

        self.verify_token(verify)

    def get_auth(self) -> Authorization | None:
        """What the header says; None where it is of another scheme, or no signed token."""
        scheme, token = _header()
        return Authorization("bearer", token=token) if scheme.lower() == "bearer" and is_signed(token) else None


def is_signed(token: str) -> bool:
    """Whether a token has the form of a signed one (RFC 7515): three parts with points between them. A token of procdef has no point."""
    return token.count(".") == 2


HANDLERS: Mapping[str, Callable[[Store], HTTPAuth]] = {BASIC: Basic, TOKEN: Bearer, OIDC: Signed}
"""By word of the setting. The first challenge of a 401 is that of the first one."""


def is_on(settings: Settings) -> bool:
    """Whether clients must authenticate."""
    return settings.auth not in (OFF, NONE)


def is_by_token(settings: Settings) -> bool:
    """Whether a token is needed, because the settings allow no passwords."""
    return settings.accepts(TOKEN) and not settings.accepts(BASIC)


def has_passwords(settings: Settings) -> bool:
    """Whether users can log in with a password."""
    return settings.accepts(BASIC)


def provider() -> Provider | None:
    """The provider that logs users in; None where there is none."""
    found: Provider | None = current_app.extensions.get(PROVIDER)
    return found


def current_user() -> str | None:
    """The id of the authenticated user; None where authentication is off."""
    return state().user


def require_login(app: Flask, store: Store, policies: Sequence[AuthPolicy]) -> None:
    """Require valid credentials, except for public routes. The first policy counts whose prefix a path has."""
    app.extensions[LOGINS] = Logins(store)
    if is_on(store.settings):
        handlers = [handler(store) for word, handler in HANDLERS.items() if store.settings.accepts(word)]
        if store.settings.accepts(OIDC):
            app.extensions[PROVIDER] = _provider_of(store.settings)
        proxies = Proxies(store.settings) if store.settings.accepts(PROXY) else None
        app.before_request(lambda: _authenticate(proxies, handlers, policies))


def _provider_of(settings: Settings) -> Provider:
    """The provider of the settings. Its libraries are loaded only where there is one."""
    from procdef.http.provider import Provider

    return Provider(settings, settings.public_root + BACK)


def _authenticate(proxies: Proxies | None, handlers: Sequence[HTTPAuth], policies: Sequence[AuthPolicy]) -> Response | None:
    """401 without valid credentials; None where the request may go on, whose user is noted in its state.

    A user whom a trusted proxy names comes before all credentials of the client.
    """
    policy = next(row for row in policies if f"{request.path}/".startswith(f"{row.prefix}/"))
    if request.url_rule is not None and request.url_rule.rule in policy.public:
        return None
    user = _user_of_proxy(proxies) or _user_of_header(handlers) or sessions.authenticate(may_change=policy.has_forms)
    if user is None:
        response = policy.unauthorized()
        if response.status_code == 401 and "WWW-Authenticate" not in response.headers:
            response.headers.extend(
                ("WWW-Authenticate", challenge) for challenge in dict.fromkeys(handler.authenticate_header() for handler in handlers)
            )
        return response
    state().user = user
    return None


def _user_of_proxy(proxies: Proxies | None) -> str | None:
    owner = None if proxies is None else proxies.owner()
    return None if owner is None else state().log_in(owner)


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
