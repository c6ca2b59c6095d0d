"""The text of the statements, apart from their execution."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from procdef.query.cache import ListQuery
from procdef.query.statement import QueryShape, in_effect, without_aliases
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
        assert made.planner.count(THINGS, ListQuery(values)) == (f'SELECT count(*) FROM "thing" AS "t1"{where}', parameters)
        statement = made.planner.rows(THINGS, ListQuery(values))
        assert statement is not None
        assert f'FROM "thing" AS "t1"{where} ORDER BY "t1"."id" ASC)' in statement[0]
        assert statement[1] == parameters


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
        statement = made.planner.rows(THINGS, question)
        assert statement is not None
        assert f'FROM "thing" AS "t1" {order.format(place)}) AS ' in statement[0]
        assert statement[1] == parameters


COLUMNS = '"t1"."id" AS "id", "t1"."name" AS "name", "t1"."size" AS "size", '
FLAG = '"t1"."flag" AS "flag", '
PLACE = '"t1"."id" AS "place in the order"'
OBJECT = 'LATERAL (SELECT "t"."id", "t"."name", "t"."size", "t"."flag") AS "o"'


def array(order: str) -> str:
    return f"""coalesce(CAST(array_to_json(array_agg("o" ORDER BY {order})) AS text), '[]')"""


def test_the_database_writes_the_json(sqlite: Things, postgres: Things) -> None:
    statements = [made.planner.rows(THINGS, ListQuery({})) for made in (sqlite, postgres)]
    members = """'id', "t"."id", 'name', "t"."name", 'size', "t"."size", 'flag', json("t"."flag")"""
    flag = """iif("t1"."flag", 'true', 'false')"""
    found = """(SELECT "t1"."rowid" AS "address" FROM "thing" AS "t1" ORDER BY "t1"."id" ASC) AS "found\""""
    order = '"t"."place in the order"'
    fetched = f"""{found} CROSS JOIN "thing" AS "t1" ON ("found"."address" = "t1"."rowid")"""
    objects = f"json_group_array(json_object({members}) ORDER BY {order})"
    assert [statement and statement[0] for statement in statements] == [
        f'SELECT {objects} FROM (SELECT {COLUMNS}{flag} AS "flag", {PLACE} FROM {fetched}) AS "t"',
        f'SELECT {array(order)} FROM (SELECT {COLUMNS}{FLAG}{PLACE} FROM "thing" AS "t1" ORDER BY "t1"."id" ASC) AS "t", {OBJECT}',
    ]


@pytest.mark.parametrize(("costly", "first", "found"), [(False, 199, False), (False, 200, True), (True, 0, False), (True, 1, True)])
def test_rows_are_found_first_from_an_offset_on(postgres: Things, costly: bool, first: int, found: bool) -> None:
    statement = postgres.planner.rows(replace(THINGS, costly=costly), ListQuery({}, "size", first=first, limit=5))
    assert statement is not None
    assert ("ANY(ARRAY(" in statement[0]) is found


def test_the_rows_of_a_far_page_are_found_first_and_ordered_again(postgres: Things) -> None:
    far = postgres.planner.rows(THINGS, ListQuery({}, "size", first=200, limit=5))
    page = "LIMIT (SELECT CAST(%s AS bigint)) OFFSET (SELECT CAST(%s AS bigint))"
    found = f'(SELECT "t1"."id" FROM "thing" AS "t1" ORDER BY "t1"."size" ASC, "t1"."id" ASC {page})'
    fetched = f'"thing" AS "t1" WHERE ("t1"."id" = ANY(ARRAY({found})))'
    places = '"t1"."size" AS "place in the order", "t1"."id" AS "place among equals"'
    rows = f'SELECT {COLUMNS}{FLAG}{places} FROM {fetched} ORDER BY "t1"."size" ASC, "t1"."id" ASC'
    order = '"t"."place in the order", "t"."place among equals"'
    assert far == (f'SELECT {array(order)} FROM ({rows}) AS "t", {OBJECT}', [5, 200])


