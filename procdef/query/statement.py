"""From a table and a query shape to one statement: the rows, the page, and their JSON; or their number."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from peewee import JOIN, SQL, ModelSelect, NodeList, Select, fn

from procdef.query import dictionary
from procdef.query.bound import LAST, LIMIT, OFFSET, QueryShape, placeholder
from procdef.query.conditions import entries_of, filtered
from procdef.query.counted import Groups
from procdef.query.dialects.base import Dialect, Member
from procdef.query.operators import NEWEST
from procdef.query.order import directions, order_of
from procdef.query.table import Field, Filter, Table
from procdef.query.within import tied

ITEM, SORT_KEY = "item", "sort key {}"
"""The columns of a row before the rows are put together: its JSON, and what it is sorted by."""


def rows(dialect: Dialect, table: Table, shape: QueryShape) -> Select:
    """The statement that gives the rows of a shape as the text of a JSON array, and their number: always one row.

    SQLite hands over one row at a time, and threads wait for each other at each. So one row is faster when many threads read. The aggregate
    sorts, because no database promises that an aggregate keeps the order of a subquery.
    """
    keys = [(SORT_KEY.format(number), *key) for number, key in enumerate(directions(table, shape.orders, of_row=True), 1)]
    columns = [_json(dialect, table).alias(ITEM), *(column.alias(name) for name, column, _ in keys)]
    order = [SQL(f'"t"."{name}" {"DESC" if descending else "ASC"}') for name, _, descending in keys]
    items = fn.string_agg(SQL(f'"t"."{ITEM}"'), SQL("','")).order_by(*order)
    array = NodeList((SQL("'[' ||"), fn.coalesce(items, SQL("''")), SQL("|| ']'")))
    return Select([_rows(dialect, table, shape, columns).alias("t")], [array, fn.count(SQL("*"))])


def rows_with_position(dialect: Dialect, table: Table, shape: QueryShape) -> Select:
    """As `rows`, and the position of the row at the offset LAST: its sort keys as a JSON object, null if there is no such row."""
    keys = [Member(str(number), column) for number, (column, _) in enumerate(directions(table, shape.orders))]
    last = _page(dialect, table, shape, [dialect.json_object(keys)])
    offset = dialect.page_parameter(placeholder(LAST))
    return rows(dialect, table, shape).select_extend(last.limit(SQL("1")).offset(offset))


def count(dialect: Dialect, table: Table, shape: QueryShape) -> Select:
    """The statement that counts the rows that meet the filters of a shape, on all pages. Few rows of a range are counted one by one."""
    if (found := _only_range(table, shape)) is not None:
        entry, groups = found
        return Select([], [dictionary.number_in_range(dialect, table, entry, groups, placeholder(entry.name))])
    return filtered(dialect, table, shape, [fn.count(SQL("*"))])


def values(dialect: Dialect, table: Table, shape: QueryShape, name: str) -> ModelSelect:
    """The statement that gives the values of a filter's column in the rows that meet the filters of a shape, each with its number of rows.

    Those of the most rows come first. It has a limit. Without filters the dictionary has the numbers.
    """
    column, number = table.condition_by_name[name].column, fn.count(SQL("*"))
    query = None if shape.filters or shape.groups else dictionary.every_value(table, column)
    if query is None:
        query = filtered(dialect, table, shape, [column, number]).group_by(column).order_by(number.desc(), column)
    return query.limit(dialect.page_parameter(placeholder(LIMIT)))


def _only_range(table: Table, shape: QueryShape) -> tuple[Filter, Groups] | None:
    """The filter of a shape, if it has only one and that is a range of a column whose values are counted in groups."""
    names = [name for names in (shape.filters, *shape.groups) for name in names]
    if table.dictionary is None or len(names) != 1 or not shape.filters:
        return None
    entry = table.condition_by_name[names[0]]
    counted = table.dictionary.counted(entry.column)
    if counted is None or counted.groups is None or entry.operator not in dictionary.BEYOND:
        return None
    return entry, counted.groups


def _rows(dialect: Dialect, table: Table, shape: QueryShape, columns: list[Any]) -> Select:
    page = partial(_page, dialect, table, shape)
    operators = [entry.operator for entry in entries_of(table, shape)]
    if table.within is not None:
        is_plain = table.within.numbers is not None or not (shape.with_offset or shape.backward or shape.orders)
        return page(columns) if is_plain else tied(table, columns, page)
    if shape.with_offset and not any(operator.valued or operator is NEWEST for operator in operators):
        return dialect.after_offset(table.id, order_of(dialect, table, shape, backward=False), columns, page)
    if table.beside:  # what is beside it is not joined to rows that are looked up by their keys; such a list is whole
        return page(columns)
    is_computed = any(table.sort_by_name[name].of_row is not None for name, _ in shape.orders)
    if shape.with_offset or shape.backward or is_computed or any(operator.searches or operator.many for operator in operators):
        return dialect.keys_first(table.id, columns, page)
    return page(columns)


def _page(dialect: Dialect, table: Table, shape: QueryShape, columns: list[Any]) -> ModelSelect:
    query = _joined(table, shape, filtered(dialect, table, shape, columns))
    query = query.order_by(*order_of(dialect, table, shape, backward=shape.backward))
    if not shape.paged:
        return query
    limit, offset = (dialect.page_parameter(placeholder(name)) for name in (LIMIT, OFFSET))
    return query.limit(limit).offset(offset)


def _joined(table: Table, shape: QueryShape, query: ModelSelect) -> ModelSelect:
    """The query with what is beside its table, and beside it for the sorts of this shape."""
    of_sorts = {table.sort_by_name[name].beside: None for name, _ in shape.orders}
    for each in (*table.beside, *filter(None, of_sorts)):
        query = query.join(each.query, JOIN.LEFT_OUTER, on=each.on)
    return query


def _json(dialect: Dialect, table: Table) -> Any:
    """The expression for a row as the text of a JSON object: its stored JSON, or an object that is made from its columns."""
    if table.stored_json is not None:
        return _stored(dialect, table)
    members = _members(dialect, table.columns)
    return dialect.json_object(members) if table.json_members is None else _json_with_members(dialect, table.json_members, members)


def _members(dialect: Dialect, fields: Iterable[Field]) -> list[Member]:
    return [Member(field.name, field.type.to_sql(dialect, field.column), field.type.is_json) for field in fields]


def _stored(dialect: Dialect, table: Table) -> Any:
    """The stored JSON of a row, with the members that are not stored at its end."""
    if not table.unstored:
        return table.stored_json
    stored, unstored = table.stored_json, dialect.json_object(_members(dialect, table.unstored))
    return fn.substr(stored, 1, fn.length(stored) - 1).concat(SQL("','")).concat(fn.substr(unstored, 2))


def _json_with_members(dialect: Dialect, json_members: Any, members: list[Member]) -> Any:
    """First the members that are stored as JSON, then those whose values are JSON, then the others.

    JSON is joined as text here, so that the database does not parse it again.
    """
    json = [member for member in members if member.is_json]
    template = ",".join(["{%s", *(f'"{member.name}":%s' for member in json), ""])
    first = fn.format(template, json_members, *(member.value.cast("text") for member in json))
    return first.concat(fn.substr(dialect.json_object(member for member in members if not member.is_json), 2))
