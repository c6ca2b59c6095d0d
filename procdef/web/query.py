"""The list query of a page's URL, which is that of the REST request: its filters as chips, its order, its page, and the URLs around it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from flask import request
from werkzeug.datastructures import MultiDict

from procdef.camunda.protocol.arguments import FIRST, LIMIT, SORT_BY, SORT_ORDER, page_query
from procdef.camunda.protocol.errors import EngineError
from procdef.camunda.protocol.used import Repeated
from procdef.errors import NotFound
from procdef.http.responses import public_url, reader
from procdef.query.cache import ListQuery
from procdef.query.table import Filter, Table
from procdef.web import commands, links, text

MOST_VALUES = 100
"""The values of a facet that are offered at most."""
MOST_COUNTED = 100_000
"""The rows of a list, at most, in which the values of a facet are counted when somebody opens it."""
MOST_CHIPS = 6
SIZE, LARGEST = 50, 500
"""The rows of a page where the URL does not say how many, and at most."""
WILD, WITH_BACKSLASH = r"([%_\\])", r"\\\1"
"""The characters that mean something in a pattern, and what stands for such a character itself."""
FORMAT, CSV = "format", "csv"
OF = "of"
"""The parameter that names a facet by its filter."""
Pairs = list[tuple[str, str]]


class Chip(NamedTuple):
    """A filter in force: what it says, what it means, its value (empty for one that is only on), and the URL without it."""

    label: str
    help: str
    value: str
    url: str
    name: str
    given: str


class Head(NamedTuple):
    """The head of a column that sorts: its direction now (empty for none), and the URL that sorts by it."""

    direction: str
    url: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page's URL asks for.

    `pairs` are the parameters that the table knows, each with its first value; `query` is None if no row can match.
    """

    path: str
    resource: str
    table: Table
    pairs: Pairs
    query: ListQuery | None

    @property
    def first(self) -> int:
        """How many rows are before the page."""
        return (self.query.first or 0) if self.query is not None else 0

    @property
    def size(self) -> int:
        """How many rows a page has at most."""
        return (self.query.limit or 0) if self.query is not None else SIZE

    def read(self) -> tuple[list[dict[str, Any]], int]:
        """The rows of the page, and how many there are on all pages."""
        if self.query is None:
            return [], 0
        rows, total = reader().page(self.table, self.query)
        return orjson.loads(rows.text), int(total.text)

    def url(self, **changes: str | None) -> str:
        """The URL of the page with other values of parameters, on its first page unless `changes` has another one; None removes one."""
        return self.path + links.query(self._changed({FIRST: None, **changes}))

    def values_url(self, of: str) -> str:
        """The URL of the page with the values of a facet."""
        return f"{self.path}/values{links.query([('of', of), *self.fields()])}"

    def allows(self, **changes: str | None) -> bool:
        """Whether the request is possible with other values of parameters."""
        try:
            page_query(self.table, MultiDict(self._changed(changes)))
        except EngineError:
            return False
        return True

    def fields(self, *without: str) -> Pairs:
        """The parameters that a form keeps as hidden fields: all but these, and but the page."""
        return [pair for pair in self.pairs if pair[0] not in (*without, FIRST)]

    def given(self, name: str) -> str:
        """The value of a parameter; empty if it is not given."""
        return dict(self.pairs).get(name, "")

    @property
    def chips(self) -> list[Chip]:
        """The filters in force, in the order of the URL."""
        return [self._chip(entry, value, name) for name, value in self.pairs if (entry := self._in_force(name)) is not None]

    def is_in_force(self, *names: str) -> bool:
        """Whether one of these filters is, under its first name."""
        return self.query is not None and any(name in self.query.values for name in names)

    def head(self, sort: str, *, descending: bool = False) -> Head:
        """The head of a column; `descending` is the direction that the first click gives."""
        now = self.given(SORT_ORDER) if self.given(SORT_BY) == sort else ""
        first, other = ("desc", "asc") if descending else ("asc", "desc")
        return Head(now, self.url(**{SORT_BY: sort, SORT_ORDER: other if now == first else first}))

    def before(self) -> str | None:
        """The URL of the page before this one; None on the first one."""
        return self.url(**{FIRST: str(max(self.first - self.size, 0))}) if self.first > 0 else None

    def after(self, total: int) -> str | None:
        """The URL of the next page; None on the last one."""
        last = self.first + self.size
        return self.url(**{FIRST: str(last)}) if self.size and last < total else None

    def json(self) -> str:
        """The REST request with the same answer."""
        return links.rest(self.resource, self._changed({LIMIT: str(self.size)}))

    def csv(self) -> str:
        """The same as a table for a spreadsheet, with all rows."""
        return links.rest(self.resource, [*self.fields(LIMIT), (FORMAT, CSV)])

    def command(self) -> str:
        """The same request as a command."""
        return commands.curl(shlex.quote(public_url() + self.json()))

    def without_each(self) -> Iterator[tuple[Chip, int]]:
        """Each filter in force, and how many rows there are without it; of the first ones only, as each is a count."""
        for chip in self.chips[:MOST_CHIPS]:
            query = page_query(self.table, MultiDict(self._without(chip.name, chip.given)))
            yield chip, 0 if query is None else int(reader().count(self.table, query).text)

    def _changed(self, changes: Mapping[str, str | None]) -> Pairs:
        kept = [(name, value) for name, value in self.pairs if name not in changes]
        return kept + [(name, value) for name, value in changes.items() if value not in (None, "0" if name == FIRST else None)]

    def _without(self, name: str, value: str) -> Pairs:
        """The parameters without one of them and without the page."""
        return [pair for pair in self.pairs if pair != (name, value) and pair[0] != FIRST]

    def _in_force(self, name: str) -> Filter | None:
        entry = self.table.filter_by_name.get(name)
        return entry if entry is not None and self.query is not None and (entry.alias_of or name) in self.query.values else None

    def _chip(self, entry: Filter, value: str, name: str) -> Chip:
        label, words = text.label(name), words_of(value)
        label += " contains" if words != value and name.endswith("Like") else " like" if name.endswith("Like") else ""
        return Chip(
            label,
            text.help_text(entry.help),
            words if entry.operator.valued else "",
            self.path + links.query(self._without(name, value)),
            name,
            value,
        )


