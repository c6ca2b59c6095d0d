"""The SQL of the statements, without running them."""

from __future__ import annotations

from typing import Any

import pytest

from procdef.query import position
from procdef.query.bound import QueryShape
from procdef.query.cache import ListQuery
from procdef.query.order import directions
from tests.query.things import THINGS, Things

CONDITIONS: list[tuple[dict[str, Any], str, list[Any], str, list[Any]]] = [
    ({}, "", [], "", []),
    ({"name": "a"}, '("t1"."name" = +?)', ["a"], '("t1"."name" = %s)', ["a"]),
    ({"name": ""}, '("t1"."name" = +?)', [""], '("t1"."name" = %s)', [""]),
    (
        {"nameIn": ["a", 'b"', "a"]},
        '("t1"."name" IN (SELECT value FROM json_each(?)))',
        ['["a","b\\""]'],
        '("t1"."name" = any(%s))',
        [["a", 'b"']],
    ),
    (
        {"nameIn": ["a"], "orUnnamed": True},
        '(("t1"."name" IN (SELECT value FROM json_each(?))) OR ("t1"."name" IS NULL))',
        ['["a"]'],
        '(("t1"."name" = any(%s)) OR ("t1"."name" IS NULL))',
        [["a"]],
    ),
    ({"orUnnamed": True}, "", [], "", []),
    ({"nameLike": "a%_*\\%"}, '("t1"."name" GLOB ?)', ["a*?[*]%"], '("t1"."name" LIKE %s)', ["a%_*\\%"]),
    ({"nameLikeAnyCase": "ä%"}, '("t1"."upper" GLOB ?)', ["Ä*"], '("t1"."upper" LIKE %s)', ["Ä%"]),
    ({"unnamed": True}, '("t1"."name" IS NULL)', [], '("t1"."name" IS NULL)', []),
    ({"unnamed": False}, "", [], "", []),
    ({"unnamed": True, "name": "a", "nameIn": ["a"]}, '("t1"."name" IS NULL)', [], '("t1"."name" IS NULL)', []),
    (
        {"above": 1, "below": 3},
        '(("t1"."size" > +?) AND ("t1"."size" < +?))',
        [1, 3],
        '(("t1"."size" > %s) AND ("t1"."size" < %s))',
        [1, 3],
    ),
    (
        {"below": 3, "name": "a"},
        '(("t1"."name" = +?) AND ("t1"."size" < +?))',
        ["a", 3],
        '(("t1"."name" = %s) AND ("t1"."size" < %s))',
        ["a", 3],
    ),
    ({"flagged": True}, '("t1"."flag" = true)', [], '("t1"."flag" = true)', []),
    ({"notFlagged": True}, '("t1"."flag" = false)', [], '("t1"."flag" = false)', []),
    ({"nothing": True}, "", [], "", []),
    ({"nothing": True, "above": 1}, '("t1"."size" > +?)', [1], '("t1"."size" > %s)', [1]),
    (
        {"partKind": "k", "partMessageLike": "m"},
        '("t1"."id" IN (SELECT "t2"."thing_id" FROM "part" AS "t2" WHERE (("t2"."kind" = +?) AND ("t2"."message" GLOB ?))))',
        ["k", "m"],
        '("t1"."id" IN (SELECT "t2"."thing_id" FROM "part" AS "t2" WHERE (("t2"."kind" = %s) AND ("t2"."message" LIKE %s))))',
        ["k", "m"],
    ),
    (
        {"nameLikeInEitherCase": "a"},
        '(("t1"."name" GLOB ?) OR ("t1"."upper" GLOB ?))',
        ["a", "A"],
        '(("t1"."name" LIKE %s) OR ("t1"."upper" LIKE %s))',
        ["a", "A"],
    ),
    (
        {"newest": True, "name": "a"},
        '(("t1"."name" = +?) AND ("t1"."flag" = true))',
        ["a"],
        '(("t1"."name" = %s) AND ("t1"."flag" = true))',
        ["a"],
    ),
]


