"""The OpenAPI document of this surface: its errors and pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from procdef.common.metadata import version
from procdef.errors import CodedBody, CodedTransfer, InvalidInput, Overloaded, TooLarge, Unavailable
from procdef.frends.arguments import PAGING
from procdef.frends.errors import PARAMETERS, PROBLEM, ROWS, UNEXPECTED, ErrorEntry, of_http
from procdef.http.auth import SECURITY
from procdef.http.openapi import Api, document
from procdef.http.routes import Answer, Route

DESCRIPTION = """\
Processes by GUID and version, their export files, and imports of such files, over the same store as the REST API of Camunda: a process that
is deployed there is listed here, and one that is imported here is a process definition there, where its BPMN is executable.

A parameter that is not listed is refused. A method that a path does not have is answered 405, a path that does not exist 404, both as a
problem document. Whether a client must log in, and in which of these ways, is a setting; by default there is no login."""
TEXT = {"type": "string"}
ERROR = {
    "title": "Problem",
    "description": "A problem document (RFC 9457).",
    "type": "object",
    "properties": {
        "type": {**TEXT, "description": "The kind of error; `about:blank` for one that its status says all about."},
        "title": {**TEXT, "description": "The kind of error in words."},
        "status": {"type": "integer", "format": "int32", "description": "The status of the answer."},
        "detail": {**TEXT, "description": "What is wrong in this case."},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": TEXT},
            "description": "What is wrong with each parameter, part of the form, or member of the file, by its name.",
        },
    },
    "required": ["type", "title", "status", "detail"],
}


def errors_of(route: Route) -> Iterator[ErrorEntry]:
    """The entries of the errors that a route may answer."""
    yield PARAMETERS
    yield from route.errors.values()
    if route.body is not None:
        kinds = (InvalidInput, TooLarge, Overloaded, CodedBody, CodedTransfer)
        yield from (*(ROWS[kind] for kind in kinds), of_http(415))
    if route.produces is not None:
        yield of_http(406)
    yield from (ROWS[Unavailable], UNEXPECTED)


def _answers(route: Route) -> Iterator[Answer]:
    for row in errors_of(route):
        yield Answer(row.status, f"`{row.type}`: {row.help}", PROBLEM, ERROR)


UNAUTHENTICATED = Answer(401, "Authentication is on, and the client did not log in, or its credentials are wrong.", PROBLEM, ERROR)
SERVERS = {"/api/v1": "The base."}
API = Api("procdef processes", version(), DESCRIPTION, SERVERS, {}, lambda _table: PAGING, _answers, SECURITY, UNAUTHENTICATED)


def text_of(routes: Sequence[Route], *, indent: bool = False) -> bytes:
    """The document of these routes as JSON."""
    return orjson.dumps(document(API, routes), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE if indent else 0)