@pytest.mark.parametrize(
    ("question", "begun"),
    [
        (ListQuery({}, first=1), True),
        (ListQuery({"flagged": True}, "id", first=7, limit=5), True),
        (ListQuery({}, first=0, limit=5), False),
        (ListQuery({}, "id", descending=True, first=7), False),
        (ListQuery({}, "size", first=7), False),
        (ListQuery({"name": "a"}, first=7), False),
    ],
)
def test_a_page_begins_at_its_first_row_where_an_index_has_no_other_rows(postgres: Things, question: ListQuery, begun: bool) -> None:
    statement = postgres.planner.rows(THINGS, question)
    assert statement is not None
    assert ('("t1"."id" >= (SELECT' in statement[0]) is begun


def test_the_first_row_of_a_page_is_found_and_the_others_follow_it(postgres: Things) -> None:
    statement = postgres.planner.rows(THINGS, ListQuery({"flagged": True}, first=2, limit=5))
    flagged, order = '("t1"."flag" = true)', 'ORDER BY "t1"."id" ASC LIMIT'
    first = f'(SELECT "t1"."id" FROM "thing" AS "t1" WHERE {flagged} {order} 1 OFFSET (SELECT CAST(%s AS bigint)))'
    fetched = f'"thing" AS "t1" WHERE ({flagged} AND ("t1"."id" >= {first})) {order} (SELECT CAST(%s AS bigint))'
    rows = f"SELECT {COLUMNS}{FLAG}{PLACE} FROM {fetched}"
    order_of_all = array('"t"."place in the order"')
    assert statement == (f'SELECT {order_of_all} FROM ({rows}) AS "t", {OBJECT}', [2, 5])


def kept(things: Things, question: ListQuery) -> tuple[str, list[Any]]:
    """The statement of a table whose flagged rows an index has whole."""
    rows = tuple(replace(row, kept_in="kept") if row.name == "flagged" else row for row in THINGS.filters)
    statement = things.planner.rows(replace(THINGS, filters=rows), question)
    assert statement is not None
    return statement[0], list(statement[1])


@pytest.mark.parametrize(
    ("question", "along"),
    [
        (ListQuery({"flagged": True}), True),
        (ListQuery({"flagged": True}, first=0, limit=5), True),
        (ListQuery({"flagged": True}, "id", first=7), True),
        (ListQuery({"flagged": True}, "id", descending=True), False),
        (ListQuery({"flagged": True}, "size"), False),
        (ListQuery({"flagged": True, "name": "a"}), False),
        (ListQuery({"flagged": False}), False),
        (ListQuery({}), False),
    ],
)
def test_sqlite_reads_along_an_index_that_has_all(sqlite: Things, postgres: Things, question: ListQuery, along: bool) -> None:
    assert ('"thing" AS "t1" INDEXED BY "kept"' in kept(sqlite, question)[0]) is along
    assert "INDEXED" not in kept(postgres, question)[0]


def test_what_an_index_has_is_what_the_table_has(things: Things) -> None:
    things.database.execute_sql('CREATE INDEX IF NOT EXISTS "kept" ON thing (id, name, size, flag) WHERE flag = true')
    rows = [{"id": f"{number:02}", "name": "a", "upper": "A", "size": number, "flag": number % 3 == 0} for number in range(30)]
    things.fill(rows, [])
    for first, limit in [(None, None), (0, 3), (2, 4), (9, 4), (10, 4), (0, 0)]:
        question = ListQuery({"flagged": True}, first=first, limit=limit)
        found = orjson.loads(things.value(*kept(things, question)))
        assert [row["size"] for row in found] == list(range(0, 30, 3))[first : None if limit is None else (first or 0) + limit]
        assert found == things.ask(question)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"named": "a"}, {"name": "a"}),
        ({"named": "a", "name": "b"}, {"name": "b"}),
        ({"name": "b", "named": "a"}, {"name": "b"}),
        ({"named": None, "name": "b"}, {"name": "b"}),
        ({"name": None, "named": "a"}, {"name": None}),
    ],
)
def test_the_first_name_wins_over_its_alias(given: dict[str, Any], meant: dict[str, Any]) -> None:
    assert without_aliases(THINGS, given) == meant


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
    assert set(in_effect(THINGS, given)) == effective


def test_a_shape_has_no_values() -> None:
    assert QueryShape(frozenset({"name"})) == QueryShape(frozenset({"name"}))
    assert hash(QueryShape(frozenset(), "name", descending=True)) != hash(QueryShape(frozenset(), "name"))
