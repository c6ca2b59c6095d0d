"""The plan cache: one statement a shape of request, built once by the builder, afterwards only bound and run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from peewee import Database, Query, Select

from procdef.query import statement
from procdef.query.dialects import Dialect
from procdef.query.landmarks import Landmark, Listing
from procdef.query.statement import Placeholder, QueryShape
from procdef.query.table import Table

Make = Callable[[Table, Dialect, QueryShape], Select]
BESIDE_ONE, BESIDE_EACH = "SELECT ({0}), {1}", 'SELECT "t".*, {1} FROM ({0}) AS "t"'
"""A statement and what is to be answered beside it: beside the one value of its one row, and beside the several."""
SEVERAL = (statement.page, statement.placed)
"""What makes statements that answer in several columns."""
PLANS = 2048
"""Statements kept at most; a request's shape is made of parameter names only, never of values or lengths of lists."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with the places of its values: `parameters` are constants, or slots by name."""

    sql: str
    parameters: tuple[Any, ...]

    def bind(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters for these values, by name of the slot."""
        return [values[part.name] if isinstance(part, Placeholder) else part for part in self.parameters]


def compiled(database: Database, query: Query) -> Statement:
    """The plan of a Peewee query with slots, in the words of a database."""
    sql, parameters = query.bind(database).sql()
    return Statement(sql, tuple(parameters))


def joined(statements: Iterable[tuple[str, Sequence[Any]]]) -> tuple[str, Sequence[Any]]:
    """Statements that answer in one row each as one that answers in one row, with the columns of them all."""
    several = list(statements)
    parts = ", ".join(f'({sql}) AS "q{number}"' for number, (sql, _) in enumerate(several))
    return f"SELECT * FROM {parts}", [value for _, parameters in several for value in parameters]  # noqa: S608


class ListQuery(NamedTuple):
    """What a surface asks of a table: values by filter name as the filter's type read them, order, and page.

    `first` and `limit` are counts of rows; None where the request gives none. `constants` are values for slots in the table's fields.
    """

    values: Mapping[str, Any]
    sort: str | None = None
    descending: bool = False
    first: int | None = None
    limit: int | None = None
    constants: Mapping[str, Any] = MappingProxyType({})

    @property
    def paged(self) -> bool:
        """Whether a part of the rows is asked for."""
        return self.first is not None or self.limit is not None

    def total(self, number: int) -> int | None:
        """How many rows there are on all pages, where a page of this number of rows tells it: the last one does, if it is not full."""
        is_full, is_beyond = number == self.limit, number == 0 and bool(self.first)
        return None if is_full or is_beyond else (self.first or 0) + number


class StatementCache:
    """Turns questions into statements for one database. Safe to use from several threads.

    Every statement answers in one row, of one column but for those of pages and from landmarks. `beside` is an SQL expression to be
    answered in the same moment: it becomes the last column.
    """

    def __init__(self, database: Database, dialect: Dialect, beside: str | None = None) -> None:
        self.dialect = dialect
        self._beside = beside
        self._database = database
        self._plan = lru_cache(PLANS)(self._build)
        self._fixed = lru_cache(PLANS)(self._compile)

    def rows(self, table: Table, question: ListQuery) -> tuple[str, Sequence[Any]] | None:
        """SQL and parameters of the statement that answers with a JSON array; None where no row can match."""
        return self._asked(statement.rows, table, question)

    def page(self, table: Table, question: ListQuery) -> tuple[str, Sequence[Any]] | None:
        """SQL and parameters of the statement that answers with a JSON array and how many items it has; None where no row can match."""
        return self._asked(statement.page, table, question)

    def listing(self, table: Table, question: ListQuery) -> Listing | None:
        """The list that a question's page is of; None where few rows are before the page, or a landmark is of no use.

        It is of use where rows have JSON already and are told apart by their places, and where filters have no values: those of all pages
        that are asked for would be too many.
        """
        if (question.first or 0) < self.dialect.many:
            return None
        return _listing(table, frozenset(statement.in_effect(table, question.values)), question.sort, descending=question.descending)

    def page_from(self, landmark: Landmark, listing: Listing, question: ListQuery) -> tuple[str, Sequence[Any]]:
        """SQL and parameters of the statement of `page`, counted out from a landmark, which answers too what place the first item has.

        The place has nulls where there is no item.
        """
        table, names, _ = listing
        return self._statement(statement.placed, table, question, dict.fromkeys(names, True), landmark)

    def count(self, table: Table, question: ListQuery) -> tuple[str, Sequence[Any]] | None:
        """SQL and parameters of the statement that answers with the count; None where no row can match."""
        if (values := self._bound(table, question)) is None:
            return None
        plan = self._plan(statement.count, table, QueryShape(frozenset(values)))
        return plan.sql, plan.bind(values)

    def fixed(self, make: Callable[..., Select], *shape: Any) -> Statement:
        """The plan of a statement that is always the same but for the values of its slots: `make(*shape)` builds it once."""
        return self._fixed(make, *shape)

    def _asked(self, make: Make, table: Table, question: ListQuery) -> tuple[str, Sequence[Any]] | None:
        values = self._bound(table, question)
        return None if values is None else self._statement(make, table, question, values)

    def _statement(
        self, make: Make, table: Table, question: ListQuery, values: dict[str, Any], start: Landmark | None = None
    ) -> tuple[str, Sequence[Any]]:
        filters, first = frozenset(values), question.first or 0
        if start is not None:
            first -= start.first
            values |= zip(statement.PLACE, start.place, strict=False)
        if question.paged:
            values[statement.LIMIT] = statement.UNLIMITED if question.limit is None else question.limit
            values[statement.OFFSET] = first
        way = self._way(table, question, filters, first)
        is_started = start is not None and bool(start.place)
        shape = QueryShape(filters, question.sort, question.descending, question.paged, way, is_started)
        plan = self._plan(make, table, shape)
        return plan.sql, plan.bind({**values, **question.constants})

    def _way(self, table: Table, question: ListQuery, filters: frozenset[str], first: int) -> str:
        rows = [table.filter_by_name[name] for name in filters]
        is_by_id = statement.is_by_id(table, question.sort, descending=question.descending)
        if is_by_id and all(row.partial for row in rows) and self.dialect.begins(first, statement.kept_in(table, filters)):
            return statement.BEGUN
        is_far = first >= self.dialect.far or (table.costly and first > 0)
        return statement.FOUND if is_far or any(row.operator.searches for row in rows) else statement.FETCHED

    def _bound(self, table: Table, question: ListQuery) -> dict[str, Any] | None:
        return statement.bind(table, self.dialect, statement.in_effect(table, question.values))

    def _build(self, make: Make, table: Table, shape: QueryShape) -> Statement:
        plan = self._compile(make, table, self.dialect, shape)
        if self._beside is None:
            return plan
        template = BESIDE_EACH if make in SEVERAL else BESIDE_ONE
        return Statement(template.format(plan.sql, self._beside), plan.parameters)

    def _compile(self, make: Callable[..., Select], *shape: Any) -> Statement:
        return compiled(self._database, make(*shape))


@lru_cache(PLANS)
def _listing(table: Table, names: frozenset[str], sort: str | None, *, descending: bool) -> Listing | None:
    is_placed = statement.is_written(table) and statement.is_placed(table, sort, descending=descending)
    if not is_placed or any(table.filter_by_name[name].operator.valued for name in names):
        return None
    return table, names, None if statement.is_by_id(table, sort, descending=descending) else sort
