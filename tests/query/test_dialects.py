"""The SQL in which the two databases differ, run on each of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import orjson
import pytest
from peewee import SQL, Select, Value, fn

from procdef.query.cache import ListQuery
from procdef.query.dialects.base import Member
from procdef.query.operators import IMPOSSIBLE
from procdef.query.table import BOOLEAN, NO_ITEMS, TIMESTAMP, FieldType
from tests.conftest import POSTGRES
from tests.query.things import THINGS, Thing, Things, made
from tests.servers.postgres import PostgresServer


def value_of(things: Things, kind: FieldType, column: Any) -> Any:
    """A column's value as the database's JSON has it."""
    member = Member("value", kind.to_sql(things.dialect, column), kind.is_json)
    return things.value(*Select(columns=[things.dialect.json_object([member])]).bind(things.database).sql())


@pytest.mark.parametrize(
    ("kind", "sql", "json"),
    [
        (BOOLEAN, "(1 = 1)", '{"value":true}'),
        (BOOLEAN, "(1 = 2)", '{"value":false}'),
        (NO_ITEMS, "NULL", '{"value":[]}'),
    ],
)
def test_values_in_json(things: Things, kind: Any, sql: str, json: str) -> None:
    assert value_of(things, kind, SQL(sql)) == json


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("2026-11-23 21:15:50.937", "2026-11-23T21:15:50.937+0000"),
        ("2026-11-23 21:15:50.000", "2026-11-23T21:15:50.000+0000"),
        ("0001-01-01 00:00:00.001", "0001-01-01T00:00:00.001+0000"),
        ("9999-12-31 23:59:59.999", "9999-12-31T23:59:59.999+0000"),
    ],
)
def test_timestamps(things: Things, stored: str, written: str) -> None:
    cast = "" if things.dialect.name == "sqlite" else "timestamp "
    assert value_of(things, TIMESTAMP, SQL(f"{cast}'{stored}'")) == f'{{"value":"{written}"}}'


def test_json_is_compact_and_not_escaped(things: Things) -> None:
    things.fill([{"id": "1", "name": 'ä"🚀/\\\n\u2028\x7f', "size": -1, "flag": True}], [])
    assert things.array(ListQuery({})) == '[{"id":"1","name":"ä\\"🚀/\\\\\\n\u2028\x7f","size":-1,"flag":true}]'


@pytest.mark.parametrize("value", ["", "a", 'a"b\\c', "%s\n\u2028", "🚀"])
def test_a_text_is_quoted(things: Things, value: str) -> None:
    sql, parameters = Select(columns=[things.dialect.quoted(Value(value).cast("text"))]).bind(things.database).sql()
    assert things.value(sql, parameters) == orjson.dumps(value).decode()


def test_values_that_are_json_follow_the_stored_members(things: Things) -> None:
    things.fill([{"id": "1", "name": "a", "upper": None, "flag": True}, {"id": "2", "name": None, "upper": '"b":"%s"', "flag": False}], [])
    table = replace(THINGS, json_members=fn.coalesce(Thing.upper, '"b":null'))
    assert things.array(ListQuery({}), table) == (
        '[{"b":null,"flag":true,"id":"1","name":"a","size":0},{"b":"%s","flag":false,"id":"2","name":null,"size":0}]'
    )


def test_no_rows_are_an_empty_list(things: Things) -> None:
    things.fill([], [])
    assert things.array(ListQuery({})) == "[]"


@pytest.mark.parametrize(
    ("name", "value", "bound"),
    [
        ("name", "a\0", IMPOSSIBLE),
        ("name", "a", "a"),
        ("above", 5, 5),
        ("nameLike", "a\\", IMPOSSIBLE),
        ("nameLike", "a\0%", IMPOSSIBLE),
        ("nameLikeAnyCase", "\\", IMPOSSIBLE),
    ],
)
def test_binding(sqlite: Things, postgres: Things, name: str, value: Any, bound: Any) -> None:
    operator = THINGS.filter_by_name[name].operator
    assert [operator.bind(made.dialect, value) for made in (sqlite, postgres)] == [bound, bound]


def test_lists_are_bound_once_each_item(sqlite: Things, postgres: Things) -> None:
    operator = THINGS.filter_by_name["nameIn"].operator
    values = ["b", "a", "b", "x\0", "ä"]
    assert operator.bind(sqlite.dialect, values) == '["b","a","ä"]'
    assert operator.bind(postgres.dialect, values) == ["b", "a", "ä"]


@pytest.mark.parametrize(
    "question",
    [
        ListQuery({"name": "a"}),
        ListQuery({"name": "a", "above": 1, "below": 9, "nameIn": ["a"], "partKind": "b"}, "size", first=1, limit=2),
        ListQuery({}, "name", limit=5),
    ],
)
def test_sqlite_prepares_a_statement_once(tmp_path: Path, question: ListQuery) -> None:
    with made(f"sqlite:///{tmp_path}/once.db") as things:
        sql, parameters = things.rows(question) or ("", [])
        looked_up: list[Any] = []  # SQLite asks this for each table and column, whenever it prepares a statement

        def authorize(*what: Any) -> int:
            looked_up.append(what)
            return apsw.SQLITE_OK

        things.database.connection().authorizer = authorize
        prepared = []
        for _ in range(3):
            things.database.execute_sql(sql, parameters).fetchall()
            prepared.append(len(looked_up))
        assert prepared[0] > 0
        assert prepared == [prepared[0]] * 3


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("database", POSTGRES, indirect=True)
@pytest.mark.parametrize(("sort", "counts"), [(None, [(5, 29)]), ("size", [(5, 29)])])
def test_postgres_comes_to_one_plan_for_all_pages(postgres_server: PostgresServer, sort: str | None, counts: list[tuple[int, int]]) -> None:
    with made(postgres_server.fresh_database("procdef_one_plan")) as things:
        things.database.execute_sql("INSERT INTO thing (id, size, flag) SELECT number, number, true FROM generate_series(1, 20000) number")
        things.database.execute_sql("ANALYZE")
        for first in (*range(20), *range(1000, 1020)):
            assert len(things.ask(ListQuery({}, sort, first=first, limit=5))) == 5
        plans = "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement LIKE '%% OFFSET %%'"
        # The first page has another statement. Then psycopg prepares after five runs, and PostgreSQL plans five times for the values.
        assert things.database.execute_sql(plans).fetchall() == counts
