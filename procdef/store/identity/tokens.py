"""Tokens: shown only once, when they are made, and stored as hashes.

A token has 256 random bits, so nobody can guess it, even with its hash. So the fast hash SHA-256 is as safe as a slow one, which each
request with a token would have to wait for.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from peewee import Database, IntegrityError, ModelSelect, Query

from procdef.errors import NotFound, Unavailable
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.store import statements
from procdef.store.clock import moment, new_id, now, stamp
from procdef.store.events import log
from procdef.store.events.log import NewEvent
from procdef.store.events.types import TOKEN_CREATED, TOKEN_DELETED
from procdef.store.identity import roles
from procdef.store.identity.rights import holder_of_token
from procdef.store.models import Token, User
from procdef.store.reader import Reader
from procdef.store.store import Store
from procdef.store.texts import check_text

PREFIX = "procdef_"
"""How every token begins, so that secret scanners find it in files."""
BYTES = 32
"""The random bytes of a token."""
COLUMNS = (Token.id, Token.user_id, Token.name, Token.create_time, Token.expires, Token.last_use, Token.role)
NOTED = timedelta(minutes=1)
"""How long after a noted use the next one is noted: so often a token is written at most, in all processes together."""
logger = logging.getLogger(__name__)


class Owner(NamedTuple):
    """The id of a token's user, and when the token expires: a timestamp as a string that sorts by time, or None for never.

    `token_id` is the id of the token; None for other credentials. `role` is the role of the token; None if it has all rights of the user.
    `groups` and `tenants` are those that a provider has named, besides those of the store.
    """

    user_id: str
    expires: str | None
    token_id: str | None = None
    role: str | None = None
    groups: Sequence[str] = ()
    tenants: Sequence[str] = ()


def create_token(
    store: Store, user_id: str, name: str | None = None, expires: datetime | None = None, role: roles.Bound | None = None
) -> str:
    """A new token of a user, valid until it expires. Raises what `new_token` raises."""
    return new_token(store, user_id, name, None if expires is None else stamp(expires), role)[1]


def new_token(store: Store, user_id: str, name: str | None, expires: str | None, role: roles.Bound | None = None) -> tuple[str, str]:
    """A new token of a user: its id, and the token itself. `expires` is a timestamp, None for never.

    With a role it has, of the rights of the user, those of the role.

    Raises NotFound for an unknown user, TooLong and InvalidInput for the name.
    """
    check_text("token's name", name, Token.name)
    token = PREFIX + secrets.token_urlsafe(BYTES)
    row = {"id": (ident := new_id()), "hash": _hashed(token), "user_id": user_id, "name": name, "create_time": now(), "expires": expires}
    after = {"user": user_id, "name": name, **({} if role is None else roles.described(role))}
    with store.write() as database:
        if not User.select().where(User.id == user_id).exists(database):
            raise NotFound("user", user_id)
        Token.insert(row).execute(database)
        log.write(database, [NewEvent(TOKEN_CREATED, object_id=ident, after=after)])
        if role is not None and not role.administers:
            Token.update(role=role.role.name).where(Token.id == ident).execute(database)
            roles.give(database, holder_of_token(ident), role)
    return ident, token


def tokens_of_all(store: Store) -> list[tuple[Any, ...]]:
    """The COLUMNS of every token, the oldest first."""
    return store.read(Token.select(*COLUMNS).order_by(Token.create_time, Token.id))


def tokens_of(reader: Reader, user_id: str) -> list[tuple[Any, ...]]:
    """The tokens of a user, the oldest first: id, name, and when it was made, expires and was used last, as the REST API writes moments."""
    return reader.read(_tokens_query, values={"user": user_id})


def remove_token(store: Store, token_id: str, user_id: str | None = None) -> None:
    """Delete a token, by its id, and end the sessions that were begun with it. Raises NotFound, also if it is not of `user_id`."""
    with store.write() as database:
        of_user = True if user_id is None else Token.user_id == user_id
        if not delete(database, (Token.id == token_id) & of_user):
            raise NotFound("token", token_id)


def remove_tokens(store: Store, user_id: str) -> int:
    """Delete all tokens of a user, and end the sessions that were begun with them. Returns how many there were."""
    with store.write() as database:
        return delete(database, Token.user_id == user_id)


def delete(database: Database, condition: Any) -> int:
    """Delete the tokens that a condition matches, inside a write transaction; how many they were.

    The rows of their roles go too, and the sessions that were begun with them.
    """
    gone = list(Token.select(Token.id, Token.user_id, Token.name).where(condition).order_by(Token.id).tuples().execute(database))
    for ident, *_ in gone:
        roles.remove(database, holder_of_token(ident))
    Token.delete().where(Token.id.in_([row[0] for row in gone])).execute(database)
    log.write(database, [NewEvent(TOKEN_DELETED, object_id=ident, before={"user": user, "name": name}) for ident, user, name in gone])
    return len(gone)


def owner_of(store: Store, token: str) -> Owner | None:
    """The owner of a token, whose use is noted; None if it does not exist or has expired."""
    found = store.everything.read(_owner_query, values={"hash": _hashed(token), "now": now()})
    if not found:
        return None
    *owner, last_use = found[0]
    if last_use is None or last_use < _noted_before():
        _note_use(store, owner[2])
    return Owner(*owner)


def next_note() -> str:
    """The moment until which a cached response may stand for a use of a token that is noted now."""
    return stamp(moment() + NOTED)


def _note_use(store: Store, token_id: str) -> None:
    """Note that a token is used now, unless another process has just done so. It waits for no lock: the next use is noted, too."""
    try:
        with store.unrevised() as database:
            statements.change(database, _use_query, id=token_id, now=now(), before=_noted_before())
    except (IntegrityError, Unavailable) as error:
        logger.debug("The use of the token %s is not noted: %s", token_id, error)


def _noted_before() -> str:
    return stamp(moment() - NOTED)


def _use_query(_dialect: Dialect) -> Query:
    is_old = Token.last_use.is_null() | (Token.last_use < placeholder("before"))
    return Token.update(last_use=placeholder("now")).where((Token.id == placeholder("id")) & is_old)


def _tokens_query(dialect: Dialect) -> ModelSelect[Token]:
    times = [dialect.timestamp(column) for column in (Token.create_time, Token.expires, Token.last_use)]
    query = Token.select(Token.id, Token.name, *times).where(Token.user_id == placeholder("user"))
    return query.order_by(Token.create_time, Token.id)


def _owner_query(_dialect: Dialect) -> ModelSelect[Token]:
    is_valid = Token.expires.is_null() | (Token.expires > placeholder("now"))
    columns = (Token.user_id, Token.expires.cast("TEXT"), Token.id, Token.role, Token.last_use.cast("TEXT"))
    return Token.select(*columns).where((Token.hash == placeholder("hash")) & is_valid)


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()
