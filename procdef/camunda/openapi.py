"""What this surface says of itself in its OpenAPI document: titles, path segments, order and page, errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from inspect import getdoc
from typing import Any

import orjson
from flask import Flask, Response

from procdef.camunda.protocol.arguments import ORDERS, SORT_BY, SORT_ORDER
from procdef.camunda.protocol.conversion import Int, Text
from procdef.camunda.protocol.errors import BAD_PAGE, DEFAULTS, HTTP_REASONS, HTTP_TYPES, INVALID, NEGATIVE_PAGE, UNEXPECTED, ErrorRow
from procdef.camunda.stubs import empty, execution
from procdef.common.metadata import version
from procdef.errors import CodedBody, CodedTransfer, InvalidInput, Overloaded, TooLarge, Unavailable
from procdef.http import health
from procdef.http.auth import SECURITY
from procdef.http.openapi import Api, document
from procdef.http.routes import JSON, Answer, Parameter, Route
from procdef.http.schemas import Schema, array_of
from procdef.query.table import Table
from procdef.store.texts import TooLong

DESCRIPTION = """\
The REST API of Camunda 7.24 for process definitions, deployments, incidents, users and groups, as procdef answers it.

Parameters that are not listed are ignored. Of a parameter that is given twice the first counts. A method that a path does not have is
answered 405, a path that does not exist 404, both in the form of `Error`.

