"""From a table and the shape of a request to one statement; from the request's values to what is bound in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from peewee import SQL, Expression, IntegerField, Model, ModelSelect, NodeList, Select, Value, fn
from peewee import Field as ModelField

from procdef.query.dialects import Dialect
from procdef.query.operators import IMPOSSIBLE
from procdef.query.table import Field, Filter, Table

LIMIT, OFFSET = "limit", "offset"
WRITTEN, PLACE = "written already", ("place in the order", "place among equals")
"""The names of the column that has JSON already and of those that a row is placed by, which no field or filter can have."""
UNLIMITED = 2**31 - 1
FETCHED, FOUND, BEGUN = "fetched", "found", "begun"
"""How rows are come by.

They are fetched as they stand in their order. Or they are first found, which an index can do alone, and then fetched: so those that are
passed over are never fetched. Or only the first one is found, and from its id on they are fetched as they stand, or read in an index that
has all of them: that is less work, but the order has to be that of ids, and an index must have no other rows.
"""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """The place of a value in a statement, by the name of its parameter."""

    name: str


def placeholder(name: str) -> Value:
    """A slot as a part of an expression."""
    return Value(Placeholder(name), converter=False)


class QueryShape(NamedTuple):
    """What of a request decides its statement: the filters in effect, the order, whether a page is asked for, and the way to its rows.

    Of one that is `started` the offset counts from the row whose place is in the slots PLACE.
    """

    filters: frozenset[str]
    sort: str | None = None
    descending: bool = False
    paged: bool = False
    way: str = FETCHED
    started: bool = False


def without_aliases(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values under the first names of their filters; where both names are given, the first name's value counts."""
    rows = table.filter_by_name
    resolved = {name: value for name, value in values.items() if rows[name].alias_of is None}
    for name, value in values.items():
        if (first := rows[name].alias_of) is not None:
            resolved.setdefault(first, value)
    return resolved


