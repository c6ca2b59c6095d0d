"""A client's query as a statement needs it: its shape, which decides the statement, and the values of the placeholders."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from peewee import Value

from procdef.query.dialects.base import Dialect
from procdef.query.operators import IMPOSSIBLE, NO_EFFECT, Operator
from procdef.query.table import Filter, Table

LIMIT, OFFSET, LAST = "limit", "offset", "last"
"""The placeholders of a page, and that of the offset of its last row."""
OF_GROUP, OF_PART, OF_POSITION, OF_VALUES = "{}/{}", "{}|{}", "position {}", "values of {}"
"""The names of the placeholders of an OR group's filter, of a filter's part, of a sort key of a position, and of a pattern's values."""
UNLIMITED = 2**31 - 1
Orders = tuple[tuple[str, bool], ...]
"""The names of sorts, the most important one first, each with whether it is descending."""
ORDER, WALK = "order", "walk"
"""Stand among the conditions whose indexes are avoided: for the order, and for walking the rows of a table that is within another one."""


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
    its rows in the order of the list too. `behind` is how the first sort keys compare with those of a position. Conditions are `listed`
    if their values were looked up, and `sought` if the statement looks them up. The indexes of the `avoided` conditions are not used, and
    that of the order is not if ORDER is among them; with WALK the other table is read first. The list begins at the first row of a value
    of the `starting` conditions, whose values were looked up too.
    """

    filters: frozenset[str]
    orders: Orders = ()
    paged: bool = False
    with_offset: bool = False
    backward: bool = False
    groups: tuple[frozenset[str], ...] = ()
    behind: tuple[Operator, ...] = ()
    listed: frozenset[str] = frozenset()
    sought: frozenset[str] = frozenset()
    avoided: frozenset[str] = frozenset()
    starting: frozenset[str] = frozenset()


class Bound(NamedTuple):
    """The filters and OR groups in effect, by name, and the values of their placeholders. The sets are those of a QueryShape."""

    filters: frozenset[str]
    groups: tuple[frozenset[str], ...]
    values: Mapping[str, Any]
    listed: frozenset[str] = frozenset()
    sought: frozenset[str] = frozenset()
    avoided: frozenset[str] = frozenset()
    starting: frozenset[str] = frozenset()

    @property
    def shape(self) -> QueryShape:
        """The shape of a statement that counts."""
        return QueryShape(
            self.filters,
            groups=self.groups,
            listed=self.listed,
            sought=self.sought,
            avoided=self.avoided,
            starting=self.starting,
        )


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
    entries = [table.condition_by_name[name] for name in group]
    return {entry.name: group[entry.name] for entry in entries if entry.operator is not NO_EFFECT and entry.widens in (None, *group)}


def _possible(table: Table, dialect: Dialect, group: Mapping[str, Any]) -> Mapping[str, Any]:
    """The filters of an OR group that a row can match."""
    return {name: value for name, value in group.items() if _parameters(table, dialect, {name: value}) is not None}


def _parameters(table: Table, dialect: Dialect, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The values of the placeholders of these filters; None if no row can match one of them."""
    bound: dict[str, Any] = {}
    for name, value in values.items():
        for key, part in _parts(table, table.condition_by_name[name]):
            bound[key] = part.operator.bind(dialect, value) if part.operator.valued else value
            if bound[key] is IMPOSSIBLE:
                return None
    return bound


def _parts(table: Table, entry: Filter) -> list[tuple[str, Filter]]:
    """The filters that compare the value of a filter, each with the name of its placeholder."""
    return [(OF_PART.format(entry.name, name), table.condition_by_name[name]) for name in entry.either] or [(entry.name, entry)]


def conditions_of(table: Table, entry: Filter, names: Collection[str]) -> list[tuple[str, Filter]]:
    """The filters of whose conditions one must be met, each with the name of its placeholder: parts of a filter, and those that widen it.

    `names` are the filters in effect.
    """
    widening = [other for other in table.condition_by_name.values() if other.widens == entry.name and other.name in names]
    return _parts(table, entry) + [(other.name, other) for other in widening]