Whether a client must log in, and in which of these ways, is a setting; by default there is no login."""
SERVERS = {
    "/engine-rest": "The base.",
    "/engine-rest/engine/default": "The same by the engine's name, except `/engine`.",
}
SEGMENTS = {
    "/process-definition/{id}": "The definition's id.",
    "/process-definition/key/{key}": "The definition's key; its latest version is meant.",
    "/process-definition/key/{key}/tenant-id/{tenant}": "The definition's tenant.",
    "/deployment/{id}": "The deployment's id.",
    "/deployment/{deployment}": "The deployment's id.",
    "/deployment/{deployment}/resources/{id}": "The resource's id.",
    "/incident/{id}": "The incident's id.",
    "/user/{id}": "The user's id.",
    "/group/{id}": "The group's id.",
    "/group/{group}": "The group's id.",
    "/group/{group}/members/{user}": "The user's id.",
    **empty.SEGMENTS,
    **execution.SEGMENTS,
}
"""What the names in the paths mean, by the path that ends with the name."""
PUBLIC = {"/engine": "It is public on an engine too: a client finds out there at which it logs in."}
"""The paths of public routes, each with the reason."""
UNAUTHENTICATED = Answer(401, "Authentication is on, and the client did not log in, or its credentials are wrong.", None)
NOT_CONVERTED = "Cannot set query parameter '{name}' to value '{value}': Cannot convert value {value} to java type {type}"
OF_BODIES = (InvalidInput, TooLong, TooLarge, Overloaded, CodedBody, CodedTransfer)
FROM_MINUS_ONE = {"minimum": -1}
ONE_SORT = "Only a single sorting parameter specified. sortBy and sortOrder required"


def _object(title: str, text: str, **members: Any) -> Schema:
    return {"title": title, "description": text, "type": "object", "properties": members, "required": list(members)}


TYPE = {"type": "string", "description": "The kind of error, by the name that the engine has for it."}
MESSAGE = {"type": ["string", "null"], "description": "What is wrong, in words."}
CODE = {
    "type": ["integer", "null"],
    "format": "int32",
    "description": "A number that the engine gives to some errors; 0 for the others of its core.",
}
ERROR = _object("Error", "An error.", type=TYPE, message=MESSAGE, code=CODE)
PROBLEM = _object(
    "Problem",
    "One error or warning of a BPMN file.",
    message={"type": "string", "description": "What is wrong."},
    line={"type": "integer", "description": "The line at which the element's start tag ends, from 1; 0 where there is no place."},
    column={"type": "integer", "description": "The column after the start tag, from 1; 0 where there is no place."},
    mainElementId={"type": ["string", "null"], "description": "The id of the element that is wrong."},
    еlementIds={
        **array_of({"type": "string"}),
        "description": "The ids of all elements that take part. The name begins with the Cyrillic letter U+0435, as the engine writes it.",
    },
)
REPORT = _object(
    "ResourceReport",
    "What is wrong in one file.",
    errors={**array_of(PROBLEM), "description": "The errors; never none."},
    warnings={**array_of(PROBLEM), "description": "The warnings."},
)
PARSE_EXCEPTION = _object(
    "ParseException",
    "A BPMN file that is refused.",
    type={**TYPE, "const": "ParseException"},
    message=MESSAGE,
    code=CODE,
    details={"type": "object", "additionalProperties": REPORT, "description": "The report of each refused file, by the file's name."},
)  # fmt: skip


def paging(table: Table) -> Sequence[Parameter]:
    """The parameters for order and page of a table."""
    return (
        Parameter(SORT_BY, Text(metadata={"enum": list(table.sort_by_name)}), "Order by this; only together with `sortOrder`."),
        Parameter(SORT_ORDER, Text(metadata={"enum": list(ORDERS)}), "The direction; equals are ordered by id ascending in both."),
        Parameter("firstResult", Int(metadata=FROM_MINUS_ONE), "Skip this many results; -1: an empty list."),
        Parameter("maxResults", Int(metadata=FROM_MINUS_ONE), "Return at most this many results; -1: an empty list."),
    )


def errors_of(route: Route) -> Iterator[ErrorRow]:
    """The rows of the errors that a route may raise; where a row has no message of its own, the meaning of the error is its message."""
    yield from (told(row, kind) for kind, row in route.errors.items())
    yield from route.refusals
    if route.table is not None:
        yield from _of_query(route.table, paged=route.paged)
    if route.body is not None:
        yield from (told(DEFAULTS[kind], kind) for kind in OF_BODIES)
        yield _of_http(415)
    if route.produces is not None:
        yield _of_http(406)
    yield told(DEFAULTS[Unavailable], Unavailable)
    yield UNEXPECTED


def _of_query(table: Table, *, paged: bool) -> Iterator[ErrorRow]:
    yield INVALID.saying(NOT_CONVERTED)
    yield INVALID.saying(ONE_SORT)
    yield from (rule.error.saying(rule.message) for rule in table.rules if rule.error)
    if paged:
        yield from (BAD_PAGE, NEGATIVE_PAGE)


def _of_http(status: int) -> ErrorRow:
    return ErrorRow(status, HTTP_TYPES[status], f"HTTP {status} {HTTP_REASONS[status]}")


def told(row: ErrorRow, kind: type[Exception]) -> ErrorRow:
    """A row whose message says what the error means, where the row has the message of the error."""
    about = " ".join((getdoc(kind) or "").split("\n\n")[0].split())
    return row.saying(row.message.replace("{message}", about))


def _answers(route: Route) -> Iterator[Answer]:
    for row in errors_of(route):
        media = None if row.status == UNAUTHENTICATED.status else JSON  # it has no body where authentication is on
        yield Answer(row.status, f"`{row.type}`: {row.message}", media, PARSE_EXCEPTION if row.type == "ParseException" else ERROR)


API = Api(
    "procdef",
    version(),
    DESCRIPTION,
    SERVERS,
    SEGMENTS,
    paging,
    _answers,
    SECURITY,
    UNAUTHENTICATED,
    {**PUBLIC, **health.PUBLIC},
    health.routes.rows,
)


def text_of(routes: Sequence[Route], *, indent: bool = False) -> bytes:
    """The document of these routes as JSON."""
    return orjson.dumps(document(API, routes), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE if indent else 0)


def add_to(app: Flask, routes: Sequence[Route]) -> None:
    """Add `/openapi.json`, at the root only: below the base of the engine there is none."""
    text = cache(lambda: text_of(routes))  # made at the first request: it takes as long as a good part of the start
    app.add_url_rule("/openapi.json", "openapi", lambda: Response(text(), content_type=JSON))
