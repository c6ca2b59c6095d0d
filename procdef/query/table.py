"""The declarations of a table: its filters, sorts, fields and rules, and the table itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from marshmallow import fields as marshmallow_fields
from peewee import Expression, Model

from procdef.query.counted import Column, Dictionary
from procdef.query.operators import ANY_OF, ANY_OF_MANY, IS_NOT_NULL, IS_NULL, NONE_OF, STARTS_WITH, Operator

REPEATED = "{}#{}"
"""The name of a further value of a filter that has a list of values."""
JSON_MEMBER: Column = object()
"""The column of a field that is one of its table's `json_members`."""


@dataclass(frozen=True, slots=True)
class FieldType:
    """How the value of a field is written: its JSON schema, and the SQL that makes it from a column.

    `to_sql` is called with the dialect and the column. It returns an expression, whose value the database writes as JSON. With `is_json`
    the value is JSON already, and never null.
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
    """One member of the answers: its name, its column, its type, and what it means."""

    name: str
    column: Column
    type: FieldType
    help: str


@dataclass(frozen=True, slots=True)
class Filter:
    """One query parameter that restricts the rows.

    `type` reads the parameter's string, and gives None if it counts as not given. `match` and `miss` are values for the contract tests:
    one that finds rows and one that finds none. `alias_of` names the filter of which this is a second name; if both are given, the
    filter's own name counts. `deprecated` marks an old name. If a filter is in effect, those that it `overrides` are not. One that `widens`
    another adds its condition to the other's with OR, and has no effect alone. One of `either` compares its value as each of these does.
    One with `most` has a list of at most so many values, each of which is a condition of its own. `counted` makes the query of a number
    from the placeholder of the value: not more rows match. If it is `exact`, as many do.
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
    either: tuple[str, ...] = ()
    most: int = 1
    counted: Callable[[Any], Any] | None = None
    exact: bool = False

    def numbered(self) -> dict[str, Filter]:
        """The filter once for each value that a list of it may have, by names that differ."""
        names = [self.name, *(REPEATED.format(self.name, number) for number in range(2, self.most + 1))]
        return {name: self if name == self.name else replace(self, name=name, most=1) for name in names}

    def each(self, value: Any) -> dict[str, Any]:
        """The values of the conditions that a value means, by the names of `numbered`."""
        return {self.name: value} if self.most == 1 else dict(zip(self.numbered(), value, strict=False))


@dataclass(frozen=True, slots=True)
class Newest:
    """The column of a filter for the newest rows: those with the highest `number` among the rows that are equal in the columns `of`.

    `flag` is a column that is true for the newest of all rows that are equal in these columns.
    """

    of: tuple[Column, ...]
    number: Column
    flag: Column


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """A query that is joined to a table: it has one row, or none, for each row of the table. `on` is the condition of the join."""

    query: Any
    on: Any


@dataclass(frozen=True, slots=True)
class Sort:
    """One value of `sortBy` and the column of its sort key; the id, ascending, is the tie-breaker.

    The column has an index, alone or followed by the id. If it has none, the sort is `unindexed`: the database sorts all rows that match.
    That is acceptable only for a table that stays small, or an order that hardly any client uses. A column that is an expression has
    numbers, unless it is `text`.

    A sort key that is computed from other rows has two expressions. `column` is for all rows, and may need the query `beside` the table.
    `of_row` is for the few rows of a page.
    """

    name: str
    column: Column
    unindexed: bool = False
    of_row: Column = None
    beside: Beside | None = None
    text: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """How conditions on another model restrict a table, by a semi-join: `local IN (SELECT remote FROM model WHERE conditions)`.

    If it `is_of_few`, few rows are related to a row of the other model.
    """

    model: type[Model]
    local: Column
    remote: Column
    is_of_few: bool = False


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers over the rows of another model that belong to a row of a table: `of` of that model is `key` of the table.

    The numbers are in the columns `counted.name`, by name. A row that no row of the other model belongs to is left out.
    """

    of: Column
    key: Column
    columns: Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Within:
    """How the filters of another table restrict a table, by a semi-join: `local IN (SELECT remote FROM owner JOIN through ON on …)`.

    With `numbers` they restrict the rows that are counted, and so those of the table.
    """

    table: Table
    local: Column
    remote: Column
    through: type[Model]
    on: Column
    numbers: Numbers | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A combination of values that is refused, or that no row can match: `breaks` gets the values by name and decides.

    `error` is the entry of the surface's error table with which it is refused. None means that no row can match: the list is empty on every
    page, and the rules after this one are not checked. A rule on single values is checked `before_order`: before the parameters of the
    order.
    """

    breaks: Callable[[Mapping[str, Any]], bool]
    error: Any = None
    message: str = ""
    before_order: bool = False


