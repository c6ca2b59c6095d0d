"""Reading the parameters of a request, those of the path and of the query together: the error names every wrong one and every unknown one.

`list_query` makes a list query of parameters and needs no request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import g, request
from marshmallow import ValidationError, fields, missing

from procdef.frends.conversion import PageNumber, PageSize
from procdef.frends.errors import WrongParameters
from procdef.http.routes import Parameter, Route, route_of
from procdef.query.cache import ListQuery
from procdef.query.table import Filter, Table

PAGE_NUMBER, PAGE_SIZE = "PageNumber", "PageSize"
PAGING = (
    Parameter(PAGE_NUMBER, PageNumber(load_default=1), "The page, from 1."),
    Parameter(PAGE_SIZE, PageSize(load_default=30), "Items on a page at most."),
)


def list_query(table: Table, lists: Mapping[str, list[str]], sort: str) -> ListQuery:
    """What parameters ask of a table whose list has this order. Each parameter has a list of values, as MultiDict.lists() gives them.

    Raises WrongParameters.
    """
    errors: dict[str, list[str]] = {}
    values = _Reader((*table.filters, *PAGING)).read(lists, errors)
    if errors:
        raise WrongParameters(errors)
    return page_of(table, values, sort)


def page_of(table: Table, values: Mapping[str, Any], sort: str) -> ListQuery:
    """The list query of parameters that were read already, among them the page's number and size."""
    number, size = values[PAGE_NUMBER], values[PAGE_SIZE]
    filters = {name: value for name, value in values.items() if name in table.filter_by_name}
    return ListQuery(table.effective(filters), sort, first=(number - 1) * size, limit=size)


def check(segments: dict[str, Any]) -> None:
    """Replace the segments of the path by their values, and keep the values of the query for `query`. Raises WrongParameters."""
    route = route_of(request)
    if route is None:
        return
    of_path, of_query = _readers(route)
    errors: dict[str, list[str]] = {}
    segments.update(of_path.read({name: [text] for name, text in segments.items()}, errors))
    g.procdef_query = of_query.read(dict(request.args.lists()), errors)
    if errors:
        raise WrongParameters(errors)


def query() -> dict[str, Any]:
    """The values of the query's parameters, by name, defaults included."""
    values: dict[str, Any] = g.procdef_query
    return values


class _Reader:
    """Reads some parameters. A schema would do the same, but slower: here only what is given is looked at."""

    def __init__(self, entries: Iterable[Parameter | Filter]) -> None:
        self._fields: dict[str, fields.Field[Any]] = {entry.name: entry.type for entry in entries}
        self._defaults = {name: field.load_default for name, field in self._fields.items() if field.load_default is not missing}
        self._required = frozenset(name for name, field in self._fields.items() if field.required)

    def read(self, raw: Mapping[str, list[str]], errors: dict[str, list[str]]) -> dict[str, Any]:
        """The values by name; the errors get what is wrong with a parameter, or that it is unknown."""
        values = dict(self._defaults)
        for name, field in self._fields.items():
            if name in raw or name in self._required:
                try:
                    values[name] = field.deserialize(raw.get(name, missing))
                except ValidationError as error:
                    errors[name] = [str(text) for text in error.messages]
        errors |= {name: ["Unknown parameter."] for name in raw if name not in self._fields}
        return values


def _readers(route: Route) -> tuple[_Reader, _Reader]:
    """What reads the parameters of the path and of the query, made once for each route."""
    if (route.method, route.path) not in _made:
        filters = route.table.filters if route.table is not None else ()
        of_query = (*filters, *(PAGING if route.paged else ()), *route.parameters)
        _made[route.method, route.path] = (_Reader(route.segments), _Reader(of_query))
    return _made[route.method, route.path]


_made: dict[tuple[str, str], tuple[_Reader, _Reader]] = {}
