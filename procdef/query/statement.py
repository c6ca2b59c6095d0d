"""From a table and a query shape to one statement: the rows, their order, the page, and their JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from operator import and_, or_
from typing import Any, NamedTuple

from peewee import SQL, Expression, Model, ModelSelect, NodeList, Select, Value, fn

from procdef.query.dialects.base import Dialect, Member
from procdef.query.operators import IMPOSSIBLE, NEWEST, NO_EFFECT, Operator
from procdef.query.table import Field, Filter, Newest, Table, Within
from procdef.query.within import counted, is_read_first, is_there, tied

LIMIT, OFFSET, LAST = "limit", "offset", "last"
"""The placeholders of a page, and that of the offset of its last row."""
UNLIMITED = 2**31 - 1
ITEM, SORT_KEY = "item", "sort key {}"
"""The columns of a row before the rows are put together: its JSON, and what it is sorted by."""
Orders = tuple[tuple[str, bool], ...]
"""The names of sorts, the most important one first, each with whether it is descending."""
OF_GROUP, OF_PART, OF_POSITION = "{}/{}", "{}|{}", "position {}"
"""The names of the placeholders of an OR group's filter, of a filter's part, and of a sort key of a position."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A named value in a statement, bound when the statement is run."""

    name: str


def placeholder(name: str) -> Value:
    """A placeholder as a part of an expression."""
    return Value(Placeholder(name), converter=False)


class QueryShape(NamedTuple):
    """The part of a list query that decides its statement. Its values are not part of it.

    `filters` are the names of the filters in effect; all must match. Of each OR group in `groups` one must match. A `paged` statement has a
    limit and an offset; with `with_offset` the offset is not 0. A `backward` statement counts its offset from the end of the list. It gives
    its rows in the order of the list too. `behind` is how the first sort keys compare with those of a position. `many` are the
    placeholders of filters of which it is known that many rows match.
    """

    filters: frozenset[str]
    orders: Orders = ()
    paged: bool = False
    with_offset: bool = False
    backward: bool = False
    groups: tuple[frozenset[str], ...] = ()
    behind: tuple[Operator, ...] = ()
    many: frozenset[str] = frozenset()


class Bound(NamedTuple):
    """The filters and OR groups in effect, by name, the values of their placeholders, and those of filters that many rows match."""

    filters: frozenset[str]
    groups: tuple[frozenset[str], ...]
    values: Mapping[str, Any]
    many: frozenset[str] = frozenset()


def rows(dialect: Dialect, table: Table, shape: QueryShape) -> Select:
    """The statement that gives the rows of a shape as the text of a JSON array, and their number: always one row.

    SQLite hands over one row at a time, and threads wait for each other at each. So one row is faster when many threads read. The aggregate
    sorts, because no database promises that an aggregate keeps the order of a subquery.
    """
    keys = [(SORT_KEY.format(number), *key) for number, key in enumerate(directions(table, shape.orders), 1)]
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


def _rows(dialect: Dialect, table: Table, shape: QueryShape, columns: list[Any]) -> Select:
    page = partial(_page, dialect, table, shape)
    operators = [entry.operator for entry in _entries(table, shape)]
    if table.within is not None:
        is_plain = table.within.numbers is not None or not (shape.with_offset or shape.backward or shape.orders)
        return page(columns) if is_plain else tied(table, columns, page)
    if shape.with_offset and not any(operator.valued or operator is NEWEST for operator in operators):
        return dialect.after_offset(table.id, _order(table, shape, backward=False), columns, page)
    if shape.with_offset or shape.backward or any(operator.searches for operator in operators):
        return dialect.keys_first(table.id, columns, page)
    return page(columns)


def count(dialect: Dialect, table: Table, shape: QueryShape) -> ModelSelect:
    """The statement that counts the rows that meet the filters of a shape, on all pages."""
    return _filtered(dialect, table, shape, [fn.count(SQL("*"))])


