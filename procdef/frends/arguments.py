"""Reading the parameters of a request, those of the path and of the query together: every wrong one is told, unknown ones too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import g, request
from marshmallow import Schema, ValidationError

from procdef.frends.conversion import PageNumber, PageSize
from procdef.frends.errors import WrongParameters
from procdef.http.routes import Parameter, Route, route_of
from procdef.query.table import Filter

PAGE_NUMBER, PAGE_SIZE = "PageNumber", "PageSize"
PAGING = (
    Parameter(PAGE_NUMBER, PageNumber(load_default=1), "The page, from 1."),
    Parameter(PAGE_SIZE, PageSize(load_default=30), "Items on a page at most."),
)


class _Parameters(Schema):
    """The base of the schemas: what is not named in them is refused."""

    error_messages = {"unknown": "Unknown parameter."}  # noqa: RUF012


def check(segments: dict[str, Any]) -> None:
    """Put the values of the path's names in their place, and those of the query where `query` finds them. Raises WrongParameters."""
    route = route_of(request)
    if route is None:
        return
    of_path, of_query = _schemas(route)
    errors: dict[str, list[str]] = {}
    segments.update(_loaded(of_path, {name: [text] for name, text in segments.items()}, errors))
    g.procdef_query = _loaded(of_query, {name: request.args.getlist(name) for name in request.args}, errors)
    if errors:
        raise WrongParameters(errors)


def query() -> dict[str, Any]:
    """The values of the query's parameters, by name, defaults included."""
    values: dict[str, Any] = g.procdef_query
    return values


def _loaded(schema: Schema, raw: Mapping[str, list[str]], errors: dict[str, list[str]]) -> dict[str, Any]:
    try:
        values: dict[str, Any] = schema.load(raw)
    except ValidationError as error:
        errors |= {str(name): texts for name, texts in error.messages_dict.items()}
        return {}
    return values


def _schemas(route: Route) -> tuple[Schema, Schema]:
    """The schemas of the path and of the query, made once a route."""
    if (route.method, route.path) not in _made:
        filters = route.table.filters if route.table is not None else ()
        of_query = (*filters, *(PAGING if route.paged else ()), *route.parameters)
        _made[route.method, route.path] = (_schema(route.segments), _schema(of_query))
    return _made[route.method, route.path]


def _schema(rows: Iterable[Parameter | Filter]) -> Schema:
    schema: Schema = _Parameters.from_dict({row.name: row.type for row in rows})()
    return schema


_made: dict[tuple[str, str], tuple[Schema, Schema]] = {}