@pytest.mark.parametrize(("values", "sqlite_sql", "sqlite_parameters", "postgres_sql", "postgres_parameters"), CONDITIONS)
def test_conditions(
    sqlite: Things,
    postgres: Things,
    values: dict[str, Any],
    sqlite_sql: str,
    sqlite_parameters: list[Any],
    postgres_sql: str,
    postgres_parameters: list[Any],
) -> None:
    for made, condition, parameters in ((sqlite, sqlite_sql, sqlite_parameters), (postgres, postgres_sql, postgres_parameters)):
        where = f" WHERE {condition}" if condition else ""
        assert made.counting(values) == (f'SELECT count(*) FROM "thing" AS "t1"{where}', parameters)
        statement = made.rows(ListQuery(values))
        assert statement is not None
        assert f'FROM "thing" AS "t1"{where} ORDER BY "t1"."id" ASC' in statement[0]
        assert statement[1] == parameters


PARTS = 'SELECT "t2"."thing_id" FROM "part" AS "t2"'
GROUPS: list[tuple[list[dict[str, Any]], str, list[Any]]] = [
    ([{}], "", []),
    ([{"name": "a"}], '("t1"."name" = +?)', ["a"]),
    ([{"above": 1, "name": "a"}, {}], '(("t1"."name" = +?) OR ("t1"."size" > +?))', ["a", 1]),
    ([{"name": "a"}, {"above": 1}], '(("t1"."size" > +?) AND ("t1"."name" = +?))', [1, "a"]),
    ([{"above": 1}, {"name": "a"}], '(("t1"."size" > +?) AND ("t1"."name" = +?))', [1, "a"]),
    ([{"name": "a\0", "above": 1}], '("t1"."size" > +?)', [1]),
    (
        [{"nameIn": ["a"], "orUnnamed": True, "above": 1}],
        '((("t1"."name" IN (SELECT value FROM json_each(?))) OR ("t1"."name" IS NULL)) OR ("t1"."size" > +?))',
        ['["a"]', 1],
    ),
    (
        [{"partKind": "k", "partMessageLike": "m", "flagged": True}],
        f'(("t1"."flag" = true) OR ("t1"."id" IN ({PARTS} WHERE (("t2"."kind" = +?) OR ("t2"."message" GLOB ?)))))',
        ["k", "m"],
    ),
]
"""OR groups, and their condition and parameters on SQLite."""


@pytest.mark.parametrize(("groups", "condition", "parameters"), GROUPS)
def test_groups(sqlite: Things, groups: list[dict[str, Any]], condition: str, parameters: list[Any]) -> None:
    where = f" WHERE {condition}" if condition else ""
    assert sqlite.counting({}, *groups) == (f'SELECT count(*) FROM "thing" AS "t1"{where}', parameters)


def test_no_row_matches_a_group_of_which_no_filter_can_match(sqlite: Things) -> None:
    assert sqlite.counting({"above": 1}, {"name": "a\0", "nameLike": "\\"}) is None
    assert sqlite.counting({}, {"name": "a\0", "nothing": True, "orUnnamed": True}) is None
    assert sqlite.counting({}, {"nothing": True, "orUnnamed": True}) == ('SELECT count(*) FROM "thing" AS "t1"', [])


def test_the_newest_of_the_rows_that_match(sqlite: Things) -> None:
    matching = (
        'SELECT "t1"."id" AS "id", row_number() OVER (PARTITION BY "t1"."name" ORDER BY "t1"."size" DESC) AS "place" FROM "thing" AS "t1"'
    )
    ids = f'(SELECT "matching"."id" FROM ({matching} WHERE ("t1"."size" > +?)) AS "matching" WHERE "matching"."place" = 1)'
    assert sqlite.counting({"newest": True, "above": 1}) == (f'SELECT count(*) FROM "thing" AS "t1" WHERE ("t1"."id" IN {ids})', [1])