class Value(NamedTuple):
    """A value that a facet offers: what it is called, its number of rows, whether it is chosen, and the URL that chooses it alone.

    There is no such URL for an empty value, which counts as not given.
    """

    label: str
    rows: int
    is_chosen: bool
    url: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to narrow a list: its name, the filter by whose column the rows are counted, and the filters that choose a value.

    `choose` makes the parameters of a value; `names` are all parameters that it may have. `known` are all values, where there are few.
    """

    name: str
    of: str
    names: tuple[str, ...]
    choose: Callable[[Any], tuple[str, str, str]]
    known: tuple[Any, ...] = ()

    def values(self, asked: Asked) -> tuple[list[Value], bool]:
        """The most frequent values in the rows that meet all other filters, and whether the numbers are of those rows.

        Where there are too many of them to count, values and numbers are those of all rows, which the store has.
        """
        pairs = asked.fields(*self.names)
        query = page_query(asked.table, MultiDict(pairs))
        if query is None:
            return [], True
        is_exact = not (query.values or query.groups) or _total(asked.table, query) <= MOST_COUNTED
        found = self._numbers(asked.table, *((pairs, query) if is_exact else ([], ListQuery({}))))
        return [self._value(asked, *self.choose(value), rows) for value, rows in found], is_exact

    def _numbers(self, table: Table, pairs: Pairs, query: ListQuery) -> list[tuple[Any, int]]:
        """The values with their numbers of rows. Known values are counted one at a time: the store has most such numbers."""
        if not self.known:
            return reader().values(table, query._replace(limit=MOST_VALUES), self.of)
        found = [(value, page_query(table, MultiDict([*pairs, self.choose(value)[1:]]))) for value in self.known]
        return [(value, rows) for value, each in found if each is not None and (rows := _total(table, each))]

    def _value(self, asked: Asked, label: str, name: str, value: str, rows: int) -> Value:
        without: dict[str, str | None] = dict.fromkeys(self.names)
        return Value(label, rows, asked.given(name) == value != "", asked.url(**{**without, name: value}) if value else "")


def of_tenant(value: str | None) -> tuple[str, str, str]:
    """The parameters of a value of a facet for tenants."""
    return ("no tenant", "withoutTenantId", "true") if value is None else (value or "the empty id", "tenantIdIn", value)


def facet_of(facets: Iterable[Facet]) -> Facet:
    """The facet that the request names. Raises NotFound."""
    name = request.args.get(OF, "")
    facet = next((facet for facet in facets if facet.of == name), None)
    if facet is None:
        raise NotFound("facet", name)
    return facet


def _total(table: Table, query: ListQuery) -> int:
    """How many rows match, which is counted once for each revision."""
    return int(reader().page(table, query._replace(first=None, limit=1))[1].text)


def asked(path: str, resource: str, table: Table) -> Asked:
    """What the request's URL asks for. `resource` is the path of the REST request. Raises EngineError for a wrong parameter."""
    pairs = [*_known(table, request.args.items(multi=True))]
    query = page_query(table, MultiDict(pairs))
    if query is not None:
        query = query._replace(limit=min(SIZE if query.limit is None else query.limit, LARGEST))
    return Asked(path, resource, table, pairs, query)


def _known(table: Table, pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The parameters that the table knows. Of one that is given several times the first value counts, unless it is repeated."""
    known, given = {*table.filter_by_name, SORT_BY, SORT_ORDER, FIRST, LIMIT}, set[str]()
    for name, value in pairs:
        entry = table.filter_by_name.get(name)
        if name in known and (name not in given or (entry is not None and isinstance(entry.type, Repeated))):
            given.add(name)
            yield name, value


def page_number() -> int:
    """The page that the request's parameter `page` names, from 1."""
    return number_in("page")


def number_in(name: str) -> int:
    """The number from 1 that a parameter of the request has; 1 for all else."""
    number = request.args.get(name, "1")
    return int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 10 and int(number) > 0 else 1


def containing(words: str) -> str:
    """The pattern that matches texts with these words somewhere in them."""
    return f"%{re.sub(WILD, WITH_BACKSLASH, words)}%"


def words_of(pattern: str) -> str:
    """The words of such a pattern; another pattern unchanged."""
    plain = re.sub(r"\\(.)", r"\1", pattern[1:-1], flags=re.DOTALL)
    return plain if pattern == containing(plain) else pattern
