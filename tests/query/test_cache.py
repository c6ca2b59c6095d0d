"""One statement for each query shape, built once; its rows on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest

from procdef.query import cache, statement
from procdef.query.bound import QueryShape
from procdef.query.cache import ListQuery
from tests.query.things import THINGS, Things

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
    built: list[QueryShape] = []
    real = statement.rows

    def rows(dialect: Any, table: Any, shape: QueryShape) -> Any:
        built.append(shape)
        return real(dialect, table, shape)

    monkeypatch.setattr(statement, "rows", rows)
    same = [
        ListQuery({"name": "a", "above": 1}, "size", limit=5),
        ListQuery({"above": 2, "name": "b"}, "size", limit=7, first=0),
        ListQuery({"name": "c", "above": -1, "flagged": False, "nameIn": None}, "size", limit=2),
    ]
    statements = [things.rows(question) for question in same]
    assert len({sql for sql, _ in filter(None, statements)}) == 1
    assert [parameters for _, parameters in filter(None, statements)] == [["a", 1, 5, 0], ["b", 2, 7, 0], ["c", -1, 2, 0]]
    assert len(built) == 1
    for length in (1, 2, 70):
        things.rows(ListQuery({"nameIn": ["x"] * length}))
        things.rows(ListQuery({"nameIn": [str(number) for number in range(length)]}))
    assert len(built) == 2
    things.rows(ListQuery({"name": "a", "above": 1}, "size", descending=True, limit=5))
    things.rows(ListQuery({"name": "a", "above": 1}, "size"))
    assert len(built) == 4


def test_the_cache_is_bounded(sqlite: Things) -> None:
    names = [row.name for row in THINGS.filters if row.operator.valued and row.alias_of is None][:6]
    for number in range(2 ** len(names)):
        chosen = {name: ["x"] if name.endswith("In") else "x" for bit, name in enumerate(names) if number & 1 << bit}
        sqlite.rows(ListQuery(chosen))
    info = sqlite.statements._statement.cache_info()
    assert info.maxsize == cache.MAX_STATEMENTS
    assert 0 < info.currsize <= cache.MAX_STATEMENTS


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


SORTS = [(None, False), ("id", False), ("id", True), ("name", False), ("name", True), ("size", False), ("size", True)]
VALUES: list[dict[str, Any]] = [{}, {"flagged": True}, {"nameIn": ["a", "b"], "orUnnamed": True}, {"nameLike": "%"}, {"partKind": "x"}]


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize(("sort", "descending"), SORTS)
def test_a_page_is_the_same_from_both_ends_of_the_list(things: Things, sort: str | None, descending: bool, values: dict[str, Any]) -> None:
    random = Random(f"{sort} {descending} {values}")
    rows = [
        {"id": f"{number:03}", "name": random.choice([None, "a", "b", "c"]), "upper": "", "size": number * 7 % 10, "flag": number % 3 == 0}
        for number in range(130)
    ]
    things.fill(rows, [{"id": row["id"], "thing_id": row["id"], "kind": random.choice("xy"), "message": "m"} for row in rows])
    listed = things.ask(ListQuery(values, sort, descending))
    assert 20 < len(listed) == things.count(values)
    pages = [
        (0, 5),
        (1, None),
        (len(listed) - 1, 5),
        *((random.randrange(len(listed)), random.choice([1, 7, 50, None])) for _ in range(20)),
    ]
    for first, limit in pages:
        query = ListQuery(values, sort, descending, first, limit)
        page = listed[first : None if limit is None else first + limit]
        assert things.ask(query) == things.ask(query, total=len(listed)) == page


def test_texts_are_bound_and_never_part_of_the_statement(things: Things) -> None:
    texts = ["'; DROP TABLE thing; --", '"', "%s", "?", ":a", "{0}", "\\", "\r\n\t", "\u2028", "🚀", "'||1||'"]
    things.fill([{"id": str(number), "name": text} for number, text in enumerate(texts)], [])
    for number, text in enumerate(texts):
        assert things.ids(name=text) == things.ids(nameIn=[text]) == [str(number)]
    assert {row["name"] for row in things.ask(ListQuery({}))} == set(texts)


def test_a_cache_serves_several_threads(sqlite: Things) -> None:
    questions = [ListQuery({"name": str(number), "above": number}) for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        statements = list(pool.map(lambda question: sqlite.rows(question), questions))
    assert len({statement[0] for statement in statements if statement}) == 1
