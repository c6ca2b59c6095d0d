"""Tokens in the store: what is stored of them, and how long they are valid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from procdef.errors import InvalidInput, NotFound
from procdef.store.clock import now, stamp
from procdef.store.identity import tokens, users
from procdef.store.models import Token
from procdef.store.store import Store


@pytest.fixture
def mary(store: Store) -> str:
    users.create_user(store, {"id": "mary"}, None)
    return "mary"


def user_of(store: Store, token: str) -> str | None:
    owner = tokens.owner_of(store, token)
    return owner.user_id if owner is not None else None


def test_a_token_is_kept_as_a_hash_only(store: Store, mary: str) -> None:
    token = tokens.create_token(store, mary, "CI")
    assert (token[:8], len(token)) == ("procdef_", 51)
    [row] = store.read(Token.select())
    assert token not in map(str, row)
    assert row[1] == sha256(token.encode()).hexdigest()


def test_no_two_are_the_same(store: Store, mary: str) -> None:
    assert len({tokens.create_token(store, mary) for _ in range(20)}) == 20


@pytest.mark.parametrize(("seconds", "user"), [(None, "mary"), (60, "mary"), (0, None), (-60, None)])
def test_it_is_good_until_it_expires(store: Store, mary: str, seconds: int | None, user: str | None) -> None:
    expires = None if seconds is None else datetime.now(UTC) + timedelta(seconds=seconds)
    assert user_of(store, tokens.create_token(store, mary, expires=expires)) == user


def test_it_says_until_when(store: Store, mary: str) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=2)
    owner = tokens.owner_of(store, tokens.create_token(store, mary, expires=soon))
    assert owner is not None
    assert now() < str(owner.expires) < stamp(soon + timedelta(milliseconds=1))
    lasting = tokens.owner_of(store, tokens.create_token(store, mary))
    assert lasting is not None
    assert (lasting.user_id, lasting.expires) == (mary, None)
    assert {owner.token_id, lasting.token_id} == {row[0] for row in tokens.tokens_of_all(store)}


@pytest.mark.parametrize("token", ["", "procdef_", "%", "mary", "\0", "ä", "x" * 100_000])
def test_what_was_never_made_is_nobodys(store: Store, mary: str, token: str) -> None:
    tokens.create_token(store, mary)
    assert tokens.owner_of(store, token) is None


def test_it_can_be_taken_away(store: Store, mary: str) -> None:
    one, other = (tokens.create_token(store, mary, name) for name in ("one", "other"))
    ident = next(row[0] for row in tokens.tokens_of_all(store) if row[2] == "one")
    tokens.remove_token(store, ident)
    assert [user_of(store, token) for token in (one, other)] == [None, "mary"]
    with pytest.raises(NotFound):
        tokens.remove_token(store, ident)


@pytest.mark.parametrize(
    ("user", "name", "error"), [("nobody", None, NotFound), ("mary", "x" * 256, InvalidInput), ("mary", "\0", InvalidInput)]
)
def test_what_cannot_be_made(store: Store, mary: str, user: str, name: str | None, error: type[Exception]) -> None:
    with pytest.raises(error):
        tokens.create_token(store, user, name)
    assert tokens.tokens_of_all(store) == []
