"""From a table and a query shape to one statement: which rows, in which order, which part of them, and their JSON."""

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
    """Where a value is bound in a statement, by the name of its parameter."""

    name: str


def placeholder(name: str) -> Value:
    """A placeholder as a part of an expression."""
    return Value(Placeholder(name), converter=False)


class QueryShape(NamedTuple):
    """What of a list query decides its statement; its values do not.

    `filters` are the names of the filters in effect. A `paged` statement has a limit and an offset, which is not 0 in one `with_offset`.
    A `backward` one counts its offset from the end of the list; its rows come in the list's order all the same.
    """

    filters: frozenset[str]
    sort: str | None = None
    descending: bool = False
    paged: bool = False
    with_offset: bool = False
    backward: bool = False


def rows(dialect: Dialect, table: Table, shape: QueryShape) -> Select:
    """The statement that gives the rows of a shape as the text of a JSON array, and how many they are: always one row.

    One row, because a database hands over each row by itself, which costs a thread more than the work on it. The aggregate has the order
    of the list: no aggregate keeps the order of a subquery.
    """
    directions = _directions(table, shape)
    columns = [_json(dialect, table).alias(ITEM), *(column.alias(name) for name, (column, _) in zip(SORT_KEYS, directions, strict=False))]
    order = [
        SQL(f'"t"."{name}" {"DESC" if is_descending else "ASC"}') for name, (_, is_descending) in zip(SORT_KEYS, directions, strict=False)
    ]
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
    """The statement that counts the rows that meet the filters of a shape, its page left aside."""
    return _filtered(dialect, table, shape, [fn.count(SQL("*"))])


def bind(table: Table, dialect: Dialect, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The parameters by filter; None where a value is such that no row can match."""
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
    """The order of a shape, equals by id ascending. Backward all of it is reversed, also where a database puts nulls."""
    return [part.desc() if descending is not backward else part.asc() for part, descending in _directions(table, shape)]


def _directions(table: Table, shape: QueryShape) -> list[tuple[Any, bool]]:
    """What the rows are sorted by, and whether that is descending; the id is last."""
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
    """Conditions on the table's own model, or those on another one as a semi-join."""
    if model is table.model:
        return conditions
    relation = table.relation_by_model[model]
    return [relation.local.in_(model.select(relation.remote).where(*conditions))]


def _condition(dialect: Dialect, table: Table, entry: Filter, shape: QueryShape) -> Any:
    widening = [other for other in table.filters if other.widens == entry.name and other.name in shape.filters]
    return reduce(or_, [part.operator.condition(dialect, part.column, placeholder(part.name)) for part in (entry, *widening)])


def _json(dialect: Dialect, table: Table) -> Any:
    """What gives a row as the text of a JSON object: its stored JSON, or an object that is made of its columns."""
    if table.stored_json is not None:
        return table.stored_json
    members = [Member(field.name, field.type.to_sql(dialect, field.column), field.type.is_json) for field in table.columns]
    return dialect.json_object(members) if table.json_members is None else _json_with_members(dialect, table.json_members, members)


def _json_with_members(dialect: Dialect, json_members: Any, members: list[Member]) -> Any:
    """The members that are stored as JSON, then those whose values are JSON, then the others.

    All that is JSON is text here and only joined, so that the database does not read it again.
    """
    json = [member for member in members if member.is_json]
    template = ",".join(["{%s", *(f'"{member.name}":%s' for member in json), ""])
    first = fn.format(template, json_members, *(member.value.cast("text") for member in json))
    return first.concat(fn.substr(dialect.json_object(member for member in members if not member.is_json), 2))
