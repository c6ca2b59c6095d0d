"""One statement a shape of request, built once; its answers on both databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import orjson
import pytest

from procdef.query import cache, statement
from procdef.query.cache import ListQuery
from procdef.query.landmarks import BEGINNING, Landmark
from procdef.query.table import Table
from tests.query.things import THINGS, Thing, Things

ROWS: list[dict[str, Any]] = [
    {"id": "k:10:a", "name": "Ten", "upper": "TEN", "size": 10, "flag": True},
    {"id": "k:2:b", "name": "two", "upper": "TWO", "size": 2, "flag": False},
    {"id": "k:1:c", "name": "Ten", "upper": "TEN", "size": 1, "flag": False},
    {"id": "k:3:d", "name": None, "upper": None, "size": 2, "flag": True},
    {"id": "ä", "name": "", "upper": "", "size": 0, "flag": False},
]
PARTS: list[dict[str, Any]] = [
    {"id": "1", "thing_id": "k:2:b", "kind": "x", "message": "one"},
    {"id": "2", "thing_id": "k:2:b", "kind": "y", "message": "two"},
    {"id": "3", "thing_id": "k:3:d", "kind": "x", "message": "two"},
    {"id": "4", "thing_id": "k:3:d", "kind": "x", "message": "two"},
    {"id": "5", "thing_id": None, "kind": "z", "message": "lost"},
]


@pytest.fixture
def filled(things: Things) -> Things:
    things.fill(ROWS, PARTS)
    return things


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_a_shape_is_built_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, dialect: str) -> None:
    things: Things = request.getfixturevalue(dialect)
    built: list[statement.QueryShape] = []
    real = statement.rows

    def rows(table: Any, dialect: Any, shape: statement.QueryShape) -> Any:
        built.append(shape)
        return real(table, dialect, shape)

    monkeypatch.setattr(statement, "rows", rows)
    same = [
        ListQuery({"name": "a", "above": 1}, "size", limit=5),
        ListQuery({"above": 2, "name": "b"}, "size", first=1),
        ListQuery({"name": "c", "above": -1, "flagged": False, "nameIn": None}, "size", first=1, limit=2),
    ]
    statements = [things.planner.rows(THINGS, question) for question in same]
    assert len({sql for sql, _ in filter(None, statements)}) == 1
    assert [parameters for _, parameters in filter(None, statements)] == [["a", 1, 5, 0], ["b", 2, 2147483647, 1], ["c", -1, 2, 1]]
    assert len(built) == 1
    for length in (1, 2, 70):
        things.planner.rows(THINGS, ListQuery({"nameIn": ["x"] * length}))
        things.planner.rows(THINGS, ListQuery({"nameIn": [str(number) for number in range(length)]}))
    assert len(built) == 2
    things.planner.rows(THINGS, ListQuery({"name": "a", "above": 1}, "size", descending=True, limit=5))
    things.planner.rows(THINGS, ListQuery({"name": "a", "above": 1}, "size"))
    assert len(built) == 4


def test_the_cache_is_bounded(sqlite: Things) -> None:
    names = [row.name for row in THINGS.filters if row.operator.valued and row.alias_of is None][:6]
    for number in range(2 ** len(names)):
        chosen = {name: ["x"] if name.endswith("In") else "x" for bit, name in enumerate(names) if number & 1 << bit}
        sqlite.planner.rows(THINGS, ListQuery(chosen))
    info = sqlite.planner._plan.cache_info()
    assert info.maxsize == cache.PLANS
    assert 0 < info.currsize <= cache.PLANS


ANSWERS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["k:10:a", "k:1:c", "k:2:b", "k:3:d", "ä"]),
    ({"name": "Ten"}, ["k:10:a", "k:1:c"]),
    ({"name": "ten"}, []),
    ({"name": ""}, ["ä"]),
    ({"name": "Ten\0"}, []),
    ({"nameIn": ["two", "", "none"]}, ["k:2:b", "ä"]),
    ({"nameIn": ["two\0", "two"]}, ["k:2:b"]),
    ({"nameIn": ["two\0"]}, []),
    ({"nameIn": ["'", '"', "\\", "{}", "NULL", "null"]}, []),
    ({"nameIn": ["two"], "orUnnamed": True}, ["k:2:b", "k:3:d"]),
    ({"nameIn": ["two\0"], "orUnnamed": True}, ["k:3:d"]),
    ({"nameIn": ["two"], "unnamed": True}, ["k:3:d"]),
    ({"nameLikeAnyCase": "t%"}, ["k:10:a", "k:1:c", "k:2:b"]),
    ({"above": 1, "below": 10}, ["k:2:b", "k:3:d"]),
    ({"flagged": True}, ["k:10:a", "k:3:d"]),
    ({"notFlagged": True, "flagged": True}, []),
    ({"partKind": "x"}, ["k:2:b", "k:3:d"]),
    ({"partKind": "x", "partMessageLike": "t%"}, ["k:3:d"]),
    ({"partKind": "y", "partMessageLike": "one"}, []),
    ({"partKind": "z"}, []),
    ({"partKind": "x", "flagged": True}, ["k:3:d"]),
]


@pytest.mark.parametrize(("values", "found"), ANSWERS)
def test_answers(filled: Things, values: dict[str, Any], found: list[str]) -> None:
    assert filled.ids(**values) == found


@pytest.mark.parametrize(
    ("sort", "descending", "found"),
    [
        ("size", False, ["ä", "k:1:c", "k:2:b", "k:3:d", "k:10:a"]),
        ("size", True, ["k:10:a", "k:2:b", "k:3:d", "k:1:c", "ä"]),
        ("id", True, ["ä", "k:3:d", "k:2:b", "k:1:c", "k:10:a"]),
    ],
)
def test_orders_with_ties_by_id_in_both_directions(filled: Things, sort: str, descending: bool, found: list[str]) -> None:
    assert filled.ids(sort, descending=descending) == found


def test_nulls_stand_where_the_database_puts_them(filled: Things) -> None:
    up, down = filled.ids("name"), filled.ids("name", descending=True)
    values = ["ä", "k:10:a", "k:1:c", "k:2:b"]
    first = filled.dialect.name == "sqlite"
    assert up == (["k:3:d", *values] if first else [*values, "k:3:d"])
    backwards = ["k:2:b", "k:10:a", "k:1:c", "ä"]
    assert down == ([*backwards, "k:3:d"] if first else ["k:3:d", *backwards])


@pytest.mark.parametrize(
    ("first", "limit", "sizes"),
    [
        (None, 2, [10, 1]),
        (1, 2, [1, 2]),
        (3, None, [2, 0]),
        (5, 1, []),
        (0, 0, []),
        (2**31 - 1, 2**31 - 1, []),
        (0, 2**31 - 1, [10, 1, 2, 2, 0]),
    ],
)
def test_pages(filled: Things, first: int | None, limit: int | None, sizes: list[int]) -> None:
    question = ListQuery({}, first=first, limit=limit)
    assert [row["size"] for row in filled.ask(question)] == sizes
    assert filled.count({}) == 5


def test_an_object_has_typed_values(filled: Things) -> None:
    assert filled.ask(ListQuery({"flagged": True})) == [
        {"id": "k:10:a", "name": "Ten", "size": 10, "flag": True},
        {"id": "k:3:d", "name": None, "size": 2, "flag": True},
    ]


@pytest.mark.parametrize(
    ("first", "limit", "number", "total"),
    [
        (None, None, 0, 0),
        (None, None, 7, 7),
        (None, 30, 7, 7),
        (None, 30, 0, 0),
        (0, 30, 30, None),
        (30, 30, 30, None),
        (30, 30, 7, 37),
        (30, None, 7, 37),
        (30, 30, 0, None),
        (30, None, 0, None),
        (0, 0, 0, None),
    ],
)
def test_a_page_tells_how_many_rows_there_are(first: int | None, limit: int | None, number: int, total: int | None) -> None:
    assert ListQuery({}, first=first, limit=limit).total(number) == total


def test_a_page_answers_how_many_rows_it_has(filled: Things) -> None:
    planner = cache.StatementCache(filled.database, filled.dialect, "1 + 1")
    for question in (ListQuery({}), ListQuery({}, limit=2), ListQuery({}, first=3, limit=2), ListQuery({"name": "none"})):
        statement, rows = planner.page(THINGS, question), filled.ask(question)
        assert statement is not None
        text, number, beside = filled.database.execute_sql(*statement).fetchone()
        assert (orjson.loads(text), number, beside) == (rows, len(rows), 2)
    assert planner.page(THINGS, ListQuery({"name": "a\0"})) is None


LISTED, JSON_MEMBER = replace(THINGS, json=Thing.upper), replace(THINGS, json_members=Thing.upper)


@pytest.mark.parametrize(
    ("table", "question", "found"),
    [
        (LISTED, ListQuery({}, first=1), (set(), None)),
        (LISTED, ListQuery({"flagged": True, "nothing": "x", "nameIn": None}, "id", first=7, limit=5), ({"flagged"}, None)),
        (LISTED, ListQuery({"flagged": True, "notFlagged": False}, first=7), ({"flagged"}, None)),
        (LISTED, ListQuery({}, "size", first=7), (set(), "size")),
        (JSON_MEMBER, ListQuery({"flagged": True}, "size", first=7), ({"flagged"}, "size")),
        (LISTED, ListQuery({}, first=0, limit=5), None),
        (LISTED, ListQuery({}, limit=5), None),
        (LISTED, ListQuery({}, "id", descending=True, first=7), None),
        (LISTED, ListQuery({}, "size", descending=True, first=7), None),
        (LISTED, ListQuery({}, "name", first=7), None),
        (LISTED, ListQuery({"name": "a"}, first=7), None),
        (THINGS, ListQuery({}, first=7), None),
    ],
)
def test_a_list_whose_rows_have_places_and_that_no_value_restricts_has_landmarks(
    sqlite: Things, table: Table, question: ListQuery, found: tuple[set[str], str | None] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sqlite.planner.listing(table, question) is None  # there are few rows before the page
    monkeypatch.setattr(sqlite.dialect, "many", 1)
    assert sqlite.planner.listing(table, question) == (None if found is None else (table, frozenset(found[0]), found[1]))


MET: dict[str, Callable[[dict[str, Any]], bool]] = {
    "flagged": lambda row: row["flag"],
    "notFlagged": lambda row: not row["flag"],
    "unnamed": lambda row: row["name"] is None,
}


@pytest.mark.parametrize("names", [(), ("flagged",), ("notFlagged",), ("notFlagged", "unnamed")])
@pytest.mark.parametrize(("table", "order"), [(table, order) for table in (LISTED, JSON_MEMBER) for order in (("id",), ("size", "id"))])
def test_a_page_counted_out_from_any_landmark_is_the_page(
    things: Things, names: Sequence[str], table: Table, order: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(things.dialect, "many", 1)
    rows: list[dict[str, Any]] = [
        {"id": f"{n:03}", "name": "a" if n % 2 else None, "upper": "", "size": n * 7 % 10 - 5, "flag": n % 3 == 0} for n in range(260)
    ]
    things.fill([{**row, "upper": f'{{"id":"{row["id"]}"}}' if table is LISTED else '"more":1'} for row in rows], [])
    listed = sorted((row for row in rows if all(MET[name](row) for name in names)), key=lambda row: [row[name] for name in order])
    places = [tuple(row[name] for name in order) for row in listed]
    for first, limit in [(1, 5), (6, None), (6, 0), (len(listed) - 1, 5), (len(listed), 5)]:
        question = ListQuery(dict.fromkeys(names, True), order[0], first=first, limit=limit)
        listing = things.planner.listing(table, question)
        assert listing is not None
        page = [row["id"] for row in listed[first:][:limit]]
        for landmark in [BEGINNING, *(Landmark(at, places[at]) for at in {1, first // 2, first} if at < len(listed))]:
            text, number, *place = things.database.execute_sql(*things.planner.page_from(landmark, listing, question)).fetchone()
            assert [row["id"] for row in orjson.loads(text)] == page
            assert (number, tuple(place)) == (len(page), places[first] if page else (None,) * len(order))


def test_texts_are_bound_and_never_part_of_the_statement(things: Things) -> None:
    texts = ["'; DROP TABLE thing; --", '"', "%s", "?", ":a", "{0}", "\\", "\r\n\t", "\u2028", "🚀", "'||1||'"]
    things.fill([{"id": str(number), "name": text} for number, text in enumerate(texts)], [])
    for number, text in enumerate(texts):
        assert things.ids(name=text) == things.ids(nameIn=[text]) == [str(number)]
    assert {row["name"] for row in things.ask(ListQuery({}))} == set(texts)


def test_a_planner_serves_several_threads(sqlite: Things) -> None:
    questions = [ListQuery({"name": str(number), "above": number}) for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        statements = list(pool.map(lambda question: sqlite.planner.rows(THINGS, question), questions))
    assert len({statement[0] for statement in statements if statement}) == 1
