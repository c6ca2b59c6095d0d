"""Sessions: a browser logs in once, and has a secret until the session ends. Only a hash of the secret is stored, as of a token.

A session ends by itself, by a logout, with the user, with a new password, and with the token that it began with.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

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
    """The secret of a new session of the owner of credentials. It ends after LENGTH, and not after these; that of a token ends with it."""
    secret = secrets.token_urlsafe(BYTES)
    end = _end(moment() + LENGTH, owner.expires)
    with store.write() as database:
        Session.delete().where(Session.expires <= now()).execute(database)
        Session.insert(hash=_hashed(secret), user_id=owner.user_id, expires=end, token_id=owner.token_id).execute(database)
    return secret


def end(store: Store, secret: str) -> None:
    """End a session, if there is one with this secret."""
    with store.write() as database:
        Session.delete().where(Session.hash == _hashed(secret)).execute(database)


def owner_of(store: Store, secret: str) -> Owner | None:
    """The user of a session, and when it ends; None if there is none or it has ended."""
    found = store.everything.read(_owner_query, values={"hash": _hashed(secret), "now": now()})
    return Owner(*found[0]) if found else None


def _end(end: datetime, latest: str | None) -> str:
    return stamp(end) if latest is None else min(stamp(end), latest)


def _owner_query(_dialect: Dialect) -> ModelSelect[Session]:
    is_valid = (Session.hash == placeholder("hash")) & (Session.expires > placeholder("now"))
    columns = (Session.user_id, Session.expires.cast("TEXT"), Session.token_id, Token.role)
    return Session.select(*columns).join(Token, JOIN.LEFT_OUTER, on=Session.token_id == Token.id).where(is_valid)


def _hashed(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
