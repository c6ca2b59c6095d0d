"""`/login` and `/logout`: where authentication is on, a browser gets a session for a password, or for a token if only tokens count."""

from __future__ import annotations

from flask import Response, request
from werkzeug.exceptions import NotFound

from procdef.errors import TooManyTries
from procdef.http import auth, sessions
from procdef.http.logins import logins
from procdef.http.responses import reader, store
from procdef.http.routes import Cached
from procdef.store.identity import setup
from procdef.store.identity.tokens import Owner
from procdef.web import links
from procdef.web.forms import Sent
from procdef.web.links import LATEST
from procdef.web.pages import Pages, page, see

routes = Pages("Web page")
PATH = "/login"
PUBLIC = {PATH: "It is where a browser logs in."}
WRONG = "Nobody has this user id with this password."
WRONG_TOKEN = "This token does not exist, or it has expired."  # noqa: S105


@routes.page(PATH, "Log in", cached=Cached.NEVER)
def show_login() -> Response:
    """The form. Raises NotFound where nobody needs to log in."""
    _check_is_on()
    return login_form(request.args.get("next", ""))


@routes.form(PATH, "Log in")
def log_in(sent: Sent) -> Response:
    """Begin a session, and go on where the browser wanted to. A wrong password is logged and throttled as everywhere."""
    _check_is_on()
    try:
        owner = _owner(sent)
    except TooManyTries as error:
        response = login_form(sent.text("next"), sent.text("user"), str(error), 429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    if owner is None:
        return login_form(sent.text("next"), sent.text("user"), WRONG_TOKEN if _is_by_token() else WRONG, 403)
    response = see(local(sent.text("next")))
    sessions.begin(response, owner)
    return response


@routes.form("/logout", "Log out")
def log_out(_sent: Sent) -> Response:
    """End the session. Where nobody needs to log in, the first page comes."""
    response = see(PATH if auth.is_on(store().settings) else LATEST)
    sessions.end(response)
    return response


def _check_is_on() -> None:
    if not auth.is_on(store().settings):
        raise NotFound


def _is_by_token() -> bool:
    return auth.is_by_token(store().settings)


def _owner(sent: Sent) -> Owner | None:
    """The user who logs in; None if the password or the token is wrong. Raises TooManyTries."""
    if auth.has_passwords(store().settings):
        user, password = sent.text("user"), sent.fields.get("password", [""])[0]
        return Owner(user, None) if logins().is_right(user, password) else None
    return logins().owner_of(sent.text("token")) if _is_by_token() else None


def login_form(target: str, user_id: str = "", message: str = "", status: int = 200) -> Response:
    """The page, with the ways in which people can log in."""
    return page(
        "login.html",
        status,
        next=local(target),
        user_id=user_id,
        message=message,
        is_by_token=_is_by_token(),
        has_passwords=auth.has_passwords(store().settings),
        has_provider=auth.provider() is not None,
        label=store().settings.oidc_label,
        provider=f"{links.PROVIDER}{links.query({'next': target} if target else {})}",
        is_first=setup.is_open(reader()),
    )


def local(url: str) -> str:
    """The URL, if it is a path of this server, or that of the first page: nobody is led to another server after a login."""
    is_local = url.startswith("/") and not url.startswith(("//", "/\\")) and url.isprintable()
    return url if is_local else LATEST