def in_effect(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that take part: without what is not given, not true where only true means something, or overridden."""
    rows = table.filter_by_name
    given = {name: value for name, value in values.items() if value is not None and (rows[name].operator.valued or value is True)}
    overridden = {other for name in given for other in rows[name].overrides}
    return {name: value for name, value in given.items() if name not in overridden}


def bind(table: Table, dialect: Dialect, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The values as they are bound, by parameter; None where one of them is such that no row can match."""
    bound = {}
    for name, value in values.items():
        operator = table.filter_by_name[name].operator
        bound[name] = operator.bind(dialect, value) if operator.valued else value
        if bound[name] is IMPOSSIBLE:
            return None
    return bound


def rows(table: Table, dialect: Dialect, shape: QueryShape) -> Select:
    """The statement that answers with the rows of a shape as the text of a JSON array, in one row of one column."""
    order = _places(table, shape)
    places = [column.alias(name) for column, name in zip(_placing(table, shape.sort), PLACE, strict=False)]
    if not is_written(table):
        names = {field.name: field.kind.is_json for field in table.columns}
        return dialect.json_array(names, _selected(table, dialect, shape, [*_columns(dialect, table.columns), *places]), order)
    columns, written = _written(table, dialect)
    return _joined(_selected(table, dialect, shape, [*columns, *places]), written, order)


def page(table: Table, dialect: Dialect, shape: QueryShape) -> Select:
    """The statement of `rows`, which answers too how many they are."""
    return rows(table, dialect, shape).select_extend(fn.count(SQL("*")))


def placed(table: Table, dialect: Dialect, shape: QueryShape) -> Select:
    """The statement of `page` of a shape that is placed, which answers too what place the first row has, nulls where there is none."""
    order = _places(table, shape)
    return page(table, dialect, shape).select_extend(*(dialect.first(place, order) for place in order))


def is_written(table: Table) -> bool:
    """Whether rows have JSON already, as a whole or in part."""
    return table.json is not None or table.json_members is not None


def is_placed(table: Table, sort: str | None, *, descending: bool) -> bool:
    """Whether rows that are sorted so are told apart by what they are placed by: in ascending order, and without nulls."""
    return not descending and all(isinstance(column, ModelField) and not column.null for column in _placing(table, sort))


def count(table: Table, dialect: Dialect, shape: QueryShape) -> ModelSelect:
    """The statement that counts the rows of a shape."""
    return _filtered(table, dialect, shape, [fn.count(SQL("*"))])


def _joined(rows: Select, written: Any, order: Sequence[Any]) -> Select:
    """The statement that answers with the text of a JSON array, from what writes each row "t" as one of its items."""
    items = fn.string_agg(written, SQL("','")).order_by(*order)
    return Select([rows.alias("t")], [NodeList((SQL("'[' ||"), fn.coalesce(items, SQL("''")), SQL("|| ']'")))])


def _columns(dialect: Dialect, fields: Iterable[Field]) -> list[Any]:
    return [field.kind.cast(dialect, field.column).alias(field.name) for field in fields]


def _inlined(table: Table, dialect: Dialect) -> Any:
    """The members that are JSON text: the table's own, and the fields whose values are."""
    texts = [field for field in table.columns if field.kind.is_json]
    form = ",".join(["%s", *(f'"{field.name}":%s' for field in texts)])
    return fn.format(form, table.json_members, *(field.kind.cast(dialect, field.column).cast("text") for field in texts))


def _written(table: Table, dialect: Dialect) -> tuple[list[Any], Any]:
    """The columns of rows that have JSON already, and what writes each of these rows."""
    if table.json is not None:
        return [table.json.alias(WRITTEN)], SQL(f'"t"."{WRITTEN}"')
    others = [field for field in table.columns if not field.kind.is_json]
    columns = [*_columns(dialect, others), _inlined(table, dialect).alias(WRITTEN)]
    return columns, dialect.json_object([field.name for field in others], WRITTEN)


def _selected(table: Table, dialect: Dialect, shape: QueryShape, columns: list[Any]) -> Select:
    return _WAYS[shape.way](table, dialect, shape, columns)


def _fetched(table: Table, dialect: Dialect, shape: QueryShape, columns: list[Any]) -> ModelSelect:
    return _page(dialect, _started(table, dialect, shape, columns).order_by(*_order(table, shape)), shape)


def _found(table: Table, dialect: Dialect, shape: QueryShape, columns: list[Any]) -> Select:
    return dialect.found(table.id, _order(table, shape), columns, lambda address: _fetched(table, dialect, shape, [address]))


def _begun(table: Table, dialect: Dialect, shape: QueryShape, columns: list[Any]) -> ModelSelect:
    rows = dialect.along(_filtered(table, dialect, shape, columns).order_by(table.id.asc()), kept_in(table, shape.filters))
    if not shape.paged:
        return rows
    first = _started(table, dialect, shape, [table.id]).order_by(table.id.asc()).limit(SQL("1")).offset(dialect.page(placeholder(OFFSET)))
    return rows.where(table.id >= first).limit(dialect.page(placeholder(LIMIT)))


_WAYS = {FETCHED: _fetched, FOUND: _found, BEGUN: _begun}


def _started(table: Table, dialect: Dialect, shape: QueryShape, columns: list[Any]) -> ModelSelect:
    rows = _filtered(table, dialect, shape, columns)
    if not shape.started:
        return rows
    placing = _placing(table, shape.sort)
    kinds = ["bigint" if isinstance(column, IntegerField) else "text" for column in placing]
    start = [dialect.page(placeholder(name), kind) for name, kind in zip(PLACE, kinds, strict=False)]
    return rows.where(Expression(_row(placing), ">=", _row(start)))


def _filtered(table: Table, dialect: Dialect, shape: QueryShape, columns: list[Any]) -> ModelSelect:
    conditions = defaultdict(list)
    for row in table.filters:
        if row.name in shape.filters and row.widens is None:
            conditions[_model(table, row)].append(_condition(table, dialect, row, shape))
    query = table.model.select(*columns)
    for model, found in conditions.items():
        if parts := [part for part in found if part is not None]:
            query = query.where(*_restricted(table, model, parts))
    return query


def _model(table: Table, row: Filter) -> type[Model]:
    model = getattr(row.column, "model", table.model)
    return model if model in table.relation_by_model else table.model


def _restricted(table: Table, model: type[Model], conditions: list[Any]) -> list[Any]:
    if model is table.model:
        return conditions
    through = table.relation_by_model[model]
    return [through.local.in_(model.select(through.remote).where(*conditions))]


def _condition(table: Table, dialect: Dialect, row: Filter, shape: QueryShape) -> Any:
    widening = [other for other in table.filters if other.widens == row.name and other.name in shape.filters]
    return reduce(or_, [part.operator.condition(dialect, part.column, placeholder(part.name)) for part in (row, *widening)])


def _order(table: Table, shape: QueryShape) -> list[Any]:
    main, *others = _placing(table, shape.sort)
    return [main.desc() if shape.descending else main.asc(), *(column.asc() for column in others)]


def _places(table: Table, shape: QueryShape) -> list[Any]:
    """The same order for the rows "t" of a subquery: an aggregate takes them in any order, unless it is given one."""
    main, *others = [SQL(f'"t"."{name}"') for _, name in zip(_placing(table, shape.sort), PLACE, strict=False)]
    return [SQL(f"{main.sql} DESC") if shape.descending else main, *others]


def _placing(table: Table, sort: str | None) -> list[Any]:
    """The columns by which rows are placed in an order, the last one being the id."""
    column = table.id if sort is None else table.sort_by_name[sort].column
    return [column] if column is table.id else [column, table.id]


def _row(values: Sequence[Any]) -> Any:
    return values[0] if len(values) == 1 else NodeList(values, glue=", ", parens=True)


def kept_in(table: Table, filters: Iterable[str]) -> str | None:
    """The index that has the JSON of the rows that meet these filters, if all of them are partial."""
    return next((index for name in filters if (index := table.filter_by_name[name].kept_in) is not None), None)


def is_by_id(table: Table, sort: str | None, *, descending: bool) -> bool:
    """Whether rows that are sorted so are in the order of their ids."""
    return len(_placing(table, sort)) == 1 and not descending


def _page(dialect: Dialect, query: ModelSelect, shape: QueryShape) -> ModelSelect:
    if not shape.paged:
        return query
    limit, offset = (dialect.page(placeholder(name)) for name in (LIMIT, OFFSET))
    return query.limit(limit).offset(offset)
