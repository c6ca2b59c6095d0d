"""The requests about new passwords: the rule that they must keep, and changing one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from procdef.camunda.identity.users import Credentials, one_of
from procdef.camunda.protocol.bodies import Body, JsonBool, JsonText, json_body
from procdef.camunda.protocol.errors import DEFAULTS, NO_PASSWORD, NO_USER, OTHERS_PASSWORD, WRONG_OWN_PASSWORD, EngineError
from procdef.camunda.tables.registry import USERS
from procdef.errors import NotFound, TooManyTries
from procdef.http.auth import current_user
from procdef.http.logins import logins
from procdef.http.needs import require
from procdef.http.responses import json_response, no_content, rights, store
from procdef.http.routes import Answer, Cached, Change, Routes
from procdef.http.schemas import Schema, array_of, members
from procdef.rights.permissions import READ_USER, UPDATE_USER
from procdef.store.identity import users
from procdef.store.identity.users import WeakPassword

routes = Routes("Login")
LENGTH_RULE: Mapping[str, str | Schema] = {
    "placeholder": "The name of the rule, always `PASSWORD_POLICY_LENGTH`.",
    "parameter": {**members(minLength="Characters that a password must have at least."), "description": "The values of the rule."},
}
RULES = {"description": "The rules; there is one, the length."}
POLICY = members(rules={**array_of(members(**LENGTH_RULE)), **RULES})
IS_KEPT = {"type": "boolean", "description": "Whether the password keeps the rule."}
CHECKED = members(
    rules={**array_of(members(**LENGTH_RULE, valid=IS_KEPT)), **RULES},
    valid={"type": "boolean", "description": "Whether the password keeps all rules."},
)


class ChangedCredentials(Credentials):
    """The body that changes a user's password."""

    own_password = JsonText(
        data_key="authenticatedUserPassword",
        allow_none=True,
        metadata={"description": "The password of the user who sends the request; required where a login is needed."},
    )
    ends_tokens = JsonBool(
        data_key="removeTokens", allow_none=True, metadata={"description": "true: the user's tokens end too. Only procdef reads it."}
    )


class Candidate(Body):
    """The password that is checked."""

    password = JsonText(load_default=None, allow_none=True, metadata={"description": "The password."})


@routes.route(
    "PUT",
    "/user/{id}/credentials",
    "Change a user's password",
    Answer(204, "It is changed.", None),
    body=ChangedCredentials,
    errors={NotFound: NO_USER, WeakPassword: DEFAULTS[WeakPassword], TooManyTries: DEFAULTS[TooManyTries]},
    refusals=(WRONG_OWN_PASSWORD, OTHERS_PASSWORD),
    produces=None,
    change=Change("change password"),
)
def put_credentials(id: str) -> Response:  # noqa: A002
    """Set a new password, which ends the user's sessions. null leaves the old password."""
    body = json_body(ChangedCredentials, required=True)
    _check_own(id, body.get("own_password"))
    users.set_password(store(), id, body.get("password"), ends_tokens=bool(body.get("ends_tokens")))
    return no_content()


def _check_own(ident: str, own_password: str | None) -> None:
    """Raises EngineError unless the user who sends the request gives its own password, and changes that one.

    Where authorization is on, it must be a user whom the client may change. Raises NotFound, Forbidden and TooManyTries.
    """
    user = current_user()
    if user is None:
        return
    if (client := rights()) is not None:
        require(client, (READ_USER,), user)
    if not own_password or not logins().is_right(user, own_password):
        raise EngineError(WRONG_OWN_PASSWORD)
    if client is not None:
        one_of(USERS, "user", ident)
        require(client, (UPDATE_USER,), ident)
    elif user != ident:
        raise EngineError(OTHERS_PASSWORD, ident=ident)


@routes.route(
    "GET", "/identity/password-policy", "Get the rules of passwords", Answer(200, "The rules.", schema=POLICY), cached=Cached.NEVER
)
def get_policy() -> Response:
    """The rules that a new password must keep."""
    return json_response({"rules": [_length_rule()]})


@routes.route(
    "POST",
    "/identity/password-policy",
    "Check a new password",
    Answer(200, "Whether it keeps the rules.", schema=CHECKED),
    body=Candidate,
    refusals=(NO_PASSWORD,),
)
def check_policy() -> Response:
    """Whether a password keeps the rules. It is not stored."""
    password = json_body(Candidate)["password"]
    if password is None:
        raise EngineError(NO_PASSWORD)
    is_kept = users.is_long_enough(store().settings, password)
    return json_response({"rules": [{**_length_rule(), "valid": is_kept}], "valid": is_kept})


def _length_rule() -> dict[str, Any]:
    return {"placeholder": "PASSWORD_POLICY_LENGTH", "parameter": {"minLength": str(store().settings.password_length)}}
