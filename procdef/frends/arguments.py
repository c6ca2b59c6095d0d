"""Reading the parameters of a request, those of the path and of the query together: every wrong one is told, unknown ones too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import g, request
from marshmallow import ValidationError, fields, missing

from procdef.frends.conversion import PageNumber, PageSize
from procdef.frends.errors import WrongParameters
from procdef.http.routes import Parameter, Route, route_of
from procdef.query.table import Filter

PAGE_NUMBER, PAGE_SIZE = "PageNumber", "PageSize"
PAGING = (
    Parameter(PAGE_NUMBER, PageNumber(load_default=1), "The page, from 1."),
    Parameter(PAGE_SIZE, PageSize(load_default=30), "Items on a page at most."),
)


Fields = Mapping[str, fields.Field[Any]]


def check(segments: dict[str, Any]) -> None:
    """Put the values of the path's names in their place, and those of the query where `query` finds them. Raises WrongParameters."""
    route = route_of(request)
    if route is None:
        return
    of_path, of_query = _fields(route)
    errors: dict[str, list[str]] = {}
    segments.update(_loaded(of_path, {name: [text] for name, text in segments.items()}, errors))
    g.procdef_query = _loaded(of_query, dict(request.args.lists()), errors)
    if errors:
        raise WrongParameters(errors)


def query() -> dict[str, Any]:
    """The values of the query's parameters, by name, defaults included."""
    values: dict[str, Any] = g.procdef_query
    return values


def _loaded(known: Fields, raw: Mapping[str, list[str]], errors: dict[str, list[str]]) -> dict[str, Any]:
    """The values by name; what is wrong or not known goes to the errors. A schema would say the same, but slower."""
    values = {}
    for name, field in known.items():
        try:
            values[name] = field.deserialize(raw.get(name, missing))
        except ValidationError as error:
            errors[name] = [str(text) for text in error.messages]
    errors |= {name: ["Unknown parameter."] for name in raw if name not in known}
    return {name: value for name, value in values.items() if value is not missing}


def _fields(route: Route) -> tuple[Fields, Fields]:
    """What reads the parameters of the path and of the query, by name, put together once a route."""
    if (route.method, route.path) not in _made:
        filters = route.table.filters if route.table is not None else ()
        of_query = (*filters, *(PAGING if route.paged else ()), *route.parameters)
        _made[route.method, route.path] = (_by_name(route.segments), _by_name(of_query))
    return _made[route.method, route.path]


def _by_name(rows: Iterable[Parameter | Filter]) -> Fields:
    return {row.name: row.type for row in rows}


_made: dict[tuple[str, str], tuple[Fields, Fields]] = {}