SEEN, UNSEEN, OF_TENANTS, WITHOUT_TENANT = "(seen)", "(unseen)", "(tenants)", "(no tenant)"
WITH_KEY, WITHOUT_KEY = "(key)", "(no key)"
SEEN_PREFIXES = tuple(f"(seen prefix {number})" for number in range(1, 101))
"""The names of the filters that limit a table to what a caller may see. No parameter has these names."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Which rows a caller may see: those whose `key` is among the objects of a permission, and whose `tenant` is one of the caller's.

    `permission` says of which objects: the reader's caller knows what it means. `first` is a permission for all objects of another type,
    which also shows every row; if something is said of it, `permission` is not asked where something is revoked. `also` are further
    permissions that the caller needs, and `narrowed` those that are needed if a filter is in effect, by its name. Rows without a key are
    for those who have the permission `others` for all objects; without it they are for those who have `permission` for all.
    """

    permission: Any
    key: Column
    tenant: Column = None
    others: Any = None
    first: Any = None
    also: Sequence[Any] = ()
    narrowed: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The filters that have the caller's keys and tenants as values."""
        text, flag = marshmallow_fields.String(), marshmallow_fields.Boolean()
        values = marshmallow_fields.List(text)
        keys = (
            Filter(SEEN, ANY_OF_MANY, self.key, values, ""),
            *(Filter(name, STARTS_WITH, self.key, text, "", widens=SEEN) for name in SEEN_PREFIXES),
            Filter(UNSEEN, NONE_OF, self.key, values, ""),
            Filter(WITH_KEY, IS_NOT_NULL, self.key, flag, ""),
            Filter(WITHOUT_KEY, IS_NULL, self.key, flag, "", widens=SEEN),
        )
        if self.tenant is None:
            return keys
        without = Filter(WITHOUT_TENANT, IS_NULL, self.tenant, flag, "", widens=OF_TENANTS)
        return (*keys, Filter(OF_TENANTS, ANY_OF, self.tenant, values, ""), without)


@dataclass(frozen=True, eq=False)
class Table:
    """Everything that a surface can read of one model: its fields, filters, sorts and rules.

    `stored_json` is a column with the fields of a row as the text of a JSON object, without those that are `unstored`. `json_members` is an
    expression for members that are stored as JSON text, without the braces; each also has a field with the column JSON_MEMBER. The rules
    are checked in their order. The index of each order also has the columns that are `covered`: a filter by them needs no row. `ties` are
    the columns that are together the key of a row, if the id alone is not. `seen` limits the table to what a caller may see. `within` is a
    table whose filters it has too. The queries `beside` the table are joined in every list; such a table is for whole lists, not for pages.
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
    unstored: tuple[Field, ...] = ()
    beside: tuple[Beside, ...] = ()
    ties: tuple[Column, ...] = ()
    within: Within | None = None
    covered: tuple[Column, ...] = ()
    dictionary: Dictionary | None = None
    seen: Seen | None = None

    def effective(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values that are in effect, each under the first name of its filter.

        Without values that count as not given, values of filters that are in effect only if true, and filters that another one overrides.
        """
        entries = self.filter_by_name
        by_name: dict[str, Any] = {}
        for name, value in sorted(values.items(), key=lambda item: entries[item[0]].alias_of is not None):
            by_name.setdefault(entries[name].alias_of or name, value)
        given = {name: value for name, value in by_name.items() if value is not None and (entries[name].operator.valued or value is True)}
        overridden = {other for name in given for other in entries[name].overrides}
        in_effect = [entries[name].each(value) for name, value in given.items() if name not in overridden]
        return {name: value for each in in_effect for name, value in each.items()}

    @cached_property
    def known_dictionary(self) -> Dictionary:
        """The dictionary. Raises LookupError if the table has none."""
        if self.dictionary is None:
            raise LookupError(self.model)
        return self.dictionary

    @cached_property
    def dictionary_of_flag(self) -> Dictionary | None:
        """The dictionary, or that of the table which it is within."""
        return self.dictionary if self.dictionary is not None or self.within is None else self.within.table.dictionary

    def is_covered(self, column: Column) -> bool:
        """Whether the indexes of the orders have the column that a filter compares, or that by which its model is related."""
        compared = column.lhs if isinstance(column, Expression) else column
        related = [relation.local for relation in self.relations if relation.model is getattr(compared, "model", None)]
        (needed,) = related or [compared]
        return needed is None or any(needed is one for one in (self.id, *self.covered))

    @cached_property
    def columns(self) -> tuple[Field, ...]:
        """The fields that have a column of their own."""
        return tuple(field for field in self.fields if field.column is not JSON_MEMBER)

    @cached_property
    def counted(self) -> frozenset[str]:
        """The names of the filters of which a number of rows is stored."""
        return frozenset(name for name, entry in self.filter_by_name.items() if entry.counted is not None)

    @cached_property
    def filter_by_name(self) -> dict[str, Filter]:
        """The filters by the name of their parameter; those with a list of values have further names."""
        return {name: numbered for entry in self.filters for name, numbered in entry.numbered().items()}

    @cached_property
    def condition_by_name(self) -> dict[str, Filter]:
        """The filters of `filter_by_name`, and those that limit the table to what a caller may see: no client gives these."""
        limiting = () if self.limited is None else self.limited.filters
        return {**self.filter_by_name, **{entry.name: entry for entry in limiting}}

    @cached_property
    def limited(self) -> Seen | None:
        """Which rows a caller may see; of a table that is within another one, those of the rows that it may see there."""
        return self.within.table.limited if self.within is not None else self.seen

    @cached_property
    def sort_by_name(self) -> dict[str, Sort]:
        """The sorts by the value of `sortBy`."""
        return {entry.name: entry for entry in self.sorts}

    @cached_property
    def relation_by_model(self) -> dict[type[Model], Relation]:
        """The relations to the other models that filters of this table restrict."""
        return {relation.model: relation for relation in self.relations}
