"""Reading the store: the one way in which a surface gets rows, counts and the results of cached statements.

A reader reads for one caller. `limited.LimitedReader` is for one who has rights on some objects only: it gives every list the filters that
limit its table. The other statements, which `read` runs, are of rows that such a list has given, or ask `sees` about each row. The
revision is the same for every caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from typing import Any, NamedTuple, Protocol, TypeVar

import orjson
from cachetools import LRUCache
from peewee import SQL, ModelSelect, Select

from procdef.query import planner, position, statement, ways
from procdef.query.bound import LAST, LIMIT, UNLIMITED, Bound, QueryShape, bind
from procdef.query.cache import ListQuery, Make, StatementCache
from procdef.query.dialects import Dialect
from procdef.query.planner import MOST_VALUES, Condition, Lookup, Plan
from procdef.query.position import Position
from procdef.query.table import Seen, Table

REVISION = '(SELECT "token_" FROM "procdef_revision" WHERE "id" = 1)'
"""The revision, as SQL."""
MAX_FORWARD_OFFSET = 2000
"""The offset up to which a page is always read from the beginning: stepping over so few rows is as fast as looking up the count."""
FORWARD_SHARE = 4
"""Up to which part of the rows that are expected to match, as one of so many, a page is read from the beginning without counting."""
MAX_COUNTS = 4096
"""The most counts that are cached, each of some hundred bytes."""
ATTEMPTS = 5
"""How often several lists are read, at most, until they are of one revision. Reading them is faster than a write."""


class Rights(Protocol):
    """What a caller may see."""

    def limits(self, seen: Seen, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values of the filters that limit a table; none if the caller may see all of it. `given` are those of the other filters."""

    def sees(self, permission: Any, object_id: str, tenant_id: str | None) -> bool:
        """Whether a table that these limit would have the row of one object."""


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom a reader reads: the id of a user, None if authentication is off or the route is public; and the user's rights.

    Without rights everything is seen: authorization is off.
    """

    user: str | None = None
    rights: Rights | None = None


class Read(NamedTuple):
    """JSON text that was read, and its revision; None if it does not depend on the store."""

    text: str
    revision: str | None


class _Page(NamedTuple):
    """The rows of a page, and how many they are."""

    rows: Read
    number: int

    @property
    def revision(self) -> str | None:
        """That of the rows."""
        return self.rows.revision


_Result = TypeVar("_Result", Read, _Page)
NO_ROWS = _Page(Read("[]", None), 0)
"""The page of a query that no row can match, whatever the store has."""


class Reader(Protocol):
    """What a surface needs from a store. The rows of a table are JSON text, in the order of the list query.

    Every method raises Unavailable if the database does not answer in time.
    """

    def rows(self, table: Table, query: ListQuery) -> Read:
        """The rows of a list query, as a JSON array of objects."""

    def rows_together(self, *asked: tuple[Table, ListQuery]) -> list[Read]:
        """The rows of several list queries, of one revision."""

    def count(self, table: Table, query: ListQuery) -> Read:
        """How many rows match a list query, on all pages."""

    def values(self, table: Table, query: ListQuery, name: str) -> list[tuple[Any, int]]:
        """The values that the column of the filter `name` has in the rows of a list query, each with its number of rows.

        Those of the most rows come first, as many as the list query's limit allows.
        """

    def page(self, table: Table, query: ListQuery) -> tuple[Read, Read]:
        """The rows of a list query's page, and how many rows there are on all pages."""

    def rows_behind(self, table: Table, query: ListQuery, after: Position) -> tuple[Read, Position | None]:
        """The first rows behind a position, as many as the list query's limit allows, and the position of the last one of them.

        The position is None if there are fewer rows than the limit allows. An empty position is before the first row of the list query's
        page. For any other one, the page has no offset.
        """

    def one(self, table: Table, values: Mapping[str, Any]) -> str | None:
        """The row with these values, as a JSON object; None if there is none."""

    def sees_all(self, table: Table) -> bool:
        """Whether no row of a table is hidden from the caller. Stored numbers are only for callers who see all."""

    def sees(self, permission: Any, object_id: str, tenant_id: str | None) -> bool:
        """Whether an object of a tenant is there for the caller. It is for the rows of statements that no table limits."""

    def read(self, make: Make, *shape: Any, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of the query that `make(dialect, *shape)` builds, once for each shape, with these values in its placeholders."""

    def revision(self) -> str:
        """The revision: a token of the present state of the store, which each write changes."""


class Connections(Protocol):
    """What a reader needs from a store: cached statements, and a way to run them."""

    @property
    def statements(self) -> StatementCache:
        """The cached statements of the store's database."""

    def run(self, sql: str, parameters: Any) -> list[tuple[Any, ...]]:
        """The rows that a statement gives."""


class CountCache:
    """The counts of lists, each with its revision. Safe to use from several threads.

    It has at most MAX_COUNTS entries, and evicts the least recently used.
    """

    def __init__(self) -> None:
        self._counts: LRUCache[tuple[Table, bytes], Read] = LRUCache(MAX_COUNTS)
        self._lock = Lock()

    def get(self, table: Table, query: ListQuery) -> Read | None:
        """The count that was cached last. It may be of an older revision."""
        with self._lock:
            return self._counts.get(self._key(table, query))

    def put(self, table: Table, query: ListQuery, count: Read) -> None:
        """Cache a count. It replaces an older one."""
        with self._lock:
            self._counts[self._key(table, query)] = count

    @staticmethod
    def _key(table: Table, query: ListQuery) -> tuple[Table, bytes]:
        """A hash, since values may be long."""
        return table, blake2b(str((query.values, query.groups)).encode("utf-8", "surrogatepass"), digest_size=16).digest()


class StoreReader:
    """The Reader of a store for one `caller`. None is procdef itself, which sees everything."""

    def __init__(self, store: Connections, counts: CountCache, caller: Caller | None) -> None:
        self._store, self._counts, self.caller = store, counts, caller

    def rows(self, table: Table, query: ListQuery) -> Read:
        """By one statement."""
        return self._page(table, query).rows

    def rows_together(self, *asked: tuple[Table, ListQuery]) -> list[Read]:
        """One after the other, and again if a write came between them. After ATTEMPTS they may be of several revisions."""
        for _ in range(ATTEMPTS):
            reads = [self.rows(*one) for one in asked]
            if len({read.revision for read in reads} - {None}) <= 1:
                break
        return reads

    def count(self, table: Table, query: ListQuery) -> Read:
        """By one statement, without the cache of counts. What the store has as a number is not counted."""

        def counted(plan: Plan) -> Read:
            if plan.bound is None or plan.number is not None:
                return Read(str(plan.number or 0), plan.revision)
            number, revision = self._run(_count, table, plan.bound.shape, {**plan.bound.values, **query.constants})[0]
            return Read(str(number), revision)

        return self._by_plan(table, query, planner.Page(None), counted)

    def values(self, table: Table, query: ListQuery, name: str) -> list[tuple[Any, int]]:
        """By one statement."""
        if (bound := self._bound(table, query)) is None:
            return []
        shape, limit = QueryShape(bound.filters, groups=bound.groups), query.limit or UNLIMITED
        return [(value, number) for value, number in self.read(_values, table, shape, name, values={**bound.values, LIMIT: limit})]

    def page(self, table: Table, query: ListQuery) -> tuple[Read, Read]:
        """The rows are counted only if the page does not show how many there are, and then once for each revision."""
        page = self._page(table, query)
        total, revision = query.total(page.number), page.rows.revision
        return page.rows, self._count_at(table, query, revision) if total is None else Read(str(total), revision)

    def rows_behind(self, table: Table, query: ListQuery, after: Position) -> tuple[Read, Position | None]:
        """By one statement for each range, until there are enough rows. The revision is that of the first statement."""
        if (bound := self._bound(table, query)) is None:
            return NO_ROWS.rows, None
        query = query._replace(first=None if after else query.first)
        shape, values = query.forward(self._avoiding(table, bound, query))
        remaining, texts, revisions, last = query.limit or UNLIMITED, [], [], None
        for each in position.ranges(self._store.statements.dialect, table, shape._replace(paged=True), after):
            given = {**values, **position.values(after), LIMIT: remaining, LAST: (query.first or 0) + remaining - 1}
            text, number, last, revision = self._run(_rows_with_position, table, each, given)[0]
            texts += [text[1:-1]] if number else []
            revisions.append(revision)
            remaining -= number
            if last is not None:
                break
        return Read(f"[{','.join(texts)}]", revisions[0]), None if last is None else list(orjson.loads(last).values())

    def one(self, table: Table, values: Mapping[str, Any]) -> str | None:
        """The only item of a list."""
        return self.rows(table, ListQuery(values)).text[1:-1] or None

    def sees_all(self, _table: Table) -> bool:
        """Always."""
        return True

    def sees(self, _permission: Any, _object_id: str, _tenant_id: str | None) -> bool:
        """Always."""
        return True

    def read(self, make: Make, *shape: Any, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """By one cached statement."""
        return self._store.run(*self._store.statements.bound(make, *shape, values=values))

    def revision(self) -> str:
        """By one statement."""
        return str(self._store.run(f"SELECT {REVISION}", ())[0][0])

    def _page(self, table: Table, query: ListQuery) -> _Page:
        first = query.first or 0
        last = min(first + (UNLIMITED if query.limit is None else query.limit), UNLIMITED)

        def read(plan: Plan) -> _Page:
            if plan.bound is None:
                return _Page(Read("[]", plan.revision), 0)
            ordered = query.ordered(plan.orders)
            is_far = first > max(MAX_FORWARD_OFFSET, (plan.expected or 0) // FORWARD_SHARE) and query.limit != 0
            return (is_far and self._from_the_nearer_end(table, ordered, plan.bound)) or self._rows(table, *ordered.forward(plan.bound))

        return self._by_plan(table, query, planner.Page(last, query.orders), read)

    def _by_plan(self, table: Table, query: ListQuery, page: planner.Page, read: Callable[[Plan], _Result]) -> _Result:
        """What is read by a plan, of the same revision as the plan; or without one, if writes come between again and again."""
        if (bound := self._bound(table, query)) is None:
            return read(Plan(None))
        conditions = planner.to_look_up(table, bound)
        for _ in range(ATTEMPTS if conditions or planner.needs_totals(table, bound, page) else 0):
            found = self._look_up(table, conditions, bound, page)
            if found.revision is None:
                continue
            result = read(ways.plan(table, self._store.statements.dialect, bound, found, page))
            if result.revision == found.revision:
                return result
        return read(ways.without_lookup(table, bound, page.orders))

    def _avoiding(self, table: Table, bound: Bound, query: ListQuery) -> Bound:
        """The query with the conditions that its plan avoids. They do not decide what it finds, so the plan may be of another revision."""
        if not (conditions := planner.to_look_up(table, bound)):
            return bound
        page = planner.Page(query.limit, query.orders)
        plan = ways.plan(table, self._store.statements.dialect, bound, self._look_up(table, conditions, bound, page), page)
        return bound if plan.bound is None else bound._replace(avoided=plan.bound.avoided)

    def _look_up(self, table: Table, conditions: tuple[Condition, ...], bound: Bound, page: planner.Page) -> Lookup:
        """By one statement, or a second one if the numbers of a frequent pattern's rows matter."""
        indexed = planner.by_trigrams(table, self._store.statements.dialect, bound, conditions)
        (row,) = self.read(_lookup, table, conditions, indexed, MOST_VALUES, values=bound.values)
        found = planner.read(conditions, row, MOST_VALUES)
        if not planner.is_open(table, conditions, found, page):
            return found
        (row,) = self.read(_lookup, table, conditions, frozenset(), None, values=bound.values)
        return planner.both(found, planner.read(conditions, row, None))

    def _from_the_nearer_end(self, table: Table, query: ListQuery, bound: Bound) -> _Page | None:
        """A page in the second half of a list, by an offset that is counted from the list's end; None if the page is not in that half.

        The offset depends on the count, so both must be of one revision. A cached count may be older; the page's revision shows that, and
        the rows are counted again. The result is also None if a write came between counting and reading.
        """
        for known in (self._counts.get(table, query), None):
            count = known or self._recount(table, query)
            total, first = int(count.text), query.first or 0
            if not total // 2 < first < total:
                return None
            page = self._rows(table, *query.backward(bound, total))
            if page.rows.revision == count.revision:
                return page
        return None

    def _rows(self, table: Table, shape: QueryShape, values: Mapping[str, Any]) -> _Page:
        text, number, revision = self._run(_rows, table, shape, values)[0]
        return _Page(Read(text, revision), number)

    def _count_at(self, table: Table, query: ListQuery, revision: str | None) -> Read:
        """The count of a revision if it is cached, or that of the present revision."""
        known = self._counts.get(table, query)
        return known if known is not None and known.revision == revision else self._recount(table, query)

    def _recount(self, table: Table, query: ListQuery) -> Read:
        count = self.count(table, query)
        self._counts.put(table, query, count)
        return count

    def _bound(self, table: Table, query: ListQuery) -> Bound | None:
        return bind(table, self._store.statements.dialect, query.values, query.groups)

    def _run(self, make: Make, table: Table, shape: QueryShape, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return self.read(make, table, shape, values=values)


def _rows(dialect: Dialect, table: Table, shape: QueryShape) -> Select:
    return statement.rows(dialect, table, shape).select_extend(SQL(REVISION))


def _rows_with_position(dialect: Dialect, table: Table, shape: QueryShape) -> Select:
    return statement.rows_with_position(dialect, table, shape).select_extend(SQL(REVISION))


def _values(dialect: Dialect, table: Table, shape: QueryShape, name: str) -> ModelSelect:
    return statement.values(dialect, table, shape, name)


def _lookup(dialect: Dialect, table: Table, conditions: tuple[Condition, ...], indexed: frozenset[str], most: int | None) -> Select:
    return planner.lookup(dialect, table, conditions, indexed, most).select_extend(SQL(REVISION))


def _count(dialect: Dialect, table: Table, shape: QueryShape) -> Select:
    return statement.count(dialect, table, shape).select_extend(SQL(REVISION))
