"""Filters with a list of values, and those that are written in another way where a list does not begin with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from marshmallow import fields
from peewee import SQL, Expression, Value

from procdef.query import position, statement
from procdef.query.bound import QueryShape, bind
from procdef.query.dialects import Dialect
from procdef.query.operators import related
from procdef.query.table import Filter, Sort
from tests.query.things import THINGS, Thing, Things


def _is(dialect: Dialect, value: Value) -> Any:
    return Expression(Thing.name, "=", dialect.parameter(value))


def _is_of_row(dialect: Dialect, value: Value) -> Any:
    return Expression(SQL("row"), "=", dialect.parameter(value))


SOME = Filter("some", related(_is, _is_of_row), None, fields.Raw(), "Has each.", most=3)
TABLE = replace(THINGS, filters=(*THINGS.filters, SOME), sorts=(*THINGS.sorts, Sort("text", SQL("text"), unindexed=True, text=True)))


def sql_of(things: Things, values: dict[str, Any], *groups: dict[str, Any], avoided: frozenset[str] = frozenset()) -> tuple[str, Any]:
    """The condition of a query as SQL, and its parameters."""
    bound = bind(TABLE, things.dialect, TABLE.effective(values), [*map(TABLE.effective, groups)])
    assert bound is not None
    sql, parameters = things.statements.bound(
        statement.count, TABLE, QueryShape(bound.filters, groups=bound.groups, avoided=avoided), values=bound.values
    )
    return sql.partition(" WHERE ")[2].replace("+?", "%s").replace('"t1".', ""), parameters


def test_each_value_of_a_list_is_a_condition(things: Things) -> None:
    assert TABLE.effective({"some": ["a", "b"]}) == {"some": "a", "some#2": "b"}
    assert sql_of(things, {"some": ["a", "b"], "name": "c"}) == ('((("name" = %s) AND ("name" = %s)) AND ("name" = %s))', ["c", "a", "b"])
    assert sql_of(things, {}, {"some": ["a", "b"]}) == ('(("name" = %s) OR ("name" = %s))', ["a", "b"])
    assert TABLE.effective({"some": []}) == {}


def test_a_filter_that_a_list_does_not_begin_with_is_written_in_another_way(things: Things) -> None:
    assert sql_of(things, {"some": ["a", "b"]}, avoided=frozenset({"some#2"})) == ('(("name" = %s) AND (row = %s))', ["a", "b"])


def test_the_sort_key_of_an_expression_is_a_number_or_a_text() -> None:
    orders = (("text", False),)
    assert position.is_possible(TABLE, orders, ("a", "id"))
    assert not position.is_possible(TABLE, orders, (1, "id"))
    assert not position.is_possible(TABLE, orders, ("a\0", "id"))
    assert not position.is_possible(TABLE, orders, (None, "id"))
