"""The reader: far pages from both ends of a list, one revision in all that is read, and what is cached."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Event
from typing import Any

import orjson
import pytest

from procdef.camunda.tables.registry import DEFINITIONS, DEPLOYMENTS
from procdef.query.cache import ListQuery
from procdef.query.position import Position
from procdef.query.table import Table
from procdef.store import reader
from procdef.store.clock import now
from procdef.store.models import Definition, Deployment
from procdef.store.reader import Caller, CountCache, Read, StoreReader
from procdef.store.store import Store
from tests.counting import executed

TIMES = [f"2026-01-0{day} 00:00:00.000" for day in range(1, 5)]


def definition(ident: str, **values: Any) -> dict[str, Any]:
    common = {"rev": 1, "key": ident, "version": 1, "suspension_state": 1, "startable": True, "latest": True, "deploy_time": TIMES[0]}
    return {"id": ident, **common, **values}


def insert(store: Store, *rows: dict[str, Any]) -> None:
    with store.write() as database:
        for row in rows:
            Definition.insert(row).execute(database)


def delete(store: Store, *ids: str) -> None:
    with store.write() as database:
        Definition.delete().where(Definition.id << ids).execute(database)


def numbered(count: int) -> list[dict[str, Any]]:
    return [definition(f"m{number:03}") for number in range(count)]


def ids(store: Store, query: ListQuery) -> list[str]:
    return [row["id"] for row in orjson.loads(store.everything.rows(DEFINITIONS, query).text)]


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page behind an offset counts as far."""
    monkeypatch.setattr(reader, "MAX_FORWARD_OFFSET", 0)


def several(random: Random) -> list[dict[str, Any]]:
    """Definitions with nulls and ties in every column that has an order."""
    texts = ("category", "name", "deployment_id", "tenant_id", "version_tag")
    return [
        definition(
            f"{random.choice('abAä')}{number:03}",
            key=f"k{number}",
            version=number % 5,
            deploy_time=random.choice(TIMES),
            suspension_state=random.choice([1, 2]),
            **{text: random.choice([None, "", "a", "Ä", "b"]) for text in texts},
        )
        for number in range(150)
    ]


LISTS: list[dict[str, Any]] = [{}, {"latest": True}, {"suspended": True}, {"tenantIdIn": ["a", ""]}, {"keyLike": "k1%"}]


