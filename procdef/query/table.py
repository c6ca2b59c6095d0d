"""The rows that make up a query: filters, sorts, fields, and the table that holds them together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from marshmallow import fields as marshmallow_fields
from peewee import Model

from procdef.query.operators import Operator

Column = Any
"""A column or an SQL expression over columns, in Peewee's terms, which brings no types of its own."""


JSON_MEMBER: Column = object()
"""The column of the fields that stand in their table's `json_members` members."""


@dataclass(frozen=True, slots=True)
class FieldType:
    """How a field is written: its JSON schema, and the names of the dialect's functions that turn a column into it.

    `cast` is called with the dialect and the column and returns an SQL expression whose value the dialect's JSON functions write, or
    whose value is JSON already, and never null (`is_json`).
    """

    schema: Mapping[str, Any]
    cast: Callable[[Any, Column], Column]
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
    """One member of an answer: its name there, where it comes from, how it is written, and what it means."""

    name: str
    column: Column
    kind: FieldType
    help: str


@dataclass(frozen=True, slots=True)
class Filter:
    """One query parameter that restricts the answer.

    `type` reads the parameter's text and gives None where it counts as not given. `match` and `miss` are values that find something and
    nothing in the world of the contract tests. `alias_of` names the filter that is meant by this second name and that wins where both are
    given. `deprecated` is an old name. A filter that is in effect makes those that it `overrides` have none. One that `widens` another
    adds its condition to the other's with OR, and has no effect alone. For one that is `partial` an index has the rows that meet it and no
    others, in each order; `kept_in` names the one that also has their table's `json`, in the order of ids, where a database can have such.
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
    partial: bool = False
    kept_in: str | None = None


@dataclass(frozen=True, slots=True)
class Sort:
    """One value of `sortBy` and the column that it orders by; equals are ordered by id ascending."""

    name: str
    column: Column


@dataclass(frozen=True, slots=True)
class Relation:
    """How conditions on another model restrict the one that is queried: `local IN (SELECT remote FROM model WHERE conditions)`."""

    model: type[Model]
    local: Column
    remote: Column


@dataclass(frozen=True, slots=True)
class Rule:
    """A use of parameters that is refused: `breaks` gets the values by name; `error` is the row of the surface's error table."""

    breaks: Callable[[Mapping[str, Any]], bool]
    error: Any
    message: str


@dataclass(frozen=True, eq=False)
class Table:
    """Everything that can be asked about one model: what is answered, by what it is filtered and sorted, and which rules hold.

    The rules on single values are checked before the order that is asked for, those on combinations after it. `inlined` is an expression
    for members that are JSON text already, without braces around them; each of them has a field too, whose column is `INLINED`. Where there
    are such, fields whose values are JSON stand beside them, as text: so they are not read and written again. The rows of a `costly` table
    cost so much to make that those before a page are better passed over in an index, however few they are. `json` is a column that the
    database keeps and that has all fields of a row as the text of a JSON object. `excludes` tells of
    values that they exclude each other: the answer is empty, whatever page is asked for.
    """

    model: type[Model]
    id: Column
    fields: tuple[Field, ...]
    filters: tuple[Filter, ...]
    sorts: tuple[Sort, ...]
    relations: tuple[Relation, ...] = ()
    value_rules: tuple[Rule, ...] = ()
    combination_rules: tuple[Rule, ...] = ()
    json_members: Column = None
    costly: bool = False
    json: Column = None
    excludes: Callable[[Mapping[str, Any]], bool] = lambda _values: False

    @cached_property
    def columns(self) -> tuple[Field, ...]:
        """The fields that are columns of a statement of their own."""
        return tuple(row for row in self.fields if row.column is not JSON_MEMBER)

    @cached_property
    def filter_by_name(self) -> dict[str, Filter]:
        """The filters by the name of their parameter."""
        return {row.name: row for row in self.filters}

    @cached_property
    def sort_by_name(self) -> dict[str, Sort]:
        """The sorts by the value of `sortBy`."""
        return {row.name: row for row in self.sorts}

    @cached_property
    def relation_by_model(self) -> dict[type[Model], Relation]:
        """The ways to the other models that filters of this table speak of."""
        return {row.model: row for row in self.relations}
