"""Reading the parameters of the path and the query of a request together: the error names every wrong one and every unknown one.

`list_query` makes a list query from parameters, and needs no request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request
from marshmallow import ValidationError, fields, missing

from procdef.frends.conversion import PageNumber, PageSize
from procdef.frends.errors import WrongParameters
from procdef.http.routes import Parameter, Route
from procdef.http.state import state
from procdef.query.cache import ListQuery
from procdef.query.table import Filter, Table

PAGE_NUMBER, PAGE_SIZE = "PageNumber", "PageSize"
PAGING = (
    Parameter(PAGE_NUMBER, PageNumber(load_default=1), "The page, from 1."),
    Parameter(PAGE_SIZE, PageSize(load_default=30), "Items on a page at most."),
)


def list_query(table: Table, lists: Mapping[str, list[str]], sort: str) -> ListQuery:
    """The list query of these parameters on a table, in the order `sort`. Each parameter has a list of values, as in MultiDict.lists().

    Raises WrongParameters.
    """
    errors: dict[str, list[str]] = {}
    values = _ParameterReader((*table.filters, *PAGING)).read(lists, errors)
    if errors:
        raise WrongParameters(errors)
    return page_of(table, values, sort)


def page_of(table: Table, values: Mapping[str, Any], sort: str) -> ListQuery:
    """The list query of parameters that were read already. The page's number and size are among them."""
    number, size = values[PAGE_NUMBER], values[PAGE_SIZE]
    filters = {name: value for name, value in values.items() if name in table.filter_by_name}
    return ListQuery(table.effective(filters), sort, first=(number - 1) * size, limit=size)


def check(segments: dict[str, Any]) -> None:
    """Replace the segments of the path by their values, and store the values of the query in the request state. Raises WrongParameters."""
    route = state().route
    if route is None:
        return
    of_path, of_query = _readers(route)
    errors: dict[str, list[str]] = {}
    segments.update(of_path.read({name: [text] for name, text in segments.items()}, errors))
    state().parameters = of_query.read(dict(request.args.lists()), errors)
    if errors:
        raise WrongParameters(errors)


def query() -> dict[str, Any]:
    """The values of the query's parameters by name, with defaults."""
    return state().parameters


class _ParameterReader:
    """Reads parameters. A schema of marshmallow would do the same, but slower: this reads only the parameters that are given."""

    def __init__(self, entries: Iterable[Parameter | Filter]) -> None:
        self._fields: dict[str, fields.Field[Any]] = {entry.name: entry.type for entry in entries}
        self._defaults = {name: field.load_default for name, field in self._fields.items() if field.load_default is not missing}
        self._required = frozenset(name for name, field in self._fields.items() if field.required)

    def read(self, raw: Mapping[str, list[str]], errors: dict[str, list[str]]) -> dict[str, Any]:
        """The values by name. `errors` gets what is wrong with each parameter, and each unknown one."""
        values = dict(self._defaults)
        for name, field in self._fields.items():
            if name in raw or name in self._required:
                try:
                    values[name] = field.deserialize(raw.get(name, missing))
                except ValidationError as error:
                    errors[name] = [str(text) for text in error.messages]
        errors |= {name: ["Unknown parameter."] for name in raw if name not in self._fields}
        return values


def _readers(route: Route) -> tuple[_ParameterReader, _ParameterReader]:
    """The readers of the path's and the query's parameters, made once for each route."""
    if (route.method, route.path) not in _reader_cache:
        filters = route.table.filters if route.table is not None else ()
        of_query = (*filters, *(PAGING if route.paged else ()), *route.parameters)
        _reader_cache[route.method, route.path] = (_ParameterReader(route.segments), _ParameterReader(of_query))
    return _reader_cache[route.method, route.path]


_reader_cache: dict[tuple[str, str], tuple[_ParameterReader, _ParameterReader]] = {}