def bind(table: Table, dialect: Dialect, values: Mapping[str, Any], groups: Sequence[Mapping[str, Any]] = ()) -> Bound | None:
    """The parameters of the filters and of the OR groups; None if no row can match, whatever the store has.

    The groups are put in an order, so that the same groups in another order have the same shape. Empty ones restrict nothing.
    """
    bound = _parameters(table, dialect, values)
    if bound is None or not groups:
        return None if bound is None else Bound(frozenset(values), (), bound)
    restricting = filter(None, (_restricting(table, group) for group in groups))
    possible = sorted((_possible(table, dialect, group) for group in restricting), key=sorted)
    if not all(possible):
        return None
    for number, group in enumerate(possible):
        bound |= {OF_GROUP.format(number, name): value for name, value in (_parameters(table, dialect, group) or {}).items()}
    return Bound(frozenset(values), tuple(map(frozenset, possible)), bound)


def _restricting(table: Table, group: Mapping[str, Any]) -> Mapping[str, Any]:
    """The filters of an OR group that have a condition."""
    entries = [table.filter_by_name[name] for name in group]
    return {entry.name: group[entry.name] for entry in entries if entry.operator is not NO_EFFECT and entry.widens in (None, *group)}


def _possible(table: Table, dialect: Dialect, group: Mapping[str, Any]) -> Mapping[str, Any]:
    """The filters of an OR group that a row can match."""
    return {name: value for name, value in group.items() if _parameters(table, dialect, {name: value}) is not None}


