"""The planner: what the dictionary says about a list query, before its statement is built. `procdef.query.ways` chooses where it begins.

The filters are looked up in the dictionary, or where else their numbers of rows are stored. One that matches no row makes the list empty.
One that matches every row is left out. A pattern that few values match becomes these values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

import orjson
from peewee import Select

from procdef.query import dictionary
from procdef.query.bound import OF_GROUP, OF_VALUES, Bound, Orders, conditions_of, placeholder
from procdef.query.dialects import Dialect
from procdef.query.dictionary import Sought
from procdef.query.operators import ANY_OF, EQUAL, IS_NULL, NEWEST, NO_EFFECT
from procdef.query.table import Filter, Table
from procdef.query.within import is_flagged

MAX_SHAPES = 2048
"""The most combinations of filters that are remembered. They have only names, so there are few."""
MOST_VALUES = 1500
"""The most values that a pattern becomes."""
NEAR = 200
"""Up to this row a page of what a frequent pattern matches is read without knowing how frequent it is."""
Condition = tuple[str, str]
"""The name of a placeholder, and that of the filter whose condition has it."""


class Matches(NamedTuple):
    """What a condition matches in the dictionary: the number of values, their rows, and the values if they are few enough.

    If not `complete`, there are more values than these.
    """

    number: int
    rows: int
    values: list[str] | None
    complete: bool = True


class Lookup(NamedTuple):
    """What the dictionary says about a query: the number of all rows, of those with the flag, and what each condition matches."""

    rows: int
    flagged: int
    matches: Mapping[str, Matches]
    revision: str | None


class Alternatives(NamedTuple):
    """A filter with those that widen it, or the OR group of this number: its conditions, of which one must be met."""

    conditions: tuple[Condition, ...]
    filter: str = ""
    group: int = -1

    @property
    def names(self) -> frozenset[str]:
        """The names of the placeholders."""
        return frozenset(name for name, _ in self.conditions)


class Page(NamedTuple):
    """What a list query needs: the number of rows up to the end of the page, in which order. None needs all: they are counted."""

    rows: int | None
    orders: Orders = ()


class Plan(NamedTuple):
    """How to ask for the rows or their number: the query, None if no row matches, and its orders.

    `number` is the number of rows on all pages if it is known, `expected` is a guess: UNLIMITED if all that match are read and sorted
    anyway, so that no end is nearer. They are of this revision.
    """

    bound: Bound | None
    number: int | None = None
    expected: int | None = None
    revision: str | None = None
    orders: Orders = ()


def all_alternatives(table: Table, bound: Bound) -> tuple[Alternatives, ...]:
    """The filters and OR groups of a query that have conditions of their own."""
    return _all_alternatives(table, bound.filters, bound.groups)


@lru_cache(MAX_SHAPES)
def _all_alternatives(table: Table, filters: frozenset[str], groups: tuple[frozenset[str], ...]) -> tuple[Alternatives, ...]:
    found = []
    for name in sorted(filters):
        entry = table.condition_by_name[name]
        if entry.widens is None and entry.operator not in (NO_EFFECT, NEWEST):
            found.append(Alternatives(tuple(_conditions(table, [name], filters, str)), name))
    for number, group in enumerate(groups):
        names = sorted(name for name in group if table.condition_by_name[name].widens is None)
        found.append(Alternatives(tuple(_conditions(table, names, group, partial(OF_GROUP.format, number))), group=number))
    return tuple(found)


def _conditions(table: Table, names: Collection[str], given: Collection[str], prefixed: Any) -> Iterator[Condition]:
    for name in names:
        for key, entry in conditions_of(table, table.condition_by_name[name], given):
            yield prefixed(key), entry.name


def to_look_up(table: Table, bound: Bound) -> tuple[Condition, ...]:
    """The conditions of which the dictionary or the filter has numbers; none if nothing can be gained by looking them up."""
    return _to_look_up(table, all_alternatives(table, bound))


@lru_cache(MAX_SHAPES)
def _to_look_up(table: Table, every: tuple[Alternatives, ...]) -> tuple[Condition, ...]:
    if table.dictionary is not None and any(is_few(table, each) for each in every):
        return ()
    return tuple(one for each in every for one in each.conditions if _is_counted(table, one))


def is_everything(table: Table, bound: Bound) -> bool:
    """Whether a query has no filters, so that the dictionary has its number of rows."""
    return table.dictionary is not None and not any(each.conditions for each in all_alternatives(table, bound))


def needs_totals(table: Table, bound: Bound, page: Page) -> bool:
    """Whether the numbers of all rows or of those with the flag matter, whatever the conditions match."""
    return (page.rows is None and is_everything(table, bound)) or is_flagged(table, bound.filters)


def is_few(table: Table, each: Alternatives) -> bool:
    """Whether a filter matches few rows, without a look: one on an id, on another table, or with exact values of a rare column."""
    entries = [table.condition_by_name[name] for _, name in each.conditions]
    return bool(each.filter) and len(entries) == 1 and not is_flag(table, each) and _has_few(table, entries[0])


def _has_few(table: Table, entry: Filter) -> bool:
    if entry.counted is not None:
        return False
    counted = table.known_dictionary.counted(entry.column)
    is_rare = counted is not None and counted.rare and not (entry.operator.searches or entry.operator.many)
    return counted is None or (counted.groups is not None and entry.operator is EQUAL) or is_rare


def _is_counted(table: Table, condition: Condition) -> bool:
    entry, counts = table.condition_by_name[condition[1]], table.dictionary
    if counts is None or entry.counted is not None:
        return entry.counted is not None
    return entry.column is not counts.flag and counts.counted(entry.column) is not None and not _has_few(table, entry)


def by_trigrams(table: Table, dialect: Dialect, bound: Bound, conditions: Iterable[Condition]) -> frozenset[str]:
    """The names of the placeholders of patterns whose values an index of trigrams finds."""
    patterns = (name for name, entry in conditions if table.condition_by_name[entry].operator.searches)
    return frozenset(name for name in patterns if dialect.has_trigram(bound.values[name]))


def lookup(dialect: Dialect, table: Table, conditions: tuple[Condition, ...], indexed: frozenset[str], most: int | None) -> Select:
    """The statement that looks up these conditions, of which some are `indexed` by trigrams."""
    sought = [Sought(table.condition_by_name[entry], placeholder(name), name in indexed) for name, entry in conditions]
    return dictionary.rows_of(dialect, table, sought, most)


def read(conditions: tuple[Condition, ...], row: tuple[Any, ...], most: int | None) -> Lookup:
    """What the row of that statement says. Its last column is the revision."""
    rows, flagged, *found, revision = row
    matches = {name: _matches(orjson.loads(text), most) for (name, _), text in zip(conditions, found, strict=True)}
    return Lookup(int(rows), int(flagged), matches, revision)


def _matches(found: list[Any], most: int | None) -> Matches:
    number, rows, *values = found
    return Matches(number, int(rows), values[0] if values else None, most is None or number < most)


def is_open(table: Table, conditions: Sequence[Condition], found: Lookup, page: Page) -> bool:
    """Whether it matters how many rows a pattern matches, and more values match than were looked up."""
    is_near = page.rows is not None and page.rows <= NEAR and len(conditions) == 1
    is_walked = is_near and table.is_covered(table.condition_by_name[conditions[0][1]].column)
    return not is_walked and not all(one.complete for one in found.matches.values())


def both(found: Lookup, numbers: Lookup) -> Lookup:
    """The values of one lookup where they are complete, and else the numbers of the other. They may be of two revisions."""
    matches = {name: one if one.complete else numbers.matches[name] for name, one in found.matches.items()}
    return Lookup(numbers.rows, numbers.flagged, matches, numbers.revision if numbers.revision == found.revision else None)


def narrowed(table: Table, dialect: Dialect, bound: Bound, found: Lookup) -> Bound | None:
    """The query without what matches every row, and with values instead of patterns; None if no row can match."""
    filters, groups, values, listed = set(bound.filters), list(bound.groups), dict(bound.values), set[str]()
    for each in all_alternatives(table, bound):
        rows = rows_of(each, found)
        if rows == 0:
            return None
        if _is_all(table, each, found):
            if each.filter:
                filters.discard(each.filter)
            else:
                groups[each.group] = frozenset()
    for name, matches in found.matches.items():
        if matches.values is not None and matches.complete and _is_search(table, bound, name):
            listed.add(name)
            values[OF_VALUES.format(name)] = dialect.bind_list(matches.values)
    return bound._replace(filters=frozenset(filters), groups=tuple(groups), values=values, listed=frozenset(listed))


def _is_search(table: Table, bound: Bound, name: str) -> bool:
    entry = next(entry for each in all_alternatives(table, bound) for key, entry in each.conditions if key == name)
    return table.condition_by_name[entry].operator.searches


def rows_of(each: Alternatives, found: Lookup) -> int | None:
    """How many rows match at most; None if that is not known."""
    known = [found.matches.get(name) for name in each.names]
    if not known or any(one is None or not one.complete for one in known):
        return None
    return min(found.rows, sum(one.rows for one in known if one))


def _is_all(table: Table, each: Alternatives, found: Lookup) -> bool:
    """Whether every row matches. Rows in a group of a range may not match."""
    numbers = [found.matches[name].rows for name, entry in each.conditions if name in found.matches and _is_exact(table, entry)]
    return bool(numbers) and max(numbers) == found.rows


def _is_exact(table: Table, name: str) -> bool:
    entry = table.condition_by_name[name]
    counted = table.dictionary.counted(entry.column) if table.dictionary else None
    return entry.exact or (counted is not None and counted.groups is None)


def number(table: Table, bound: Bound, found: Lookup) -> int | None:
    """The number of rows that match, if the dictionary says it: that of one filter, or of all rows."""
    remaining = [each for each in all_alternatives(table, bound) if each.conditions]
    if is_newest(table, bound):
        return None
    if not remaining:
        return found.rows
    (each, *others) = remaining
    return rows_of(each, found) if not others and _is_sum(table, each) else None


def _is_sum(table: Table, each: Alternatives) -> bool:
    """Whether the rows that match are the sum of the rows of each condition: there is one, or it is a list of values and null."""
    entries = [table.condition_by_name[name] for _, name in each.conditions]
    is_list = {entry.operator for entry in entries} == {ANY_OF, IS_NULL} and entries[0].column is entries[-1].column
    return (len(entries) == 1 or (is_list and len(entries) == 2)) and _is_exact(table, entries[0].name)


def is_newest(table: Table, bound: Bound) -> bool:
    """Whether all rows that match are compared with each other."""
    return any(table.condition_by_name[name].operator is NEWEST for name in bound.filters)


def is_flag(table: Table, each: Alternatives) -> bool:
    """Whether a condition is that the flag of the dictionary is true."""
    flag = table.dictionary.flag if table.dictionary else None
    return len(each.conditions) == 1 and table.condition_by_name[each.conditions[0][1]].column is flag