RANGES: list[tuple[ListQuery, list[Any], list[str], list[str]]] = [
    (ListQuery({}), [], [""], [""]),
    (ListQuery({}), ["i"], ["id > 'i'"], ["id > 'i'"]),
    (ListQuery({}, "id", descending=True), ["i"], ["id < 'i'"], ["id < 'i'"]),
    (ListQuery({}, "size"), [3, "i"], ["size = 3 id > 'i'", "size > 3"], ["size = 3 id > 'i'", "size > 3"]),
    (ListQuery({}, "name"), ["n", "i"], ["name = 'n' id > 'i'", "name > 'n'"], ["name = 'n' id > 'i'", "name > 'n'", "name is null"]),
    (ListQuery({}, "name"), [None, "i"], ["name is null id > 'i'", "name is not null"], ["name is null id > 'i'"]),
    (
        ListQuery({}, "name", descending=True, then=(("size", False),)),
        [None, 3, "i"],
        ["name is null size = 3 id > 'i'", "name is null size > 3"],
        ["name is null size = 3 id > 'i'", "name is null size > 3", "name is not null"],
    ),
    (
        ListQuery({}, "name", descending=True),
        ["n", "i"],
        ["name = 'n' id > 'i'", "name < 'n'", "name is null"],
        ["name = 'n' id > 'i'", "name < 'n'"],
    ),
]
"""List queries, positions, and the ranges behind them on SQLite and on PostgreSQL, as texts."""


@pytest.mark.parametrize(("query", "after", "on_sqlite", "on_postgres"), RANGES)
def test_ranges(sqlite: Things, postgres: Things, query: ListQuery, after: list[Any], on_sqlite: list[str], on_postgres: list[str]) -> None:
    words = {"equal": "=", "greater": ">", "less": "<"}
    for made, wanted in ((sqlite, on_sqlite), (postgres, on_postgres)):
        found = []
        for shape in position.ranges(made.dialect, THINGS, QueryShape(frozenset(), query.orders), after):
            columns = [column.name for column, _ in directions(THINGS, query.orders)]
            parts = zip(columns, shape.behind, after, strict=False)
            texts = [f"{name} {words.get(row.name, row.name)}{f' {key!r}' if row.valued else ''}" for name, row, key in parts]
            found.append(" ".join(texts))
        assert found == wanted


ORDERS = [
    (ListQuery({}), 'ORDER BY "t1"."id" ASC', []),
    (ListQuery({}, "name"), 'ORDER BY "t1"."name" ASC, "t1"."id" ASC', []),
    (ListQuery({}, "name", descending=True), 'ORDER BY "t1"."name" DESC, "t1"."id" ASC', []),
    (ListQuery({}, "id"), 'ORDER BY "t1"."id" ASC', []),
    (ListQuery({}, "id", descending=True), 'ORDER BY "t1"."id" DESC', []),
    (ListQuery({}, "size", first=2), 'ORDER BY "t1"."size" ASC, "t1"."id" ASC LIMIT {0} OFFSET {0}', [2147483647, 2]),
    (ListQuery({}, limit=5), 'ORDER BY "t1"."id" ASC LIMIT {0} OFFSET {0}', [5, 0]),
    (ListQuery({}, "size", first=0, limit=0), 'ORDER BY "t1"."size" ASC, "t1"."id" ASC LIMIT {0} OFFSET {0}', [0, 0]),
]


@pytest.mark.parametrize(("question", "order", "parameters"), ORDERS)
def test_order_and_page(sqlite: Things, postgres: Things, question: ListQuery, order: str, parameters: list[int]) -> None:
    for made, place in ((sqlite, "+?"), (postgres, "(SELECT CAST(%s AS bigint))")):
        statement = made.rows(question)
        assert statement is not None
        assert f'FROM "thing" AS "t1" {order.format(place)}' in statement[0]
        assert statement[1] == parameters


