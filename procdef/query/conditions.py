"""From the filters of a shape to the conditions of its statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from functools import partial, reduce
from operator import and_, or_
from typing import Any

from peewee import SQL, Expression, Model, ModelSelect, Select, fn

from procdef.query import dictionary
from procdef.query.bound import OF_GROUP, OF_VALUES, WALK, QueryShape, conditions_of, placeholder
from procdef.query.dialects.base import Dialect
from procdef.query.operators import NEWEST
from procdef.query.order import behind
from procdef.query.table import Filter, Newest, Table, Within
from procdef.query.within import counted, is_read_first, is_there


def filtered(dialect: Dialect, table: Table, shape: QueryShape, columns: list[Any]) -> ModelSelect:
    """These columns of the rows that meet the filters and OR groups of a shape, in no order. They are behind its position if it has one."""
    if table.within is not None:
        return _within(dialect, table, table.within, shape, columns)
    newest = [entry.column for entry in entries_of(table, shape) if entry.operator is NEWEST]
    conditions = _matching(dialect, table, shape)
    for column in newest:
        conditions = _newest(table, shape, column, conditions)
    return _where(table.model.select(*columns), [*conditions, *_starting(dialect, table, shape), *behind(dialect, table, shape)])


def _within(dialect: Dialect, table: Table, within: Within, shape: QueryShape, columns: list[Any]) -> ModelSelect:
    """The same for a table that has the filters of another one too."""
    names = frozenset(shape.filters & within.table.condition_by_name.keys())
    own, query = shape._replace(filters=shape.filters - names), table.model.select(*columns)
    conditions = [*_matching(dialect, table, own), *behind(dialect, table, own)]
    keys = filtered(dialect, within.table, QueryShape(names, avoided=shape.avoided), [within.remote]).join(within.through, on=within.on)
    if within.numbers is not None:
        return _where(counted(query, within, within.numbers, keys), conditions)
    if names:
        stops = shape.paged and not shape.orders and WALK not in shape.avoided
        is_first = is_read_first(within.table, names, few=_matches_few(table, own), stops=stops)
        row = Expression(within.remote, "=", within.local)
        conditions.append(dialect.any_of_few(within.local, keys) if is_first else is_there(keys.where(row)))
    return _where(query, conditions)


def _matches_few(table: Table, shape: QueryShape) -> bool:
    """Whether a filter of a shape is known to match few rows."""
    return any(entry.counted is not None and entry.name not in shape.avoided for entry in entries_of(table, shape))


def _where(query: ModelSelect, conditions: Collection[Any]) -> ModelSelect:
    return query.where(*conditions) if conditions else query


def entries_of(table: Table, shape: QueryShape) -> list[Filter]:
    """The filters of a shape, also those of its OR groups."""
    return [table.condition_by_name[name] for names in (shape.filters, *shape.groups) for name in names]


def _newest(table: Table, shape: QueryShape, newest: Newest, conditions: Collection[Any]) -> list[Any]:
    """The conditions that a row is the newest of its kind among the rows that meet these conditions.

    If the conditions are the same for all rows of a kind, that is the newest of all its rows.
    """
    columns = [entry.column for entry in entries_of(table, shape) if entry.operator is not NEWEST]
    if all(any(column is other for other in newest.of) for column in columns):
        return [*conditions, Expression(newest.flag, "=", SQL("true"))]
    place = fn.row_number().over(partition_by=newest.of, order_by=[newest.number.desc()]).alias("place")
    matching = _where(table.model.select(table.id.alias("id"), place), conditions)
    return [table.id.in_(Select([matching.alias("matching")], [SQL('"matching"."id"')]).where(SQL('"matching"."place" = 1')))]


def _starting(dialect: Dialect, table: Table, shape: QueryShape) -> list[Any]:
    """The conditions that a row is not before the first one with a value of a starting condition, in the order of ids."""
    return [_not_before(dialect, table, table.condition_by_name[name].column, name) for name in sorted(shape.starting)]


def _not_before(dialect: Dialect, table: Table, column: Any, name: str) -> Any:
    """The first id of each value is found by one look into the index of the column, in which equal values are in the order of ids."""
    rows = table.model.alias("first")
    value = SQL('"each"."value"')
    first = rows.select(fn.min(getattr(rows, table.id.name))).where(Expression(getattr(rows, column.name), "=", value))
    return Expression(table.id, ">=", Select([dialect.each(placeholder(OF_VALUES.format(name))).alias("each")], [fn.min(first)]))


def _matching(dialect: Dialect, table: Table, shape: QueryShape) -> list[Any]:
    """The conditions of the filters and of the OR groups."""
    conditions = _conditions(dialect, table, shape, shape.filters, and_)
    for number, group in enumerate(shape.groups):
        if alternatives := _conditions(dialect, table, shape, group, or_, partial(OF_GROUP.format, number)):
            conditions.append(reduce(or_, alternatives))
    return conditions


def _conditions(
    dialect: Dialect,
    table: Table,
    shape: QueryShape,
    names: Collection[str],
    join: Callable[[Any, Any], Any],
    prefixed: Callable[[str], str] = str,
) -> list[Any]:
    """The conditions of these filters, one for each model that they restrict. Those of a model are joined."""
    conditions: dict[type[Model], list[Any]] = defaultdict(list)
    for entry in table.condition_by_name.values():
        if entry.name in names and entry.widens is None:
            parts = [_condition(dialect, table, shape, prefixed(name), part) for name, part in conditions_of(table, entry, names)]
            conditions[_model(table, entry)] += [] if any(part is None for part in parts) else [reduce(or_, parts)]
    return [_restricted(dialect, table, model, reduce(join, found)) for model, found in conditions.items() if found]


def _model(table: Table, entry: Filter) -> type[Model]:
    model = getattr(entry.column, "model", table.model)
    return model if model in table.relation_by_model else table.model


def _restricted(dialect: Dialect, table: Table, model: type[Model], condition: Any) -> Any:
    """A condition on the table's own model unchanged, one on another model as a semi-join."""
    if model is table.model:
        return condition
    relation = table.relation_by_model[model]
    found = model.select(relation.remote).where(condition)
    return dialect.any_of_few(relation.local, found) if relation.is_of_few else relation.local.in_(found)


def _condition(dialect: Dialect, table: Table, shape: QueryShape, name: str, entry: Filter) -> Any:
    """The condition of a filter, whose placeholder has this name; None if it has none."""
    column = dialect.unindexed(entry.column) if name in shape.avoided else entry.column
    if name in shape.listed:
        return dialect.any_of(column, placeholder(OF_VALUES.format(name)))
    if name in shape.sought and table.dictionary is not None:
        return column.in_(dictionary.matching(dialect, table.dictionary, entry, placeholder(name)))
    make = (name in shape.avoided and entry.operator.of_row) or entry.operator.condition
    return make(dialect, column, placeholder(name))
