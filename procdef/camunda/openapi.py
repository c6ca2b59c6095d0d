"""The parts of the OpenAPI document that belong to this surface: titles, path segments, order and page, errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from inspect import getdoc
from typing import Any

import orjson
from flask import Flask, Response

from procdef.camunda.identity import setup
from procdef.camunda.protocol.arguments import ORDERS, PAGE, SORT_BY, SORT_ORDER
from procdef.camunda.protocol.conversion import Text
from procdef.camunda.protocol.errors import BAD_PAGE, DEFAULTS, HTTP_REASONS, HTTP_TYPES, INVALID, NEGATIVE_PAGE, UNEXPECTED, ErrorEntry
from procdef.camunda.registry.definition_routes import ADDRESSINGS
from procdef.camunda.stubs import empty, execution
from procdef.common.metadata import version
from procdef.errors import CodedBody, CodedTransfer, InvalidInput, Overloaded, TooLarge, Unavailable
from procdef.http import health, metrics
from procdef.http.auth import SECURITY
from procdef.http.openapi import Api, document
from procdef.http.routes import JSON, Answer, Parameter, Route
from procdef.http.schemas import Schema, array_of
from procdef.query.table import Table
from procdef.store.texts import TooLong

DESCRIPTION = """\
The REST API of Camunda 7.24 for process definitions, deployments, incidents, users and groups, as procdef answers it.

Parameters that are not listed are ignored. If a parameter is given twice, the first value counts; only of `uses` every value does. A path
that does not exist is answered 404. A method that a path does not have is answered 405. Both responses have the schema `Error`.

