"""Reading the store: the one way in which a surface gets rows, counts and the results of cached statements.

A reader reads for one caller. Today every caller sees everything. A restriction needs two changes, and no third:

- `StoreReader._run` makes every statement on a table. There a table gets one more filter, which is always in effect and has values of the
  caller. The key of a cached count needs these values too. A table that is within another one, as uses are within definitions, gets the
  filter of that. Numbers that are stored are of all rows: `_stored_count` is for a caller who sees everything, and so is a catalog of
  stored numbers.
- `StoreReader.read` makes every other statement, and runs all of them. There the query that `make` builds gets a condition of the caller
  for each of its models. Only the revision is read without a condition: it is the same for every caller.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from typing import Any, NamedTuple, Protocol

import orjson
from cachetools import LRUCache
from peewee import SQL, ModelSelect, Select

from procdef.query import position, statement
from procdef.query.cache import ListQuery, Make, StatementCache
from procdef.query.dialects import Dialect
from procdef.query.position import Position
from procdef.query.statement import LAST, LIMIT, UNLIMITED, Bound, QueryShape
from procdef.query.table import Table

REVISION = '(SELECT "token_" FROM "procdef_revision" WHERE "id" = 1)'
"""The revision, as SQL."""
MAX_FORWARD_OFFSET = 2000
"""The offset up to which a page is always read from the beginning: stepping over so few rows is as fast as looking up the count."""
MAX_COUNTS = 4096
"""The most counts that are cached, each of some hundred bytes."""
FEW = 2000
"""Of so many rows at most each is looked up, instead of reading the other side of a semi-join first."""
ATTEMPTS = 5
"""How often several lists are read, at most, until they are of one revision. Reading them is faster than a write."""


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom a reader reads: the id of a user; None if authentication is off or the route is public."""

    user: str | None = None


class Read(NamedTuple):
    """JSON text that was read, and its revision; None if it does not depend on the store."""

    text: str
    revision: str | None


class _Page(NamedTuple):
    """The rows of a page, and how many they are."""

    rows: Read
    number: int


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

    def page(self, table: Table, query: ListQuery) -> tuple[Read, Read]:
        """The rows of a list query's page, and how many rows there are on all pages."""

    def rows_behind(self, table: Table, query: ListQuery, after: Position) -> tuple[Read, Position | None]:
        """The first rows behind a position, as many as the list query's limit allows, and the position of the last one of them.

        The position is None if there are fewer rows than the limit allows. An empty position is before the first row.
        """

    def one(self, table: Table, values: Mapping[str, Any]) -> str | None:
        """The row with these values, as a JSON object; None if there is none."""

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
        """By one statement, without the cache."""
        if (bound := self._bound(table, query)) is None:
            return Read("0", None)
        if (stored := self._stored_count(table, bound)) is not None:
            return stored
        shape = QueryShape(bound.filters, groups=bound.groups, many=bound.many)
        number, revision = self._run(_count, table, shape, {**bound.values, **query.constants})[0]
        return Read(str(number), revision)

    def page(self, table: Table, query: ListQuery) -> tuple[Read, Read]:
        """The rows are counted only if the page does not show how many there are, and then once for each revision."""
        page = self._page(table, query)
        total, revision = query.total(page.number), page.rows.revision
        return page.rows, self._count_at(table, query, revision) if total is None else Read(str(total), revision)

    def rows_behind(self, table: Table, query: ListQuery, after: Position) -> tuple[Read, Position | None]:
        """By one statement for each range, until there are enough rows. The revision is that of the first statement."""
        if (bound := self._bound(table, query)) is None:
            return NO_ROWS.rows, None
        shape, values = query._replace(first=None).forward(bound)
        remaining, texts, revisions, last = query.limit or UNLIMITED, [], [], None
        for each in position.ranges(self._store.statements.dialect, table, shape._replace(paged=True), after):
            given = {**values, **position.values(after), LIMIT: remaining, LAST: remaining - 1}
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

    def read(self, make: Make, *shape: Any, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """By one cached statement."""
        return self._store.run(*self._store.statements.bound(make, *shape, values=values))

    def revision(self) -> str:
        """By one statement."""
        return str(self._store.run(f"SELECT {REVISION}", ())[0][0])

    def _page(self, table: Table, query: ListQuery) -> _Page:
        if (bound := self._bound(table, query)) is None:
            return NO_ROWS
        is_far = (query.first or 0) > MAX_FORWARD_OFFSET and query.limit != 0
        return (is_far and self._from_the_nearer_end(table, query, bound)) or self._rows(table, *query.forward(bound))

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
        bound = statement.bind(table, self._store.statements.dialect, query.values, query.groups)
        many = frozenset(self._matching_many(table, bound)) if bound is not None and table.counted else frozenset()
        return bound._replace(many=many) if bound is not None and many else bound

    def _stored_count(self, table: Table, bound: Bound) -> Read | None:
        """The count of a filter that is alone, if it is stored."""
        if bound.groups or len(bound.filters) != 1 or not bound.filters <= table.exactly_counted:
            return None
        found = self.read(_counted, table, *bound.filters, values=bound.values)
        return Read(str(found[0][0]), found[0][1]) if found else None

    def _matching_many(self, table: Table, bound: Bound) -> Iterator[str]:
        """The placeholders of filters that match more than FEW rows, as far as their numbers are stored.

        A number may be of another revision. It only decides how the statement is written, and not what it finds.
        """
        for key, value in bound.values.items():
            name = key.rpartition("/")[2]
            if name in table.counted:
                found = self.read(_counted, table, name, values={name: value})
                if found and found[0][0] > FEW:
                    yield key

    def _run(self, make: Make, table: Table, shape: QueryShape, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return self.read(make, table, shape, values=values)


def _counted(_dialect: Dialect, table: Table, name: str) -> Select:
    query: Select = table.counted[name](statement.placeholder(name)).select_extend(SQL(REVISION))
    return query


def _rows(dialect: Dialect, table: Table, shape: QueryShape) -> Select:
    return statement.rows(dialect, table, shape).select_extend(SQL(REVISION))


def _rows_with_position(dialect: Dialect, table: Table, shape: QueryShape) -> Select:
    return statement.rows_with_position(dialect, table, shape).select_extend(SQL(REVISION))


def _count(dialect: Dialect, table: Table, shape: QueryShape) -> ModelSelect:
    return statement.count(dialect, table, shape).select_extend(SQL(REVISION))
