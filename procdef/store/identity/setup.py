"""The setup: where no user exists yet, a token that the log shows at the start makes the first administrator, once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

from peewee import ModelSelect

from procdef.errors import InvalidInput
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.rights.roles import ADMIN
from procdef.store.clock import moment, now, stamp
from procdef.store.identity import roles, users
from procdef.store.models import Setup, User
from procdef.store.reader import Reader
from procdef.store.store import Store

PREFIX = "procdef_setup_"
BYTES = 32
"""The random bytes of the token."""
LENGTH = timedelta(hours=1)
"""How long a token is valid."""
THE_ONE = 1
"""The id of the only row."""


class WrongSetup(InvalidInput):
    """The token is wrong, has expired or was used, or a user exists."""

    def __init__(self) -> None:
        super().__init__("This token is wrong or too old, or a user exists already.")


def begin(store: Store) -> str | None:
    """A new token, which replaces the one before; None if a user exists. Only a hash of it is stored."""
    if store.read(User.select(User.id).limit(1)):
        return None
    token = PREFIX + secrets.token_urlsafe(BYTES)
    with store.write() as database:
        if User.select().exists(database):
            return None
        Setup.delete().execute(database)
        Setup.insert(id=THE_ONE, hash=_hashed(token), expires=stamp(moment() + LENGTH)).execute(database)
    return token


def is_open(reader: Reader) -> bool:
    """Whether there is a token that is valid."""
    return bool(reader.read(_open_query, values={"now": now()}))


def make_administrator(store: Store, token: str, profile: Mapping[str, str | None], password: str) -> None:
    """Make the first user, an administrator; `profile` by attribute of `User`. The token ends. Of several requests one succeeds.

    Raises WrongSetup, InvalidId, TooLong, WeakPassword and TooManyTries.
    """
    if not store.everything.read(_token_query, values={"now": now(), "hash": _hashed(token)}):
        raise WrongSetup
    row = users.row_of(store, profile, password)
    with store.write() as database:
        of_token = (Setup.hash == _hashed(token)) & (Setup.expires > now())
        if not Setup.delete().where(of_token).execute(database) or User.select().exists(database):
            raise WrongSetup
        users.add(store.settings, database, row, roles.bound(ADMIN.name))


def _open_query(_dialect: Dialect) -> ModelSelect[Setup]:
    return Setup.select(Setup.id).where(Setup.expires > placeholder("now"))


def _token_query(dialect: Dialect) -> ModelSelect[Setup]:
    return _open_query(dialect).where(Setup.hash == placeholder("hash"))


def _hashed(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
