"""The rule that decides whether a user has a permission, beside the decisions that the engine 7.24 made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.rights.decision import ANY, GLOBAL, GRANT, REVOKE, Allowed, Authorization, allowed, answer
from procdef.rights.object_types import EVERY_BIT

READ = 2
KINDS = {
    "global": (GLOBAL, ANY, None),
    "user's grant": (GRANT, "mary", None),
    "user's revocation": (REVOKE, "mary", None),
    "group's grant": (GRANT, None, "sales"),
    "group's revocation": (REVOKE, None, "sales"),
    "everybody's grant": (GRANT, ANY, None),
    "everybody's revocation": (REVOKE, ANY, None),
}
GROUPS = ("global", "user's grant", "user's revocation", "group's grant", "group's revocation")
EVERYBODY = ("global", "user's grant", "user's revocation", "everybody's grant", "everybody's revocation")
GROUPS_LISTED = (
    "ff00ff00fff0ffffff00ff00fff0ffffff00ff00fff0fff0ff00ff00fff0fff0ff00ff00fff0ffffff00ff00fff0ffffff00ff00fff0fff0ff00ff00"
    "fff0fff0ff00ff00fff0ffffff00ff00fff0ffffff00ff00fff0ffffff00ff00fff0fff0ff00ff00fff0ffffff00ff00fff0ffffff00ff00fff0ffff"
    "ff00ff00fff0fffe"
)
EVERYBODY_LISTED = (
    "ff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00"
    "fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0ffffff00ff00fff0ffffff00ff00fff0ffff"
    "ff00ff00fff0fffe"
)
EVERYBODY_ONE = (
    "ff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00"
    "fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0fffeff00ff00fff0fffe"
    "ff00ff00fff0fffe"
)
"""The decisions that the engine made on all combinations, the first one in the lowest bit, in hexadecimal."""
RECORDED = [
    pytest.param(GROUPS, True, GROUPS_LISTED, id="groups-list"),
    pytest.param(GROUPS, False, GROUPS_LISTED, id="groups-one"),
    pytest.param(EVERYBODY, True, EVERYBODY_LISTED, id="everybody-list"),
    pytest.param(EVERYBODY, False, EVERYBODY_ONE, id="everybody-one"),
]


def authorization(kind: str, resource_id: str) -> Authorization:
    type_, user_id, group_id = KINDS[kind]
    return Authorization(type_, user_id, group_id, resource_id, EVERY_BIT & ~READ if type_ == REVOKE else READ)


def combinations(kinds: tuple[str, ...]) -> Iterator[list[Authorization]]:
    """All sets of authorizations of these kinds, for every object and for one, in the order in which they were recorded."""
    every = [authorization(kind, resource_id) for kind in kinds for resource_id in (ANY, "order")]
    for number in range(2 ** len(every)):
        yield [one for bit, one in enumerate(every) if number >> bit & 1]


@pytest.mark.parametrize(("kinds", "listing", "recorded"), RECORDED)
def test_the_decisions_are_the_engines(kinds: tuple[str, ...], listing: bool, recorded: str) -> None:
    decided = [allowed(rows, "mary", READ, listing=listing).has("order") for rows in combinations(kinds)]
    assert f"{sum(yes << number for number, yes in enumerate(decided)):0256x}" == recorded


@given(st.sets(st.sampled_from([(kind, name) for kind in KINDS for name in (ANY, "a", "b")])))
def test_objects_do_not_influence_each_other(chosen: set[tuple[str, str]]) -> None:
    rows = [authorization(*one) for one in sorted(chosen)]
    whole = allowed(rows, "mary", READ)
    for name in ("a", "b", "c"):
        assert whole.has(name) == allowed([row for row in rows if row.resource_id in (ANY, name)], "mary", READ).has(name)


def test_an_authorization_needs_all_permissions() -> None:
    rows = [Authorization(GRANT, "mary", None, ANY, 2 | 4)]
    assert allowed(rows, "mary", 2 | 4) == Allowed(every=True)
    assert allowed(rows, "mary", 2 | 8) == Allowed(every=False)
    assert allowed(rows, "john", 2) == Allowed(every=False)


OTHER = Authorization(REVOKE, "mary", None, "other", 0)
UPDATE = 4
LACKING = Authorization(GLOBAL, ANY, None, "order", UPDATE)


def test_a_global_one_without_the_permission_says_no_where_something_is_revoked() -> None:
    for_all = Authorization(GLOBAL, ANY, None, ANY, READ)
    assert allowed([for_all, LACKING], "mary", READ).has("order")
    assert not allowed([for_all, LACKING, OTHER], "mary", READ).has("order")
    assert not allowed([for_all, LACKING], "mary", READ, revoking=True).has("order")
    assert allowed([for_all, LACKING, OTHER], "mary", READ).has("invoice")


def test_what_is_said_of_one_object() -> None:
    rows = [Authorization(GRANT, None, "sales", ANY, UPDATE), OTHER]
    assert [answer(rows, "mary", bits, "order") for bits in (READ, UPDATE)] == [None, True]
    assert [answer([*rows, LACKING], "mary", bits, "order") for bits in (READ, UPDATE)] == [False, True]
    assert [answer(rows, "mary", bits, "other") for bits in (READ, UPDATE)] == [False, False]
    assert answer(rows, "mary", UPDATE, None) is True


def test_objects_that_are_not_there_yet_need_an_authorization_for_all() -> None:
    assert allowed([Authorization(GRANT, "mary", None, ANY, 8)], "mary", 8).has(None)
    assert not allowed([Authorization(GRANT, "mary", None, "order", 8)], "mary", 8).has(None)


PREFIXED = [
    pytest.param([(GRANT, "mary", None, "order-*")], "order-1", True, id="a prefix"),
    pytest.param([(GRANT, "mary", None, "order-*")], "order", False, id="another id"),
    pytest.param([(GRANT, "mary", None, "*-order")], "a-order", False, id="no prefix"),
    pytest.param([(GRANT, "mary", None, "**")], "order", False, id="two stars"),
    pytest.param([(REVOKE, "mary", None, "order-*"), (GRANT, "mary", None, ANY)], "order-1", True, id="a revocation has no prefix"),
    pytest.param([(GRANT, None, "sales", "order-*"), (REVOKE, "mary", None, "order-1")], "order-1", False, id="revoked before"),
    pytest.param([(GRANT, None, "sales", "order-*"), (REVOKE, "mary", None, ANY)], "order-1", False, id="all revoked before"),
    pytest.param([(GRANT, "mary", None, "order-*"), (REVOKE, None, "sales", "order-1")], "order-1", True, id="granted before"),
    pytest.param([(GRANT, "mary", None, "order-*"), (REVOKE, "mary", None, "order-1")], "order-1", False, id="its own id first"),
    pytest.param([(GRANT, "mary", None, "order-*"), (REVOKE, "mary", None, ANY)], "order-1", True, id="a prefix before all"),
]


@pytest.mark.parametrize(("rows", "resource_id", "has"), PREFIXED)
def test_prefixes(rows: list[tuple[int, str | None, str | None, str]], resource_id: str, has: bool) -> None:
    authorizations = [Authorization(*row, EVERY_BIT & ~READ if row[0] == REVOKE else READ) for row in rows]
    assert allowed(authorizations, "mary", READ).has(resource_id) is has


NAMES = ["a", "ab", "abc", "b", "bc", ""]
ALLOWED = st.builds(Allowed, st.booleans(), *[st.frozensets(st.sampled_from(NAMES))] * 3)


@given(ALLOWED, ALLOWED, st.sampled_from([*NAMES, "abcd", "c"]))
def test_what_both_allow(one: Allowed, other: Allowed, name: str) -> None:
    assert one.both(other).has(name) == (one.has(name) and other.has(name))
    assert one.both(other).has(None) == (one.has(None) and other.has(None))


@given(
    st.sets(st.sampled_from([(kind, name) for kind in KINDS for name in (ANY, "a", "b", "a*", "ab*")])),
    st.sampled_from(["a", "ab", "abc", "b", "c"]),
)
def test_what_is_granted_and_revoked_are_exceptions(chosen: set[tuple[str, str]], name: str) -> None:
    found = allowed([authorization(*one) for one in sorted(chosen)], "mary", READ)
    assert not found.granted & found.revoked
    assert not (found.every and (found.prefixes or found.granted))
    assert found.has(name) or not found.every or name in found.revoked