def _parameters(table: Table, dialect: Dialect, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The values of the placeholders of these filters; None if no row can match one of them."""
    bound: dict[str, Any] = {}
    for name, value in values.items():
        entry = table.filter_by_name[name]
        parts = ((OF_PART.format(name, part), table.filter_by_name[part]) for part in entry.either) if entry.either else ((name, entry),)
        for key, part in parts:
            bound[key] = part.operator.bind(dialect, value) if part.operator.valued else value
            if bound[key] is IMPOSSIBLE:
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
    return [part.desc() if descending is not backward else part.asc() for part, descending in directions(table, shape.orders)]


def directions(table: Table, orders: Orders) -> list[tuple[Any, bool]]:
    """The columns that the rows are sorted by, and whether each is descending. The id is last, as tie-breaker."""
    found = [(table.sort_by_name[name].column, descending) for name, descending in orders]
    if found and found[-1][0] is table.id:
        return found
    return [*found, *((column, False) for column in table.ties or (table.id,))]


def _filtered(dialect: Dialect, table: Table, shape: QueryShape, columns: list[Any]) -> ModelSelect:
    if table.within is not None:
        return _filtered_within(dialect, table, table.within, shape, columns)
    newest = [entry.column for entry in _entries(table, shape) if entry.operator is NEWEST]
    conditions = _matching(dialect, table, shape._replace(many=frozenset()) if newest else shape)
    for column in newest:
        conditions = _newest(table, shape, column, conditions)
    return _where(table.model.select(*columns), [*conditions, *_behind(dialect, table, shape)])


def _filtered_within(dialect: Dialect, table: Table, within: Within, shape: QueryShape, columns: list[Any]) -> ModelSelect:
    """The same for a table that has the filters of another one too."""
    names = frozenset(shape.filters & within.table.filter_by_name.keys())
    own, query = shape._replace(filters=shape.filters - names), table.model.select(*columns)
    conditions = [*_matching(dialect, table, own), *_behind(dialect, table, own)]
    keys = _filtered(dialect, within.table, QueryShape(names, many=shape.many), [within.remote]).join(within.through, on=within.on)
    if within.numbers is not None:
        return _where(counted(query, within, within.numbers, keys), conditions)
    if names:
        is_first = is_read_first(within.table, names, few=_matches_few(table, own), stops=shape.paged and not shape.orders)
        row = Expression(within.remote, "=", within.local)
        conditions.append(dialect.among(within.local, keys) if is_first else is_there(keys.where(row)))
    return _where(query, conditions)


def _matches_few(table: Table, shape: QueryShape) -> bool:
    """Whether a filter of a shape is known to match few rows."""
    return any(entry.counted is not None and entry.name not in shape.many for entry in _entries(table, shape))


def _matching(dialect: Dialect, table: Table, shape: QueryShape) -> list[Any]:
    """The conditions of the filters and of the OR groups."""
    conditions = _conditions(dialect, table, shape.filters, shape.many, and_)
    for number, group in enumerate(shape.groups):
        if alternatives := _conditions(dialect, table, group, shape.many, or_, partial(OF_GROUP.format, number)):
            conditions.append(reduce(or_, alternatives))
    return conditions


def _entries(table: Table, shape: QueryShape) -> list[Filter]:
    """The filters of a shape, also those of its OR groups."""
    return [table.filter_by_name[name] for names in (shape.filters, *shape.groups) for name in names]


def _where(query: ModelSelect, conditions: Collection[Any]) -> ModelSelect:
    return query.where(*conditions) if conditions else query


def _newest(table: Table, shape: QueryShape, newest: Newest, conditions: Collection[Any]) -> list[Any]:
    """The conditions that a row is the newest of its kind among the rows that meet these conditions.

    If the conditions are the same for all rows of a kind, that is the newest of all its rows.
    """
    columns = [entry.column for entry in _entries(table, shape) if entry.operator is not NEWEST]
    if all(any(column is other for other in newest.of) for column in columns):
        return [*conditions, Expression(newest.flag, "=", SQL("true"))]
    place = fn.row_number().over(partition_by=newest.of, order_by=[newest.number.desc()]).alias("place")
    matching = _where(table.model.select(table.id.alias("id"), place), conditions)
    return [table.id.in_(Select([matching.alias("matching")], [SQL('"matching"."id"')]).where(SQL('"matching"."place" = 1')))]


def _behind(dialect: Dialect, table: Table, shape: QueryShape) -> list[Any]:
    """The conditions on the first sort keys, each compared with that of the position."""
    keys = zip(directions(table, shape.orders), shape.behind, strict=False)
    return [
        operator.condition(dialect, column, placeholder(OF_POSITION.format(number))) for number, ((column, _), operator) in enumerate(keys)
    ]


def _conditions(
    dialect: Dialect,
    table: Table,
    names: Collection[str],
    many: Collection[str],
    join: Callable[[Any, Any], Any],
    prefixed: Callable[[str], str] = str,
) -> list[Any]:
    """The conditions of these filters, one for each model that they restrict. Those of a model are joined."""
    conditions: dict[type[Model], list[Any]] = defaultdict(list)
    for entry in table.filter_by_name.values():
        if entry.name in names and entry.widens is None:
            found = _condition(dialect, table, entry, names, many, prefixed)
            conditions[_model(table, entry)] += [] if found is None else [found]
    return [_restricted(table, model, reduce(join, found)) for model, found in conditions.items() if found]


def _model(table: Table, entry: Filter) -> type[Model]:
    model = getattr(entry.column, "model", table.model)
    return model if model in table.relation_by_model else table.model


def _restricted(table: Table, model: type[Model], condition: Any) -> Any:
    """A condition on the table's own model unchanged, one on another model as a semi-join."""
    if model is table.model:
        return condition
    relation = table.relation_by_model[model]
    return relation.local.in_(model.select(relation.remote).where(condition))


def _condition(
    dialect: Dialect, table: Table, entry: Filter, names: Collection[str], many: Collection[str], prefixed: Callable[[str], str]
) -> Any:
    """The condition of a filter, with those that widen it or that it consists of."""
    parts = [(OF_PART.format(entry.name, name), table.filter_by_name[name]) for name in entry.either] or [(entry.name, entry)]
    parts += [(other.name, other) for other in table.filters if other.widens == entry.name and other.name in names]
    return reduce(
        or_, [part.operator.when(many=prefixed(name) in many)(dialect, part.column, placeholder(prefixed(name))) for name, part in parts]
    )


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
