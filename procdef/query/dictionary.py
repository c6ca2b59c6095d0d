"""The dictionary of a table in SQL: which of its values a filter matches, and how many rows they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from peewee import JOIN, SQL, Expression, Field, Join, ModelSelect, NodeList, Select, Value, fn
from peewee import Table as Source

from procdef.query.bound import UNLIMITED
from procdef.query.counted import Counted, Dictionary, Groups
from procdef.query.dialects.base import Dialect
from procdef.query.operators import GREATER, LESS
from procdef.query.table import Filter, Table

INCLUSIVE = {GREATER: ">=", LESS: "<="}
"""How the groups of a column are compared: a value that is greater may be in the same group."""
BEYOND = {GREATER: ">", LESS: "<"}
"""How the groups are compared whose values all are greater, or less."""
TEXTS = ("VARCHAR", "TEXT")


def matching(dialect: Dialect, dictionary: Dictionary, entry: Filter, value: Value) -> ModelSelect:
    """The values that a filter matches, of which there are rows."""
    counted = dictionary.entry(entry.column)
    of_column = _is_of(dictionary, counted)
    condition = _condition(dialect, dictionary, entry, counted, value)
    values: ModelSelect = dictionary.value.model.select(dictionary.value)
    return values.where(of_column, dictionary.rows > SQL("0"), condition)


def _is_of(dictionary: Dictionary, counted: Counted) -> Expression:
    return Expression(dictionary.name, "=", SQL(f"'{counted.column.column_name}'"))


def _condition(dialect: Dialect, dictionary: Dictionary, entry: Filter, counted: Counted, value: Value) -> Any:
    """The condition of a filter on the dictionary's value, which is a string. Columns of other types are only compared for equality."""
    if counted.groups is not None:
        return Expression(dictionary.value, INCLUSIVE[entry.operator], counted.groups.of(dialect, value))
    if isinstance(counted.column, Field) and counted.column.field_type in TEXTS:
        return entry.operator.condition(dialect, dictionary.value, value)
    condition = entry.operator.condition(dialect, entry.column, value)
    return Expression(dictionary.value, condition.op, _text(condition.rhs))


def every_value(table: Table, column: Any) -> ModelSelect | None:
    """All values of a column of texts, each with its number of rows, those of the most rows first; None if the dictionary has not all."""
    dictionary, is_text = table.dictionary, isinstance(column, Field) and column.field_type in TEXTS
    if dictionary is None or not is_text or dictionary.counted(column) is None:
        return None
    values: ModelSelect = dictionary.value.model.select(dictionary.value, dictionary.rows)
    found = values.where(_is_of(dictionary, dictionary.entry(column)), dictionary.rows > SQL("0"))
    return found.order_by(dictionary.rows.desc(), dictionary.value)


def number_in_range(dialect: Dialect, table: Table, entry: Filter, groups: Groups, value: Value) -> Any:
    """The number of rows of which a value is greater or less: the sum of the groups beyond that of the value, and a count in that group."""
    dictionary, own = table.known_dictionary, groups.of(dialect, value)
    of_column = _is_of(dictionary, dictionary.entry(entry.column))
    beyond = Expression(dictionary.value, BEYOND[entry.operator], own)
    total = dictionary.value.model.select(fn.coalesce(fn.sum(dictionary.rows), SQL("0"))).where(of_column, beyond)
    if entry.operator is GREATER:
        following = dictionary.value.model.select(fn.min(dictionary.value)).where(of_column, beyond)
        edge = Expression(entry.column, "<", groups.start(dialect, fn.coalesce(following, SQL(f"'{groups.last}'"))))
    else:
        edge = Expression(entry.column, ">=", groups.start(dialect, own))
    number = table.model.select(fn.count(SQL("*"))).where(entry.operator.condition(dialect, entry.column, value), edge)
    return NodeList((total, SQL("+"), number))


def _text(value: Any) -> NodeList:
    return NodeList((SQL("CAST("), value, SQL(" AS text)")), glue="")


def by_trigrams(dialect: Dialect, dictionary: Dictionary, entry: Filter, value: Value) -> Select:
    """The same values for a pattern with three ordinary characters in a row, found by an index of all three characters."""
    counts, trigrams = dictionary.value.model, Source(dictionary.trigrams).alias("trigrams")
    joined = Join(trigrams, counts, JOIN.CROSS, on=Expression(trigrams.c.rowid, "=", counts._meta.primary_key))
    matches = entry.operator.condition(dialect, getattr(trigrams.c, entry.column.column_name), value)
    return Select([joined], [dictionary.value]).where(matches, dictionary.rows > SQL("0"))


class Sought(NamedTuple):
    """A condition to look up: the filter, its placeholder, and whether the index of trigrams finds its values."""

    entry: Filter
    value: Value
    by_trigrams: bool = False


def rows_of(dialect: Dialect, table: Table, conditions: Sequence[Sought], most: int | None) -> Select:
    """The statement that looks up conditions. One row, with a column for each.

    The first two columns are the numbers of all rows, and of those where the flag is true. Each of the others is a JSON array: the number
    of values that match, their rows, and the values; with `most` no more values than that, and without it none.
    """
    return Select([], [*_totals(table), *(_found(dialect, table, one, most) for one in conditions)])


def _totals(table: Table) -> tuple[Any, Any]:
    """Without a dictionary there may be any number of rows, and the flag is that of the table which it is within."""
    counting = table.dictionary_of_flag
    if counting is None:
        return SQL(str(UNLIMITED)), SQL("0")
    flagged = fn.coalesce(_sum(counting, [counting.value << (SQL("'1'"), SQL("'true'"))]), SQL("0"))
    return SQL(str(UNLIMITED)) if table.dictionary is None else fn.coalesce(_sum(counting, []), SQL("0")), flagged


def _sum(dictionary: Dictionary, conditions: Sequence[Any]) -> ModelSelect:
    of_flag = Expression(dictionary.name, "=", SQL(f"'{dictionary.flag.column_name}'"))
    total: ModelSelect = dictionary.value.model.select(fn.sum(dictionary.rows))
    return total.where(of_flag, *conditions)


def _found(dialect: Dialect, table: Table, sought: Sought, most: int | None) -> Any:
    if sought.entry.counted is not None:
        return _stored(sought.entry.counted(sought.value))
    dictionary = table.known_dictionary
    find = by_trigrams if sought.by_trigrams else matching
    values = find(dialect, dictionary, sought.entry, sought.value).select_extend(dictionary.rows)
    if most is not None:
        values = values.limit(SQL(str(most)))
    column, rows = (SQL(f'"found"."{one.column_name}"') for one in (dictionary.value, dictionary.rows))
    parts = [fn.count(SQL("*")), SQL("','"), fn.coalesce(fn.sum(rows), SQL("0"))]
    if most is not None:
        parts += [SQL("',['"), fn.coalesce(fn.string_agg(dialect.quoted(column), SQL("','")), SQL("''")), SQL("']'")]
    text = NodeList((SQL("'[' ||"), NodeList(parts, glue=" || "), SQL("|| ']'")))
    return Select([values.alias("found")], [text])


def _stored(number: ModelSelect) -> NodeList:
    """The same for a filter of which a number is stored."""
    return NodeList((SQL("'[1,' ||"), fn.coalesce(number, SQL("0")), SQL("|| ']'")))
