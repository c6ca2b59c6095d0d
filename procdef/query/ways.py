"""The way to a page: where a statement begins, chosen by what each way costs.

One way walks an index in the order of the list, and passes over rows that do not match, until the page is full. In the order of ids it
may begin at the first row of a pattern's values. The other ways begin with the rows of one filter, and sort those that match.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

from procdef.query import costs
from procdef.query.bound import ORDER, UNLIMITED, WALK, Bound, Orders
from procdef.query.counted import Column
from procdef.query.dialects import Dialect
from procdef.query.operators import EQUAL, GREATER, HOLDS, IS_FALSE, IS_NULL, IS_TRUE, LESS, LIKE, LIKE_NOCASE
from procdef.query.planner import (
    Alternatives,
    Lookup,
    Page,
    Plan,
    all_alternatives,
    is_few,
    is_flag,
    is_newest,
    narrowed,
    number,
    rows_of,
)
from procdef.query.table import Table
from procdef.query.within import MOST_FLAGGED, is_flagged

FEW = 50
"""The number of rows that is assumed for a filter that the dictionary does not have: on ids, and on other tables."""
FREQUENT = 2000
"""Of a table without a dictionary a list begins with a condition that so many rows match at most."""
SHORT = 20
"""The most values of a pattern with which a row is compared instead of the pattern."""
RANGES = (GREATER, LESS, LIKE, LIKE_NOCASE)
ONE_VALUE = (EQUAL, IS_NULL, HOLDS, IS_TRUE, IS_FALSE)
"""The operators that leave rows of one value, which are in the order of ids in an index."""


def without_lookup(table: Table, bound: Bound, orders: Orders) -> Plan:
    """The plan for a query of which nothing is looked up: where a filter matches few rows, it begins with these."""
    every = list(all_alternatives(table, bound)) if table.dictionary else []
    few = [each for each in every if is_few(table, each)]
    if not few:
        return Plan(bound, orders=orders)
    orders = deciding(table, bound, orders)
    others = _names(each for each in every if each not in few and not is_flag(table, each))
    return Plan(bound._replace(avoided=others | ({ORDER} if orders else set())), expected=UNLIMITED, orders=orders)


def plan(table: Table, dialect: Dialect, bound: Bound, found: Lookup, page: Page) -> Plan:
    """The plan for a query by what was looked up."""
    narrow = narrowed(table, dialect, bound, found)
    if narrow is None:
        return Plan(None, 0, 0, found.revision)
    if table.dictionary is None:
        chosen = narrow._replace(avoided=_frequent(found) | _walk(table, narrow, found))
        return Plan(chosen, number(table, narrow, found), None, found.revision, page.orders)
    page = page._replace(orders=deciding(table, bound, page.orders))
    if is_newest(table, narrow):
        page = page._replace(rows=None)
    chosen, known = _comparing(planned(table, narrow, found, page), found), number(table, narrow, found)
    expected = UNLIMITED if ORDER in chosen.avoided else _expected(table, narrow, found)
    return Plan(chosen, known, expected, found.revision, page.orders)


def _frequent(found: Lookup) -> frozenset[str]:
    """The conditions with which a list does not begin, if there is nothing to compare with."""
    return frozenset(name for name, one in found.matches.items() if one.rows > FREQUENT)


def _walk(table: Table, bound: Bound, found: Lookup) -> frozenset[str]:
    """What forbids to walk a table that is within another one: the rows that match may come last."""
    return frozenset({WALK} if found.flagged <= MOST_FLAGGED and is_flagged(table, bound.filters) else ())


def planned(table: Table, bound: Bound, found: Lookup, page: Page) -> Bound:
    """The query with the conditions whose indexes are to be avoided."""
    every = [each for each in all_alternatives(table, bound) if each.conditions]
    starts = [each for each in every if not is_flag(table, each)]
    if not starts:
        return bound
    walk = _unordered(table, starts, page)
    prices = [_cost_of_beginning(table, each, every, found, page) for each in starts]
    price, first = _walked(table, walk, every, bound, found, page)
    if price < min(prices):
        return bound._replace(avoided=_names(walk), starting=first)
    start = starts[prices.index(min(prices))]
    avoided = _names(each for each in (every if _is_elsewhere(table, start) else starts) if each is not start)
    is_sorted = page.rows is None or _is_sorted(table, start, page)
    return bound._replace(avoided=avoided | (set() if is_sorted else {ORDER}), sought=_sought(table, start, bound, found))


def _comparing(bound: Bound, found: Lookup) -> Bound:
    """The query that compares a row which is passed over with a pattern instead of its values, unless these are few.

    A database may compare it with each of the values.
    """
    return bound._replace(
        listed=frozenset(name for name in bound.listed if name not in bound.avoided or found.matches[name].number <= SHORT)
    )


def _unordered(table: Table, starts: Iterable[Alternatives], page: Page) -> list[Alternatives]:
    """The conditions that do not bound a walk in the order of the list."""
    return [each for each in starts if page.rows is None or not _is_in_order(table, each, page)]


def _is_sorted(table: Table, start: Alternatives, page: Page) -> bool:
    """Whether the rows that a condition finds come in the order of the list."""
    return _is_in_order(table, start, page) or (_is_one_value(table, start) and not page.orders)


def _walked(
    table: Table, walk: Sequence[Alternatives], every: Sequence[Alternatives], bound: Bound, found: Lookup, page: Page
) -> tuple[float, frozenset[str]]:
    """What it costs to walk an index in the order of the list, and the condition with whose first row that begins, if that costs less.

    All entries are walked, or as many as it takes to fill the page, in all likelihood.
    """
    rest = [_restriction(table, each, found) for each in walk]
    rows = min([found.rows, *(_rows_or_guess(table, each, found) for each in every if each not in walk)])
    if page.rows is None:
        return costs.of_entries(rows, rest), frozenset()
    starting = {} if page.orders else _numbers_of_values(walk, bound, found)
    passed = {frozenset[str](): costs.of_walk(page.rows, rows, rest)}
    passed |= {names: costs.of_walk_from_first(page.rows, rows, values, rest) for names, values in starting.items()}
    first = min(passed, key=passed.__getitem__)
    return costs.of_entries(passed[first], rest), first


def _numbers_of_values(walk: Iterable[Alternatives], bound: Bound, found: Lookup) -> dict[frozenset[str], int]:
    """The number of values of each pattern whose values were looked up."""
    patterns = (each.names for each in walk if each.filter and len(each.conditions) == 1 and each.names <= bound.listed)
    return {names: found.matches[name].number for names in patterns for name in names}


def _cost_of_beginning(table: Table, start: Alternatives, every: Sequence[Alternatives], found: Lookup, page: Page) -> float:
    """That of all entries of the filter's index, and of sorting the rows that match."""
    rows = _rows_or_guess(table, start, found)
    rest = [_restriction(table, each, found) for each in every if each is not start]
    looking_up = costs.of_look_ups(rows) if _is_elsewhere(table, start) else 0
    if page.rows is None or _is_sorted(table, start, page):
        return looking_up + costs.of_entries(rows, rest)
    columns = [table.sort_by_name[name].column for name, _ in page.orders]
    reads = not all(table.is_covered(column) or _has_column(table, start, column) for column in columns)
    return looking_up + costs.of_entries(rows, rest, reads=reads) + costs.of_sorting(rows, rest)


