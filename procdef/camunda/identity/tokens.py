"""The requests below `/token`, which an engine does not have: users list, make and remove their own tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from procdef.camunda.protocol.bodies import Body, JsonDate, JsonText, json_body
from procdef.camunda.protocol.errors import BY_TOKEN, IN_PAST, NO_TOKEN, NO_TOKENS, NOT_AUTHENTICATED, EngineError
from procdef.errors import NotFound
from procdef.http.auth import current_user
from procdef.http.responses import json_response, no_content, reader, store
from procdef.http.routes import Answer, Cached, Change, Routes
from procdef.http.schemas import Schema, array_of, members, text_or_null
from procdef.http.state import state
from procdef.store.clock import now
from procdef.store.identity import tokens

routes = Routes("Login")
MEMBERS: Mapping[str, str | Schema] = {
    "id": "The token's id.",
    "name": text_or_null("What it is for."),
    "created": "When it was made.",
    "expires": text_or_null("When it expires; null for never."),
    "lastUse": text_or_null("When it was used last, to about a minute; null for never."),
}
TOKEN = members(**MEMBERS)
MADE = members(**MEMBERS, token="The token itself, which is never shown again.")  # noqa: S106


class NewToken(Body):
    """The body that makes a token."""

    name = JsonText(allow_none=True, load_default=None, metadata={"description": "What it is for."})
    expires = JsonDate(allow_none=True, load_default=None, metadata={"description": "When it expires; null for never."})


@routes.route(
    "GET",
    "/token",
    "List one's own tokens",
    Answer(200, "The tokens, the oldest first.", schema=array_of(TOKEN)),
    refusals=(NOT_AUTHENTICATED,),
    cached=Cached.NEVER,
)
def list_tokens() -> Response:
    """The tokens of the user who sends the request, also those that have expired. Only procdef has this request."""
    return json_response(tokens_of(_user()))


@routes.route(
    "POST",
    "/token",
    "Make a token of one's own",
    Answer(200, "The new token.", schema=MADE),
    body=NewToken,
    refusals=(NOT_AUTHENTICATED, BY_TOKEN, IN_PAST, NO_TOKENS),
    change=Change("create token", lambda body: {"id": body["id"]}),
)
def create_token() -> Response:
    """Make a token of the user who sends the request. A request with a token makes none. Only procdef has this request."""
    body, user = json_body(NewToken), _user()
    ident, token = new_token(user, body["name"] or None, body["expires"])
    made = next(row for row in tokens_of(user) if row["id"] == ident)
    return json_response({**made, "token": token})


@routes.route(
    "DELETE",
    "/token/{id}",
    "Remove a token of one's own",
    Answer(204, "It does not exist any more.", None),
    errors={NotFound: NO_TOKEN},
    refusals=(NOT_AUTHENTICATED,),
    produces=None,
    change=Change("delete token"),
)
def delete_token(id: str) -> Response:  # noqa: A002
    """Remove a token of the user who sends the request. Sessions that were begun with it end. Only procdef has this request."""
    tokens.remove_token(store(), id, _user())
    return no_content()


@routes.route(
    "DELETE",
    "/token",
    "Remove all one's own tokens",
    Answer(204, "None exists any more.", None),
    refusals=(NOT_AUTHENTICATED,),
    produces=None,
    change=Change("delete tokens"),
)
def delete_tokens() -> Response:
    """Remove all tokens of the user who sends the request. Sessions that were begun with them end. Only procdef has this request."""
    tokens.remove_tokens(store(), _user())
    return no_content()


def tokens_of(user: str) -> list[dict[str, Any]]:
    """The tokens of a user, the oldest first, with these MEMBERS."""
    return [dict(zip(MEMBERS, row, strict=True)) for row in tokens.tokens_of(reader(), user)]


def new_token(user: str, name: str | None, expires: str | None) -> tuple[str, str]:
    """A new token: its id, and the token itself. `expires` is a timestamp. Raises EngineError."""
    if state().token is not None:
        raise EngineError(BY_TOKEN)
    if expires is not None and expires <= now():
        raise EngineError(IN_PAST)
    try:
        return tokens.new_token(store(), user, name, expires)
    except NotFound as error:
        raise EngineError(NO_TOKENS, user=user) from error


def _user() -> str:
    user = current_user()
    if user is None:
        raise EngineError(NOT_AUTHENTICATED)
    return user
