"""From a table and a query shape to one statement: the rows, their order, the page, and their JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_
from typing import Any, NamedTuple

from peewee import SQL, Model, ModelSelect, NodeList, Select, Value, fn

from procdef.query.dialects.base import Dialect, Member
from procdef.query.operators import IMPOSSIBLE
from procdef.query.table import Filter, Table

LIMIT, OFFSET = "limit", "offset"
"""The placeholders of a page."""
UNLIMITED = 2**31 - 1
ITEM, SORT_KEYS = "item", ("sort key", "tie-breaker")
"""The columns of a row before the rows are put together: its JSON, and what it is sorted by."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A named value in a statement, bound when the statement is run."""

    name: str


def placeholder(name: str) -> Value:
    """A placeholder as a part of an expression."""
    return Value(Placeholder(name), converter=False)


class QueryShape(NamedTuple):
    """The part of a list query that decides its statement. Its values are not part of it.

    `filters` are the names of the filters in effect. A `paged` statement has a limit and an offset; with `with_offset` the offset is not 0.
    A `backward` statement counts its offset from the end of the list. It gives its rows in the order of the list too.
    """

    filters: frozenset[str]
    sort: str | None = None
    descending: bool = False
    paged: bool = False
    with_offset: bool = False
    backward: bool = False


def rows(dialect: Dialect, table: Table, shape: QueryShape) -> Select:
    """The statement that gives the rows of a shape as the text of a JSON array, and their number: always one row.

    SQLite hands over one row at a time, and threads wait for each other at each. So one row is faster when many threads read. The aggregate
    sorts, because no database promises that an aggregate keeps the order of a subquery.
    """
    keys = list(zip(SORT_KEYS, _directions(table, shape), strict=False))
    columns = [_json(dialect, table).alias(ITEM), *(column.alias(name) for name, (column, _) in keys)]
    order = [SQL(f'"t"."{name}" {"DESC" if descending else "ASC"}') for name, (_, descending) in keys]
    items = fn.string_agg(SQL(f'"t"."{ITEM}"'), SQL("','")).order_by(*order)
    array = NodeList((SQL("'[' ||"), fn.coalesce(items, SQL("''")), SQL("|| ']'")))
    return Select([_rows(dialect, table, shape, columns).alias("t")], [array, fn.count(SQL("*"))])


def _rows(dialect: Dialect, table: Table, shape: QueryShape, columns: list[Any]) -> Select:
    page = partial(_page, dialect, table, shape)
    operators = [table.filter_by_name[name].operator for name in shape.filters]
    if shape.with_offset and not any(operator.valued for operator in operators):
        return dialect.after_offset(table.id, _order(table, shape, backward=False), columns, page)
    if shape.with_offset or shape.backward or any(operator.searches for operator in operators):
        return dialect.keys_first(table.id, columns, page)
    return page(columns)


def count(dialect: Dialect, table: Table, shape: QueryShape) -> ModelSelect:
    """The statement that counts the rows that meet the filters of a shape, on all pages."""
    return _filtered(dialect, table, shape, [fn.count(SQL("*"))])


def bind(table: Table, dialect: Dialect, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The parameters by filter; None if a value is one that no row can match."""
    bound = {}
    for name, value in values.items():
        operator = table.filter_by_name[name].operator
        bound[name] = operator.bind(dialect, value) if operator.valued else value
        if bound[name] is IMPOSSIBLE:
            return None
    return bound


def _page(dialect: Dialect, table: Table, shape: QueryShape, columns: list[Any]) -> ModelSelect:
    query = _filtered(dialect, table, shape, columns).order_by(*_order(table, shape, backward=shape.backward))
    if not shape.paged:
        return query
    limit, offset = (dialect.page_parameter(placeholder(name)) for name in (LIMIT, OFFSET))
    return query.limit(limit).offset(offset)


def _order(table: Table, shape: QueryShape, *, backward: bool) -> list[Any]:
    """The order of a shape, with the id ascending as tie-breaker. Backward all of it is reversed, the position of nulls too."""
    return [part.desc() if descending is not backward else part.asc() for part, descending in _directions(table, shape)]


def _directions(table: Table, shape: QueryShape) -> list[tuple[Any, bool]]:
    """The columns that the rows are sorted by, and whether each is descending. The id is last, as tie-breaker."""
    column = table.id if shape.sort is None else table.sort_by_name[shape.sort].column
    return [(column, shape.descending)] if column is table.id else [(column, shape.descending), (table.id, False)]


def _filtered(dialect: Dialect, table: Table, shape: QueryShape, columns: list[Any]) -> ModelSelect:
    conditions = defaultdict(list)
    for entry in table.filters:
        if entry.name in shape.filters and entry.widens is None:
            conditions[_model(table, entry)].append(_condition(dialect, table, entry, shape))
    query = table.model.select(*columns)
    for model, found in conditions.items():
        if parts := [part for part in found if part is not None]:
            query = query.where(*_restricted(table, model, parts))
    return query


def _model(table: Table, entry: Filter) -> type[Model]:
    model = getattr(entry.column, "model", table.model)
    return model if model in table.relation_by_model else table.model


def _restricted(table: Table, model: type[Model], conditions: list[Any]) -> list[Any]:
    """Conditions on the table's own model unchanged, those on another model as a semi-join."""
    if model is table.model:
        return conditions
    relation = table.relation_by_model[model]
    return [relation.local.in_(model.select(relation.remote).where(*conditions))]


def _condition(dialect: Dialect, table: Table, entry: Filter, shape: QueryShape) -> Any:
    widening = [other for other in table.filters if other.widens == entry.name and other.name in shape.filters]
    return reduce(or_, [part.operator.condition(dialect, part.column, placeholder(part.name)) for part in (entry, *widening)])


def _json(dialect: Dialect, table: Table) -> Any:
    """The expression for a row as the text of a JSON object: its stored JSON, or an object that is made from its columns."""
    if table.stored_json is not None:
        return table.stored_json
    members = [Member(field.name, field.type.to_sql(dialect, field.column), field.type.is_json) for field in table.columns]
    return dialect.json_object(members) if table.json_members is None else _json_with_members(dialect, table.json_members, members)


def _json_with_members(dialect: Dialect, json_members: Any, members: list[Member]) -> Any:
    """First the members that are stored as JSON, then those whose values are JSON, then the others.

    JSON is joined as text here, so that the database does not parse it again.
    """
    json = [member for member in members if member.is_json]
    template = ",".join(["{%s", *(f'"{member.name}":%s' for member in json), ""])
    first = fn.format(template, json_members, *(member.value.cast("text") for member in json))
    return first.concat(fn.substr(dialect.json_object(member for member in members if not member.is_json), 2))
