"""`/account`: the user's own tokens and password. It is there where people log in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Response, request
from werkzeug.exceptions import NotFound

from procdef.camunda.identity.tokens import new_token, tokens_of
from procdef.camunda.protocol.errors import WRONG_OWN_PASSWORD, EngineError
from procdef.errors import ProcdefError, TooManyTries
from procdef.http import audit, sessions
from procdef.http.auth import current_user
from procdef.http.logins import logins
from procdef.http.responses import reader, store
from procdef.http.routes import Cached, Change
from procdef.http.state import state
from procdef.store.clock import stamp
from procdef.store.identity import tokens, users
from procdef.store.identity.tokens import Owner
from procdef.web import links
from procdef.web.forms import Sent
from procdef.web.pages import Pages, page, see
from procdef.web.refusals import FINE, Refusal, refusal

routes = Pages("Web page")
PATH = links.ACCOUNT
NOTHING = Sent({})
NO_DAY = Refusal("The day must be one to come, as 2030-12-31.", 400)
NOT_TWICE = Refusal("The new password was typed in two ways.", 400)


@routes.page(PATH, "See your tokens", cached=Cached.NEVER)
def show_account() -> Response:
    """The tokens, and the forms. Raises NotFound where nobody logs in."""
    return _shown(_user())


@routes.form(f"{PATH}/tokens", "Make a token", Change("create token"))
def make_token(sent: Sent) -> Response:
    """Make a token, and show it: this once, so nothing else can lead to the page."""
    user, day = _user(), sent.text("expires")
    try:
        expires = _end_of(day) if day else None
    except (ValueError, OverflowError):
        return _shown(user, sent, NO_DAY)
    try:
        ident, token = new_token(user, sent.text("name") or None, expires)
    except ProcdefError as error:
        return _shown(user, sent, refusal(error))
    audit.tell(id=ident)
    return _shown(user, made=token)


@routes.form(f"{PATH}/tokens/{{id}}/remove", "Remove a token", Change("delete token"))
def remove_token(_sent: Sent, id: str) -> Response:  # noqa: A002
    """Remove one of the user's tokens. Sessions that were begun with it end."""
    tokens.remove_token(store(), id, _user())
    return see(PATH)


@routes.form(f"{PATH}/remove-tokens", "Remove all tokens", Change("delete tokens"))
def remove_tokens(_sent: Sent) -> Response:
    """Remove all tokens of the user. Sessions that were begun with them end."""
    tokens.remove_tokens(store(), _user())
    return see(PATH)


@routes.form(f"{PATH}/password", "Change your password", Change("change password"))
def change_password(sent: Sent) -> Response:
    """Change the user's password. All sessions of the user end, and a new one begins in this browser."""
    user, (old, new, again) = _user(), (sent.fields.get(name, [""])[0] for name in ("old", "new", "again"))
    if new != again:
        return _shown(user, sent, NOT_TWICE)
    try:
        if not logins().is_right(user, old):
            raise EngineError(WRONG_OWN_PASSWORD)
        users.set_password(store(), user, new, ends_tokens=bool(sent.text("tokens")))
    except TooManyTries:
        raise
    except ProcdefError as error:
        return _shown(user, sent, refusal(error))
    audit.tell(id=user)
    response = see(f"{PATH}?done=password")
    sessions.begin(response, Owner(user, state().valid_until, groups=state().groups, tenants=state().tenants))
    return response


def _shown(user: str, sent: Sent = NOTHING, refused: Refusal = FINE, made: str = "") -> Response:
    values = {"tokens": tokens_of(user), "made": made, "has_password": users.has_password(reader(), user), "by_token": state().token}
    values |= {"least": store().settings.password_length, "is_changed": request.args.get("done") == "password"}
    return page("account.html", refused.status, **values, sent=sent, message=refused.message)


def _user() -> str:
    user = current_user()
    if user is None:
        raise NotFound
    return user


def _end_of(day: str) -> str:
    """The end of a day in UTC, as a timestamp. Raises ValueError and OverflowError."""
    return stamp(datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(1))
