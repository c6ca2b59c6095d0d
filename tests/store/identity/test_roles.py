"""Roles: which rows they are, and what users and tokens may do with them."""

from __future__ import annotations

import pytest

from procdef.errors import InvalidInput, NotFound
from procdef.rights.permissions import (
    CREATE_USER,
    DELETE_DEFINITION,
    DEPLOY_KEY,
    READ_DEFINITION,
    READ_DEPLOYMENT,
    REPORT_INCIDENT,
    SUSPEND_DEFINITION,
    Permission,
)
from procdef.rights.roles import ROLES
from procdef.store.identity import roles, tokens, users
from procdef.store.identity.rights import RightsCache, UserRights, Who, rights_of
from procdef.store.models import Authorization, TenantMember, Token
from procdef.store.store import Store

ASKED: dict[str, tuple[Permission, str | None]] = {
    "see order-1": (READ_DEFINITION, "order-1"),
    "see invoice": (READ_DEFINITION, "invoice"),
    "see deployments": (READ_DEPLOYMENT, "d"),
    "suspend order-1": (SUSPEND_DEFINITION, "order-1"),
    "deploy order-1": (DEPLOY_KEY, "order-1"),
    "deploy invoice": (DEPLOY_KEY, "invoice"),
    "report incidents of order-1": (REPORT_INCIDENT, "order-1"),
    "delete order-1": (DELETE_DEFINITION, "order-1"),
    "make users": (CREATE_USER, None),
}
SEES = {"see order-1", "see invoice", "see deployments"}
MAY = [
    ("reader", (), SEES),
    ("reader", ("order-*",), {"see order-1"}),
    ("reader", ("invoice",), {"see invoice"}),
    ("deployer", (), SEES | {"suspend order-1", "report incidents of order-1", "deploy order-1", "deploy invoice"}),
    ("deployer", ("order-*",), {"see order-1", "suspend order-1", "report incidents of order-1", "deploy order-1"}),
    ("admin", (), set(ASKED)),
    ("admin", ("order-*",), {"see order-1", "suspend order-1", "report incidents of order-1", "deploy order-1", "delete order-1"}),
]
BY_NAME = {name: allowed for name, keys, allowed in MAY if not keys}


@pytest.fixture
def mary(store: Store) -> str:
    users.create_user(store, {"id": "mary"}, None)
    return "mary"


def may(rights: UserRights) -> set[str]:
    return {name for name, (permission, ident) in ASKED.items() if rights.has(permission, ident)}


def rights_of_token(store: Store, token: str) -> UserRights:
    owner = tokens.owner_of(store, token)
    assert owner is not None
    return rights_of(store.everything, Who(owner.user_id, token=owner.token_id if owner.role else None))


@pytest.mark.parametrize(("name", "keys", "allowed"), MAY)
def test_what_a_user_with_a_role_may_do(store: Store, mary: str, name: str, keys: tuple[str, ...], allowed: set[str]) -> None:
    roles.set_role(store, mary, roles.bound(name, (), keys))
    rights = rights_of(store.everything, Who(mary))
    assert may(rights) == allowed
    assert rights.is_member(None)
    assert rights.administers is (name == "admin" and not keys)


@pytest.mark.parametrize(("name", "keys", "allowed"), MAY)
def test_a_token_may_do_what_user_and_role_may(store: Store, mary: str, name: str, keys: tuple[str, ...], allowed: set[str]) -> None:
    token = tokens.create_token(store, mary, role=roles.bound(name, (), keys))
    assert may(rights_of_token(store, token)) == set()
    roles.set_role(store, mary, roles.bound("deployer"))
    assert may(rights_of_token(store, token)) == allowed & BY_NAME["deployer"]
    roles.set_role(store, mary, roles.bound("admin"))
    rights = rights_of_token(store, token)
    assert may(rights) == allowed
    assert rights.administers is (name == "admin" and not keys)


@pytest.mark.parametrize(
    ("of_user", "of_token", "both"), [((), (), None), (("a", "b"), (), {"a", "b"}), ((), ("a",), {"a"}), (("a", "b"), ("b", "c"), {"b"})]
)
def test_the_tenants_of_a_token(
    store: Store, mary: str, of_user: tuple[str, ...], of_token: tuple[str, ...], both: set[str] | None
) -> None:
    roles.set_role(store, mary, roles.bound("deployer", list(of_user)))
    token = tokens.create_token(store, mary, role=roles.bound("reader", list(of_token)))
    assert rights_of_token(store, token).tenants == both


def test_another_role_replaces_the_first_one(store: Store, mary: str) -> None:
    for name in (*ROLES, *ROLES):
        roles.set_role(store, mary, roles.bound(name, ("a",)))
    roles.set_role(store, mary, roles.bound("admin"))
    roles.set_role(store, mary, None)
    assert may(rights_of(store.everything, Who(mary))) == set()
    assert store.read(Authorization.select().where(Authorization.user_id == mary)) == store.read(TenantMember.select()) == []


@pytest.mark.parametrize("end", ["token", "password", "user"])
def test_the_rows_of_a_token_end_with_it(store: Store, mary: str, end: str) -> None:
    tokens.create_token(store, mary, role=roles.bound("reader", ("a",)))
    if end == "token":
        tokens.remove_token(store, store.read(Token.select(Token.id))[0][0])
    elif end == "password":
        users.set_password(store, mary, "a long password", ends_tokens=True)
    else:
        users.delete_user(store, mary)
    assert store.read(Authorization.select()) == store.read(TenantMember.select()) == store.read(Token.select()) == []


@pytest.mark.parametrize("key", ["", "*order", "a*b*", "**", "x" * 256])
def test_what_is_no_key(key: str) -> None:
    with pytest.raises(InvalidInput):
        roles.bound("reader", (), (key,))


def test_a_role_needs_a_user(store: Store) -> None:
    with pytest.raises(NotFound):
        roles.set_role(store, "nobody", None)


def test_cached_rights_are_those_of_now(store: Store, mary: str) -> None:
    cache = RightsCache()
    assert may(cache.get(store.everything, Who(mary))) == set()
    roles.set_role(store, mary, roles.bound("reader"))
    found = cache.get(store.everything, Who(mary))
    assert may(found) == SEES
    assert cache.get(store.everything, Who(mary)) is found


def test_more_groups_and_tenants_for_as_long_as_a_login_says_so(store: Store, mary: str) -> None:
    other = "anna"
    users.create_user(store, {"id": other}, None, roles.bound("admin"))
    rights = rights_of(store.everything, Who(mary, frozenset({"camunda-admin"}), frozenset({"a"})))
    assert (may(rights), rights.tenants, rights.administers) == (set(ASKED), None, True)
    assert rights_of(store.everything, Who(mary, tenants=frozenset({"a"}))).tenants == frozenset({"a"})
