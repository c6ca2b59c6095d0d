"""When a token was used last: written seldom, without a lock, and without a new revision."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from procdef.store.clock import stamp
from procdef.store.identity import tokens, users
from procdef.store.models import Token
from procdef.store.store import Store


@pytest.fixture
def token(store: Store) -> str:
    users.create_user(store, {"id": "mary"}, None)
    return tokens.create_token(store, "mary")


def last_use(store: Store) -> str | None:
    ((found,),) = store.read(Token.select(Token.last_use.cast("TEXT")))
    return None if found is None else str(found)


def set_back(store: Store, seconds: int) -> None:
    before = datetime.now().astimezone() - timedelta(seconds=seconds)
    with store.write() as database:
        Token.update(last_use=stamp(before)).execute(database)


def test_a_use_is_noted_and_changes_no_revision(store: Store, token: str) -> None:
    before = store.everything.revision()
    assert last_use(store) is None
    assert tokens.owner_of(store, token) is not None
    assert last_use(store) is not None
    assert store.everything.revision() == before


@pytest.mark.parametrize(("seconds", "is_noted"), [(50, False), (70, True)])
def test_a_use_is_noted_once_a_minute(store: Store, token: str, seconds: int, is_noted: bool) -> None:
    set_back(store, seconds)
    before = last_use(store)
    tokens.owner_of(store, token)
    assert (last_use(store) != before) is is_noted


def test_an_expired_token_has_no_use(store: Store, token: str) -> None:
    with store.write() as database:
        Token.update(expires="2020-01-01 00:00:00.000").execute(database)
    assert tokens.owner_of(store, token) is None
    assert last_use(store) is None


def test_a_use_does_not_wait_for_a_writer(store: Store, token: str) -> None:
    with store.write(), ThreadPoolExecutor(1) as other:
        assert other.submit(tokens.owner_of, store, token).result(5) is not None