A setting decides whether a client must log in, and in which of these ways. By default there is no login."""
SERVERS = {
    "/engine-rest": "The base.",
    "/engine-rest/engine/default": "The same by the engine's name, except `/engine`.",
}
SEGMENTS = {
    "/process-definition/{id}": "The definition's id.",
    "/process-definition/key/{key}": "The definition's key. Without `/tenant-id` the path means the latest version that has no tenant.",
    "/process-definition/key/{key}/tenant-id/{tenant}": "The definition's tenant. The path means the latest version in it.",
    **{f"{prefix}/diff/{{other}}": "The id of the other definition." for prefix, *_ in ADDRESSINGS},
    "/deployment/{id}": "The deployment's id.",
    "/deployment/{deployment}": "The deployment's id.",
    "/deployment/{deployment}/resources/{id}": "The resource's id.",
    "/incident/{id}": "The incident's id.",
    "/user/{id}": "The user's id.",
    "/token/{id}": "The token's id.",
    "/group/{id}": "The group's id.",
    "/group/{group}": "The group's id.",
    "/group/{group}/members/{user}": "The user's id.",
    "/tenant/{id}": "The tenant's id.",
    "/tenant/{tenant}": "The tenant's id.",
    "/tenant/{tenant}/user-members/{member}": "The user's id.",
    "/tenant/{tenant}/group-members/{member}": "The group's id.",
    "/authorization/{id}": "The authorization's id.",
    **empty.SEGMENTS,
    **execution.SEGMENTS,
}
"""The meaning of each name in a path, by the path that ends with the name."""
PUBLIC = {
    "/engine": "It is public on an engine too: a client reads there the name of the engine before it logs in.",
    **setup.PUBLIC,
}
"""The paths of the public routes, each with the reason why it is public."""
UNAUTHENTICATED = Answer(401, "Authentication is on, and the request has no credentials or wrong ones.", None)
NOT_CONVERTED = "Cannot set query parameter '{name}' to value '{value}': Cannot convert value {value} to java type {type}"
BODY_ERRORS = (InvalidInput, TooLong, TooLarge, Overloaded, CodedBody, CodedTransfer)
ONE_SORT = "Only a single sorting parameter specified. sortBy and sortOrder required"


def _object(title: str, text: str, **members: Any) -> Schema:
    return {"title": title, "description": text, "type": "object", "properties": members, "required": list(members)}


TYPE = {"type": "string", "description": "The kind of error, as the engine names it."}
MESSAGE = {"type": ["string", "null"], "description": "What is wrong, in words."}
CODE = {
    "type": ["integer", "null"],
    "format": "int32",
    "description": "A number that the engine gives to some errors; 0 for other errors of the engine's core.",
}
ERROR = _object("Error", "An error.", type=TYPE, message=MESSAGE, code=CODE)
PROBLEM = _object(
    "Problem",
    "One error or warning of a BPMN file.",
    message={"type": "string", "description": "What is wrong."},
    line={"type": "integer", "description": "The line in which the element's start tag ends, from 1; 0 if there is no position."},
    column={"type": "integer", "description": "The column after the start tag, from 1; 0 if there is no position."},
    mainElementId={"type": ["string", "null"], "description": "The id of the element that is wrong."},
    еlementIds={
        **array_of({"type": "string"}),
        "description": "The ids of all elements of the problem. The name begins with the Cyrillic letter U+0435, as the engine writes it.",
    },
)
REPORT = _object(
    "ResourceReport",
    "The problems of one file.",
    errors={**array_of(PROBLEM), "description": "The errors; at least one."},
    warnings={**array_of(PROBLEM), "description": "The warnings."},
)
PARSE_EXCEPTION = _object(
    "ParseException",
    "The error for a BPMN file that is refused.",
    type={**TYPE, "const": "ParseException"},
    message=MESSAGE,
    code=CODE,
    details={"type": "object", "additionalProperties": REPORT, "description": "The report of each refused file, by the file's name."},
)  # fmt: skip


def paging(table: Table) -> Sequence[Parameter]:
    """The parameters for the order and the page of a table."""
    return (
        Parameter(SORT_BY, Text(metadata={"enum": list(table.sort_by_name)}), "Order by this; required together with `sortOrder`."),
        Parameter(
            SORT_ORDER,
            Text(metadata={"enum": list(ORDERS)}),
            "The direction. Equal results are ordered by id, ascending in both directions.",
        ),
        *PAGE,
    )


def errors_of(route: Route) -> Iterator[ErrorEntry]:
    """The errors that a route may answer. If an error has no fixed message, its message here says what it means."""
    yield from (with_meaning(entry, kind) for kind, entry in route.errors.items())
    yield from route.refusals
    if route.table is not None:
        yield from _of_query(route.table, paged=route.paged)
    if route.body is not None:
        yield from (with_meaning(DEFAULTS[kind], kind) for kind in BODY_ERRORS)
        yield _of_http(415)
    if route.produces is not None:
        yield _of_http(406)
    if route.columns:
        yield with_meaning(DEFAULTS[Overloaded], Overloaded)
    yield with_meaning(DEFAULTS[Unavailable], Unavailable)
    yield UNEXPECTED


def _of_query(table: Table, *, paged: bool) -> Iterator[ErrorEntry]:
    yield INVALID.with_message(NOT_CONVERTED)
    yield INVALID.with_message(ONE_SORT)
    yield from (rule.error.with_message(rule.message) for rule in table.rules if rule.error)
    if paged:
        yield from (BAD_PAGE, NEGATIVE_PAGE)


def _of_http(status: int) -> ErrorEntry:
    return ErrorEntry(status, HTTP_TYPES[status], f"HTTP {status} {HTTP_REASONS[status]}")


def with_meaning(entry: ErrorEntry, kind: type[Exception]) -> ErrorEntry:
    """The entry with the meaning of the error, which is the docstring of its class, in place of the error's message."""
    meaning = " ".join((getdoc(kind) or "").split("\n\n")[0].split())
    return entry.with_message(entry.message.replace("{message}", meaning))


def _answers(route: Route) -> Iterator[Answer]:
    for entry in errors_of(route):
        media = None if entry.status == UNAUTHENTICATED.status else JSON  # a 401 has no body if authentication is on
        schema = PARSE_EXCEPTION if entry.type == "ParseException" else ERROR
        yield Answer(entry.status, f"`{entry.type}`: {entry.message}", media, schema)


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
    [*health.routes.rows, *metrics.routes.rows],
)


def text_of(routes: Sequence[Route], *, indent: bool = False) -> bytes:
    """The OpenAPI document of these routes as JSON."""
    return orjson.dumps(document(API, routes), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE if indent else 0)


def add_to(app: Flask, routes: Sequence[Route]) -> None:
    """Add `/openapi.json` at the server's root. An engine has no such path below `/engine-rest`, so procdef has none there either."""
    text = cache(lambda: text_of(routes))  # made at the first request, because it would make the start noticeably slower
    app.add_url_rule("/openapi.json", "openapi", lambda: Response(text(), content_type=JSON))
