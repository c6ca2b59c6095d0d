"""Sessions: a browser logs in once, and has a secret until the session ends. Only a hash of the secret is stored, as of a token.

A session ends by itself, by a logout, with the user, with a new password, and with the token that it began with.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

import orjson
from peewee import JOIN, ModelSelect

from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.store.clock import moment, now, stamp
from procdef.store.identity.tokens import Owner
from procdef.store.models import Session, Token
from procdef.store.store import Store

BYTES = 32
"""The random bytes of a secret."""
LENGTH = timedelta(hours=12)


def begin(store: Store, owner: Owner) -> str:
    """The secret of a new session of a user. It ends after LENGTH, and not after the credentials with which it was begun."""
    secret = secrets.token_urlsafe(BYTES)
    row = {"hash": _hashed(secret), "user_id": owner.user_id, "expires": _end(moment() + LENGTH, owner.expires), "token_id": owner.token_id}
    named = {name: orjson.dumps(values).decode() if values else None for name, values in _named(owner)}
    with store.write() as database:
        Session.delete().where(Session.expires <= now()).execute(database)
        Session.insert({**row, **named}).execute(database)
    return secret


def end(store: Store, secret: str) -> None:
    """End a session, if there is one with this secret."""
    with store.write() as database:
        Session.delete().where(Session.hash == _hashed(secret)).execute(database)


def end_all(store: Store, user_id: str) -> int:
    """End all sessions of a user. Returns how many there were."""
    with store.write() as database:
        return int(Session.delete().where((Session.user_id == user_id) & (Session.expires > now())).execute(database))


def owner_of(store: Store, secret: str) -> Owner | None:
    """The user of a session, and when it ends; None if there is none or it has ended."""
    found = store.everything.read(_owner_query, values={"hash": _hashed(secret), "now": now()})
    if not found:
        return None
    user_id, expires, token_id, role, groups, tenants = found[0]
    return Owner(user_id, expires, token_id, role, orjson.loads(groups or "[]"), orjson.loads(tenants or "[]"))


def _named(owner: Owner) -> Iterator[tuple[str, Sequence[str]]]:
    yield from (("groups", owner.groups), ("tenants", owner.tenants))


def _end(end: datetime, latest: str | None) -> str:
    return stamp(end) if latest is None else min(stamp(end), latest)


def _owner_query(_dialect: Dialect) -> ModelSelect[Session]:
    is_valid = (Session.hash == placeholder("hash")) & (Session.expires > placeholder("now"))
    columns = (Session.user_id, Session.expires.cast("TEXT"), Session.token_id, Token.role, Session.groups, Session.tenants)
    return Session.select(*columns).join(Token, JOIN.LEFT_OUTER, on=Session.token_id == Token.id).where(is_valid)


def _hashed(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