SQLITE_JSON = """json_object('id', "t1"."id", 'name', "t1"."name", 'size', "t1"."size", 'flag', json(iif("t1"."flag", 'true', 'false')))"""
MEMBERS = '"t1"."id" AS "id", "t1"."name" AS "name", "t1"."size" AS "size", "t1"."flag" AS "flag"'
POSTGRES_JSON = f'row_to_json((SELECT "o" FROM (SELECT {MEMBERS}) AS "o"))::text'
BY_ID, BY_SIZE = '"t1"."id" ASC', '"t1"."size" ASC, "t1"."id" ASC'
BACK_BY_ID, BACK_BY_SIZE = '"t1"."id" DESC', '"t1"."size" DESC, "t1"."id" DESC'
FROM = 'FROM "thing" AS "t1"'
KEYS = ("sort key 1", "sort key 2")


def gathered(rows: str, order: str) -> str:
    """The statement that puts these rows together in this order."""
    keys = [f'"t"."{key}" {part.rpartition(" ")[2]}' for key, part in zip(KEYS, order.split(", "), strict=False)]
    items = f"""string_agg("t"."item", ',' ORDER BY {", ".join(keys)})"""
    return f"""SELECT '[' || coalesce({items}, '') || ']', count(*) FROM ({rows}) AS "t\""""


def columns(json: str, order: str) -> str:
    """The columns of a row that is put together with others: its JSON, and what it is sorted by."""
    keys = [f'{part.rpartition(" ")[0]} AS "{key}"' for key, part in zip(KEYS, order.split(", "), strict=False)]
    return ", ".join([f'{json} AS "item"', *keys])


def sqlite_page(order: str) -> str:
    return f"ORDER BY {order} LIMIT +? OFFSET +?"


def postgres_page(order: str) -> str:
    return f"ORDER BY {order} LIMIT (SELECT CAST(%s AS bigint)) OFFSET (SELECT CAST(%s AS bigint))"


def sqlite_keys_first(back: str, order: str, where: str = "") -> str:
    keys = f'(SELECT "t1"."rowid" AS "key" {FROM}{where} {back}) AS "keys"'
    joined = f'SELECT {columns(SQLITE_JSON, order)} FROM {keys} CROSS JOIN "thing" AS "t1" ON ("keys"."key" = "t1"."rowid")'
    return gathered(joined, order)


def postgres_keys_first(back: str, order: str, where: str = "") -> str:
    ids = f'(SELECT "t1"."id" {FROM}{where} {back})'
    return gathered(f'SELECT {columns(POSTGRES_JSON, order)} {FROM} WHERE ("t1"."id" = ANY(ARRAY({ids})))', order)


LIMITED, FAR = ListQuery({}, "size", limit=5), ListQuery({}, "size", first=7, limit=5)
STATEMENTS: list[tuple[ListQuery, int | None, str, str, list[Any]]] = [
    (
        LIMITED,
        None,
        gathered(f"SELECT {columns(SQLITE_JSON, BY_SIZE)} {FROM} {sqlite_page(BY_SIZE)}", BY_SIZE),
        gathered(f"SELECT {columns(POSTGRES_JSON, BY_SIZE)} {FROM} {postgres_page(BY_SIZE)}", BY_SIZE),
        [5, 0],
    ),
    (FAR, None, sqlite_keys_first(sqlite_page(BY_SIZE), BY_SIZE), postgres_keys_first(postgres_page(BY_SIZE), BY_SIZE), [5, 7]),
    (FAR, 20, sqlite_keys_first(sqlite_page(BACK_BY_SIZE), BY_SIZE), postgres_keys_first(postgres_page(BACK_BY_SIZE), BY_SIZE), [5, 8]),
    (FAR, 10, sqlite_keys_first(sqlite_page(BACK_BY_SIZE), BY_SIZE), postgres_keys_first(postgres_page(BACK_BY_SIZE), BY_SIZE), [3, 0]),
    (
        FAR._replace(sort=None),
        20,
        sqlite_keys_first(sqlite_page(BACK_BY_ID), BY_ID),
        postgres_keys_first(postgres_page(BACK_BY_ID), BY_ID),
        [5, 8],
    ),
    (
        ListQuery({"name": "a"}, first=7, limit=5),
        None,
        sqlite_keys_first(sqlite_page(BY_ID), BY_ID, ' WHERE ("t1"."name" = +?)'),
        postgres_keys_first(postgres_page(BY_ID), BY_ID, ' WHERE ("t1"."name" = %s)'),
        ["a", 5, 7],
    ),
    (
        ListQuery({"nameLike": "a"}),
        None,
        sqlite_keys_first(f"ORDER BY {BY_ID}", BY_ID, ' WHERE ("t1"."name" GLOB ?)'),
        postgres_keys_first(f"ORDER BY {BY_ID}", BY_ID, ' WHERE ("t1"."name" LIKE %s)'),
        ["a"],
    ),
]


