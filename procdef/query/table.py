"""The entries of a table: filters, sorts, fields, rules, and the table that holds them together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from marshmallow import fields as marshmallow_fields
from peewee import Model

from procdef.query.operators import Operator

Column = Any
"""A column, or an SQL expression over columns, of Peewee, which has no types of its own."""

JSON_MEMBER: Column = object()
"""The column of a field that stands among its table's `json_members`."""


@dataclass(frozen=True, slots=True)
class FieldType:
    """How a field is written: its JSON schema, and the SQL that turns a column into its value.

    `to_sql` is called with the dialect and the column. It returns an expression whose value the database writes as JSON or, with
    `is_json`, whose value is JSON already and never null.
    """

    schema: Mapping[str, Any]
    to_sql: Callable[[Any, Column], Column]
    is_json: bool = False


TEXT = FieldType({"type": ["string", "null"]}, lambda _dialect, column: column)
REQUIRED_TEXT = FieldType({"type": "string"}, lambda _dialect, column: column)
INTEGER = FieldType({"type": "integer", "format": "int32"}, lambda _dialect, column: column)
OPTIONAL_INTEGER = FieldType({"type": ["integer", "null"], "format": "int32"}, lambda _dialect, column: column)
BOOLEAN = FieldType({"type": "boolean"}, lambda dialect, column: dialect.boolean(column), is_json=True)
NO_ITEMS = FieldType({"type": "array", "maxItems": 0}, lambda dialect, _column: dialect.no_items, is_json=True)
MOMENT = {"description": "yyyy-MM-dd'T'HH:mm:ss.SSSZ, in UTC", "examples": ["2026-11-23T21:15:50.937+0000"]}
TIMESTAMP = FieldType({"type": "string", **MOMENT}, lambda dialect, column: dialect.timestamp(column))
OPTIONAL_TIMESTAMP = FieldType({"type": ["string", "null"], **MOMENT}, lambda dialect, column: dialect.timestamp(column))


@dataclass(frozen=True, slots=True)
class Field:
    """One member of the response: its name, the column that it comes from, its type, and what it means."""

    name: str
    column: Column
    type: FieldType
    help: str


@dataclass(frozen=True, slots=True)
class Filter:
    """One query parameter that restricts the rows.

    `type` reads the parameter's string and gives None where it counts as not given. `match` and `miss` are values that find something and
    nothing in the world of the contract tests. `alias_of` names the filter of which this is a second name; where both are given, the
    filter's own name counts. `deprecated` is an old name. A filter in effect takes the effect from those that it `overrides`. One that
    `widens` another adds its condition to the other's with OR, and has no effect alone.
    """

    name: str
    operator: Operator
    column: Column
    type: marshmallow_fields.Field[Any]
    help: str
    match: str = ""
    miss: str = ""
    alias_of: str | None = None
    deprecated: bool = False
    overrides: tuple[str, ...] = ()
    widens: str | None = None


@dataclass(frozen=True, slots=True)
class Sort:
    """One value of `sortBy` and the column that it orders by; equals are ordered by id ascending.

    The column has an index, alone or followed by the id. One that has none is `unindexed`: the database sorts all rows that match, which
    is right only for a table that stays small or an order that is hardly ever asked for.
    """

    name: str
    column: Column
    unindexed: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """How conditions on another model restrict the one that is queried: `local IN (SELECT remote FROM model WHERE conditions)`."""

    model: type[Model]
    local: Column
    remote: Column


@dataclass(frozen=True, slots=True)
class Rule:
    """A combination of values that is special: `breaks` gets the values by name.

    `error` is the row of the surface's error table that refuses it. None refuses nothing: no row can match, so the list is empty whatever
    page is asked for, and the rules after this one are not looked at. A rule on single values is checked `before_order`, that is before
    the parameters of the order.
    """

    breaks: Callable[[Mapping[str, Any]], bool]
    error: Any = None
    message: str = ""
    before_order: bool = False


@dataclass(frozen=True, eq=False)
class Table:
    """Everything that can be asked about one model: which fields it has, by what it is filtered and sorted, and which rules hold.

    `stored_json` is a column that has all fields of a row as the text of a JSON object. `json_members` is an expression for members that
    are stored as JSON text, without braces around them; each of them has a field too, whose column is JSON_MEMBER. The rules are checked
    in their order.
    """

    model: type[Model]
    id: Column
    fields: tuple[Field, ...]
    filters: tuple[Filter, ...]
    sorts: tuple[Sort, ...]
    relations: tuple[Relation, ...] = ()
    rules: tuple[Rule, ...] = ()
    json_members: Column = None
    stored_json: Column = None

    def effective(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values that count, each under the first name of its filter.

        Left out is what counts as not given, what has a meaning only where it is true and is not, and what another filter overrides.
        """
        entries = self.filter_by_name
        by_name: dict[str, Any] = {}
        for name, value in sorted(values.items(), key=lambda item: entries[item[0]].alias_of is not None):
            by_name.setdefault(entries[name].alias_of or name, value)
        given = {name: value for name, value in by_name.items() if value is not None and (entries[name].operator.valued or value is True)}
        overridden = {other for name in given for other in entries[name].overrides}
        return {name: value for name, value in given.items() if name not in overridden}

    @cached_property
    def columns(self) -> tuple[Field, ...]:
        """The fields that have a column of their own."""
        return tuple(field for field in self.fields if field.column is not JSON_MEMBER)

    @cached_property
    def filter_by_name(self) -> dict[str, Filter]:
        """The filters by the name of their parameter."""
        return {entry.name: entry for entry in self.filters}

    @cached_property
    def sort_by_name(self) -> dict[str, Sort]:
        """The sorts by the value of `sortBy`."""
        return {entry.name: entry for entry in self.sorts}

    @cached_property
    def relation_by_model(self) -> dict[type[Model], Relation]:
        """The relations to the other models that filters of this table restrict."""
        return {relation.model: relation for relation in self.relations}