def _is_elsewhere(table: Table, each: Alternatives) -> bool:
    """Whether the rows that match are found by other tables, and looked up one by one."""
    return any(table.condition_by_name[name].counted is not None for _, name in each.conditions)


def _restriction(table: Table, each: Alternatives, found: Lookup) -> costs.Restriction:
    columns = [table.condition_by_name[name].column for _, name in each.conditions]
    is_covered = not _is_elsewhere(table, each) and all(table.is_covered(column) for column in columns)
    return costs.Restriction(_share([_rows_or_guess(table, each, found)], found), is_covered)


def _has_column(table: Table, start: Alternatives, column: Column) -> bool:
    return any(table.condition_by_name[name].column is column for _, name in start.conditions)


def _names(several: Iterable[Alternatives]) -> frozenset[str]:
    return frozenset(name for each in several for name in each.names)


def _is_in_order(table: Table, each: Alternatives, page: Page) -> bool:
    """Whether the rows that match stand together in the order of the list."""
    entries = [table.condition_by_name[name] for _, name in each.conditions]
    first = table.sort_by_name[page.orders[0][0]].column if page.orders else table.id
    return len(entries) == 1 and entries[0].operator in RANGES and entries[0].column is first


def deciding(table: Table, bound: Bound, orders: Orders) -> Orders:
    """The orders without those by a column in which all rows that match have the same value."""
    columns = [table.condition_by_name[each.filter].column for each in all_alternatives(table, bound) if _is_one_value(table, each)]
    return tuple(one for one in orders if not any(table.sort_by_name[one[0]].column is column for column in columns))


def _share(numbers: Iterable[int], found: Lookup) -> float:
    """The share of the rows that match everything, if one filter does not depend on the other."""
    return prod(max(rows, 1) / max(found.rows, 1) for rows in numbers)


def _expected(table: Table, bound: Bound, found: Lookup) -> int:
    every = [each for each in all_alternatives(table, bound) if each.conditions]
    return int(found.rows * _share((_rows_or_guess(table, each, found) for each in every), found))


def _rows_or_guess(table: Table, each: Alternatives, found: Lookup) -> int:
    rows = found.flagged if is_flag(table, each) else rows_of(each, found)
    if rows is not None:
        return rows
    known = [found.matches[name] for name in each.names if name in found.matches]
    return max(found.rows // 10, sum(one.rows for one in known)) if known else FEW


def _is_one_value(table: Table, each: Alternatives) -> bool:
    """Whether the rows that match are in the order of ids in an index."""
    operators = [table.condition_by_name[name].operator for _, name in each.conditions]
    return bool(each.filter) and len(operators) == 1 and operators[0] in ONE_VALUE


def _sought(table: Table, start: Alternatives, bound: Bound, found: Lookup) -> frozenset[str]:
    """The patterns that more values match than were looked up, and by whose values the statement begins."""
    searching = {name for name, entry in start.conditions if table.condition_by_name[entry].operator.searches}
    return frozenset(searching & found.matches.keys() - bound.listed)