@pytest.mark.usefixtures("near")
def test_every_far_page_is_a_part_of_the_list(store: Store) -> None:
    random = Random(18)
    insert(store, *several(random))
    for values in LISTS:
        for sort in (None, *DEFINITIONS.sort_by_name):
            for descending in {False, sort is not None}:
                whole = orjson.loads(store.everything.rows(DEFINITIONS, ListQuery(values, sort, descending)).text)
                firsts = [1, len(whole) // 2, len(whole) // 2 + 1, len(whole) - 1, len(whole), *random.choices(range(len(whole) + 3), k=4)]
                for first in firsts:
                    limit = random.choice([None, 0, 1, 7, 200])
                    query = ListQuery(values, sort, descending, first, limit)
                    page, total = store.everything.page(DEFINITIONS, query)
                    assert orjson.loads(page.text) == whole[first : None if limit is None else first + limit], query
                    assert total == Read(str(len(whole)), page.revision)
                    assert store.everything.rows(DEFINITIONS, query) == page


@pytest.mark.usefixtures("near")
@pytest.mark.parametrize("values", [{}, {"latestVersion": True}, {"latest": True, "active": True}])
def test_a_page_is_true_after_rows_before_it_came_and_went(store: Store, values: dict[str, Any]) -> None:
    insert(store, *numbered(90))

    def page(first: int, limit: int) -> list[str]:
        found = ids(store, ListQuery(values, first=first, limit=limit))
        assert found == ids(store, ListQuery(values))[first : first + limit]
        return found

    assert [page(first, 3) for first in (40, 61, 88)] == [["m040", "m041", "m042"], ["m061", "m062", "m063"], ["m088", "m089"]]
    insert(store, definition("a"))
    assert page(62, 2) == ["m061", "m062"]
    delete(store, "a", "m000", "m062")
    assert page(62, 2) == ["m064", "m065"]
    assert page(90, 2) == []


@pytest.mark.usefixtures("near")
def test_a_far_page_is_counted_once_a_revision(store: Store) -> None:
    insert(store, *numbered(60))
    seen, statements = StoreReader(store, CountCache(), None), []
    for first in (50, 40, 59, 20):
        with executed(store) as run:
            seen.rows(DEFINITIONS, ListQuery({}, first=first, limit=5))
        statements.append(len(run))
    assert statements == [2, 1, 1, 1]
    insert(store, definition("n"))
    with executed(store) as run:
        found = seen.rows(DEFINITIONS, ListQuery({}, first=59, limit=5))
    assert [row["id"] for row in orjson.loads(found.text)] == ["m059", "n"]
    assert len(run) == 3  # the revision of the page shows that the count is older


@pytest.mark.usefixtures("near")
def test_a_write_between_the_count_and_the_page_does_no_harm(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    insert(store, *numbered(60))
    count, before = StoreReader.count, iter("abc")

    def counted_and_written(self: StoreReader, table: Table, query: ListQuery) -> Read:
        found = count(self, table, query)
        insert(store, definition(next(before)))
        return found

    monkeypatch.setattr(StoreReader, "count", counted_and_written)
    found = StoreReader(store, CountCache(), None).rows(DEFINITIONS, ListQuery({}, first=50, limit=2))
    assert [row["id"] for row in orjson.loads(found.text)] == ["m048", "m049"]
    assert found.revision == store.everything.revision()


@pytest.mark.usefixtures("near")
def test_pages_are_whole_while_another_writes(store: Store) -> None:
    insert(store, *numbered(80))
    lists = {store.everything.revision(): ids(store, ListQuery({}))}
    over = Event()

    def write() -> None:
        random = Random(3)
        try:
            for number in range(40):
                insert(store, definition(f"{random.choice('az')}{number}"))
                lists[store.everything.revision()] = ids(store, ListQuery({}))
        finally:
            over.set()
            store.database.close()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        random, pages = Random(4), []
        while not over.is_set():
            first = random.randrange(1, 90)
            pages.append((first, store.everything.rows(DEFINITIONS, ListQuery({}, first=first, limit=9))))
        writing.result()
    for first, page in pages:
        assert [row["id"] for row in orjson.loads(page.text)] == lists[str(page.revision)][first : first + 9]


@pytest.mark.parametrize("query", [ListQuery({"key": "nope"}), ListQuery({}, limit=0), ListQuery({}, first=9, limit=9)])
def test_an_empty_list_has_a_revision(store: Store, query: ListQuery) -> None:
    insert(store, definition("a"))
    assert store.everything.rows(DEFINITIONS, query) == Read("[]", store.everything.revision())
    assert store.everything.rows(DEFINITIONS, ListQuery({"key": "no\0key"})) == Read("[]", None)


def test_an_empty_list_has_the_revision_too(store: Store) -> None:
    assert store.everything.rows(DEFINITIONS, ListQuery({})) == Read("[]", store.everything.revision())


TOGETHER: list[list[tuple[dict[str, Any], int]]] = [
    [],
    [({"keysIn": ["order", "bill"]}, 2)],
    [({"key": "no\0key"}, 0)],
    [({"keysIn": ["order", "bill"]}, 2), ({"key": "nope"}, 0)],
    [({"key": "nope"}, 0), ({"key": "no\0key"}, 0), ({"key": "order"}, 1), ({}, 2)],
]


@pytest.mark.parametrize("asked", TOGETHER)
def test_lists_that_are_read_together_are_those_that_are_read_alone(store: Store, asked: list[tuple[dict[str, Any], int]]) -> None:
    insert(store, definition("order"), definition("bill"))
    queries = [(DEFINITIONS, ListQuery(values, "key")) for values, _ in asked]
    found = store.everything.rows_together(*queries)
    assert found == [store.everything.rows(*query) for query in queries]
    assert [len(orjson.loads(read.text)) for read in found] == [number for _, number in asked]


def test_lists_that_are_read_together_are_of_one_revision(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def both() -> list[Read]:
        return store.everything.rows_together((DEPLOYMENTS, ListQuery({"id": "d"})), (DEFINITIONS, ListQuery({"deploymentId": "d"})))

    with store.write() as database:
        Deployment.insert(id="d", deploy_time=now()).execute(database)
        Definition.insert(definition("a", deployment_id="d")).execute(database)
    rows, tables = StoreReader.rows, []

    def written_between(self: StoreReader, table: Table, query: ListQuery) -> Read:
        tables.append(table)
        if len(tables) == 2:
            delete(store, "a")
        return rows(self, table, query)

    monkeypatch.setattr(StoreReader, "rows", written_between)
    deployments, definitions = both()
    assert (len(tables), deployments.revision) == (4, definitions.revision)
    assert definitions.text == "[]"


def test_every_caller_sees_the_same_today(store: Store) -> None:
    insert(store, definition("a"))
    query = ListQuery({"key": "a"})
    for caller in (None, Caller(), Caller("mary")):
        seen = store.seen_by(caller)
        assert seen.rows(DEFINITIONS, query) == store.everything.rows(DEFINITIONS, query)
        assert seen.count(DEFINITIONS, query) == Read("1", seen.revision())
        assert seen.page(DEFINITIONS, query) == (seen.rows(DEFINITIONS, query), seen.count(DEFINITIONS, query))
        assert seen.one(DEFINITIONS, {"key": "a"}) == seen.rows(DEFINITIONS, query).text[1:-1]
        assert seen.one(DEFINITIONS, {"key": "b"}) is None
        assert seen.read(lambda _dialect: Definition.select(Definition.id), values={}) == [("a",)]


def test_every_statement_is_made_in_the_places_where_it_can_be_restricted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    insert(store, definition("a"))
    calls: Counter[str] = Counter()

    def counted(name: str) -> None:
        method = getattr(StoreReader, name)

        def call(self: StoreReader, *given: Any, **values: Any) -> Any:
            calls[name] += 1
            return method(self, *given, **values)

        monkeypatch.setattr(StoreReader, name, call)

    counted("_run")
    counted("_look_up")
    counted("read")
    seen, query = store.seen_by(Caller("mary")), ListQuery({"key": "a"}, first=1, limit=1)
    with executed(store) as statements:
        seen.rows(DEFINITIONS, query)
        seen.rows_together((DEFINITIONS, query), (DEPLOYMENTS, ListQuery({})))
        seen.count(DEFINITIONS, query)
        seen.page(DEFINITIONS, query)
        seen.one(DEFINITIONS, {"key": "a"})
        on_tables = len(statements)
        seen.read(lambda _dialect: Definition.select(Definition.id), values={})
    assert calls["_run"] + calls["_look_up"] == on_tables
    assert calls["read"] == len(statements)


def test_the_cache_of_counts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_COUNTS", 3)
    counts = CountCache()
    for number in range(5):
        counts.put(DEFINITIONS, ListQuery({"name": str(number)}, first=number), Read(str(number), "r"))
    known = [counts.get(DEFINITIONS, ListQuery({"name": str(number)})) for number in range(5)]
    assert known == [None, None, *(Read(str(number), "r") for number in (2, 3, 4))]


def test_the_rows_behind_a_position_need_few_statements(store: Store) -> None:
    insert(store, *(definition(f"m{number:02}", version=number // 10) for number in range(40)))
    query, found, statements = ListQuery({}, "version", limit=8), [], []
    after: Position | None = ()
    while after is not None:
        with executed(store) as run:
            rows, after = store.everything.rows_behind(DEFINITIONS, query, after)
        found += [row["id"] for row in orjson.loads(rows.text)]
        statements.append(len(run))
    assert found == [f"m{number:02}" for number in range(40)]
    assert statements == [1, 2, 2, 2, 1, 2]  # the rest of the same version, and then the versions behind it
    assert store.everything.rows_behind(DEFINITIONS, ListQuery({"key": "no\0key"}), ()) == (Read("[]", None), None)


@pytest.mark.parametrize("values", [{}, {"latest": True}, {"keyLike": "m%"}])
@pytest.mark.parametrize("descending", [False, True])
def test_the_first_rows_of_a_page_have_the_position_of_the_last_of_them(store: Store, values: dict[str, Any], *, descending: bool) -> None:
    insert(store, *(definition(f"m{number:02}", version=number // 10) for number in range(40)))
    wanted = ids(store, ListQuery(values, "version", descending))
    for first in (None, 0, 1, 7, 35, 40):
        query = ListQuery(values, "version", descending, first, 5)
        rows, after = store.everything.rows_behind(DEFINITIONS, query, ())
        found = [row["id"] for row in orjson.loads(rows.text)]
        assert found == wanted[first or 0 : (first or 0) + 5]
        assert (after is None) is (len(found) < 5)
        if after is not None:
            rows, _ = store.everything.rows_behind(DEFINITIONS, query._replace(first=None), after)
            assert [row["id"] for row in orjson.loads(rows.text)] == wanted[(first or 0) + 5 : (first or 0) + 10]
