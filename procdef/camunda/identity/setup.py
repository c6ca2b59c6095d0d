"""The request that makes the first administrator, which an engine does not have."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from procdef.camunda.identity.users import Profile
from procdef.camunda.protocol.bodies import JsonText, json_body
from procdef.camunda.protocol.errors import DEFAULTS, NO_PROFILE, EngineError
from procdef.errors import TooManyTries
from procdef.http import audit
from procdef.http.logins import logins
from procdef.http.responses import no_content, store
from procdef.http.routes import Answer, Change, Routes
from procdef.store.identity import setup
from procdef.store.identity.setup import WrongSetup
from procdef.store.identity.users import InvalidId, WeakPassword

routes = Routes("Login")
PATH = "/setup"
PUBLIC = {PATH: "Nobody can log in yet. It needs the token that the log shows at the start, and no user may exist."}


def _text(text: str) -> fields.Field[Any]:
    return JsonText(allow_none=True, load_default=None, metadata={"description": text})


class FirstUser(Profile):
    """The body that makes the first administrator."""

    token = _text("The token that the log shows at the start.")
    password = _text("The password, with at least as many characters as `PROCDEF_PASSWORD_LENGTH` says.")


@routes.route(
    "POST",
    PATH,
    "Make the first administrator",
    Answer(204, "The user is made.", None),
    body=FirstUser,
    errors={kind: DEFAULTS[kind] for kind in (WrongSetup, InvalidId, WeakPassword, TooManyTries)},
    refusals=(NO_PROFILE,),
    produces=None,
    change=Change("set up"),
)
def set_up() -> Response:
    """Make the first user, who is an administrator. It needs no login, but a token of the log. Only procdef has this request."""
    body = json_body(FirstUser)
    token, password = body.pop("token") or "", body.pop("password") or ""
    if body.get("id") is None:
        raise EngineError(NO_PROFILE)
    make_administrator(token, body, password)
    return no_content()


def make_administrator(token: str, profile: dict[str, str | None], password: str) -> None:
    """As `setup.make_administrator`; a wrong token is logged as a refused login."""
    audit.tell(id=profile["id"])
    try:
        setup.make_administrator(store(), token, profile, password)
    except WrongSetup:
        logins().refusals.add(profile["id"], "wrong token for the setup")
        raise
