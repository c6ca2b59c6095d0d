"""Tokens: shown only once, when they are made, and stored as hashes.

A token has 256 random bits, so nobody can guess it, even with its hash. So the fast hash SHA-256 is as safe as a slow one, which each
request with a token would have to wait for.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from peewee import Database, ModelSelect

from procdef.errors import NotFound
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.store.clock import new_id, now, stamp
from procdef.store.identity import roles
from procdef.store.identity.rights import holder_of_token
from procdef.store.models import Token, User
from procdef.store.store import Store
from procdef.store.texts import check_text

PREFIX = "procdef_"
"""How every token begins, so that secret scanners find it in files."""
BYTES = 32
"""The random bytes of a token."""
COLUMNS = (Token.id, Token.user_id, Token.name, Token.create_time, Token.expires, Token.role)


class Owner(NamedTuple):
    """The id of a token's user, and when the token expires: a timestamp as a string that sorts by time, or None for never.

    `token_id` is the id of the token; None for other credentials. `role` is the role of the token; None if it has all rights of the user.
    """

    user_id: str
    expires: str | None
    token_id: str | None = None
    role: str | None = None


def create_token(
    store: Store, user_id: str, name: str | None = None, expires: datetime | None = None, role: roles.Bound | None = None
) -> str:
    """A new token of a user, valid until it expires. With a role it has, of the rights of the user, those of the role.

    Raises NotFound for an unknown user, TooLong and InvalidInput for the name.
    """
    check_text("token's name", name, Token.name)
    token = PREFIX + secrets.token_urlsafe(BYTES)
    row = {"id": new_id(), "hash": _hashed(token), "user_id": user_id, "name": name, "create_time": now()}
    with store.write() as database:
        if not User.select().where(User.id == user_id).exists(database):
            raise NotFound("user", user_id)
        Token.insert({**row, "expires": None if expires is None else stamp(expires)}).execute(database)
        if role is not None and not role.administers:
            Token.update(role=role.role.name).where(Token.id == row["id"]).execute(database)
            roles.give(database, holder_of_token(str(row["id"])), role)
    return token


def tokens_of_all(store: Store) -> list[tuple[Any, ...]]:
    """The COLUMNS of every token, the oldest first."""
    return store.read(Token.select(*COLUMNS).order_by(Token.create_time, Token.id))


def remove_token(store: Store, token_id: str) -> None:
    """Delete a token, by its id. Raises NotFound."""
    with store.write() as database:
        if not delete(database, Token.id == token_id):
            raise NotFound("token", token_id)


def delete(database: Database, condition: Any) -> int:
    """Delete the tokens that a condition matches, with the rows of their roles, inside a write transaction; how many they were."""
    found = [ident for (ident,) in Token.select(Token.id).where(condition).tuples().execute(database)]
    for ident in found:
        roles.remove(database, holder_of_token(ident))
    Token.delete().where(Token.id.in_(found)).execute(database)
    return len(found)


def owner_of(store: Store, token: str) -> Owner | None:
    """The owner of a token; None if it does not exist or has expired."""
    found = store.everything.read(_owner_query, values={"hash": _hashed(token), "now": now()})
    return Owner(*found[0]) if found else None


def _owner_query(_dialect: Dialect) -> ModelSelect[Token]:
    is_valid = Token.expires.is_null() | (Token.expires > placeholder("now"))
    columns = (Token.user_id, Token.expires.cast("TEXT"), Token.id, Token.role)
    return Token.select(*columns).where((Token.hash == placeholder("hash")) & is_valid)


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()