@pytest.mark.parametrize(("query", "total", "sqlite_sql", "postgres_sql", "parameters"), STATEMENTS)
def test_keys_come_first_behind_an_offset_and_where_values_are_searched(
    sqlite: Things, postgres: Things, query: ListQuery, total: int | None, sqlite_sql: str, postgres_sql: str, parameters: list[Any]
) -> None:
    assert sqlite.rows(query, total=total) == (sqlite_sql, parameters)
    assert postgres.rows(query, total=total) == (postgres_sql, parameters)


SEEKS: list[tuple[ListQuery, str, str, str]] = [
    (ListQuery({}, first=2, limit=5), ">=", "ASC", ""),
    (ListQuery({}, "id", descending=True, first=2, limit=5), "<=", "DESC", ""),
    (ListQuery({"flagged": True}, first=2, limit=5), ">=", "ASC", '("t1"."flag" = true)'),
]


@pytest.mark.parametrize(("query", "comparison", "direction", "condition"), SEEKS)
def test_postgres_seeks_the_first_id_of_a_page_that_no_value_restricts(
    postgres: Things, query: ListQuery, comparison: str, direction: str, condition: str
) -> None:
    where, order = f" WHERE {condition}" if condition else "", f'ORDER BY "t1"."id" {direction} LIMIT'
    start = f'("t1"."id" {comparison} (SELECT "t1"."id" {FROM}{where} {order} 1 OFFSET (SELECT CAST(%s AS bigint))))'
    rows = f" WHERE ({condition} AND {start})" if condition else f" WHERE {start}"
    by_id = f'"t1"."id" {direction}'
    seek = f"SELECT {columns(POSTGRES_JSON, by_id)} {FROM}{rows} {order} (SELECT CAST(%s AS bigint))"
    assert postgres.rows(query) == (gathered(seek, by_id), [2, 5])


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"named": "a"}, {"name": "a"}),
        ({"named": "a", "name": "b"}, {"name": "b"}),
        ({"name": "b", "named": "a"}, {"name": "b"}),
        ({"named": None, "name": "b"}, {"name": "b"}),
        ({"name": None, "named": "a"}, {}),
    ],
)
def test_the_first_name_wins_over_its_alias(given: dict[str, Any], meant: dict[str, Any]) -> None:
    assert THINGS.effective(given) == meant


@pytest.mark.parametrize(
    ("given", "effective"),
    [
        ({"name": "a", "nameLike": "b"}, {"name"}),
        ({"name": None, "nameLike": "b"}, {"nameLike"}),
        ({"name": "a", "unnamed": True}, {"unnamed"}),
        ({"name": "a", "unnamed": False}, {"name"}),
        ({"nameIn": ["a"], "unnamed": True, "orUnnamed": True}, {"unnamed", "orUnnamed"}),
        ({"flagged": False, "nothing": True, "above": 0}, {"nothing", "above"}),
    ],
)
def test_what_is_in_effect(given: dict[str, Any], effective: set[str]) -> None:
    assert set(THINGS.effective(given)) == effective


def test_a_shape_has_no_values() -> None:
    assert QueryShape(frozenset({"name"})) == QueryShape(frozenset({"name"}))
    assert hash(QueryShape(frozenset(), (("name", True),))) != hash(QueryShape(frozenset(), (("name", False),)))
